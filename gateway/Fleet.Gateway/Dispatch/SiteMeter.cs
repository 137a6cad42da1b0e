using System;

namespace Fleet.Gateway.Dispatch;

/// <summary>
/// Compares the meter at a site's grid connection with its controllers: the rest is what Fleet does not control. Readings
/// come at different seconds, so the rest is taken only while both sides have been steady; it stays when the meter is silent.
/// <code>
/// meter        ────────╲______________________     reports every 5 s
/// controllers  ──────╲________________________
/// rest         ──────┤ as it was ├────────────     never the gap between the two
/// </code>
/// Interpretation: nothing behind the connection makes power. A meter that reads less than the controllers together is not
/// believed; the higher of the two counts.
/// </summary>
internal sealed class SiteMeter
{
    /// <summary>
    /// How long both sides must be steady: longer than the 5 s between two reports, and shorter than the patience of
    /// <see cref="MeterRule"/>, so that what the rest explains is not corrected a second time.
    /// </summary>
    public static readonly TimeSpan Steady = TimeSpan.FromSeconds(7);

    /// <summary>The rest falls to the most that was seen for this long, so that noise does not become a stream of setpoints.</summary>
    public static readonly TimeSpan FallsAfter = TimeSpan.FromSeconds(60);

    private (DateTimeOffset At, long Reading, long Known)? _anchor;
    private (DateTimeOffset From, long Watts) _most;

    /// <summary>What the meter reads; null while it is silent.</summary>
    public int? Watts { get; private set; }

    /// <summary>Watts on the connection that no controller measures; null before they were ever known.</summary>
    public long? RestWatts { get; private set; }

    /// <summary>Whether the meter read less than the controllers together, when both were steady last.</summary>
    public bool IsDoubted { get; private set; }

    /// <summary>Takes the meter's reading, what the controllers that answer measure, and the most that the silent ones may take.</summary>
    public void Take(DateTimeOffset now, int? reading, long knownWatts, long silentWatts, int toleranceWatts)
    {
        Watts = reading;
        if (reading is not { } watts)
        {
            _anchor = null;
            return;
        }
        if (_anchor is not { } anchor || Math.Abs(anchor.Reading - watts) > toleranceWatts / 2 || Math.Abs(anchor.Known - knownWatts) > toleranceWatts / 2)
        {
            _anchor = (now, watts, knownWatts);
            return;
        }
        if (now - anchor.At < Steady)
            return;
        var rest = watts - knownWatts;
        IsDoubted = rest < -toleranceWatts;
        // What silent controllers take is in the rest too: as much of it as they may is theirs.
        if (silentWatts > 0 && RestWatts is { } known)
            rest = Math.Clamp(known, rest - silentWatts, rest);
        Keep(now, Math.Max(0, rest), toleranceWatts / 4);
    }

    private void Keep(DateTimeOffset now, long rest, int noiseWatts)
    {
        if (RestWatts is not { } kept || rest > kept + noiseWatts)
        {
            RestWatts = rest;
            _most = (now, rest);
            return;
        }
        _most.Watts = Math.Max(_most.Watts, rest);
        if (now - _most.From < FallsAfter)
            return;
        if (_most.Watts < kept - noiseWatts)
            RestWatts = _most.Watts;
        _most = (now, rest);
    }
}
