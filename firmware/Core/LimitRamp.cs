namespace Fleet.Core;

/// <summary>
/// The limit in force on its way to the limit that is wanted: down at once, up only after this controller's own share of
/// a random window, and then no faster than the ramp.
/// <code>
/// wanted  ─────┐              ┌──────────────
///              │              │          ╱
/// in force ────┴──────────────┴────────╱
///                              waits   rises
/// </code>
/// A rise that is under way is not sent back to the end of the queue by a newer wish: the earlier wait counts.
/// </summary>
public sealed class LimitRamp
{
    private long _limitMilliwatts;
    private long _lastMs;
    private long _riseFromMs;

    /// <summary>Whether it waits to rise, rises, or has risen in this step.</summary>
    public bool IsRising { get; private set; }

    /// <summary>The limit in force; rounded down, so that it is never above the ramp.</summary>
    public int LimitWatts
    {
        get { return (int)(_limitMilliwatts / 1000); }
    }

    /// <summary>Puts a limit in force without a ramp: the fail-safe limit at power-up.</summary>
    public void Begin(long nowMs, int limitWatts)
    {
        _lastMs = nowMs;
        _limitMilliwatts = limitWatts * 1000L;
    }

    /// <summary>Goes on towards the wanted limit; waits this long before a rise begins and then rises so fast (0 is at once).</summary>
    public void Step(long nowMs, int wantedWatts, int rampWattsPerSecond, long waitMs)
    {
        long wanted = wantedWatts * 1000L;
        if (wanted <= _limitMilliwatts)
        {
            _limitMilliwatts = wanted;
            IsRising = false;
        }
        else
        {
            if (!IsRising || nowMs + waitMs < _riseFromMs)
                _riseFromMs = nowMs + waitMs;
            IsRising = true;
            Rise(nowMs, wanted, rampWattsPerSecond);
        }
        _lastMs = nowMs;
    }

    private void Rise(long nowMs, long wanted, int rampWattsPerSecond)
    {
        if (nowMs < _riseFromMs)
            return;
        long fromMs = _riseFromMs > _lastMs ? _riseFromMs : _lastMs;
        long risen = _limitMilliwatts + rampWattsPerSecond * (nowMs - fromMs);
        _limitMilliwatts = rampWattsPerSecond == 0 || risen > wanted ? wanted : risen;
    }
}
