using Fleet.Core;

namespace Fleet.Drivers;

/// <summary>What all drivers of a thermometer share: polls, and the cached reading, which changes only by a whole and sound one.</summary>
public abstract class ThermometerDriver : PolledDriver, IThermometer
{
    /// <summary>Time between polls: no heat sink warms faster than this matters.</summary>
    public const int PollMs = 2000;

    /// <summary>Longest time between polls of a silent thermometer.</summary>
    public const int LongestPollMs = 16000;

    private readonly object _lock = new object();
    private bool _hasReading;
    private int _milliC;
    private long _atMs;

    /// <summary>A thermometer that is asked every <see cref="PollMs"/>.</summary>
    protected ThermometerDriver()
        : base(PollMs, LongestPollMs)
    {
    }

    /// <inheritdoc/>
    public bool TryRead(out int milliC, out long atMs)
    {
        lock (_lock)
        {
            milliC = _milliC;
            atMs = _atMs;
            return _hasReading;
        }
    }

    /// <inheritdoc/>
    protected sealed override Outcome Poll(bool begins, long nowMs)
    {
        Outcome outcome = Poll(begins, nowMs, out int milliC);
        if (outcome != Outcome.Complete)
            return outcome;
        lock (_lock)
        {
            _milliC = milliC;
            _atMs = nowMs;
            _hasReading = true;
        }
        return outcome;
    }

    /// <summary>Measures, in one exchange or several; never waits longer than one exchange.</summary>
    protected abstract Outcome Poll(bool begins, long nowMs, out int milliC);
}
