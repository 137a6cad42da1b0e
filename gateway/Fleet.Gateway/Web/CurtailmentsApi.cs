using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Signals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Gateway.Web;

/// <summary>What an operator asks for: a cap on a site's or the portfolio's power for a while.</summary>
/// <param name="Site">The site; null or absent is the whole portfolio.</param>
/// <param name="TargetWatts">Most watts while it lasts; give this or the percentage.</param>
/// <param name="TargetPercent">Most power, 0 to 100 percent of what is measured when it begins.</param>
/// <param name="Start">When it begins, at most a year ahead; absent is now. One that lies back only ends so much earlier.</param>
/// <param name="DurationSeconds">How long it lasts, 1 second to 7 days.</param>
/// <param name="Reason">Why, in one line.</param>
public sealed record CurtailmentRequest(
    string? Site, int? TargetWatts, int? TargetPercent, DateTimeOffset? Start, int? DurationSeconds, string? Reason);

/// <summary>A curtailment: what was asked, what was reached, and how long it took, in all and at each site.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Site">The site; null is the whole portfolio, which is judged on the sum of its sites.</param>
/// <param name="State">Waiting, Lowering, Achieved or Ended.</param>
/// <param name="Reason">Why.</param>
/// <param name="Start">When it begins.</param>
/// <param name="End">When it ends, or was called off.</param>
/// <param name="StartWatts">Measured watts when it began.</param>
/// <param name="RequestedWatts">The cap.</param>
/// <param name="AchievedWatts">Mean measured watts since it was achieved; the lowest so far while it is not.</param>
/// <param name="SecondsTaken">Seconds until measured power was at or below the cap.</param>
/// <param name="Sites">The part of each site. Parts of the portfolio's change while it lasts, as the sites do.</param>
public sealed record CurtailmentView(
    string Id, string? Site, string State, string Reason, DateTimeOffset Start, DateTimeOffset End, int? StartWatts, int? RequestedWatts,
    int? AchievedWatts, double? SecondsTaken, IReadOnlyList<CurtailmentPart> Sites);

/// <summary>Curtailments by operators.</summary>
internal static class CurtailmentsApi
{
    private const int LongestSeconds = 7 * 24 * 3600;
    private const int LongestDaysAhead = 366;
    private const int LongestReason = 120;

    public static void MapCurtailments(this IEndpointRouteBuilder api)
    {
        api.MapPost("/curtailments", PostAsync)
            .Produces<CurtailmentView>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("Lower a site or the portfolio, now or later");

        api.MapGet("/curtailments", (SiteHosts hosts, PortfolioHost portfolio) => AllOf(hosts, portfolio)).WithSummary("Curtailments waiting, running or over in the last day");

        api.MapGet("/curtailments/{id}", (string id, SiteHosts hosts, PortfolioHost portfolio) =>
                AllOf(hosts, portfolio).FirstOrDefault(one => one.Id == id) is { } found ? Results.Ok(found) : NoCurtailment(id))
            .Produces<CurtailmentView>().ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("What became of a curtailment");

        api.MapDelete("/curtailments/{id}", async (string id, SignalIntake intake, SiteHosts hosts, PortfolioHost portfolio, GatewayTime time) =>
                await intake.CancelAsync(id, time.GetUtcNow()) ? Results.NoContent()
                : AllOf(hosts, portfolio).Any(one => one.Id == id) ? OverCurtailment(id)
                : NoCurtailment(id))
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Call a curtailment off and bring the load back");
    }

    private static async Task<IResult> PostAsync(CurtailmentRequest request, SignalIntake intake, SiteHosts hosts, PortfolioHost portfolio, GatewayTime time)
    {
        // To the millisecond, as it is stored: a restart changes nothing of it.
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        if (WrongIn(request, now) is { } wrong)
            return Problems.BadRequest(wrong);
        if (hosts.All.Count == 0)
            return Results.Problem("No site is configured: there is nothing to lower. Name sites under Fleet:Sites.", statusCode: StatusCodes.Status409Conflict, title: "Not taken up");
        if (request.Site is not null && hosts.Find(request.Site) is null)
            return Problems.NoSite(request.Site, hosts);
        var asked = (request.Start ?? now).ToUniversalTime();
        var start = asked > now ? asked : now;
        var signal = new Signal(
            Guid.CreateVersion7(now).ToString("N"), request.Site, request.TargetWatts, request.TargetPercent, start,
            asked.AddSeconds(request.DurationSeconds!.Value), request.Reason ?? "curtailed by an operator", "operator", now);
        if (await intake.TakeAsync(signal) is { } refusal)
            return Results.Problem(refusal, statusCode: StatusCodes.Status409Conflict, title: "Not taken up");
        return Results.Created($"/api/v1/curtailments/{signal.Id}", AllOf(hosts, portfolio).First(one => one.Id == signal.Id));
    }

    private static string? WrongIn(CurtailmentRequest request, DateTimeOffset now)
    {
        if (request.TargetWatts is null == request.TargetPercent is null)
            return "Give either targetWatts or targetPercent.";
        if (request.TargetWatts < 0)
            return $"targetWatts is {request.TargetWatts}: give 0 or more.";
        if (request.TargetPercent is < 0 or > 100)
            return $"targetPercent is {request.TargetPercent}: give 0 to 100, the part of the measured power that may stay.";
        if (request.DurationSeconds is not (>= 1 and <= LongestSeconds))
            return $"durationSeconds is {(request.DurationSeconds is { } seconds ? seconds : "absent")}: give 1 to {LongestSeconds}.";
        if (request.Reason?.Any(char.IsControl) == true)
            return "reason has a line break or another control character: give one line.";
        if (request.Reason?.Length > LongestReason)
            return $"reason has {request.Reason.Length} characters: give at most {LongestReason}.";
        if (request.Start > now.AddDays(LongestDaysAhead))
            return $"start is {request.Start:u}: give at most {LongestDaysAhead} days from now, {now:u} here.";
        if (request.Start is { } start && start.AddSeconds(request.DurationSeconds.Value) <= now)
            return $"start and duration lie in the past: it is {now:u} here.";
        return null;
    }

    private static CurtailmentView[] AllOf(SiteHosts hosts, PortfolioHost portfolio)
    {
        var wholes = portfolio.Look(look => look.Curtailments.All.Select(one => SiteViews.PartOf(one, null)).ToDictionary(whole => whole.Id));
        var parts = hosts.All.SelectMany(SiteViews.PartsOf).ToLookup(part => part.Id);
        return
        [
            .. wholes.Values.Concat(parts.Where(one => !wholes.ContainsKey(one.Key)).Select(one => one.First()))
                .Select(whole => ViewOf(whole, [.. parts[whole.Id]])).OrderByDescending(view => view.Start),
        ];
    }

    private static CurtailmentView ViewOf(CurtailmentPart whole, CurtailmentPart[] parts) => new(
        whole.Id, whole.Site, whole.State, whole.Reason, whole.Start, whole.End, whole.StartWatts, whole.RequestedWatts, whole.AchievedWatts,
        whole.SecondsTaken, parts);

    private static IResult NoCurtailment(string id) => Results.Problem(
        $"There is no curtailment '{Problems.Shortened(id)}' that waits, runs or ended in the last day.",
        statusCode: StatusCodes.Status404NotFound, title: "No such curtailment");

    private static IResult OverCurtailment(string id) => Results.Problem(
        $"The curtailment '{id}' is over: there is nothing to call off.", statusCode: StatusCodes.Status404NotFound, title: "Curtailment over");
}
