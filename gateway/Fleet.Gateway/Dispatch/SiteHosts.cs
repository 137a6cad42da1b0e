using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Dispatch;

/// <summary>The sites that are hosted in this process.</summary>
public sealed class SiteHosts : IPlannedSites
{
    private readonly Dictionary<string, SiteHost> _byId;

    /// <summary>These hosts.</summary>
    public SiteHosts(IEnumerable<SiteHost> hosts)
    {
        All = [.. hosts];
        _byId = All.ToDictionary(host => host.Site.Id, StringComparer.Ordinal);
    }

    /// <summary>Every host, in the configuration's order.</summary>
    public IReadOnlyList<SiteHost> All { get; }

    /// <summary>A site's host; null when it is not hosted here.</summary>
    public SiteHost? Find(string siteId) => _byId.GetValueOrDefault(siteId);

    /// <inheritdoc/>
    public IReadOnlyList<PlanInput> Look() => [.. All.Select(host => host.Look(InputOf))];

    /// <inheritdoc/>
    public void Replace(Site site, SitePlan plan) => Find(site.Id)!.Replace(plan);

    private static PlanInput InputOf(SiteDispatch dispatch)
    {
        var loads = new List<LoadNow>(dispatch.Site.Loads.Count);
        for (var i = 0; i < dispatch.Site.Controllers.Count; i++)
        {
            var setpoint = dispatch.Book.Current[i];
            var controller = dispatch.Image.Controllers[i];
            for (var load = 0; load < controller.Controller.Loads.Count; load++)
                loads.Add(new LoadNow(setpoint?.LoadWatts[load] ?? controller.LoadAt(load)?.LimitWatts ?? 0, controller.SinceOf(load)));
        }
        return new PlanInput(dispatch.Site, dispatch.Curtailments.Timeline, loads) { RestWatts = dispatch.UncontrolledWatts };
    }
}
