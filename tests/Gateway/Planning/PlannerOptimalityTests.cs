using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using Fleet.Gateway.Market;
using Fleet.Gateway.Planning;
using Xunit;

namespace Fleet.Tests.Gateway.Planning;

public sealed class PlannerOptimalityTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 5, 50, 0, TimeSpan.Zero);

    [Fact]
    public void Values_are_within_the_certified_gap_of_the_reference_optimum_and_bounds_are_never_below_it()
    {
        int compared = 0;
        double worst = 0;
        double sum = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            PlanProblem problem = RandomProblems.Problem(seed, slotCount: 24, mostLoads: 5);
            Plan plan = Planner.Solve(problem, Now);
            PlanChecker.Check(problem, plan);
            double? optimum = MilpReference.Optimum(problem);
            Assert.True(plan.IsFeasible == optimum is not null, $"seed {seed}: feasible {plan.IsFeasible}, reference {optimum}");
            if (optimum is not { } best)
                continue;
            double value = plan.Value - plan.SwitchingPenalty;
            Assert.True(plan.Bound >= best - 1e-6, $"seed {seed}: bound {plan.Bound} below the optimum {best}");
            Assert.True(value <= best + 1e-6, $"seed {seed}: value {value} above the optimum {best}");
            double gap = (best - value) / Math.Max(0.01, Math.Abs(value));
            Assert.True(gap <= plan.Gap + 1e-6, $"seed {seed}: {gap:P3} from the optimum, certified {plan.Gap:P3}");
            compared++;
            sum += gap;
            worst = Math.Max(worst, gap);
        }
        Assert.True(compared >= 28, $"only {compared} of the problems were feasible");
        Assert.True(sum / compared < 0.001 && worst < 0.01, $"on average {sum / compared:P3}, at worst {worst:P3} from the optimum");
    }

    [Fact]
    public void A_load_alone_is_planned_exactly() =>
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            PlanProblem drawn = RandomProblems.Problem(seed, slotCount: 7, mostLoads: 1);
            PlanProblem problem = drawn with
            {
                Caps = [],
                Sites = drawn.Sites.Select(site => PlanSite.Steady(site.Id, 1_000_000, site.PricePerMwh)).ToArray(),
            };
            Plan plan = Planner.Solve(problem, Now);

            PlanChecker.Check(problem, plan);
            Assert.Equal(BestByTrying(problem), plan.Value - plan.SwitchingPenalty, 1e-9);
            Assert.Equal(0, plan.Gap, 1e-6);
        }, iter: 150);

    [Theory]
    [InlineData(20, 2, 0.02)]
    [InlineData(100, 5, 0.006)]
    public void The_honest_family_is_planned_to_a_small_certified_gap(int loads, int sites, double gap)
    {
        PlanProblem problem = FamilyB.Problem(loads, sites, seed: 1);

        Plan plan = Planner.Solve(problem, Now, new PlanEffort(PlansPerLoad: 100));

        PlanChecker.Check(problem, plan);
        Assert.True(plan.Gap <= gap, $"{plan.Gap:P3}");
    }

    [Fact]
    public void Equal_loads_share_a_limit_instead_of_moving_in_step()
    {
        PlanProblem family = FamilyB.Problem(20, 1, seed: 5);
        PlanProblem problem = family with { Loads = family.Loads.Select(load => family.Loads[0] with { Id = load.Id }).ToArray() };

        Plan plan = Planner.Solve(problem, Now);

        PlanChecker.Check(problem, plan);
        Assert.True(plan.Gap <= 0.03, $"{plan.Gap:P3}");
        Assert.Contains(Enumerable.Range(0, 144), slot => plan.Loads.Select(load => load.LevelAt(slot)).Distinct().Count() > 1);
    }

    // Every sequence of levels, judged by the rules as PlanChecker reads them.
    private static double BestByTrying(PlanProblem problem)
    {
        PlanLoad load = problem.Loads[0];
        PlanSite site = problem.Sites.Single(site => site.Id == load.SiteId);
        int slots = problem.Slots.Count;
        double best = double.NegativeInfinity;
        var levels = new int[slots];
        for (int code = 0; code < Math.Pow(load.Levels.Count, slots); code++)
        {
            for (int slot = 0, rest = code; slot < slots; slot++, rest /= load.Levels.Count)
                levels[slot] = rest % load.Levels.Count;
            best = Math.Max(best, ValueIfAllowed(problem, load, site, levels) ?? double.NegativeInfinity);
        }
        return best;
    }

    private static double? ValueIfAllowed(PlanProblem problem, PlanLoad load, PlanSite site, int[] levels)
    {
        bool isOn = load.InitialLevel > 0;
        int inState = load.InitialSlotsInState;
        double value = 0;
        bool isFirstRun = true;
        for (int slot = 0; slot < levels.Length; slot++, inState++)
        {
            bool mustBeOff = load.MustOff.Any(range => slot >= range.FirstSlot && slot < range.FirstSlot + range.SlotCount);
            bool isObliged = isFirstRun && isOn && inState < load.MinOnSlots;
            bool isBlind = site.PricePerMwh[slot] is null;
            if ((mustBeOff && levels[slot] > 0) || (isBlind && levels[slot] != (isObliged && !mustBeOff ? 1 : 0)))
                return null;
            if (levels[slot] > 0 != isOn)
            {
                if (inState < (isOn ? load.MinOnSlots : load.MinOffSlots) && !(isObliged && mustBeOff))
                    return null;
                isOn = levels[slot] > 0;
                inState = 0;
                isFirstRun = false;
                value -= isOn ? load.StartCost : 0;
            }
            PowerLevel level = load.Levels[levels[slot]];
            value += isBlind ? 0 : 0.25 * (level.ValuePerHour - ((double)site.PricePerMwh[slot]!.Value * level.Watts / 1e6));
            if (load.CommittedLevels.Count > 0 && load.CommittedLevels[slot] is { } committed && committed != levels[slot])
                value -= problem.SwitchingCost;
        }
        return value;
    }
}
