using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Market;
using Fleet.Gateway.Signals;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Planning;

/// <summary>What the planner must know of a site at one instant.</summary>
/// <param name="Site">The site.</param>
/// <param name="Timeline">Its caps.</param>
/// <param name="Loads">What each load does now, in the site's order.</param>
public sealed record PlanInput(Site Site, Timeline Timeline, IReadOnlyList<LoadNow> Loads)
{
    /// <summary>Watts on its connection that Fleet does not control.</summary>
    public int RestWatts { get; init; } = Site.Terms.FixedWatts;
}

/// <summary>What a load does now.</summary>
/// <param name="Watts">What it was told last; 0 is off.</param>
/// <param name="Since">Since when it is on, or off.</param>
public readonly record struct LoadNow(int Watts, DateTimeOffset Since);

/// <summary>Poses the planner's problem from sites and market, and cuts its answer into the sites' parts.</summary>
public static class PlanBuilder
{
    /// <summary>36 hours of quarters.</summary>
    public const int SlotCount = 144;

    /// <summary>Slots that begin this soon are changed only for more than the switching cost.</summary>
    public static readonly TimeSpan Committed = TimeSpan.FromHours(1);

    /// <summary>
    /// What leaving a committed slot must gain, in the price's currency: half a cent, which is a change of the price by 6 per
    /// MWh for an ASIC of 3.5 kW, so that noise moves nothing.
    /// </summary>
    public const double SwitchingCost = 0.005;

    /// <summary>The problem of all sites from the slot of now.</summary>
    public static PlanProblem Pose(IReadOnlyList<PlanInput> inputs, LoadValues values, Plan? last, DateTimeOffset now)
    {
        var slots = PlanProblem.Quarters(now, SlotCount);
        return new PlanProblem
        {
            Slots = slots,
            Sites = [.. inputs.Select(input => SiteOf(input, values, slots))],
            Loads = [.. inputs.SelectMany(input => LoadsOf(input, values, last, slots, now))],
            Caps = [.. inputs.SelectMany(input => CapsOf(input, slots, now))],
            SwitchingCost = SwitchingCost,
        };
    }

    /// <summary>One site's part of a plan.</summary>
    public static SitePlan Cut(Plan plan, string planId, PlanInput input, LoadValues values)
    {
        var loads = input.Site.Loads.Select((_, i) => plan.For(IdOf(input.Site, i))).ToArray();
        var worth = input.Site.Loads.Select(load => WorthOf(load, values, plan.MadeAtUtc)).ToArray();
        var slots = plan.Slots.Select((_, slot) => new Wanted(
            [.. loads.Select(load => load?.WattsAt(slot) ?? 0)], worth, planId, "plan",
            load => loads[load]?.ReasonAt(slot) ?? "what its work earns is not known"));
        return new SitePlan(planId, plan.MadeAtUtc, plan.Slots[0].StartUtc, plan.Slots[0].Duration, [.. slots])
        {
            Prices = PricesOf(plan, input.Site, values),
        };
    }

    /// <summary>A load's name in the plan.</summary>
    public static string IdOf(Site site, int load)
    {
        var controller = 0;
        while (site.FirstLoadOf(controller + 1) <= load)
            controller++;
        return $"{site.Controllers[controller].Address}/{site.Loads[load].Name}";
    }

    private static PlanSite SiteOf(PlanInput input, LoadValues values, IReadOnlyList<PlanSlot> slots) => PlanSite.Steady(
        input.Site.Id, input.Site.Terms.LimitWatts,
        [.. slots.Select(slot => values.PriceOver(input.Site.Terms, slot.StartUtc, slot.Duration))], input.RestWatts);

    private static IEnumerable<PlanLoad> LoadsOf(
        PlanInput input, LoadValues values, Plan? last, IReadOnlyList<PlanSlot> slots, DateTimeOffset now)
    {
        for (var i = 0; i < input.Site.Loads.Count; i++)
        {
            var load = input.Site.Loads[i];
            if (values.LevelsOf(load, now) is not { } levels)
                continue;
            var id = IdOf(input.Site, i);
            var level = LevelAt(levels, input.Loads[i].Watts);
            yield return new PlanLoad
            {
                Id = id,
                SiteId = input.Site.Id,
                Levels = levels,
                MinOnSlots = SlotsOf(load.MinimumOn),
                MinOffSlots = SlotsOf(load.MinimumOff),
                StartCost = load.StartCost,
                InitialLevel = level,
                InitialSlotsInState = SlotsIn(now - input.Loads[i].Since, level > 0 ? load.MinimumOn : load.MinimumOff),
                CommittedLevels = last?.Commitments(id, slots, now + Committed) ?? [],
            };
        }
    }

    // Only slots that a cap holds to their end: in one it leaves early the dispatch narrows while it lasts, and the load is
    // back the moment it ends, not with the next slot.
    private static IEnumerable<PlanCap> CapsOf(PlanInput input, IReadOnlyList<PlanSlot> slots, DateTimeOffset now)
    {
        foreach (var cap in input.Timeline.Caps)
        {
            var first = slots.TakeWhile(slot => slot.StartUtc < cap.Start && now < cap.Start).Count();
            var count = slots.Skip(first).TakeWhile(slot => slot.EndUtc <= cap.End).Count();
            if (count > 0)
                yield return new PlanCap($"curtailment to {cap.Watts} W ({cap.Reason})", input.Site.Id, first, count, cap.Watts);
        }
    }

    private static SchedulePrices? PricesOf(Plan plan, Site site, LoadValues values)
    {
        const double microsPerUnit = 1e6;
        const int hoursPerDay = 24;
        if (site.Loads.All(load => load.Work != WorkKind.Hashes) || values.ValueOf(WorkKind.Hashes, plan.MadeAtUtc) is not { } value)
            return null;
        var known = plan.Slots.Select(slot => values.PriceOver(site.Terms, slot.StartUtc, slot.Duration)).TakeWhile(price => price is not null);
        int[] prices = [.. known.Select(price => (int)Math.Clamp(Math.Round(price!.Value), int.MinValue, int.MaxValue))];
        var micros = Math.Min(Math.Round(value.PerRateHour * hoursPerDay * microsPerUnit), int.MaxValue);
        return prices.Length == 0 ? null : new SchedulePrices(prices, (int)micros);
    }

    private static double WorthOf(Load load, LoadValues values, DateTimeOffset at)
    {
        if (values.LevelsOf(load, at) is not { } levels)
            return 0;
        return levels[^1].ValuePerHour / levels[^1].Watts * 1e6;
    }

    private static int LevelAt(IReadOnlyList<PowerLevel> levels, int watts)
    {
        var level = 0;
        while (level + 1 < levels.Count && levels[level + 1].Watts <= watts)
            level++;
        return level;
    }

    // Whole slots; but once the minimum time is over nothing is owed of the slot in which it ended.
    private static int SlotsIn(TimeSpan inState, TimeSpan minimum)
    {
        var slots = (int)Math.Clamp(inState / Slot.Duration, 0, PlanLoad.LongAgo);
        return inState >= minimum ? Math.Max(slots, SlotsOf(minimum)) : slots;
    }

    private static int SlotsOf(TimeSpan time) => Math.Max(1, (int)Math.Ceiling(time / Slot.Duration));
}
