using System;
using Fleet.Core;

namespace Fleet.Drivers;

/// <summary>What all drivers of a thermometer share: polls, and the cached reading, which changes only by a whole and sound one.</summary>
public abstract class ThermometerDriver : Driver, IThermometer
{
    /// <summary>Time between polls: no heat sink warms faster than this matters.</summary>
    public const int PollMs = 2000;

    /// <summary>Longest time between polls of a silent thermometer.</summary>
    public const int LongestPollMs = 16000;

    private readonly object _lock = new object();
    private readonly Pace _polls = new Pace(PollMs, LongestPollMs);
    private bool _isPolling;
    private bool _hasReading;
    private int _milliC;
    private long _atMs;

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
    public override void Step(long nowMs)
    {
        if (!_isPolling && !_polls.IsDue(nowMs))
            return;
        Outcome outcome = Outcome.Silent;
        int milliC = 0;
        try
        {
            outcome = Poll(!_isPolling, nowMs, out milliC);
        }
        catch (Exception)
        {
            // Whatever broke, there is no reading.
        }
        _isPolling = outcome == Outcome.Continues;
        IsSilent = outcome == Outcome.Silent;
        if (IsSilent)
            _polls.Miss(nowMs);
        if (outcome != Outcome.Complete)
            return;
        _polls.Keep(nowMs);
        lock (_lock)
        {
            _milliC = milliC;
            _atMs = nowMs;
            _hasReading = true;
        }
    }

    /// <summary>Measures, in one exchange or several; never waits longer than one exchange.</summary>
    protected abstract Outcome Poll(bool begins, long nowMs, out int milliC);
}
