using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Market;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Web;

/// <summary>A site at a glance. Money is in <see cref="Currency"/>.</summary>
/// <param name="Id">Its name in topics and requests.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="TimeZone">IANA zone of its local days.</param>
/// <param name="At">The gateway's clock.</param>
/// <param name="LimitWatts">Most watts it may import.</param>
/// <param name="Watts">Its power as far as it is known; silent controllers count with the most they may take.</param>
/// <param name="PowerSource">Where its power is known from: <c>Controllers</c>, <c>SiteMeter</c>, or <c>MissingMeter</c> while that is silent or doubted.</param>
/// <param name="RestWatts">Watts of it that none of its loads takes.</param>
/// <param name="WantedWatts">What the last tick decided for all its loads together.</param>
/// <param name="CapWatts">The lowest cap in force; null without a curtailment.</param>
/// <param name="Controllers">How many controllers it has.</param>
/// <param name="SilentControllers">How many of them were heard of too long ago to be counted on.</param>
/// <param name="Faults">Names of the faults on its controllers and loads, each once.</param>
/// <param name="PricePerMwh">What it pays for a megawatt-hour now, adder included; null in a gap of the prices.</param>
/// <param name="Currency">ISO 4217 currency of the money here.</param>
/// <param name="CostPerHour">What an hour at its power of now costs; null in a gap of the prices.</param>
/// <param name="EarningsPerHour">What an hour of its work of now earns; null when that is not known.</param>
/// <param name="PlanId">The plan in use; null before the first.</param>
/// <param name="PlanMadeAt">When that was made; null before the first.</param>
public sealed record SiteView(
    string Id, string Name, string TimeZone, DateTimeOffset At, int LimitWatts, int Watts, string PowerSource, int RestWatts, long WantedWatts, int? CapWatts, int Controllers,
    int SilentControllers, IReadOnlyList<string> Faults, decimal? PricePerMwh, string Currency, double? CostPerHour,
    double? EarningsPerHour, string? PlanId, DateTimeOffset? PlanMadeAt);

/// <summary>A site with its controllers and curtailments.</summary>
/// <param name="Site">The site at a glance.</param>
/// <param name="Controllers">Its controllers, in the configuration's order.</param>
/// <param name="Curtailments">What became of its curtailments of the last day.</param>
public sealed record SiteDetail(SiteView Site, IReadOnlyList<ControllerView> Controllers, IReadOnlyList<CurtailmentPart> Curtailments);

/// <summary>A controller as last heard of.</summary>
/// <param name="Site">The site it is on.</param>
/// <param name="Id">Its name there.</param>
/// <param name="IsOnline">Whether its connection is up, by its hello and will.</param>
/// <param name="IsSilent">Whether it was heard of too long ago to be counted on.</param>
/// <param name="State">Whose limit it follows: FailSafe, Scheduled or Commanded; null before it was heard.</param>
/// <param name="Watts">Its power; null without a valid reading.</param>
/// <param name="LimitWatts">The limit in force there; null when there is none, or before it was heard.</param>
/// <param name="EnergyKwh">Its energy register, which grows for good; null before it was heard.</param>
/// <param name="HeardAt">When its newest telemetry came; null before it was heard.</param>
/// <param name="Board">Its board; null before it was heard.</param>
/// <param name="Firmware">Its firmware's version; null before it was heard.</param>
/// <param name="BootReason">Why it has started, such as <c>power-or-reset</c> or <c>command</c>; null when it does not tell.</param>
/// <param name="UptimeSeconds">Seconds from its start to its newest telemetry; null before it was heard.</param>
/// <param name="HeapFreeBytes">Free bytes of its program's heap; null when it does not tell.</param>
/// <param name="LargestFreeBytes">Largest free block of its chip's own memory; null when it does not tell.</param>
/// <param name="TickMs">Milliseconds of its longest tick of late; null when it does not tell.</param>
/// <param name="LinkLosses">Connections it has lost since its start; null when it does not tell.</param>
/// <param name="Faults">Names of its own faults; those of its loads are with them.</param>
/// <param name="Mismatch">Why its loads do not match the configuration; null when they do. It is given no setpoints until they do.</param>
/// <param name="Setpoint">Its newest setpoint; null before the first.</param>
/// <param name="Loads">Its loads.</param>
public sealed record ControllerView(
    string Site, string Id, bool IsOnline, bool IsSilent, string? State, int? Watts, int? LimitWatts, double? EnergyKwh, DateTimeOffset? HeardAt,
    string? Board, string? Firmware, string? BootReason, long? UptimeSeconds, int? HeapFreeBytes, int? LargestFreeBytes, int? TickMs, int? LinkLosses, IReadOnlyList<string> Faults, string? Mismatch, SetpointView? Setpoint, IReadOnlyList<LoadView> Loads);

