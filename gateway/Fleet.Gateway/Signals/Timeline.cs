using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Gateway.Signals;

/// <summary>
/// A site's caps, known in watts, resolved into one answer for every instant: the lowest of all that are in force.
/// The order in which they came never matters.
/// <code>
///  a  |------ 60 kW ------|
///  b          |-------- 40 kW --------|
///     +-------+-----------+-----------+--------
///      60 kW   40 kW        40 kW      no cap
/// </code>
/// </summary>
public sealed class Timeline
{
    /// <summary>No caps at all.</summary>
    public static readonly Timeline Empty = new([]);

    private readonly Cap[] _caps;

    /// <summary>A timeline of these caps.</summary>
    public Timeline(IEnumerable<Cap> caps)
    {
        _caps = [.. caps.OrderBy(cap => cap.Watts).ThenBy(cap => cap.Start).ThenBy(cap => cap.SignalId, StringComparer.Ordinal)];
    }

    /// <summary>Every cap, the lowest first.</summary>
    public IReadOnlyList<Cap> Caps => _caps;

    /// <summary>The cap that binds at an instant; null when none is in force.</summary>
    public Cap? At(DateTimeOffset at)
    {
        foreach (var cap in _caps)
        {
            if (cap.Start <= at && at < cap.End)
                return cap;
        }
        return null;
    }

    /// <summary>The lowest cap in force at any instant of an interval; null when none is.</summary>
    public Cap? LowestIn(DateTimeOffset start, DateTimeOffset end)
    {
        foreach (var cap in _caps)
        {
            if (cap.Start < end && start < cap.End)
                return cap;
        }
        return null;
    }
}

/// <summary>A cap in watts on one site's power.</summary>
/// <param name="SignalId">The signal it comes from.</param>
/// <param name="Watts">Most watts, 0 or more.</param>
/// <param name="Start">When it begins.</param>
/// <param name="End">When it ends.</param>
/// <param name="Reason">Why, in one line for a person.</param>
public sealed record Cap(string SignalId, int Watts, DateTimeOffset Start, DateTimeOffset End, string Reason);
