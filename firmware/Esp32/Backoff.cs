using System;

namespace Fleet.Esp32;

/// <summary>How long to wait before connecting again: twice as long after every failure, with as much again at random.</summary>
internal sealed class Backoff
{
    /// <summary>The first wait; above two ticks.</summary>
    public const int FirstMs = 2500;

    private const int LongestMs = 20000;

    private readonly Random _random;
    private int _waitMs = FirstMs;

    public Backoff(Random random)
    {
        _random = random;
    }

    /// <summary>It worked: the next wait is the first again.</summary>
    public void Reset()
    {
        _waitMs = FirstMs;
    }

    /// <summary>The next wait.</summary>
    public int NextMs()
    {
        int waitMs = _waitMs + _random.Next(_waitMs);
        _waitMs = _waitMs * 2 > LongestMs ? LongestMs : _waitMs * 2;
        return waitMs;
    }
}
