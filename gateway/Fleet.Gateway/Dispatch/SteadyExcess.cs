using System;

namespace Fleet.Gateway.Dispatch;

/// <summary>
/// By how much a controller takes more than the limit it goes by, once its power has not come down for a while: loads that
/// are lowered come down, a stranger behind the meter and a load that ignores its order do not.
/// <code>
/// power    ____╱▔▔╲___________╱▔▔▔▔▔▔▔▔▔▔▔╲____     a load's way down, a stranger
/// steady   _____________________╱▔▔▔▔▔▔▔▔▔▔╲___     the least excess of the while; down with it at once
/// </code>
/// </summary>
internal struct SteadyExcess
{
    /// <summary>Longer than loads take to begin to come down.</summary>
    public static readonly TimeSpan While = TimeSpan.FromSeconds(30);

    private bool _isAbove;
    private DateTimeOffset _from;
    private long _fromWatts;
    private long _least;
    private long _steady;

    /// <summary>Takes power and limit now; what of the excess is steady, 0 while that is within the tolerance.</summary>
    public long Take(DateTimeOffset now, long watts, long limitWatts, int toleranceWatts)
    {
        var excess = watts - limitWatts;
        _steady = excess > toleranceWatts ? Math.Min(_steady, excess) : 0;
        _least = Math.Min(_least, excess);
        var isFalling = _fromWatts - watts > toleranceWatts;
        if (_isAbove && !isFalling && excess > toleranceWatts && now - _from < While)
            return _steady;
        if (_isAbove && !isFalling)
            _steady = Math.Max(_steady, excess > toleranceWatts ? _least : 0);
        (_isAbove, _from, _fromWatts, _least) = (excess > toleranceWatts, now, watts, excess);
        return _steady;
    }
}
