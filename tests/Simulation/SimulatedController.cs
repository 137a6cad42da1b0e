using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Virtual.Plant;
using Fleet.Virtual.Ports;
using Fleet.Wire;

namespace Fleet.Tests.Simulation;

/// <summary>One controller of a world: the real firmware and drivers, its flash, its loads and meter, and its link.</summary>
public sealed class SimulatedController
{
    /// <summary>The drivers are stepped so often a second, as on the board.</summary>
    private const int StepsASecond = 4;

    /// <summary>What hangs on its meter besides its loads, when somebody plugs it in.</summary>
    private const int StrangerWatts = 2_500;

    private readonly World _world;
    private readonly byte[] _file;
    private readonly VirtualBoard _board;
    private readonly Func<ILoad, ILoad> _loadOf;
    private readonly List<int> _meterTrouble = [];
    private readonly List<BootSpan> _boots = [];
    private readonly List<int> _lies = [];
    private readonly List<int> _strangerTurns = [];
    private readonly HashSet<long> _forgetful = [];
    private readonly Dictionary<long, int> _places = [];
    private Driver[] _drivers = [];
    private Boot? _boot;
    private long _bootMs;
    private int _bootSecond;
    private bool _isSynced;
    private bool _hasUntaken;
    private ControllerState _shownState;

    /// <summary>A controller that is off.</summary>
    /// <param name="world">Its world.</param>
    /// <param name="design">What it is.</param>
    /// <param name="network">The network its loads are on.</param>
    /// <param name="loadOf">What stands between the firmware and a driver: the driver itself, unless a test breaks it.</param>
    public SimulatedController(World world, ControllerDesign design, PlantNetwork network, Func<ILoad, ILoad> loadOf)
    {
        (_world, Design, _loadOf) = (world, design, loadOf);
        _file = Encoding.UTF8.GetBytes(design.SettingsJson(world.Site));
        Stranger = new PlantModel(PlantRatings.BaseLoad(StrangerWatts), 1, 0);
        Stranger.Supply(false);
        Meter = EastronMeter.Sdm630(1, [.. design.Loads.Select(load => load.Model), Stranger]);
        MeterLine = new ModbusLine(() => world.Clock.Second * 1000L, Meter);
        Probe = new NtcDivider(() => design.Loads[0].Model.MilliCelsius);
        _board = new VirtualBoard(network).Wire(ControllerDesign.Line, MeterLine).Wire(ControllerDesign.Probe, Probe);
        foreach (var load in design.Loads.Where(load => load.Relay is not null))
            _board.Wire(load.Name, load.Relay!);
        Flash = new SimulatedFlash(world.Chance);
        Entitlement = new Entitlement(design.FailSafeWatts, design.HeartbeatTimeoutSeconds);
        CommandKey = new ControllerKeys(Convert.FromHexString(design.Secret)).CommandKey;
        Link = new SimulatedLink(world, this);
        HasLateTime = design.SyncAfterSeconds > 0;
    }

    public ControllerDesign Design { get; }

    public ModbusLine MeterLine { get; }

    /// <summary>The meter on that line.</summary>
    public EastronMeter Meter { get; }

    /// <summary>Something behind its meter that is none of its loads; it has no supply until a fault gives it one.</summary>
    public PlantModel Stranger { get; }

    /// <summary>The thermistor on its first load, where the design has one.</summary>
    public NtcDivider Probe { get; }

    public SimulatedFlash Flash { get; }

    public SimulatedLink Link { get; }

    public Entitlement Entitlement { get; }

    public byte[] CommandKey { get; }

    /// <summary>The firmware; null while the controller has no power.</summary>
    public Controller? Firmware { get; private set; }

    /// <summary>The run it is in, or was in last.</summary>
    public long BootId { get; private set; }

    /// <summary>Every run so far.</summary>
    public IReadOnlyList<BootSpan> Boots => _boots;

    /// <summary>When it gets power again; meaningless while it has it.</summary>
    public int OnAtSecond { get; private set; }

    /// <summary>By how much its time server is wrong.</summary>
    public int ClockErrorSeconds { get; private set; }

    /// <summary>Whether its clock has ever been wrong, so that its intervals cannot be compared with true time.</summary>
    public bool HasDoubtfulTime { get; private set; }

