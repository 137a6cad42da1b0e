using Fleet.Core;

namespace Fleet.Drivers;

/// <summary>
/// What all drivers of a meter share: polls, and the cached reading, which changes only by whole and sound answers of
/// the device.
/// </summary>
public abstract class MeterDriver : PolledDriver, IMeter
{
    /// <summary>Time between polls: as often as the tick reads.</summary>
    public const int PollMs = 1000;

    /// <summary>Longest time between polls of a silent meter; the others on its line wait through each of them.</summary>
    public const int LongestPollMs = 8000;

    private readonly object _lock = new object();
    private readonly MeterReading _reading = new MeterReading();
    private readonly MeterReading _report = new MeterReading();
    private bool _hasReading;

    /// <summary>A meter that is asked as often as this.</summary>
    protected MeterDriver(int pollMs = PollMs)
        : base(pollMs, LongestPollMs)
    {
    }

    /// <inheritdoc/>
    public bool TryRead(MeterReading into)
    {
        lock (_lock)
        {
            if (_hasReading)
                Copy(_reading, into);
            return _hasReading;
        }
    }

    /// <inheritdoc/>
    protected sealed override Outcome Poll(bool begins, long nowMs)
    {
        if (begins)
            Clear(_report, nowMs);
        Outcome outcome = Poll(_report, begins, nowMs);
        if (outcome != Outcome.Complete)
            return outcome;
        lock (_lock)
        {
            Copy(_report, _reading);
            _hasReading = true;
        }
        return outcome;
    }

    /// <summary>
    /// Asks the meter in one exchange and fills in what it answers. With <paramref name="begins"/> the report is blank
    /// and power is asked, because the reading's time is that of the first exchange unless it is set.
    /// </summary>
    protected abstract Outcome Poll(MeterReading report, bool begins, long nowMs);

    private static void Clear(MeterReading reading, long nowMs)
    {
        reading.AtMs = nowMs;
        reading.Watts = 0;
        reading.HasEnergy = false;
        reading.EnergyMilliwattHours = 0;
        reading.HasFrequency = false;
        reading.MilliHertz = 0;
        reading.HasVoltage = false;
        reading.Millivolts = 0;
    }

    private static void Copy(MeterReading from, MeterReading to)
    {
        to.AtMs = from.AtMs;
        to.Watts = from.Watts;
        to.HasEnergy = from.HasEnergy;
        to.EnergyMilliwattHours = from.EnergyMilliwattHours;
        to.HasFrequency = from.HasFrequency;
        to.MilliHertz = from.MilliHertz;
        to.HasVoltage = from.HasVoltage;
        to.Millivolts = from.Millivolts;
    }
}
