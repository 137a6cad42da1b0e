using System;
using System.Linq;
using Fleet.Gateway.Market;
using Fleet.Gateway.Planning;
using Xunit;

namespace Fleet.Tests.Gateway.Planning;

public sealed class InfeasibleProblemTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 14, 0, 0, TimeSpan.Zero);

    private static PlanLoad Held(string id, double valuePerHour) => new()
    {
        Id = id,
        SiteId = "north",
        Levels = [new(0, 0), new(1000, valuePerHour), new(2000, 2 * valuePerHour)],
        MinOnSlots = 4,
        InitialLevel = 2,
        InitialSlotsInState = 1,
    };

    private static PlanProblem Problem(long[] limitWatts, long fixedWatts, params PlanLoad[] loads) => new()
    {
        Slots = PlanProblem.Quarters(Start, limitWatts.Length),
        Sites =
        [
            new PlanSite
            {
                Id = "north",
                ImportLimitWatts = limitWatts,
                PricePerMwh = Enumerable.Repeat((decimal?)20m, limitWatts.Length).ToArray(),
                FixedWatts = Enumerable.Repeat(fixedWatts, limitWatts.Length).ToArray(),
            },
        ],
        Loads = loads,
    };

    [Fact]
    public void A_limit_that_its_fixed_watts_break_is_named_and_every_load_is_off_there()
    {
        Plan plan = Planner.Solve(Problem([9000, 400, 300, 9000], 500, Held("a", 0.1) with { InitialSlotsInState = 100 }), Start);

        Assert.False(plan.IsFeasible);
        Assert.Equal(
            "import limit of site north allows 300 W from 2026-03-01 14:15 to 2026-03-01 14:45 UTC, but what cannot be switched off takes 500 W: "
            + "every load under it is planned off; raise the limit or lower the fixed watts",
            Assert.Single(plan.Conflicts).ToString());
        Assert.Equal([2000, 0, 0, 2000], Enumerable.Range(0, 4).Select(plan.For("a")!.WattsAt));
        Assert.Equal("off: the import limit of site north cannot be kept otherwise", plan.For("a")!.ReasonAt(1));
    }

    [Fact]
    public void A_limit_goes_before_minimum_on_times_and_only_as_many_loads_as_needed_give_way_the_least_earning_first()
    {
        PlanProblem problem = Problem([2500, 2500, 9000, 9000], 0, Held("poor", 0.05), Held("rich", 0.2), Held("fair", 0.1));

        Plan plan = Planner.Solve(problem, Start);

        Conflict conflict = Assert.Single(plan.Conflicts);
        Assert.True(conflict.CutsMinimumOnTime);
        Assert.Equal((3000, 2500), (conflict.NeededWatts, conflict.AllowedWatts));
        Assert.Contains("loads within their minimum on time need 3000 W: as many as needed are switched off early", conflict.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, plan.For("poor")!.WattsAt(0));
        Assert.True(plan.For("rich")!.WattsAt(0) > 0 && plan.For("fair")!.WattsAt(0) > 0);
        Assert.All(Enumerable.Range(0, 4), slot => Assert.True(plan.SiteWatts("north", slot) <= problem.Sites[0].ImportLimitWatts[slot]));
    }

    [Fact]
    public void A_curtailment_that_cannot_be_met_is_named_by_its_own_name()
    {
        PlanProblem problem = Problem([9000, 9000], 800, Held("a", 0.1)) with { Caps = [new PlanCap("curtailment E-9", "north", 0, 1, 700)] };

        Plan plan = Planner.Solve(problem, Start);

        Assert.Equal("curtailment E-9", Assert.Single(plan.Conflicts).Limit);
        Assert.Equal(0, plan.For("a")!.WattsAt(0));
        Assert.Equal(2000, plan.For("a")!.WattsAt(1));
    }

    [Fact]
    public void Whatever_conflicts_the_watts_under_a_keepable_limit_never_exceed_it()
    {
        for (int seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            PlanProblem drawn = RandomProblems.Problem(seed, 16, 5);
            PlanProblem problem = drawn with
            {
                Sites = drawn.Sites.Select(site => site with { ImportLimitWatts = site.ImportLimitWatts.Select(limit => random.Next(3) == 0 ? limit / 6 : limit).ToArray() }).ToArray(),
                Loads = drawn.Loads.Select(load => load with { InitialSlotsInState = 0 }).ToArray(),
            };
            Plan plan = Planner.Solve(problem, Start, new PlanEffort(MinPlans: 500, PlansPerLoad: 10, MaxDualSteps: 60));
            foreach (PlanSite site in problem.Sites)
            {
                long offWatts = problem.Loads.Where(load => load.SiteId == site.Id).Sum(load => (long)load.Levels[0].Watts);
                for (int slot = 0; slot < problem.Slots.Count; slot++)
                    Assert.True(plan.SiteWatts(site.Id, slot) <= Math.Max(offWatts, site.ImportLimitWatts[slot] - site.FixedWatts[slot]), $"seed {seed} slot {slot}");
            }
        }
    }
}
