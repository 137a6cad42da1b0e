using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Market;
using Fleet.Gateway.Planning;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Gateway.Web;

/// <summary>The plan in use: its value, how far it may be from the best, and the watts of every site and slot.</summary>
/// <param name="MadeAt">When it was made.</param>
/// <param name="AgeSeconds">How long ago that is; a new one comes every 300 s.</param>
/// <param name="Value">What it earns over all its slots, electricity paid.</param>
/// <param name="Bound">More than this no plan can earn.</param>
/// <param name="Gap">How far the value may be below the best, as a part of it: 0.01 is 1 %.</param>
/// <param name="Currency">ISO 4217 currency of value and bound.</param>
/// <param name="Conflicts">Limits that cannot all be kept, a sentence each; the plan then keeps the most restrictive.</param>
/// <param name="Failure">Why the last attempt to make a new one failed; null when it did not.</param>
/// <param name="Slots">Its slots in order, 36 hours of quarters.</param>
public sealed record PlanView(
    DateTimeOffset MadeAt, double AgeSeconds, double Value, double Bound, double Gap, string Currency, IReadOnlyList<string> Conflicts,
    string? Failure, IReadOnlyList<SlotView> Slots);

/// <summary>One slot: watts planned by site.</summary>
/// <param name="Start">Its beginning.</param>
/// <param name="Seconds">Its length.</param>
/// <param name="Watts">Watts of a site's loads together, by the site's id.</param>
public sealed record SlotView(DateTimeOffset Start, int Seconds, IReadOnlyDictionary<string, long> Watts);

/// <summary>A load's plan with the reason for every slot.</summary>
/// <param name="Load">Its name: <c>site/controller/load</c>.</param>
/// <param name="Value">What it earns over all slots, electricity and starts paid, in the plan's currency.</param>
/// <param name="Starts">How often it starts.</param>
/// <param name="Watts">Watts of each slot.</param>
/// <param name="Reasons">Why, slot by slot.</param>
public sealed record LoadPlanView(string Load, double Value, int Starts, IReadOnlyList<int> Watts, IReadOnlyList<string> Reasons)
{
    /// <summary>The reason of a slot in which a load cannot start yet.</summary>
    public const string Resting = PlanReasons.Resting;
}

/// <summary>The plan, and why it is so.</summary>
internal static class PlanApi
{
    public static void MapPlan(this IEndpointRouteBuilder api)
    {
        api.MapGet("/plan", (Replanner replanner, SiteHosts hosts, MarketBoard market, GatewayTime time) =>
                replanner.Current is { } plan ? Results.Ok(ViewOf(plan, replanner, hosts, market, time)) : NoPlan(replanner))
            .Produces<PlanView>().ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("The plan in use");

        api.MapGet("/plan/{site}", (string site, Replanner replanner, SiteHosts hosts) =>
            {
                if (hosts.Find(site) is null)
                    return Problems.NoSite(site, hosts);
                return replanner.Current is { } plan
                    ? Results.Ok(plan.Loads.Where(load => load.SiteId == site).Select(load => LoadOf(load, plan)))
                    : NoPlan(replanner);
            })
            .Produces<IEnumerable<LoadPlanView>>().ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("The plan of every load of a site, with the reason for every slot");
    }

    private static PlanView ViewOf(Plan plan, Replanner replanner, SiteHosts hosts, MarketBoard market, GatewayTime time) => new(
        plan.MadeAtUtc, (time.GetUtcNow() - plan.MadeAtUtc).TotalSeconds, plan.Value, plan.Bound, plan.Gap, market.Prices.Currency,
        [.. plan.Conflicts.Select(conflict => conflict.ToString()!)], replanner.Failure,
        [.. plan.Slots.Select((slot, i) => new SlotView(
            slot.StartUtc, (int)slot.Duration.TotalSeconds, hosts.All.ToDictionary(host => host.Site.Id, host => plan.SiteWatts(host.Site.Id, i))))]);

    private static LoadPlanView LoadOf(LoadPlan load, Plan plan) => new(
        load.LoadId, load.Value, load.Starts, [.. Enumerable.Range(0, plan.Slots.Count).Select(load.WattsAt)],
        [.. Enumerable.Range(0, plan.Slots.Count).Select(load.ReasonAt)]);

    private static IResult NoPlan(Replanner replanner) => Results.Problem(
        replanner.Failure ?? "The first plan is being made: ask again in a moment.",
        statusCode: StatusCodes.Status503ServiceUnavailable, title: "No plan yet");
}
