using Fleet.Wire;

namespace Fleet.Core;

/// <summary>Fills telemetry with what the tick saw and decided.</summary>
public sealed class TelemetryForm
{
    private readonly Snapshot _snapshot;
    private readonly UtcClock _clock;
    private readonly Metering _metering;
    private readonly Supervisor _supervisor;
    private readonly Limit _limit;
    private readonly Guard _guard;

    /// <summary>Takes what it tells of.</summary>
    public TelemetryForm(Snapshot snapshot, UtcClock clock, Metering metering, Supervisor supervisor, Limit limit, Guard guard)
    {
        _snapshot = snapshot;
        _clock = clock;
        _metering = metering;
        _supervisor = supervisor;
        _limit = limit;
        _guard = guard;
    }

    /// <summary>Fills everything but boot id and sequence, which are the sender's.</summary>
    public void Fill(Telemetry telemetry, long nowMs, int faults)
    {
        telemetry.MonotonicMs = nowMs;
        telemetry.HasUtc = _clock.TryStamp(nowMs, out long utcMs);
        telemetry.UtcMs = utcMs;
        telemetry.HasWatts = _snapshot.HasWatts;
        telemetry.Watts = _snapshot.Watts;
        telemetry.EnergyMilliwattHours = _metering.RegisterMilliwattHours;
        telemetry.State = _supervisor.State;
        telemetry.Faults = faults;
        telemetry.IsUnlimited = _limit.IsUnlimited;
        telemetry.LimitWatts = _limit.Watts;
        telemetry.SetpointId = _limit.Id;
        telemetry.TemperatureCount = 0;
        telemetry.LoadCount = _snapshot.Loads.Length;
        for (int i = 0; i < _snapshot.Loads.Length; i++)
            Fill(telemetry, telemetry.Loads[i], _snapshot.Loads[i], _guard.Orders[i]);
    }

    private static void Fill(Telemetry telemetry, LoadTelemetry into, LoadPicture load, LoadOrder order)
    {
        into.HasWatts = load.HasWatts;
        into.Watts = load.Watts;
        into.LimitWatts = order.IsGiven ? order.Watts : 0;
        into.State = load.IsFresh ? load.Reading.State : LoadState.Unknown;
        into.Faults = order.Faults;
        into.HasWorkRate = load.IsFresh && load.Reading.HasWorkRate && load.Reading.WorkRate >= 0;
        into.WorkRate = load.Reading.WorkRate;
        if (load.HasTemperature)
            telemetry.TemperatureMilliC[telemetry.TemperatureCount++] = load.TemperatureMilliC;
    }
}
