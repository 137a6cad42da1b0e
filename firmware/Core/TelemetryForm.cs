using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// The telemetry of a controller, filled with what the tick saw and decided. It has room for one load, which is filled anew for each
/// while it is written, in the same tick.
/// </summary>
public sealed class TelemetryForm : Telemetry
{
    private readonly Snapshot _snapshot;
    private readonly UtcClock _clock;
    private readonly Metering _metering;
    private readonly Supervisor _supervisor;
    private readonly Limit _limit;
    private readonly Guard _guard;

    /// <summary>Takes what it tells of.</summary>
    public TelemetryForm(Snapshot snapshot, UtcClock clock, Metering metering, Supervisor supervisor, Limit limit, Guard guard)
        : base(1, snapshot.Loads.Length)
    {
        _snapshot = snapshot;
        _clock = clock;
        _metering = metering;
        _supervisor = supervisor;
        _limit = limit;
        _guard = guard;
    }

    /// <summary>Fills everything but the sequence, which is the sender's.</summary>
    public void Fill(long nowMs, int faults)
    {
        MonotonicMs = nowMs;
        HasUtc = _clock.TryStamp(nowMs, out UtcMs);
        HasWatts = _snapshot.HasWatts;
        Watts = _snapshot.Watts;
        EnergyMilliwattHours = _metering.RegisterMilliwattHours;
        State = _supervisor.State;
        Faults = faults;
        IsUnlimited = _limit.IsUnlimited;
        LimitWatts = _limit.Watts;
        SetpointId = _limit.Id;
        LoadCount = _snapshot.Loads.Length;
        TemperatureCount = 0;
        for (int i = 0; i < LoadCount; i++)
        {
            if (_snapshot.Loads[i].HasTemperature)
                TemperatureMilliC[TemperatureCount++] = _snapshot.Loads[i].TemperatureMilliC;
        }
    }

    /// <inheritdoc/>
    protected override LoadTelemetry LoadAt(int index)
    {
        LoadTelemetry into = Loads[0];
        LoadPicture load = _snapshot.Loads[index];
        LoadOrder order = _guard.Orders[index];
        into.HasWatts = load.HasWatts;
        into.Watts = load.Watts;
        into.LimitWatts = order.IsGiven ? order.Watts : 0;
        into.State = load.IsFresh ? load.Reading.State : LoadState.Unknown;
        into.Faults = order.Faults;
        into.HasWorkRate = load.IsFresh && load.Reading.HasWorkRate && load.Reading.WorkRate >= 0;
        into.WorkRate = load.Reading.WorkRate;
        return into;
    }
}
