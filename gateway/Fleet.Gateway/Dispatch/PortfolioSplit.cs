using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Gateway.Dispatch;

/// <summary>
/// Divides a cap on the whole portfolio into caps of its sites, so that the least worth is lowered first wherever it
/// stands: first toward the lowest working power of every load, then to sleep. What no setpoint can lower counts fully.
/// What the plans leave over goes to the loads that could take more, the most worth first: nobody is held below what the
/// whole has room for.
/// </summary>
public static class PortfolioSplit
{
    /// <summary>The cap of each site, in the order of the standings; together at most the target where that can be reached.</summary>
    public static IReadOnlyList<int> CapsOf(long targetWatts, IReadOnlyList<Standing> standings)
    {
        var caps = standings.Select(standing => standing.Watts).ToArray();
        var excess = caps.Sum() - targetWatts;
        var ladder = (
            from site in Enumerable.Range(0, standings.Count)
            from load in standings[site].Loads
            orderby load.Worth, site
            select (Site: site, Load: load)).ToArray();
        foreach (var (site, load) in ladder)
            Lower(site, Math.Max(0, load.Watts - load.MinWatts));
        foreach (var (site, load) in ladder)
            Lower(site, Math.Min(load.Watts, load.MinWatts));
        for (var i = ladder.Length - 1; i >= 0 && excess < 0; i--)
            Raise(ladder[i].Site, ladder[i].Load.MaxWatts - ladder[i].Load.Watts);
        return [.. caps.Select(watts => (int)Math.Clamp(watts, 0, int.MaxValue))];

        void Lower(int site, int most)
        {
            var step = Math.Clamp(excess, 0, Math.Min(most, caps[site] - standings[site].OtherWatts));
            caps[site] -= step;
            excess -= step;
        }

        void Raise(int site, int most)
        {
            var step = Math.Clamp(Math.Min(most, standings[site].CeilingWatts - caps[site]), 0, -excess);
            caps[site] += step;
            excess += step;
        }
    }
}
