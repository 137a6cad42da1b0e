using System;
using System.Collections.Generic;

namespace Fleet.Tests.Simulation;

/// <summary>The one source of chance of a world: the same seed gives the same world.</summary>
public sealed class Chance(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>A whole number, both ends included.</summary>
    public int Between(int low, int high) => _random.Next(low, high + 1);

    /// <summary>True in so many of a thousand cases.</summary>
    public bool Of(int permille) => _random.Next(1000) < permille;

    /// <summary>One of these.</summary>
    public T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    /// <summary>One of these, by their weights.</summary>
    public T Pick<T>(IReadOnlyList<T> from, Func<T, int> weightOf)
    {
        var sum = 0;
        foreach (var one in from)
            sum += weightOf(one);
        var at = _random.Next(sum);
        foreach (var one in from)
        {
            at -= weightOf(one);
            if (at < 0)
                return one;
        }
        throw new ArgumentException("no weight above 0", nameof(from));
    }

    /// <summary>Random bytes.</summary>
    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
}
