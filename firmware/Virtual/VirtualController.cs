using System;
using System.Buffers.Binary;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Wire;

namespace Fleet.Virtual;

/// <summary>
/// A controller without its ESP32: the same firmware and the same settings file, on a virtual board, with a folder for a
/// flash. <see cref="VirtualFleet"/> gives it its seconds.
/// </summary>
public sealed class VirtualController
{
    private const string BootRecord = "boot";

    private static readonly VirtualImage Flashed = new(Controller.FirmwareVersion);

    private readonly SemaphoreSlim _power = new(1, 1);
    private readonly byte[] _file;
    private readonly IPorts _board;
    private readonly IStore _store;
    private readonly IImageSlots? _images;
    private SpeedClock? _clock;
    private DriverPool? _drivers;
    private ControllerRun? _run;

    /// <summary>A controller that is off.</summary>
    /// <param name="settingsJson">The settings file, as a technician writes it.</param>
    /// <param name="board">What is wired and networked to it.</param>
    /// <param name="store">Its flash.</param>
    /// <param name="certificates">Its store of certificates; empty when not given.</param>
    /// <param name="images">Its room for images of the firmware; null is a board that cannot be updated from afar.</param>
    /// <exception cref="FormatException">The file is refused, or names what the board has not; the message says which key, and why.</exception>
    public VirtualController(string settingsJson, IPorts board, IStore store, DeviceCertificates? certificates = null, IImageSlots? images = null)
    {
        Certificates = certificates ?? DeviceCertificates.None;
        _file = Encoding.UTF8.GetBytes(settingsJson);
        _board = board;
        _store = store;
        _images = images;
        var (settings, _) = Read();
        (Site, Name) = (settings.Site, settings.Controller);
    }

    /// <summary>The site's name in topics.</summary>
    public string Site { get; }

    /// <summary>Its own name in topics.</summary>
    public string Name { get; }

    /// <summary>Whether it has power.</summary>
    public bool IsOn => Run is not null;

    /// <summary>Whether its link to the broker is up.</summary>
    public bool IsConnected => Run?.Uplink.IsConnected ?? false;

    /// <summary>Why the link is not up, for a person.</summary>
    public string LinkProblem => Run?.Uplink.Problem ?? "the controller is off";

    /// <summary>How long its next tick is overdue by its own clock, because the machine has not come to it; 0 when it is off.</summary>
    public long LateMs => Run?.LateMs ?? 0;

    /// <summary>Whose limit it follows; null when it is off.</summary>
    public ControllerState? State => Run?.Firmware.State;

    /// <summary>The limit in force; null when it is off or has none.</summary>
    public int? LimitWatts => Run is { Firmware.IsUnlimited: false } run ? run.Firmware.LimitWatts : null;

    /// <summary>The run it is in, other at every boot; null when it is off.</summary>
    public long? BootId => Run?.BootId;

    /// <summary>The energy register; null when it is off.</summary>
    public long? RegisterMilliwattHours => Run?.Firmware.RegisterMilliwattHours;

    /// <summary>Whether somebody wants to find it: its lamp blinks.</summary>
    public bool IsIdentifying { get; private set; }

    /// <summary>The version of the image it runs; null when it is off.</summary>
    public string? Firmware => Run?.Image.Version;

    /// <summary>Bits of its own faults; 0 when it is off.</summary>
    public int Faults => Run?.Firmware.Faults ?? 0;

    /// <summary>What stands in its store of certificates.</summary>
    internal DeviceCertificates Certificates { get; }

    /// <summary>The boot it is in.</summary>
    internal ControllerRun? Run => Volatile.Read(ref _run);

    /// <summary>Gives it power; it boots. Harmless when it is on.</summary>
    public Task PowerOnAsync() => SwitchAsync(off: false, bootReason: BootReason.Unknown);

    /// <summary>Cuts its power in the middle of whatever it does. Harmless when it is off.</summary>
    public Task PowerOffAsync() => SwitchAsync(off: true, bootReason: null);

    /// <summary>The fleet that gives it time and threads.</summary>
    internal void Join(SpeedClock clock, DriverPool drivers) => (_clock, _drivers) = (clock, drivers);

    /// <summary>Does what only the host can.</summary>
    internal void Carry(CommandAction action)
    {
        switch (action)
        {
            case CommandAction.Identify:
                IsIdentifying = true;
                break;
            default:
                _ = SwitchAsync(off: true, bootReason: action == CommandAction.Reboot ? BootReason.Command : BootReason.Update);
                break;
        }
    }

    /// <summary>Its firmware crashes, and it starts again.</summary>
    public Task CrashAsync() => SwitchAsync(off: true, bootReason: BootReason.TicksThrew);

    private async Task SwitchAsync(bool off, BootReason? bootReason)
    {
        await _power.WaitAsync().ConfigureAwait(false);
        try
        {
            if (off && Interlocked.Exchange(ref _run, null) is { } run)
                await run.DisposeAsync().ConfigureAwait(false);
            if (bootReason is { } reason && _run is null)
                Boot(reason);
        }
        finally
        {
            _power.Release();
        }
    }

    private void Boot(BootReason reason)
    {
        if (_clock is null || _drivers is null)
            throw new InvalidOperationException($"{Site}/{Name} is in no fleet; add it to one before it is switched on");
        var (settings, table) = Read();
        var boot = new Boot(_store, _images!, Flashed.Version);
        if (reason == BootReason.TicksThrew)
            boot.NoteCrash(0);
        var run = new ControllerRun(this, settings, table, _store, NextBootId(_clock), boot, Choose(boot), _clock, _drivers);
        run.Start(reason);
        Volatile.Write(ref _run, run);
    }

    private VirtualImage Choose(Boot boot)
    {
        VirtualImage? image = null;
        for (var slot = boot.Images.Choose(); slot != ImageChoice.Flashed && image is null; slot = image is null ? boot.Images.Fail() : slot)
            image = VirtualImage.Load(_images!, slot, boot.Images.LengthOf(slot));
        boot.Version = (image ??= Flashed).Version;
        return image;
    }

    private (Settings Settings, DriverTable Table) Read()
    {
        var settings = new Settings();
        if (!settings.TryRead(_file, _file.Length, out var reason))
            throw new FormatException($"settings of a virtual controller: {reason}");
        var table = DriverTable.Create(settings, _board, out reason);
        return table is null ? throw new FormatException($"settings of {settings.Site}/{settings.Controller}: {reason}") : (settings, table);
    }

    /// <summary>Above every earlier one: by the flash, and when that was lost, by the clock.</summary>
    private long NextBootId(SpeedClock clock)
    {
        var record = new byte[sizeof(long)];
        var last = _store.TryRead(BootRecord, record, out var length) && length == record.Length ? BinaryPrimitives.ReadInt64LittleEndian(record) : 0;
        var next = long.Max(last + 1, clock.GetUtcNow().ToUnixTimeSeconds());
        BinaryPrimitives.WriteInt64LittleEndian(record, next);
        if (!_store.TryWrite(BootRecord, record, record.Length))
            throw new IOException($"{Site}/{Name} cannot boot: its boot number could not be stored");
        return next;
    }
}
