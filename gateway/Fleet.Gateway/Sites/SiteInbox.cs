using System.Collections.Concurrent;
using System.Threading;

namespace Fleet.Gateway.Sites;

/// <summary>
/// What controllers of one site sent since the last tick. Filled from any thread, emptied by the tick. Of telemetry
/// only the newest of each controller waits; of everything else at most <see cref="Capacity"/>, beyond which the
/// newcomer is dropped and counted: a lost ack is asked for again, a lost hello comes with the next connection.
/// </summary>
public sealed class SiteInbox
{
    private readonly Site _site;
    private readonly TelemetryReport?[] _telemetry;
    private readonly ConcurrentQueue<object> _others = new();
    private int _waiting;
    private long _dropped;

    /// <summary>An empty inbox.</summary>
    public SiteInbox(Site site)
    {
        _site = site;
        _telemetry = new TelemetryReport?[site.Controllers.Count];
        Capacity = 1_000 + 16 * site.Controllers.Count;
    }

    /// <summary>Most hellos, acks and events that wait: every controller of the site answering several commands at once.</summary>
    public int Capacity { get; }

    /// <summary>How many were dropped because the inbox was full.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Takes telemetry; false when the site has no such controller.</summary>
    public bool Offer(TelemetryReport report)
    {
        if (!_site.TryIndexOf(report.From.Controller, out var index))
            return false;
        Volatile.Write(ref _telemetry[index], report);
        return true;
    }

    /// <summary>Takes a hello; false when the site has no such controller or the inbox is full.</summary>
    public bool Offer(HelloReport report) => Offer(report.From, report);

    /// <summary>Takes an ack; false when the site has no such controller or the inbox is full.</summary>
    public bool Offer(AckReport report) => Offer(report.From, report);

    /// <summary>Empties the inbox into the picture the tick decides on; acks go to <paramref name="acks"/>. Answers whether a controller has come online.</summary>
    public bool Drain(SiteImage image, System.Action<int, AckReport> acks)
    {
        var hasArrivals = false;
        for (var left = Volatile.Read(ref _waiting); left > 0 && _others.TryDequeue(out var report); left--)
        {
            Interlocked.Decrement(ref _waiting);
            if (report is HelloReport hello && _site.TryIndexOf(hello.From.Controller, out var index))
            {
                image.Controllers[index].Take(hello);
                hasArrivals |= hello.IsOnline;
            }
            else if (report is AckReport ack && _site.TryIndexOf(ack.From.Controller, out index))
                acks(index, ack);
        }
        for (var i = 0; i < _telemetry.Length; i++)
        {
            if (Interlocked.Exchange(ref _telemetry[i], null) is { } report)
                image.Controllers[i].Take(report);
        }
        return hasArrivals;
    }

    private bool Offer(ControllerAddress from, object report)
    {
        if (!_site.TryIndexOf(from.Controller, out _))
            return false;
        if (Interlocked.Increment(ref _waiting) > Capacity)
        {
            Interlocked.Decrement(ref _waiting);
            Interlocked.Increment(ref _dropped);
            return false;
        }
        _others.Enqueue(report);
        return true;
    }
}
