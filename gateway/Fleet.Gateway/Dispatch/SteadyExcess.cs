using System;

namespace Fleet.Gateway.Dispatch;

/// <summary>
/// What goes through a controller's meter and is none of its loads: its power above the limit it goes by, once that has not
/// come down for a while, or beyond its loads' own word where that contradicts the meter. Loads that are lowered come down, a
/// stranger behind the meter and a load that ignores its order do not.
/// <code>
/// power    ____╱▔▔╲___________╱▔▔▔▔▔▔▔▔▔▔▔╲______    a load's way down, a stranger
/// steady   _____________________╱▔▔▔▔▔▔▔▔▔▔▔▔▔▔╲_    the least excess of the while; down when it has been gone for another
/// </code>
/// It falls only to what the loads themselves leave of the meter's reading: a higher limit hides a stranger and does not end it.
/// </summary>
internal struct SteadyExcess
{
    /// <summary>Longer than loads take to begin to come down.</summary>
    public static readonly TimeSpan RisesAfter = TimeSpan.FromSeconds(30);

    /// <summary>It falls to the most that was seen for this long, so that what comes and goes stays reserved.</summary>
    public static readonly TimeSpan FallsAfter = TimeSpan.FromSeconds(60);

    /// <summary>Loads that say up to a tenth less than they take leave no stranger.</summary>
    private const int Trusted = 10;

    private (DateTimeOffset From, long Watts, long Least)? _above;
    private (DateTimeOffset From, long Most)? _below;

    /// <summary>Watts that are surely none of its loads'; those of its last reading while it has none.</summary>
    public long Watts { get; private set; }

    /// <summary>Takes a reading of its meter, the limit its loads go by, what the loads say they take, and whether that contradicts the meter.</summary>
    public void Take(DateTimeOffset now, long watts, long limitWatts, long saidWatts, bool isContradicted, int toleranceWatts)
    {
        Rise(now, watts, watts - limitWatts, toleranceWatts);
        if (isContradicted && watts - saidWatts > Watts + toleranceWatts)
            Watts = watts - saidWatts;
        Fall(now, Math.Max(watts - limitWatts, watts - saidWatts - watts / Trusted), toleranceWatts);
    }

    private void Rise(DateTimeOffset now, long watts, long excess, int toleranceWatts)
    {
        if (_above is { } above && above.Watts - watts <= toleranceWatts && excess > toleranceWatts)
        {
            _above = above with { Least = Math.Min(above.Least, excess) };
            if (now - above.From < RisesAfter)
                return;
            Watts = Math.Max(Watts, _above.Value.Least);
        }
        _above = excess > toleranceWatts ? (now, watts, excess) : null;
    }

    private void Fall(DateTimeOffset now, long bound, int toleranceWatts)
    {
        if (bound >= Watts - toleranceWatts / 2)
        {
            _below = null;
            return;
        }
        var below = _below ?? (now, bound);
        _below = (below.From, Math.Max(below.Most, bound));
        if (now - below.From < FallsAfter)
            return;
        Watts = _below.Value.Most > toleranceWatts ? _below.Value.Most : 0;
        _below = null;
    }
}
