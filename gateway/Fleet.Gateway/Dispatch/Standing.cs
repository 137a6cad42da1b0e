using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Dispatch;

/// <summary>What a site is to take and could give up, for dividing a portfolio's target among sites.</summary>
/// <param name="Site">The site.</param>
/// <param name="OtherWatts">Watts that no setpoint can lower now.</param>
/// <param name="Loads">Its loads as they are planned, or as they are decided now where there is no plan.</param>
/// <param name="CeilingWatts">Most watts it may take, whatever the portfolio has left: its limit, or a cap of its own.</param>
public sealed record Standing(string Site, long OtherWatts, IReadOnlyList<StandingLoad> Loads, long CeilingWatts = long.MaxValue)
{
    /// <summary>Watts of the whole site as planned, no more than it may take.</summary>
    public long Watts => Math.Max(OtherWatts, Math.Min(CeilingWatts, OtherWatts + Loads.Sum(load => (long)load.Watts)));

    /// <summary>How a site stands at an instant, apart from a signal that is to be divided.</summary>
    public static Standing Of(SiteDispatch dispatch, DateTimeOffset at, string? signalId)
    {
        var site = dispatch.Site;
        var wanted = dispatch.Plan?.At(at);
        var loads = new StandingLoad[site.Loads.Count];
        for (var i = 0; i < site.Controllers.Count; i++)
        {
            for (var load = site.FirstLoadOf(i); load < site.FirstLoadOf(i + 1); load++)
            {
                // What may be taken without being asked for is in the other watts already.
                var isOwn = dispatch.IsCountedOn(i);
                var watts = isOwn ? wanted?.Watts[load] ?? dispatch.Decision.Watts[load] : 0;
                loads[load] = new StandingLoad(watts, site.Loads[load].MinWatts, isOwn ? site.Loads[load].MaxWatts : 0, wanted?.Worth[load] ?? 0);
            }
        }
        var caps = dispatch.Curtailments.Timeline.Caps.Where(cap => cap.SignalId != signalId && cap.Start <= at && at < cap.End);
        return new Standing(site.Id, dispatch.ReservedWatts, loads, caps.Select(cap => cap.Watts).Append(site.Terms.LimitWatts).Min());
    }
}

/// <summary>One load of a standing.</summary>
/// <param name="Watts">What it is to take.</param>
/// <param name="MinWatts">Fewest watts at which it works.</param>
/// <param name="MaxWatts">Most watts it could take.</param>
/// <param name="Worth">What a megawatt-hour of it earns.</param>
public readonly record struct StandingLoad(int Watts, int MinWatts, int MaxWatts, double Worth);
