using System;

namespace Fleet.Drivers;

/// <summary>What the drivers of meters and thermometers share: when they ask, and that nothing a device does breaks a step.</summary>
public abstract class PolledDriver : Driver
{
    private readonly Pace _polls;
    private bool _isPolling;
    private long _begunMs;

    /// <summary>A device that is asked as often as this, and a silent one ever more seldom.</summary>
    protected PolledDriver(int pollMs, int longestPollMs)
    {
        _polls = new Pace(pollMs, longestPollMs);
    }

    /// <inheritdoc/>
    public sealed override void Step(long nowMs)
    {
        if (!_isPolling && !_polls.IsDue(nowMs))
            return;
        if (!_isPolling)
            _begunMs = nowMs;
        Outcome outcome = Outcome.Silent;
        try
        {
            outcome = Poll(!_isPolling, nowMs);
        }
        catch (Exception)
        {
            // Whatever broke in the exchange, the device has not answered.
        }
        IsSilent = outcome == Outcome.Silent;
        _isPolling = outcome == Outcome.Continues;
        if (IsSilent)
            _polls.Miss(nowMs);
        else if (!_isPolling)
            _polls.Keep(_begunMs);
    }

    /// <summary>Asks the device, in one exchange or several steps; never waits longer than one exchange.</summary>
    protected abstract Outcome Poll(bool begins, long nowMs);
}
