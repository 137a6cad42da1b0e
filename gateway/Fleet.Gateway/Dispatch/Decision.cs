using System;
using System.Linq;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Dispatch;

/// <summary>
/// The watts of every load of a site while one tick decides: it begins with the plan and is only ever narrowed. Every
/// load remembers what narrowed it last. One instance is filled again and again.
/// </summary>
public sealed class Decision
{
    private readonly Site _site;
    private readonly int[] _watts;
    private readonly int[] _before;
    private readonly string?[] _reasons;
    private Wanted? _wanted;
    private readonly string?[] _signals;
    private readonly int[] _byWorth;
    private readonly double[] _worth;

    /// <summary>A decision about a site's loads.</summary>
    public Decision(Site site)
    {
        _site = site;
        var count = site.Loads.Count;
        _watts = new int[count];
        _before = new int[count];
        _reasons = new string?[count];
        _signals = new string?[count];
        _worth = new double[count];
        _byWorth = Enumerable.Range(0, count).ToArray();
    }

    /// <summary>Most watts of every load, in the site's order.</summary>
    public ReadOnlySpan<int> Watts => _watts;

    /// <summary>Watts of all loads together.</summary>
    public long TotalWatts { get; private set; }

    /// <summary>What set or narrowed a load last, in one line for a person.</summary>
    public string ReasonOf(int load) => _reasons[load] ?? _wanted?.ReasonOf?.Invoke(load) ?? _wanted?.Reason ?? "";

    /// <summary>The signal that narrowed a load last; null when none did.</summary>
    public string? SignalOf(int load) => _signals[load];

    /// <summary>Begins again with what is wanted now.</summary>
    internal void Begin(Wanted wanted)
    {
        Array.Copy(wanted.Watts, _watts, _watts.Length);
        _wanted = wanted;
        Array.Clear(_reasons);
        Array.Clear(_signals);
        TotalWatts = wanted.TotalWatts;
        if (!wanted.Worth.SequenceEqual(_worth))
        {
            Array.Copy(wanted.Worth, _worth, _worth.Length);
            Array.Sort(_byWorth, (a, b) => _worth[a] != _worth[b] ? _worth[a].CompareTo(_worth[b]) : a.CompareTo(b));
        }
    }

    /// <summary>Lowers one load to at most this many watts.</summary>
    public void NarrowLoad(int load, int watts, string reason, string? signalId = null)
    {
        watts = Math.Max(0, watts);
        if (watts >= _watts[load])
            return;
        TotalWatts -= _watts[load] - watts;
        _watts[load] = watts;
        _reasons[load] = reason;
        _signals[load] = signalId;
    }

    /// <summary>
    /// Lowers the loads together to at most this many watts: first each toward its lowest working power, the least
    /// worth first, which costs no start; then to sleep, the least worth first.
    /// </summary>
    public void NarrowTotal(long watts, string reason, string? signalId = null)
    {
        watts = Math.Max(0, watts);
        if (TotalWatts <= watts)
            return;
        _watts.CopyTo(_before, 0);
        for (var i = 0; i < _byWorth.Length && TotalWatts > watts; i++)
        {
            var load = _byWorth[i];
            var floor = Math.Min(_site.Loads[load].MinWatts, _watts[load]);
            NarrowLoad(load, (int)Math.Max(floor, _watts[load] - (TotalWatts - watts)), reason, signalId);
        }
        for (var i = 0; i < _byWorth.Length && TotalWatts > watts; i++)
            NarrowLoad(_byWorth[i], 0, reason, signalId);
        GiveBack(watts);
    }

    // Putting a whole load to sleep can free more than was asked: those still awake get it back, the most worth first,
    // up to what they had before.
    private void GiveBack(long watts)
    {
        for (var i = _byWorth.Length - 1; i >= 0 && TotalWatts < watts; i--)
        {
            var load = _byWorth[i];
            if (_watts[load] == 0)
                continue;
            var back = (int)Math.Min(_before[load] - _watts[load], watts - TotalWatts);
            _watts[load] += back;
            TotalWatts += back;
        }
    }
}
