using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using Fleet.Gateway.Sites;
using Fleet.Wire;

namespace Fleet.Gateway.Link;

/// <summary>
/// Turns the wire's bytes into the sites' words. With <see cref="CommandSender"/> the only place that knows both: the
/// wire may change without the rest of the gateway.
/// </summary>
public sealed class ControllerUplink : IUplink
{
    private readonly IReception _reception;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<ControllerAddress, Scratch> _scratch = new();

    /// <summary>An uplink that hands over to <paramref name="reception"/>.</summary>
    public ControllerUplink(IReception reception, TimeProvider time)
    {
        _reception = reception;
        _time = time;
    }

    /// <inheritdoc/>
    public ValueTask ReceiveAsync(ControllerAddress from, Kind kind, ReadOnlyMemory<byte> payload, bool atLeastOnce)
    {
        var bytes = MemoryMarshal.TryGetArray(payload, out var segment) && segment.Offset == 0 ? segment.Array! : payload.ToArray();
        var scratch = _scratch.GetOrAdd(from, _ => new Scratch());
        var now = _time.GetUtcNow();
        switch (kind)
        {
            case Kind.Telemetry:
                return TakeTelemetry(from, bytes, payload.Length, now, scratch);
            case Kind.Hello:
                TakeHello(from, bytes, payload.Length, now, scratch);
                return ValueTask.CompletedTask;
            case Kind.Ack:
                TakeAck(from, bytes, payload.Length, now);
                return ValueTask.CompletedTask;
            case Kind.Energy:
                return TakeEnergy(from, bytes, payload.Length, scratch);
            case Kind.Event:
                return TakeEvent(from, bytes, payload.Length, now, scratch);
            default:
                _reception.Refuse(from, Topics.NameOf(kind), "no such kind of message goes up");
                return ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public void PresenceChanged(ControllerAddress controller, Presence presence)
    {
        // The hello and its will say the same, whichever the broker.
    }

    private ValueTask TakeTelemetry(ControllerAddress from, byte[] bytes, int length, DateTimeOffset now, Scratch scratch)
    {
        if (scratch.Telemetry.TryRead(bytes, length, out var reason))
            return _reception.Take(ReportOf(from, now, scratch));
        _reception.Refuse(from, "telemetry", reason);
        return ValueTask.CompletedTask;
    }

    private static TelemetryReport ReportOf(ControllerAddress from, DateTimeOffset now, Scratch scratch)
    {
        var telemetry = scratch.Telemetry;
        var loads = new LoadReport[telemetry.LoadCount];
        for (var i = 0; i < loads.Length; i++)
        {
            var load = telemetry.Loads[i];
            loads[i] = new LoadReport(
                load.HasWatts ? load.Watts : null, load.LimitWatts, (Sites.LoadState)load.State,
                load.HasWorkRate ? load.WorkRate / 1000.0 : null, load.Faults, FaultNames.Of(load.Faults));
        }
        var temperatures = telemetry.TemperatureCount == 0 ? [] : telemetry.TemperatureMilliC[..telemetry.TemperatureCount];
        return new TelemetryReport(
            from, now, telemetry.BootId, telemetry.Sequence,
            telemetry.HasUtc ? DateTimeOffset.FromUnixTimeMilliseconds(telemetry.UtcMs) : null,
            telemetry.HasWatts ? telemetry.Watts : null, telemetry.EnergyMilliwattHours, (Sites.ControllerState)telemetry.State,
            telemetry.IsUnlimited ? null : telemetry.LimitWatts, telemetry.SetpointId, telemetry.Faults, FaultNames.Of(telemetry.Faults),
            temperatures, loads, VitalsOf(telemetry))
        {
            IsMetered = (telemetry.Faults & Fault.MeterStale) == 0,
            MetersDisagree = (telemetry.Faults & Fault.MetersDisagree) != 0,
        };
    }

    private static VitalsReport VitalsOf(Telemetry telemetry)
    {
        var vitals = telemetry.Vitals;
        return new VitalsReport(
            telemetry.MonotonicMs, vitals.HasHeapFree ? vitals.HeapFreeBytes : null, vitals.HasLargestFree ? vitals.LargestFreeBytes : null,
            vitals.HasTick ? vitals.TickMs : null, vitals.HasLinkLosses ? vitals.LinkLosses : null);
    }

    private void TakeHello(ControllerAddress from, byte[] bytes, int length, DateTimeOffset now, Scratch scratch)
    {
        var hello = new Hello();
        if (!hello.TryRead(bytes, length, out var reason))
        {
            _reception.Refuse(from, "hello", reason);
            return;
        }
        if (hello.IsOnline)
            scratch.LoadNames = hello.Loads.Select(load => load.Name).ToArray();
        _reception.Take(new HelloReport(
            from, now, hello.IsOnline, hello.BootId, hello.Board ?? "", hello.Firmware ?? "", hello.FailSafeWatts, scratch.LoadNames,
            hello.HasBootReason ? FaultNames.NameOf(hello.BootReason) : null));
    }

    private void TakeAck(ControllerAddress from, byte[] bytes, int length, DateTimeOffset now)
    {
        var ack = new Ack();
        if (!ack.TryRead(bytes, length, out var reason))
        {
            _reception.Refuse(from, "ack", reason);
            return;
        }
        _reception.Take(new AckReport(
            from, now, ack.BootId, Topics.NameOf(ack.Kind), ack.Id, (AckOutcome)ack.Result, ack.Reason, ack.HasWatts ? ack.Watts : null,
            ack.ElapsedMs)
        {
            StoredBytes = ack.HasStoredBytes ? ack.StoredBytes : null,
        });
    }

    private ValueTask TakeEnergy(ControllerAddress from, byte[] bytes, int length, Scratch scratch)
    {
        var record = scratch.Record;
        if (!record.TryRead(bytes, length, out var reason))
        {
            _reception.Refuse(from, "energy", reason);
            return ValueTask.CompletedTask;
        }
        return _reception.Take(new EnergyInterval(
            from, record.BootId, record.Sequence, DateTimeOffset.FromUnixTimeMilliseconds(record.StartUtcMs),
            DateTimeOffset.FromUnixTimeMilliseconds(record.EndUtcMs), record.EnergyMilliwattHours, record.RegisterMilliwattHours,
            (Sites.EnergyQuality)record.Quality, TimeSpan.FromSeconds(record.EarlierSeconds)));
    }

    private ValueTask TakeEvent(ControllerAddress from, byte[] bytes, int length, DateTimeOffset now, Scratch scratch)
    {
        var happened = new ControllerEvent();
        if (!happened.TryRead(bytes, length, out var reason))
        {
            _reception.Refuse(from, "event", reason);
            return ValueTask.CompletedTask;
        }
        var at = happened.HasUtc ? DateTimeOffset.FromUnixTimeMilliseconds(happened.UtcMs) : now;
        var (what, code) = FaultNames.Describe(happened);
        return _reception.Take(new EventReport(
            from, at, happened.BootId, happened.Sequence, what, code, happened.Load ?? "", happened.Detail ?? ""));
    }

    // The link hands over one controller's messages one at a time, so what they are read into can be kept and reused.
    private sealed class Scratch
    {
        public Telemetry Telemetry { get; } = new();

        public EnergyRecord Record { get; } = new();

        public string[] LoadNames { get; set; } = [];
    }
}