    /// <summary>Whether a boot after one, up to another, began behind the one before it, because the flash had not taken what that one counted.</summary>
    public bool IsForgetful(long? afterBootId, long bootId)
    {
        var after = afterBootId is { } id ? _places[id] : -1;
        return _forgetful.Any(forgetful => _places[forgetful] > after && _places[forgetful] <= _places[bootId]);
    }

    /// <summary>Whether power was cut while its flash took nothing: what was not yet written is gone.</summary>
    public bool HasForgotten { get; private set; }

    /// <summary>How many boots there were before one.</summary>
    public int PlaceOf(long bootId) => _places[bootId];

    /// <summary>Whether its records may have been dated by heartbeats, which may be late.</summary>
    public bool HasLateTime { get; private set; }

    /// <summary>When the stranger on its meter came or went last.</summary>
    public int StrangerSince { get; private set; } = int.MinValue / 2;

    /// <summary>What its loads really take.</summary>
    public int Watts => Design.Loads.Sum(load => load.Watts);

    /// <summary>What has really gone through its meter, in milliwatt-hours.</summary>
    public long TrueMilliwattHours => Design.Loads.Sum(load => load.Model.MilliwattHours) + Stranger.MilliwattHours;

    /// <summary>Fault: no time server answers it any more, from its next boot on.</summary>
    public bool HasNoTimeServer { get; set; }

    /// <summary>Its own monotonic time.</summary>
    public long NowMs => _bootMs + (_world.Clock.Second - _bootSecond) * 1000L;

    /// <summary>Gives it power.</summary>
    public void Boot(bool isTorn = false)
    {
        Settings settings = new();
        if (!settings.TryRead(_file, _file.Length, out var reason))
            throw new FormatException(reason);
        var table = DriverTable.Create(settings, _board, out reason) ?? throw new FormatException(reason);
        (Flash.IsCut, Flash.CutsNextWrite) = (false, false);
        var store = new SlotStore(Flash);
        var isBehind = Flash.IsBehind;
        HasForgotten |= isBehind;
        // Ids need no luck to differ, but for those of a flash that takes nothing.
        BootId = new BootRecord(store, Flash.Fails ? _world.Chance.Bytes(BootRecord.RandomBytes) : new byte[BootRecord.RandomBytes]).BootId;
        if (isBehind)
            _forgetful.Add(BootId);
        _places[BootId] = _boots.Count;
        _boots.Add(new BootSpan(BootId, _world.Clock.Second));
        (_isSynced, _bootMs, _bootSecond) = (false, _world.Chance.Between(0, 5_000), _world.Clock.Second);
        _drivers = table.Drivers;
        _boot = new Boot(store, null, Controller.FirmwareVersion);
        Firmware = new Controller(settings, [.. table.Loads.Select(_loadOf)], table.Meters, table.Thermometers, store, Link, BootId, _boot);
        Firmware.NoteReboot(NowMs, (int)BootReason.Unknown);
        Entitlement.Boot(isTorn);
        Link.Boot();
        _world.Note($"{Design.Name} boots as {BootId}");
    }

    /// <summary>Takes its power away, for so many seconds.</summary>
    public void CutPower(int seconds)
    {
        if (Firmware is not null)
            (_boots[^1].OffSecond, _boots[^1].IsTorn) = (_world.Clock.Second, Flash.IsCut);
        Firmware = null;
        Link.PowerCut();
        OnAtSecond = _world.Clock.Second + seconds;
        _world.Note($"{Design.Name} has no power for {seconds} s");
    }

    /// <summary>Its program crashes, which its host notes before it starts again.</summary>
    public void Crash()
    {
        _boot?.NoteCrash(NowMs - _bootMs);
        CutPower(2);
    }

    /// <summary>Something that is none of its loads is connected behind its meter, or taken away.</summary>
    public void PlugIn(bool isThere)
    {
        StrangerSince = _world.Clock.Second;
        _strangerTurns.Add(StrangerSince);
        Stranger.Supply(isThere);
    }

    /// <summary>It has come to rest with a true clock and the newest setpoint and schedule: nothing before counts any more.</summary>
    public void Settle()
    {
        (HasDoubtfulTime, HasForgotten) = (false, false);
        HasLateTime = Design.SyncAfterSeconds > 0;
        Entitlement.Settle();
        _meterTrouble.Clear();
        _lies.Clear();
    }

