using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Bench.Tick;

/// <summary>
/// The real controller with four miners and a meter, under the gateway's command: loads take what they are ordered, the
/// gateway beats every ten seconds, and the broker acknowledges what it gets.
/// </summary>
internal sealed class SteadyController
{
    private const string Secret = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private const string Site = "hill";
    private const string Name = "c-1";
    private const long GatewayUtcAtBootMs = 1_782_907_200_000;
    private const int HeartbeatMs = 10_000;
    private const int LimitWatts = 10_000;

    private static readonly string Configuration = $$"""
        {"site":"{{Site}}","controller":"{{Name}}","board":"virtual","brokerHost":"localhost","secret":"{{Secret}}",
        "failSafeWatts":4000,"meters":[{"driver":"sdm630"}],"loads":[
        {"name":"m1","driver":"luxos","minWatts":1600,"maxWatts":3500},{"name":"m2","driver":"luxos","minWatts":1600,"maxWatts":3500},
        {"name":"m3","driver":"luxos","minWatts":1600,"maxWatts":3500},{"name":"m4","driver":"luxos","minWatts":1600,"maxWatts":3500}]}
        """;

    private readonly byte[] _buffer = new byte[Bounds.PayloadBytes];
    private readonly Heartbeat _heartbeat = new() { Epoch = 1 };
    private readonly SteadyLoad[] _loads;
    private readonly SteadyMeter _meter;
    private readonly SteadyUplink _uplink = new();
    private readonly Controller _controller;
    private long _nowMs;

    public SteadyController()
    {
        var settings = new Settings();
        var file = Encoding.UTF8.GetBytes(Configuration);
        if (!settings.TryRead(file, file.Length, out string reason))
            throw new InvalidOperationException(reason);
        _loads = [.. settings.LoadList.Select(load => new SteadyLoad(load))];
        _meter = new SteadyMeter(_loads);
        _controller = new Controller(settings, [.. _loads], [_meter], [], new SteadyStore(), _uplink, 1);
        Beat();
        Order(new Setpoint { LimitWatts = LimitWatts, LoadWatts = [], Reason = "bench" });
    }

    /// <summary>A second passes.</summary>
    public void Prepare()
    {
        _nowMs += 1000;
        if (_nowMs % HeartbeatMs == 0)
            Beat();
        for (; _uplink.Acknowledged < _uplink.Sent; _uplink.Acknowledged++)
            _controller.Delivered(_uplink.Acknowledged + 1);
        foreach (var load in _loads)
            load.NowMs = _nowMs;
        _meter.NowMs = _nowMs;
    }

    public void Tick() => _controller.Tick(_nowMs);

    /// <summary>Refuses a measurement of a controller that is not at its limit under the gateway's command.</summary>
    public void Check()
    {
        if (_controller.State != ControllerState.Commanded || _loads.Sum(load => load.Watts) != LimitWatts || _controller.Faults != 0)
            throw new InvalidOperationException($"the controller is not steady: {_controller.State}, {_loads.Sum(load => load.Watts)} W, faults {_controller.Faults}");
    }

    private void Beat()
    {
        _heartbeat.UtcMs = GatewayUtcAtBootMs + _nowMs;
        _controller.Receive(Topics.HeartbeatOf(Site), _buffer, _heartbeat.Write(_buffer));
    }

    private void Order(Setpoint setpoint)
    {
        (setpoint.Id, setpoint.Sequence, setpoint.BootId, setpoint.IssuedUtcMs) = ("bench-1", 1, 1, GatewayUtcAtBootMs);
        var topic = Topics.Of(Site, Name, Kind.Setpoint);
        var key = new ControllerKeys(Convert.FromHexString(Secret)).CommandKey;
        _controller.Receive(topic, _buffer, setpoint.WriteSigned(_buffer, topic, key));
    }

    private sealed class SteadyLoad(LoadSettings settings) : ILoad
    {
        public long NowMs { get; set; }

        public int Watts { get; private set; }

        public LoadAbility Ability { get; } = new()
        {
            Name = settings.Name,
            Driver = settings.Driver,
            MinWatts = settings.MinWatts,
            MaxWatts = settings.MaxWatts,
            LevelWatts = settings.LevelWatts,
            Sleeps = true,
        };

        public bool TryRead(LoadReading into)
        {
            into.AtMs = NowMs;
            into.HasWatts = true;
            into.Watts = Watts;
            into.State = Watts > 0 ? LoadState.Running : LoadState.Sleeping;
            into.HasWorkRate = true;
            into.WorkRate = Watts * 57L;
            into.HasTemperature = true;
            into.TemperatureMilliC = 61_000;
            return true;
        }

        public void Apply(int limitWatts) => Watts = limitWatts;
    }

    private sealed class SteadyMeter(SteadyLoad[] loads) : IMeter
    {
        public long NowMs { get; set; }

        public bool TryRead(MeterReading into)
        {
            into.AtMs = NowMs;
            into.Watts = 0;
            foreach (var load in loads)
                into.Watts += load.Watts;
            return true;
        }
    }

    private sealed class SteadyUplink : IUplink
    {
        public int Sent { get; private set; }

        public int Acknowledged { get; set; }

        public bool IsConnected => true;

        public int Send(Kind kind, byte[] payload, int length) => ++Sent;
    }

    private sealed class SteadyStore : IStore
    {
        private readonly Dictionary<string, byte[]> _records = [];

        public bool TryRead(string name, byte[] buffer, out int length)
        {
            var found = _records.TryGetValue(name, out var record);
            record?.CopyTo(buffer, 0);
            length = record?.Length ?? 0;
            return found;
        }

        public bool TryWrite(string name, byte[] buffer, int length)
        {
            if (!_records.TryGetValue(name, out var record) || record.Length != length)
                _records[name] = record = new byte[length];
            Array.Copy(buffer, record, length);
            return true;
        }
    }
}
