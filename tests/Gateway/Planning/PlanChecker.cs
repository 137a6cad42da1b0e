using System;
using System.Linq;
using Fleet.Gateway.Planning;
using Xunit;

namespace Fleet.Tests.Gateway.Planning;

/// <summary>Checks a plan against its problem from first principles, sharing no code with the planner.</summary>
public static class PlanChecker
{
    /// <summary>Fails if the plan breaks a limit, a minimum time or a must-off range, runs a load without a price, or states a wrong value.</summary>
    public static void Check(PlanProblem problem, Plan plan)
    {
        Assert.Equal(problem.Loads.Select(load => load.Id).Order(StringComparer.Ordinal), plan.Loads.Select(load => load.LoadId));
        if (plan.IsFeasible)
            CheckLimits(problem, plan);
        double value = 0;
        double penalty = 0;
        foreach (PlanLoad load in problem.Loads)
        {
            LoadPlan planned = plan.For(load.Id)!;
            PlanSite site = problem.Sites.Single(site => site.Id == load.SiteId);
            if (plan.IsFeasible)
                CheckTimes(problem, load, planned, site);
            value += Money(problem, load, planned, site);
            penalty += problem.SwitchingCost * load.CommittedLevels.Where((level, slot) => level is not null && level != planned.LevelAt(slot)).Count();
            for (int slot = 0; slot < problem.Slots.Count; slot++)
                Assert.False(string.IsNullOrWhiteSpace(planned.ReasonAt(slot)));
        }
        Assert.Equal(value, plan.Value, 1e-6);
        Assert.Equal(penalty, plan.SwitchingPenalty, 1e-6);
        Assert.True(plan.Bound >= plan.Value - plan.SwitchingPenalty - 1e-9);
        Assert.Equal((plan.Bound - value + penalty) / Math.Max(0.01, Math.Abs(value - penalty)), plan.Gap, 1e-6);
    }

    private static void CheckLimits(PlanProblem problem, Plan plan)
    {
        for (int slot = 0; slot < problem.Slots.Count; slot++)
        {
            foreach (PlanSite site in problem.Sites)
                Assert.True(Import(plan, site, slot) <= site.ImportLimitWatts[slot], $"site {site.Id} imports {Import(plan, site, slot)} W in slot {slot}");
            foreach (PlanCap cap in problem.Caps.Where(cap => slot >= cap.FirstSlot && slot < cap.FirstSlot + cap.SlotCount))
            {
                long watts = problem.Sites.Where(site => cap.SiteId is null || site.Id == cap.SiteId).Sum(site => Import(plan, site, slot));
                Assert.True(watts <= cap.LimitWatts, $"{cap.Name} allows {cap.LimitWatts} W, slot {slot} takes {watts} W");
            }
        }
    }

    private static long Import(Plan plan, PlanSite site, int slot) => plan.SiteWatts(site.Id, slot) + site.FixedWatts[slot];

    private static void CheckTimes(PlanProblem problem, PlanLoad load, LoadPlan planned, PlanSite site)
    {
        bool isOn = load.InitialLevel > 0;
        long inState = load.InitialSlotsInState;
        for (int slot = 0; slot < problem.Slots.Count; slot++)
        {
            int level = planned.LevelAt(slot);
            bool mustBeOff = load.MustOff.Any(range => slot >= range.FirstSlot && slot < range.FirstSlot + range.SlotCount);
            Assert.False(mustBeOff && level > 0, $"load {load.Id} is on in slot {slot}, where it must be off");
            bool isObliged = isOn && inState < load.MinOnSlots && inState >= slot;
            if (site.PricePerMwh[slot] is null)
                Assert.True(level == 0 || (isObliged && level == 1), $"load {load.Id} is at level {level} in slot {slot} without a price");
            if (level > 0 != isOn)
            {
                int minimum = isOn ? load.MinOnSlots : load.MinOffSlots;
                Assert.True(inState >= minimum || (isOn && mustBeOff && isObliged), $"load {load.Id} switches in slot {slot} after {inState} of {minimum} slots");
                isOn = level > 0;
                inState = 0;
            }
            inState++;
        }
    }

    private static double Money(PlanProblem problem, PlanLoad load, LoadPlan planned, PlanSite site)
    {
        double money = 0;
        bool isOn = load.InitialLevel > 0;
        for (int slot = 0; slot < problem.Slots.Count; slot++)
        {
            int level = planned.LevelAt(slot);
            double hours = problem.Slots[slot].Duration.TotalHours;
            if (site.PricePerMwh[slot] is { } price)
                money += hours * (load.Levels[level].ValuePerHour - ((double)price * load.Levels[level].Watts / 1e6));
            if (level > 0 && !isOn)
                money -= load.StartCost;
            isOn = level > 0;
        }
        return money;
    }
}
