using System;
using System.Linq;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Link;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Gateway.Web;

/// <summary>The REST interface, version 1. Every file maps its own part.</summary>
public static class FleetApi
{
    /// <summary>Maps everything under <c>/api/v1</c>, the OpenAPI document and <c>/healthz</c>.</summary>
    public static void MapFleetApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1");
        api.MapSites();
        api.MapPlan();
        api.MapPrices();
        api.MapCurtailments();
        api.MapUpdates();
        app.MapOpenApi("/openapi/v1.json");
        app.MapGet("/healthz", Health).WithSummary("Whether the gateway plans and writes");
    }

    // Healthy is: a plan not older than three planning periods, a database that takes writes.
    private static IResult Health(Replanner replanner, Store store, ILink link, SiteHosts hosts, GatewayTime time, IWebHostEnvironment environment)
    {
        var planAge = replanner.Current is { } plan ? time.GetUtcNow() - plan.MadeAtUtc : (TimeSpan?)null;
        var storage = store.Health;
        var isHealthy = planAge < 3 * Replanner.Period && storage.FailingSince is null;
        var body = new
        {
            Status = isHealthy ? "healthy" : "degraded",
            PlanAgeSeconds = planAge?.TotalSeconds,
            PlanFailure = replanner.Failure,
            Storage = storage,
            Link = link.Counters,
            DroppedFromInboxes = hosts.All.Sum(host => host.Inbox.Dropped),
            ConfigurationFile = StartReport.FileOf(environment.ContentRootPath),
        };
        return Results.Json(body, statusCode: isHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