/// <summary>The last setpoint of a controller.</summary>
/// <param name="Id">Its name.</param>
/// <param name="State">Sent, Acked, Achieved, Refused or Expired.</param>
/// <param name="LimitWatts">Most watts of the whole controller.</param>
/// <param name="Reason">Why, in one line.</param>
/// <param name="SignalId">The curtailment that narrowed it; null when none did.</param>
/// <param name="SentAt">When it was first sent.</param>
/// <param name="AckedAfterSeconds">How long after that the controller took it; null before.</param>
/// <param name="AchievedAfterSeconds">How long after that measured power was at or below it; null before.</param>
/// <param name="AchievedWatts">Measured watts then; null before.</param>
/// <param name="Refusal">Why the controller would not have it; null when it did not refuse.</param>
public sealed record SetpointView(
    string Id, string State, int LimitWatts, string Reason, string? SignalId, DateTimeOffset SentAt, double? AckedAfterSeconds,
    double? AchievedAfterSeconds, int? AchievedWatts, string? Refusal);

/// <summary>A load as last heard of, and what is wanted of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Model">Maker's model.</param>
/// <param name="Work">What it does.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Watts">Its power.</param>
/// <param name="WantedWatts">What the last tick decided.</param>
/// <param name="MaxWatts">The watts of its highest level.</param>
/// <param name="Reason">Why.</param>
/// <param name="WorkRate">Terahash or tokens per second.</param>
/// <param name="StrikePricePerMwh">The electricity price at which its last step stops paying; null when its work has no known value.</param>
/// <param name="Faults">Names of its faults.</param>
public sealed record LoadView(
    string Name, string Model, string Work, string State, int? Watts, int WantedWatts, int MaxWatts, string Reason, double? WorkRate,
    double? StrikePricePerMwh, IReadOnlyList<string> Faults);

/// <summary>What became of a curtailment on one site, or in the whole portfolio where the site is null.</summary>
public sealed record CurtailmentPart(
    string Id, string? Site, string State, string Reason, DateTimeOffset Start, DateTimeOffset End, int? StartWatts, int? RequestedWatts,
    int? AchievedWatts, double? SecondsTaken);

/// <summary>Draws the views from a site's dispatch, between two of its turns.</summary>
public static class SiteViews
{
    /// <summary>A site at a glance.</summary>
    public static SiteView Of(SiteHost host, LoadValues values, DateTimeOffset now) =>
        host.Look(dispatch => Glance(dispatch, values, now));

    /// <summary>A site with its controllers and curtailments.</summary>
    public static SiteDetail DetailOf(SiteHost host, LoadValues values, DateTimeOffset now) => host.Look(dispatch => new SiteDetail(
        Glance(dispatch, values, now),
        [.. Enumerable.Range(0, dispatch.Site.Controllers.Count).Select(i => ControllerOf(dispatch, i, values, now))],
        [.. dispatch.Curtailments.All.Select(one => PartOf(one, dispatch.Site.Id))]));

    /// <summary>What became of the curtailments of a site.</summary>
    public static IReadOnlyList<CurtailmentPart> PartsOf(SiteHost host) =>
        host.Look(dispatch => dispatch.Curtailments.All.Select(one => PartOf(one, dispatch.Site.Id)).ToArray());

