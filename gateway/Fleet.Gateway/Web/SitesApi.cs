using System;
using System.Linq;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Planning;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Gateway.Web;

/// <summary>Sites and controllers, as they are now.</summary>
internal static class SitesApi
{
    public static void MapSites(this IEndpointRouteBuilder api)
    {
        api.MapGet("/sites", (SiteHosts hosts, LoadValues values, GatewayTime time) =>
                hosts.All.Select(host => SiteViews.Of(host, values, time.GetUtcNow())))
            .WithSummary("Every site at a glance");

        api.MapGet("/sites/{id}", (string id, SiteHosts hosts, LoadValues values, GatewayTime time) =>
                hosts.Find(id) is { } host ? Results.Ok(SiteViews.DetailOf(host, values, time.GetUtcNow())) : Problems.NoSite(id, hosts))
            .Produces<SiteDetail>().ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("One site with its controllers, loads, setpoints and curtailments");

        api.MapGet("/controllers", (SiteHosts hosts, LoadValues values, GatewayTime time) =>
                hosts.All.SelectMany(host => SiteViews.DetailOf(host, values, time.GetUtcNow()).Controllers))
            .WithSummary("Every controller of every site");
    }
}
