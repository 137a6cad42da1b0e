using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Dispatch;

/// <summary>What a site could take and earn with it, for dividing a portfolio's target among sites.</summary>
/// <param name="Site">The site.</param>
/// <param name="OtherWatts">Watts that no setpoint can lower now.</param>
/// <param name="Loads">Its loads.</param>
/// <param name="CeilingWatts">Most watts it may take, whatever the portfolio has left: its limit, or a cap of its own.</param>
public sealed record Standing(string Site, long OtherWatts, IReadOnlyList<StandingLoad> Loads, long CeilingWatts = long.MaxValue)
{
    /// <summary>How a site stands at an instant, apart from the signals that are divided.</summary>
    public static Standing Of(SiteDispatch dispatch, DateTimeOffset at, IReadOnlySet<string> divided)
    {
        var site = dispatch.Site;
        var worth = dispatch.Plan?.At(at)?.Worth;
        var loads = new StandingLoad[site.Loads.Count];
        for (var i = 0; i < site.Controllers.Count; i++)
        {
            for (var load = site.FirstLoadOf(i); load < site.FirstLoadOf(i + 1); load++)
            {
                // What may be taken without being asked for is in the other watts already.
                var most = dispatch.IsCountedOn(i) ? site.Loads[load].MaxWatts : 0;
                // All sites pay the market's price: only what each pays on top of it sets them apart.
                loads[load] = new StandingLoad(site.Loads[load].MinWatts, most, (worth?[load] ?? 0) - site.Terms.AdderPerMwh);
            }
        }
        var caps = dispatch.Curtailments.Timeline.Caps.Where(cap => !divided.Contains(cap.SignalId) && cap.Start <= at && at < cap.End);
        return new Standing(site.Id, dispatch.ReservedWatts, loads, caps.Select(cap => cap.Watts).Append(site.Terms.LimitWatts).Min());
    }
}

/// <summary>One load of a standing.</summary>
/// <param name="MinWatts">Fewest watts at which it works.</param>
/// <param name="MaxWatts">Most watts it could take.</param>
/// <param name="Worth">What a megawatt-hour of it earns, less what its site pays for one beyond the market's price.</param>
public readonly record struct StandingLoad(int MinWatts, int MaxWatts, double Worth);
