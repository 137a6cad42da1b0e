using System;
using System.Globalization;
using Fleet.Bench.Curtail;
using Fleet.Wire;

namespace Fleet.Bench.Ingest;

/// <summary>
/// What the controllers of the bench send, as whole MQTT packets made beforehand: the same bytes on both sides, and no
/// message twice. Telemetry has about 250 bytes, with one load and every field that a controller under command sends.
/// </summary>
internal sealed class Traffic
{
    /// <summary>The site of every bench controller.</summary>
    public const string Site = "bench";

    /// <summary>How many controllers send at once.</summary>
    public const int Controllers = 200;

    /// <summary>The run that every bench controller is in.</summary>
    private const long BootId = 12;

    /// <summary>Between two telemetry messages of a controller; a bench of minutes stays within the hour that a clock may be ahead.</summary>
    private const int TelemetryStepMs = 10;

    /// <summary>Length of an interval of energy.</summary>
    private const int EnergyStepMs = 60_000;

    private const int LongestPacket = 1024;

    private readonly long _startUtcMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
    private readonly byte[] _payload = new byte[Bounds.PayloadBytes];
    private readonly EnergyRecord _record = new();
    private readonly Telemetry _telemetry = NewTelemetry();
    private long _telemetrySequence;
    private long _energySequence;

    public static string NameOf(int controller) => string.Create(CultureInfo.InvariantCulture, $"c{controller}");

    /// <summary>The next so many messages of every controller: telemetry at QoS 0, or energy records at QoS 1.</summary>
    public Burst[] Next(int messages, bool atLeastOnce)
    {
        var bursts = new Burst[Controllers];
        for (var controller = 0; controller < bursts.Length; controller++)
            bursts[controller] = atLeastOnce ? Energy(controller, messages) : Telemetries(controller, messages);
        _telemetrySequence += atLeastOnce ? 0 : messages;
        _energySequence += atLeastOnce ? messages : 0;
        return bursts;
    }

    private Burst Telemetries(int controller, int messages)
    {
        var burst = new Burst(messages, LongestPacket);
        var topic = Topics.Of(Site, NameOf(controller), Kind.Telemetry);
        for (var i = 0; i < messages; i++)
        {
            _telemetry.Sequence = _telemetrySequence + i;
            _telemetry.MonotonicMs = _telemetry.Sequence * TelemetryStepMs;
            _telemetry.UtcMs = _startUtcMs + _telemetry.MonotonicMs;
            _telemetry.Watts = 3400 + (int)(_telemetry.Sequence % 100);
            _telemetry.EnergyMilliwattHours = 123_456_789 + 9_722 * _telemetry.Sequence;
            _telemetry.Loads[0].Watts = _telemetry.Watts;
            burst.Add(MqttBytes.Publish(topic, 0, _payload.AsSpan(0, _telemetry.Write(_payload))));
        }
        return burst;
    }

    private Burst Energy(int controller, int messages)
    {
        var burst = new Burst(messages, LongestPacket);
        var topic = Topics.Of(Site, NameOf(controller), Kind.Energy);
        for (var i = 0; i < messages; i++)
        {
            _record.BootId = BootId;
            _record.Sequence = _energySequence + i;
            _record.StartUtcMs = _startUtcMs + _record.Sequence * EnergyStepMs;
            _record.EndUtcMs = _record.StartUtcMs + EnergyStepMs;
            _record.EnergyMilliwattHours = 58_333;
            _record.RegisterMilliwattHours = 123_456_789 + 58_333 * _record.Sequence;
            var id = (ushort)(1 + _record.Sequence % ushort.MaxValue);
            burst.Add(MqttBytes.Publish(topic, id, _payload.AsSpan(0, _record.Write(_payload))));
        }
        return burst;
    }

    private static Telemetry NewTelemetry()
    {
        var telemetry = new Telemetry
        {
            BootId = BootId,
            HasUtc = true,
            HasWatts = true,
            State = ControllerState.Commanded,
            LimitWatts = 3500,
            SetpointId = "bench-1-1234",
            TemperatureCount = 1,
            LoadCount = 1,
        };
        telemetry.TemperatureMilliC[0] = 41_250;
        var load = telemetry.Loads[0];
        (load.HasWatts, load.LimitWatts, load.State, load.HasWorkRate, load.WorkRate) = (true, 3500, LoadState.Running, true, 199_000);
        return telemetry;
    }
}