    /// <summary>Its time server is wrong by so much from now on.</summary>
    public void StepClock(int errorSeconds)
    {
        ClockErrorSeconds = errorSeconds;
        HasDoubtfulTime |= Math.Abs(errorSeconds) > 1;
        Entitlement.ClockErrorSeconds = Math.Max(Entitlement.ClockErrorSeconds, Math.Abs(errorSeconds));
        Sync();
    }

    /// <summary>Whether its meter was not to be relied on in any of these seconds.</summary>
    public bool HadMeterTrouble(int fromSecond, int toSecond) => HasAny(_meterTrouble, fromSecond, toSecond);

    /// <summary>By how much the power through its meter can have stepped in these seconds at most: its loads, and a stranger that came or went.</summary>
    public int StepWatts(int fromSecond, int toSecond) => Design.NameplateWatts + (HasAny(_strangerTurns, fromSecond, toSecond) ? StrangerWatts : 0);

    /// <summary>Whether its meter lied in any of these seconds, which nobody can see in what it says.</summary>
    public bool HadLies(int fromSecond, int toSecond) => HasAny(_lies, fromSecond, toSecond);

    /// <summary>Somebody tells it a wrong time in the gateway's name, which it dates by as long as it has no other.</summary>
    public void DoubtTime() => HasDoubtfulTime |= !_isSynced;

    /// <summary>A second of its life.</summary>
    public void Step()
    {
        if (MeterLine.IsDark || MeterLine.Fault != LineFault.None)
            _meterTrouble.Add(_world.Clock.Second);
        if (Meter.ShownPermille != 1000)
            _lies.Add(_world.Clock.Second);
        HasLateTime |= HasNoTimeServer;
        if (Firmware is null && _world.Clock.Second >= OnAtSecond)
            Boot(isTorn: Flash.IsCut || _hasUntaken);
        if (Firmware is null)
            return;
        if (!_isSynced && !HasNoTimeServer && _world.Clock.Second - _bootSecond >= Design.SyncAfterSeconds)
            Sync();
        for (var i = 0; i < StepsASecond; i++)
        {
            foreach (var driver in _drivers)
                driver.Step(NowMs - 1000 + (i + 1) * 1000 / StepsASecond);
        }
        Firmware.Tick(NowMs);
        _hasUntaken = false;
        if (Flash.IsCut)
        {
            CutPower(_world.Chance.Between(2, 10));
            return;
        }
        if (Firmware.State != _shownState)
            _world.Note($"{Design.Name} is {_shownState = Firmware.State} at {Firmware.LimitWatts} W");
    }

    /// <summary>Bytes arrive from the link.</summary>
    public void Receive(Kind kind, byte[] payload)
    {
        Entitlement.CannotStore = Flash.Fails;
        Entitlement.Deliver(kind, payload, BootId, _world.Clock.Second, _world.Clock.True);
        var topic = kind == Kind.Heartbeat ? Topics.HeartbeatOf(_world.Site) : Topics.Of(_world.Site, Design.Name, kind);
        Firmware?.Receive(topic, payload, payload.Length);
        _hasUntaken = true;
    }

    /// <summary>Whether one of these rising seconds lies in this span.</summary>
    private static bool HasAny(List<int> seconds, int from, int to)
    {
        for (var i = seconds.Count - 1; i >= 0 && seconds[i] >= from; i--)
        {
            if (seconds[i] <= to)
                return true;
        }
        return false;
    }

    private void Sync()
    {
        _isSynced = true;
        Firmware?.SetUtc(NowMs, _world.Clock.True.AddSeconds(ClockErrorSeconds).ToUnixTimeMilliseconds());
    }
}

/// <summary>One run of a controller.</summary>
/// <param name="BootId">Its id.</param>
/// <param name="OnSecond">When it began.</param>
public sealed record BootSpan(long BootId, int OnSecond)
{
    /// <summary>When its power was cut; null while it runs.</summary>
    public int? OffSecond { get; set; }

    /// <summary>Whether it was cut in the middle of a write.</summary>
    public bool IsTorn { get; set; }
}
