using System;
using System.Collections.Generic;

namespace Fleet.Gateway.Dispatch;

/// <summary>
/// Compares the meter at a site's grid connection with its controllers: the rest is what Fleet does not control. Readings
/// come at different seconds, so a reading is compared with all that the controllers measured around it: the rest is
/// surely at least what it leaves of their most, and surely at most what it leaves of their least.
/// <code>
/// meter        ────────╲______________________     reports every 5 s
/// controllers  ──────╲________________________
/// at most      ──────╱▔▔╲─────────────────────     the rest falls with it,
/// at least     ────────╲__╱───────────────────     and rises with it: never by the gap between the two
/// </code>
/// Interpretation: nothing behind the connection makes power. A meter that reads less than the controllers together is not
/// believed; the higher of the two counts.
/// </summary>
internal sealed class SiteMeter
{
    /// <summary>
    /// How long before and after a reading the controllers may have measured what it shows: longer than the 5 s between two
    /// reports, and shorter than the patience of <see cref="MeterRule"/>, so that what the rest explains is not corrected a
    /// second time.
    /// </summary>
    public static readonly TimeSpan Around = TimeSpan.FromSeconds(7);

    /// <summary>The rest falls to the most that was seen for this long, so that noise does not become a stream of setpoints.</summary>
    public static readonly TimeSpan FallsAfter = TimeSpan.FromSeconds(60);

    private readonly Queue<Sample> _samples = new();
    private (DateTimeOffset From, long Watts)? _most;

    /// <summary>What the meter reads; null while it is silent.</summary>
    public int? Watts { get; private set; }

    /// <summary>
    /// Watts on the connection that no controller measures, the most of lately; null before they were ever known. They
    /// stay when the meter is silent or doubted.
    /// </summary>
    public long? RestWatts { get; private set; }

    /// <summary>Whether the meter surely read less than the controllers together, and has not shown their power since.</summary>
    public bool IsDoubted { get; private set; }

    /// <summary>Takes the meter's reading, what the controllers that answer measure, and the most that the silent ones may take.</summary>
    public void Take(DateTimeOffset now, int? reading, long knownWatts, long silentWatts, int toleranceWatts)
    {
        Watts = reading;
        if (reading is not { } watts)
        {
            _samples.Clear();
            _most = null;
            return;
        }
        _samples.Enqueue(new Sample(now, watts, knownWatts, knownWatts + silentWatts));
        while ((now - _samples.Peek().At).Duration() > 2 * Around)
            _samples.Dequeue();
        if (now - _samples.Peek().At >= Around)
            Compare(now, toleranceWatts);
    }

    private void Compare(DateTimeOffset now, int toleranceWatts)
    {
        var (reading, least, known, most) = (0L, long.MaxValue, 0L, 0L);
        foreach (var sample in _samples)
        {
            if (now - sample.At >= Around)
                reading = sample.Reading;
            least = Math.Min(least, sample.Known);
            known = Math.Max(known, sample.Known);
            most = Math.Max(most, sample.Most);
        }
        // Loads that are off are no reason to believe it again.
        IsDoubted = reading - least < -toleranceWatts || (IsDoubted && least <= toleranceWatts);
        if (IsDoubted)
            _most = null;
        else
            Keep(now, Math.Max(0, reading - (RestWatts is null ? known : most)), Math.Max(0, reading - least), toleranceWatts / 4);
    }

    private void Keep(DateTimeOffset now, long atLeast, long atMost, int noiseWatts)
    {
        if (RestWatts is not { } kept || atLeast > kept + noiseWatts)
        {
            RestWatts = atLeast;
            _most = null;
            return;
        }
        var most = _most ?? (now, atMost);
        _most = (most.From, Math.Max(most.Watts, atMost));
        if (now - most.From < FallsAfter)
            return;
        if (_most.Value.Watts < kept - noiseWatts)
            RestWatts = _most.Value.Watts;
        _most = null;
    }

    /// <summary>What was seen at an instant: the most is what the controllers measured and what silent ones may take beside it.</summary>
    private readonly record struct Sample(DateTimeOffset At, long Reading, long Known, long Most);
}
