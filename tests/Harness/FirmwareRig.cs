using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Fleet.Core;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Harness;

/// <summary>
/// One real controller among loads, meters, a storage and a link for tests, with a clock that only <see cref="Run"/> moves and
/// a gateway that signs. Loads are given in JSON, as in the settings file.
/// </summary>
public sealed class FirmwareRig
{
    public const string Secret = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    public const string Site = "hill";
    public const string Name = "c-1";

    /// <summary>Four equal miners of 1,600 to 3,500 W.</summary>
    public static readonly string[] FourMiners =
        [.. Enumerable.Range(1, 4).Select(i => $$"""{"name":"m{{i}}","driver":"luxos","minWatts":1600,"maxWatts":3500,"order":{{i}}}""")];

    /// <summary>Options that keep tests short; an option that a test gives takes their place.</summary>
    private static readonly string[] Quick =
        ["\"windowSeconds\":0,", "\"rampWattsPerSecond\":0,", "\"startStaggerSeconds\":0,", "\"failSafeWatts\":4000,"];

    private readonly byte[] _buffer = new byte[Bounds.PayloadBytes];
    private readonly IStore _store;
    private long _sequence;

    public FirmwareRig(string options = "", string[]? loads = null, int meters = 0, string[]? thermometers = null, IStore? store = null, long bootId = 1, FirmwareImages? images = null, IVitals? vitals = null)
    {
        string loadList = string.Join(',', loads ?? FourMiners);
        string thermometerList = string.Join(',', thermometers ?? []);
        string meterList = string.Join(',', Enumerable.Repeat("""{"driver":"sdm630"}""", meters));
        Settings = Read($$"""
            {"site":"{{Site}}","controller":"{{Name}}","board":"virtual","brokerHost":"localhost","secret":"{{Secret}}",
            {{options}}{{string.Concat(Quick.Where(option => !options.Contains(option.Split(':')[0], StringComparison.Ordinal)))}}
            "loads":[{{loadList}}],"meters":[{{meterList}}],"thermometers":[{{thermometerList}}]}
            """);
        Loads = [.. Settings.LoadList.Select(load => new FirmwareLoad { Ability = AbilityOf(load) })];
        Meters = [.. Settings.MeterList.Select(_ => new FirmwareMeter())];
        Thermometers = [.. Settings.ThermometerList.Select(_ => new FirmwareThermometer())];
        _store = store ?? new FirmwareStore();
        BootId = bootId;
        Boot = new Boot(_store, images!, Controller.FirmwareVersion);
        Controller = new Controller(Settings, [.. Loads], [.. Meters], [.. Thermometers], _store, Uplink, bootId, Boot) { Vitals = vitals! };
    }

    public Settings Settings { get; }

    public FirmwareLoad[] Loads { get; }

    public FirmwareMeter[] Meters { get; }

    public FirmwareThermometer[] Thermometers { get; }

    /// <summary>The storage, where no other was given.</summary>
    public FirmwareStore Store => (FirmwareStore)_store;

    public FirmwareUplink Uplink { get; } = new();

    public Controller Controller { get; }

    public Boot Boot { get; }

    public long BootId { get; }

    public long NowMs { get; private set; } = 5000;

    /// <summary>UTC of the gateway, which moves with the clock.</summary>
    public long UtcMs => GatewayUtcAtBootMs + NowMs;

    /// <summary>Noon of 1 July 2026.</summary>
    public long GatewayUtcAtBootMs { get; set; } = 1782907200000 - 5000;

    /// <summary>Whether the broker acknowledges what it gets.</summary>
    public bool Acknowledges { get; set; } = true;

    public static byte[] Key { get; } = new ControllerKeys(Convert.FromHexString(Secret)).CommandKey;

    public int TotalOrder => Loads.Sum(load => Math.Max(0, load.Order));

    public int TotalWatts => Loads.Sum(load => load.Watts);

    public static Settings Read(string json)
    {
        Settings settings = new();
        byte[] file = Encoding.UTF8.GetBytes(json);
        Assert.True(settings.TryRead(file, file.Length, out string reason), reason);
        return settings;
    }

