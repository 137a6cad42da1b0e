using System;

namespace Fleet.Gateway.Dispatch;

/// <summary>
/// Closes a loop on measured power: while it is above the cap and not on its way down, the excess adds to a correction, and
/// twice as much each time that the one before has brought nothing: who was lowered does not obey. The correction is taken
/// back slowly while power is below the cap, until it is gone or no more than is needed.
/// </summary>
/// <param name="patience">How long measured power may stay above the cap without coming down.</param>
public sealed class ClosedLoop(TimeSpan patience)
{
    /// <summary>Power that loses this share of its excess within the patience is on its way down: devices have their own ramps.</summary>
    public const double Falling = 0.05;

    /// <summary>Share of the correction that is taken back a second while there is room.</summary>
    public const double ReleasePerSecond = 0.01;

    private (DateTimeOffset At, long Watts)? _above;
    private DateTimeOffset _last;
    private long _step;

    /// <summary>Watts by which orders must be below the cap, for measured power to be at it.</summary>
    public long CorrectionWatts { get; private set; }

    /// <summary>Compares what is measured with the cap; true when the correction has grown.</summary>
    /// <param name="now">The time.</param>
    /// <param name="watts">What is measured.</param>
    /// <param name="capWatts">What it must not pass.</param>
    /// <param name="toleranceWatts">By how much it may pass it.</param>
    /// <param name="mostWatts">Most that orders can give up.</param>
    /// <param name="idleWatts">By how much orders are below the cap already: a correction up to it lowers nothing, so the first one begins there.</param>
    public bool Step(DateTimeOffset now, long watts, long capWatts, int toleranceWatts, long mostWatts, long idleWatts = 0)
    {
        var excess = watts - capWatts;
        var before = CorrectionWatts;
        if (excess <= toleranceWatts)
        {
            _above = null;
            _step = 0;
            Release(now, -excess);
        }
        else if (_above is not { } above)
        {
            _above = (now, watts);
        }
        else if (now - above.At >= patience)
        {
            _step = above.Watts - watts < excess * Falling ? Math.Min(Math.Max(excess, 2 * _step), mostWatts) : 0;
            if (_step > 0)
                CorrectionWatts = Math.Min(Math.Max(CorrectionWatts, idleWatts) + _step, idleWatts + mostWatts);
            _above = (now, watts);
        }
        _last = now;
        return CorrectionWatts > before;
    }

    /// <summary>What a correction was for is known now, and lowers orders by itself: so much of it is given up.</summary>
    public void Relieve(long watts) => CorrectionWatts = Math.Max(0, CorrectionWatts - watts);

    private void Release(DateTimeOffset now, long room)
    {
        if (room > 0 && _last != default)
            CorrectionWatts -= Math.Min(room, (long)Math.Ceiling(CorrectionWatts * ReleasePerSecond * (now - _last).TotalSeconds));
        CorrectionWatts = Math.Max(0, CorrectionWatts);
    }
}
