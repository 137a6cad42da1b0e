using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Gateway.Dispatch;

/// <summary>What a site takes now and could give up, for dividing a portfolio's target among sites.</summary>
/// <param name="Site">The site.</param>
/// <param name="OtherWatts">Watts that no setpoint can lower now.</param>
/// <param name="Loads">Its loads as they are decided now.</param>
public sealed record Standing(string Site, long OtherWatts, IReadOnlyList<StandingLoad> Loads)
{
    /// <summary>Watts of the whole site as decided.</summary>
    public long Watts => OtherWatts + Loads.Sum(load => (long)load.Watts);
}

/// <summary>One load of a standing.</summary>
/// <param name="Watts">What it may take now.</param>
/// <param name="MinWatts">Fewest watts at which it works.</param>
/// <param name="Worth">What a megawatt-hour of it earns.</param>
public readonly record struct StandingLoad(int Watts, int MinWatts, double Worth);

/// <summary>
/// Divides a cap on the whole portfolio into caps of its sites, so that the least worth is lowered first wherever it
/// stands: first toward the lowest working power of every load, then to sleep. What no setpoint can lower counts fully.
/// </summary>
public static class PortfolioSplit
{
    /// <summary>The cap of each site, in the order of the standings; together at most the target where that can be reached.</summary>
    public static IReadOnlyList<int> CapsOf(int targetWatts, IReadOnlyList<Standing> standings)
    {
        var remaining = standings.Select(standing => standing.Watts).ToArray();
        var excess = remaining.Sum() - targetWatts;
        var ladder = (
            from site in Enumerable.Range(0, standings.Count)
            from load in standings[site].Loads
            where load.Watts > 0
            orderby load.Worth, site
            select (Site: site, Load: load)).ToArray();
        foreach (var (site, load) in ladder)
            Lower(site, Math.Max(0, load.Watts - load.MinWatts));
        foreach (var (site, load) in ladder)
            Lower(site, Math.Min(load.Watts, load.MinWatts));
        return [.. remaining.Select(watts => (int)Math.Clamp(watts, 0, int.MaxValue))];

        void Lower(int site, int most)
        {
            var step = Math.Clamp(excess, 0, most);
            remaining[site] -= step;
            excess -= step;
        }
    }
}
