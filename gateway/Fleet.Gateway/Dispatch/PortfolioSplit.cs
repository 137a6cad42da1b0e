using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Gateway.Dispatch;

/// <summary>
/// Divides a cap on the whole portfolio among its sites by what their loads are worth and could take, whatever is planned:
/// plans are made under the parts that were divided before. What no setpoint can lower comes first; then each load gets its
/// lowest working power, then what it could take beyond, the most worth first wherever it stands.
/// </summary>
public static class PortfolioSplit
{
    /// <summary>The cap of each site, in the order of the standings; together at most the target where that can be reached.</summary>
    public static IReadOnlyList<int> CapsOf(long targetWatts, IReadOnlyList<Standing> standings)
    {
        var caps = standings.Select(standing => standing.OtherWatts).ToArray();
        var room = targetWatts - caps.Sum();
        var ladder = (
            from site in Enumerable.Range(0, standings.Count)
            from load in standings[site].Loads
            orderby load.Worth descending, site descending
            select (Site: site, Load: load)).ToArray();
        foreach (var (site, load) in ladder)
            Raise(site, Math.Min(load.MinWatts, load.MaxWatts));
        foreach (var (site, load) in ladder)
            Raise(site, load.MaxWatts - Math.Min(load.MinWatts, load.MaxWatts));
        return [.. caps.Select(watts => (int)Math.Clamp(watts, 0, int.MaxValue))];

        void Raise(int site, int most)
        {
            var step = Math.Max(0, Math.Min(Math.Min(most, standings[site].CeilingWatts - caps[site]), room));
            caps[site] += step;
            room -= step;
        }
    }
}
