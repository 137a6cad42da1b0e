using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Tests.Simulation;

/// <summary>What happened in a world, a line each: its hash tells whether two runs were the same, its end tells a reader why one failed.</summary>
public sealed class Trace
{
    /// <summary>How many lines a failure shows.</summary>
    public const int Shown = 30;

    // FNV-1a, 64 bit: http://www.isthe.com/chongo/tech/comp/fnv/
    private const ulong Basis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    private readonly Queue<string> _newest = new(Shown + 1);
    private readonly Action<string>? _listener;

    /// <summary>A trace that also tells a listener every line.</summary>
    public Trace(Action<string>? listener = null) => _listener = listener;

    /// <summary>A number that two different traces are unlikely to share.</summary>
    public ulong Hash { get; private set; } = Basis;

    /// <summary>How many lines there were.</summary>
    public int Lines { get; private set; }

    /// <summary>The newest lines, oldest first.</summary>
    public IReadOnlyList<string> Newest => [.. _newest];

    /// <summary>Adds a line of a second.</summary>
    public void Add(int second, string what)
    {
        var line = $"{second,5} {what}";
        foreach (var letter in line)
            Hash = (Hash ^ letter) * Prime;
        Lines++;
        _newest.Enqueue(line);
        if (_newest.Count > Shown)
            _newest.Dequeue();
        _listener?.Invoke(line);
    }
}