    /// <summary>Ticks once a second, with the gateway's heartbeat every five seconds unless it is silent.</summary>
    public FirmwareRig Run(int seconds, bool heartbeat = true)
    {
        for (int i = 0; i < seconds; i++)
        {
            if (heartbeat && NowMs / 1000 % 5 == 0)
                Beat();
            Tick();
        }
        return this;
    }

    /// <summary>One tick, and a second passes.</summary>
    public FirmwareRig Tick(long stepMs = 1000)
    {
        foreach (FirmwareLoad load in Loads)
            load.Step(NowMs);
        foreach (FirmwareMeter meter in Meters)
            meter.Step(NowMs);
        foreach (FirmwareThermometer thermometer in Thermometers)
            thermometer.Step(NowMs);
        int before = Uplink.Sends;
        Controller.Tick(NowMs);
        for (int number = before + 1; Acknowledges && number <= Uplink.Sends; number++)
            Controller.Delivered(number);
        NowMs += stepMs;
        return this;
    }

    public FirmwareRig Beat()
    {
        Send(Kind.Heartbeat, new Heartbeat { UtcMs = UtcMs, Epoch = 1 });
        return this;
    }

    public FirmwareRig Sync()
    {
        Controller.SetUtc(NowMs, UtcMs);
        return this;
    }

    /// <summary>Brings a controller under the gateway's command, with a setpoint.</summary>
    public FirmwareRig Command(int limitWatts, int validSeconds = 0, int[]? loadWatts = null, int ramp = 0, int window = 0)
    {
        Beat();
        Setpoint(limitWatts, validSeconds, loadWatts, ramp, window);
        return Tick();
    }

    /// <summary>Sends a setpoint; below zero is without a limit.</summary>
    public Setpoint Setpoint(int limitWatts, int validSeconds = 0, int[]? loadWatts = null, int ramp = 0, int window = 0, Action<Setpoint>? change = null)
    {
        Setpoint setpoint = Signed(new Setpoint
        {
            IsUnlimited = limitWatts < 0,
            LimitWatts = Math.Max(0, limitWatts),
            ValidSeconds = validSeconds,
            LoadWatts = loadWatts ?? [],
            RampWattsPerSecond = ramp,
            WindowSeconds = window,
            Reason = "test",
        });
        change?.Invoke(setpoint);
        Send(Kind.Setpoint, setpoint);
        return setpoint;
    }

    public Schedule Schedule(params int[] limitWatts)
    {
        Schedule schedule = Signed(new Schedule { StartUtcMs = UtcMs, SlotSeconds = 900, LimitWatts = limitWatts });
        Send(Kind.Schedule, schedule);
        return schedule;
    }

    public void Configure(params (string Name, long Value)[] changes) => Send(Kind.Config, Signed(new Config
    {
        Names = [.. changes.Select(change => change.Name)],
        Values = [.. changes.Select(change => change.Value)],
    }));

    /// <summary>Gives a message the next number and date of this gateway.</summary>
    public T Signed<T>(T message) where T : SignedMessage
    {
        message.Sequence = ++_sequence;
        message.Id = "id-" + message.Sequence;
        message.BootId = BootId;
        message.IssuedUtcMs = UtcMs;
        return message;
    }

    public void Send(Kind kind, Message message, byte[]? key = null)
    {
        string topic = kind == Kind.Heartbeat ? Topics.HeartbeatOf(Site) : Topics.Of(Site, Name, kind);
        int length = message is SignedMessage signed ? signed.WriteSigned(_buffer, topic, key ?? Key) : message.Write(_buffer);
        Assert.True(length > 0);
        Controller.Receive(topic, _buffer, length);
    }

    private static LoadAbility AbilityOf(LoadSettings load) => new()
    {
        Name = load.Name,
        Driver = load.Driver,
        MinWatts = load.MinWatts,
        MaxWatts = load.MaxWatts,
        LevelWatts = load.LevelWatts,
        Sleeps = load.Output.Length == 0,
    };
}
