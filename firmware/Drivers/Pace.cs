namespace Fleet.Drivers;

/// <summary>
/// When a driver turns to its device again: a steady period, doubled for every miss in a row up to a bound, so that a
/// dead device costs little and a living one is never waited for long.
/// </summary>
public sealed class Pace
{
    private readonly int _periodMs;
    private readonly int _longestMs;
    private long _dueMs;
    private int _waitMs;

    /// <summary>A pace that is due at once.</summary>
    public Pace(int periodMs, int longestMs)
    {
        _periodMs = periodMs;
        _longestMs = longestMs;
        Hurry();
    }

    /// <summary>Whether it is time.</summary>
    public bool IsDue(long nowMs)
    {
        return nowMs >= _dueMs;
    }

    /// <summary>Makes it due at once and forgets the misses.</summary>
    public void Hurry()
    {
        _dueMs = long.MinValue;
        _waitMs = _periodMs;
    }

    /// <summary>Due again after a period; the misses are forgotten.</summary>
    public void Keep(long nowMs)
    {
        _waitMs = _periodMs;
        _dueMs = nowMs + _periodMs;
    }

    /// <summary>Due again after the present wait; the next one is twice as long.</summary>
    public void Miss(long nowMs)
    {
        _dueMs = nowMs + _waitMs;
        _waitMs = _waitMs > _longestMs / 2 ? _longestMs : _waitMs * 2;
    }
}
