using System;

namespace Fleet.Gateway.Link;

/// <summary>
/// How long to wait before the next attempt: twice as long each time up to a limit, and a random half of it, so that
/// many clients of one broker do not return together.
/// </summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest, Random random)
{
    private const int MostDoublings = 20;

    private int _failures;

    public TimeSpan Next()
    {
        var wait = first * Math.Pow(2, Math.Min(_failures++, MostDoublings));
        return (wait < longest ? wait : longest) * (0.5 + random.NextDouble() / 2);
    }

    /// <summary>The last attempt succeeded.</summary>
    public void Reset() => _failures = 0;
}