    private static SiteView Glance(SiteDispatch dispatch, LoadValues values, DateTimeOffset now)
    {
        var site = dispatch.Site;
        var image = dispatch.Image;
        var price = values.PriceAt(site.Terms, now);
        var faults = image.Controllers.SelectMany(controller => FaultsOf(controller)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        return new SiteView(
            site.Id, site.Terms.Name, site.Terms.TimeZone, now, site.Terms.LimitWatts, image.Watts, image.Source.ToString(), dispatch.UncontrolledWatts, dispatch.Decision.TotalWatts,
            dispatch.Curtailments.Timeline.At(now)?.Watts, site.Controllers.Count, image.SilentControllers, faults, price,
            values.Currency, (double?)price * image.Watts / 1e6, EarningsOf(dispatch, values, now), dispatch.Plan?.Id, dispatch.Plan?.MadeAt);
    }

    private static double? EarningsOf(SiteDispatch dispatch, LoadValues values, DateTimeOffset now)
    {
        double sum = 0;
        foreach (var controller in dispatch.Image.Controllers)
        {
            for (var i = 0; i < controller.Controller.Loads.Count; i++)
            {
                if (controller.IsSilent(now) || controller.LoadAt(i) is not { WorkRate: { } rate })
                    continue;
                if (values.ValueOf(controller.Controller.Loads[i].Work, now) is not { } value)
                    return null;
                sum += rate * value.PerRateHour;
            }
        }
        return sum;
    }

    private static ControllerView ControllerOf(SiteDispatch dispatch, int index, LoadValues values, DateTimeOffset now)
    {
        var image = dispatch.Image.Controllers[index];
        var telemetry = image.Telemetry;
        var first = dispatch.Site.FirstLoadOf(index);
        return new ControllerView(
            dispatch.Site.Id, image.Controller.Address.Controller, image.IsOnline, image.IsSilent(now), telemetry?.State.ToString(), telemetry?.Watts,
            telemetry?.LimitWatts, telemetry?.EnergyMilliwattHours / 1e6, telemetry?.At, image.Hello?.Board, image.Hello?.Firmware,
            image.Hello?.BootReason, telemetry?.Vitals?.UptimeMs / 1000, telemetry?.Vitals?.HeapFreeBytes, telemetry?.Vitals?.LargestFreeBytes,
            telemetry?.Vitals?.TickMs, telemetry?.Vitals?.LinkLosses,
            telemetry?.Faults ?? [], image.Mismatch, dispatch.Book.Current[index] is { } setpoint ? SetpointOf(setpoint) : null,
            [.. image.Controller.Loads.Select((load, i) => LoadOf(dispatch, image, load, i, first + i, values, now))]);
    }

    private static LoadView LoadOf(
        SiteDispatch dispatch, ControllerImage image, Load load, int position, int index, LoadValues values, DateTimeOffset now)
    {
        var report = image.LoadAt(position);
        var steps = values.LevelsOf(load, now) is { } levels ? StrikePrice.Steps(levels) : null;
        return new LoadView(
            load.Name, load.Model, load.Work.ToString(), (report?.State ?? LoadState.Unknown).ToString(), report?.Watts,
            dispatch.Decision.Watts[index], load.MaxWatts, dispatch.Decision.ReasonOf(index), report?.WorkRate, steps?[^1].PricePerMwh, report?.Faults ?? []);
    }

    private static SetpointView SetpointOf(Setpoint setpoint) => new(
        setpoint.Id, setpoint.State.ToString(), setpoint.LimitWatts, setpoint.Reason, setpoint.SignalId, setpoint.FirstSentAt,
        (setpoint.AckedAt - setpoint.FirstSentAt)?.TotalSeconds, (setpoint.AchievedAt - setpoint.FirstSentAt)?.TotalSeconds,
        setpoint.AchievedWatts, setpoint.Refusal);

    internal static CurtailmentPart PartOf(Curtailment one, string? site) => new(
        one.Signal.Id, site, one.State.ToString(), one.Signal.Reason, one.Signal.Start, one.End, one.StartWatts, one.RequestedWatts,
        one.AchievedWatts, one.SecondsTaken);

    private static IEnumerable<string> FaultsOf(ControllerImage controller)
    {
        if (controller.Telemetry is not { } telemetry)
            return [];
        return telemetry.Faults.Concat(telemetry.Loads.SelectMany(load => load.Faults));
    }
}
