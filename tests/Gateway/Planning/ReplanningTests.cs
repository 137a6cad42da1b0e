using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Market;
using Fleet.Gateway.Planning;
using Fleet.Tests.Gateway.Market;
using Xunit;

namespace Fleet.Tests.Gateway.Planning;

public sealed class ReplanningTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 12, 0, 0, 0, TimeSpan.Zero);

    // Enough to search well; steadiness does not depend on searching long.
    private static readonly PlanEffort Brief = new(PlansPerLoad: 100, MinPlans: 2_000);

    private static int[] Levels(Plan plan) => plan.Loads.SelectMany(load => Enumerable.Range(0, plan.Slots.Count).Select(load.LevelAt)).ToArray();

    private static PlanProblem CommittedTo(Plan plan, PlanProblem problem, int slots, double switchingCost) => problem with
    {
        Loads = problem.Loads.Select(load => load with
        {
            CommittedLevels = plan.Commitments(load.Id, problem.Slots, problem.Slots[slots].StartUtc),
        }).ToArray(),
        SwitchingCost = switchingCost,
    };

    private static PlanProblem WithPrice(PlanProblem problem, int slot, decimal price) => problem with
    {
        Sites = problem.Sites.Select(site => site with { PricePerMwh = site.PricePerMwh.Select((old, index) => index == slot ? price : old).ToArray() }).ToArray(),
    };

    [Fact]
    public void The_same_problem_gives_the_same_plan()
    {
        PlanProblem problem = FamilyB.Problem(30, 3, seed: 11);
        PlanProblem reordered = problem with { Loads = problem.Loads.Reverse().ToArray(), Sites = problem.Sites.Reverse().ToArray() };

        Plan first = Planner.Solve(problem, Now, Brief);
        Plan second = Planner.Solve(reordered, Now.AddHours(1), Brief);

        Assert.Equal(Levels(first), Levels(second));
        Assert.Equal(first.Bound, second.Bound);
        Assert.Equal(first.Value, second.Value);
    }

    [Fact]
    public void A_changed_price_far_away_leaves_the_near_committed_slots_alone()
    {
        const int Near = 16;
        for (int seed = 1; seed <= 3; seed++)
        {
            PlanProblem problem = FamilyB.Problem(20, 2, seed);
            Plan plan = Planner.Solve(problem, Now, Brief);
            PlanProblem changed = WithPrice(CommittedTo(plan, problem, Near, switchingCost: 0.02), slot: 120, price: 600m);

            Plan replan = Planner.Solve(changed, Now, Brief);

            PlanChecker.Check(changed, replan);
            foreach (LoadPlan load in replan.Loads)
                Assert.All(Enumerable.Range(0, Near), slot => Assert.Equal(plan.For(load.LoadId)!.LevelAt(slot), load.LevelAt(slot)));
            Assert.True(replan.SiteWatts("s000", 120) < plan.SiteWatts("s000", 120) || plan.SiteWatts("s000", 120) == 0, "the far slots follow the new price");
        }
    }

    [Theory]
    [InlineData(0.010, 0)]
    [InlineData(0.002, 1000)]
    public void A_committed_slot_changes_only_for_more_than_the_switching_cost(double switchingCost, int expectedWatts)
    {
        // Being on in the slot would gain (0.10 − 0.08) / 4 = 0.005.
        var load = new PlanLoad { Id = "a", SiteId = "s", Levels = [new(0, 0), new(1000, 0.10)], CommittedLevels = [0] };
        var problem = new PlanProblem
        {
            Slots = PlanProblem.Quarters(Now, 1),
            Sites = [PlanSite.Steady("s", 5000, [80m])],
            Loads = [load],
            SwitchingCost = switchingCost,
        };

        Plan plan = Planner.Solve(problem, Now, Brief);

        Assert.Equal(expectedWatts, plan.For("a")!.WattsAt(0));
        if (expectedWatts == 0)
            Assert.Equal("stays as planned before: a change now would gain too little", plan.For("a")!.ReasonAt(0));
    }

    [Fact]
    public void A_commitment_that_a_new_limit_forbids_is_left()
    {
        PlanProblem problem = FamilyB.Problem(10, 1, seed: 3, slotCount: 48);
        Plan plan = Planner.Solve(problem, Now, Brief);
        PlanProblem curtailed = CommittedTo(plan, problem, 47, switchingCost: 100) with { Caps = [new PlanCap("curtailment E2", "s000", 4, 8, 9_000)] };

        Plan replan = Planner.Solve(curtailed, Now, Brief);

        PlanChecker.Check(curtailed, replan);
        Assert.All(Enumerable.Range(4, 8), slot => Assert.True(replan.SiteWatts("s000", slot) <= 9_000));
    }

    [Fact]
    public void Commitments_follow_the_clock_when_the_horizon_moves_on()
    {
        PlanProblem problem = FamilyB.Problem(5, 1, seed: 4, slotCount: 48);
        Plan plan = Planner.Solve(problem, Now, Brief);
        IReadOnlyList<PlanSlot> later = PlanProblem.Quarters(problem.Slots[8].StartUtc, 48);

        IReadOnlyList<int?> commitments = plan.Commitments("l00002", later, later[4].StartUtc);

        Assert.Equal(Enumerable.Range(8, 4).Select(slot => (int?)plan.For("l00002")!.LevelAt(slot)), commitments.Take(4));
        Assert.All(commitments.Skip(4), Assert.Null);
        Assert.All(plan.Commitments("nobody", later, later[4].StartUtc), Assert.Null);
        Assert.Null(plan.SlotAt(Now.AddTicks(-1)));
        Assert.Equal(47, plan.SlotAt(Now.AddHours(12).AddTicks(-1)));
    }

    [Theory]
    [InlineData("prices/DE-LU_2023-01-01_2023-12-31.csv", 2023, 7, 2)]
    [InlineData("prices/ERCOT-HUBAVG-DA_2023-01-01_2023-12-31.csv", 2023, 8, 17)]
    public void Real_prices_are_planned_within_limits_and_earn_at_least_what_always_on_earns(string file, int year, int month, int day)
    {
        PriceSeries series = PriceFile.Read(RealSeries.Path(file)).Series!;
        IReadOnlyList<SlotPrice> prices = series.Expand(new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero), 144);
        PlanProblem family = FamilyB.Problem(20, 1, seed: 9);
        PlanProblem problem = family with
        {
            Slots = prices.Select(price => new PlanSlot(price.StartUtc, Slot.Duration)).ToArray(),
            Sites = [PlanSite.Steady("s000", 1_000_000, prices.Select(price => price.PricePerMwh).ToArray())],
            Loads = family.Loads.Select(load => load with { InitialLevel = 3 }).ToArray(),
            Caps = [],
        };

        Plan plan = Planner.Solve(problem, Now, Brief);

        PlanChecker.Check(problem, plan);
        double alwaysOn = problem.Loads.Sum(load => prices.Sum(price =>
            0.25 * (load.Levels[3].ValuePerHour - ((double)price.PricePerMwh!.Value * load.Levels[3].Watts / 1e6))));
        Assert.True(plan.Value > alwaysOn);
        Assert.Equal(0, plan.Gap, 1e-3);
    }
}
