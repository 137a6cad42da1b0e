using System;
using Fleet.Core;

namespace Fleet.Drivers;

/// <summary>
/// What all drivers of a meter share: polls, and the cached reading, which changes only by whole and sound answers of
/// the device.
/// </summary>
public abstract class MeterDriver : Driver, IMeter
{
    /// <summary>Time between polls: as often as the tick reads.</summary>
    public const int PollMs = 1000;

    /// <summary>Longest time between polls of a silent meter; the others on its line wait through each of them.</summary>
    public const int LongestPollMs = 8000;

    private readonly object _lock = new object();
    private readonly MeterReading _reading = new MeterReading();
    private readonly MeterReading _report = new MeterReading();
    private readonly Pace _polls;
    private bool _hasReading;
    private bool _isPolling;

    /// <summary>A meter that is asked every <see cref="PollMs"/>.</summary>
    protected MeterDriver()
        : this(PollMs)
    {
    }

    /// <summary>A meter that is asked as often as this.</summary>
    protected MeterDriver(int pollMs)
    {
        _polls = new Pace(pollMs, LongestPollMs);
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
    public override void Step(long nowMs)
    {
        if (!_isPolling && !_polls.IsDue(nowMs))
            return;
        if (!_isPolling)
            Clear(_report, nowMs);
        Outcome outcome = Outcome.Silent;
        try
        {
            outcome = Poll(_report, !_isPolling, nowMs);
        }
        catch (Exception)
        {
            // Whatever broke in the exchange, the meter has not answered.
        }
        IsSilent = outcome == Outcome.Silent;
        _isPolling = outcome == Outcome.Continues;
        if (IsSilent)
            _polls.Miss(nowMs);
        if (outcome != Outcome.Complete)
            return;
        _polls.Keep(_report.AtMs);
        lock (_lock)
        {
            Copy(_report, _reading);
            _hasReading = true;
        }
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
