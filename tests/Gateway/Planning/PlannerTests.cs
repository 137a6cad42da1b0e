using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Market;
using Fleet.Gateway.Planning;
using Xunit;

namespace Fleet.Tests.Gateway.Planning;

public sealed class PlannerTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 6, 0, 0, TimeSpan.Zero);

    /// <summary>Strikes 100 at 1 kW and 60 for the second kW.</summary>
    private static readonly PowerLevel[] TwoSteps = [new(0, 0), new(1000, 0.10), new(2000, 0.16)];

    private static PlanLoad Load(string id = "asic-1", string site = "north") => new() { Id = id, SiteId = site, ControllerId = "c1", Levels = TwoSteps };

    private static PlanProblem Problem(decimal?[] prices, long limitWatts, params PlanLoad[] loads) => new()
    {
        Slots = PlanProblem.Quarters(Start, prices.Length),
        Sites = [PlanSite.Steady("north", limitWatts, prices)],
        Loads = loads,
    };

    private static Plan Solved(PlanProblem problem)
    {
        Plan plan = Planner.Solve(problem, Start);
        PlanChecker.Check(problem, plan);
        return plan;
    }

    private static int[] Watts(Plan plan, string load = "asic-1") => Enumerable.Range(0, plan.Slots.Count).Select(plan.For(load)!.WattsAt).ToArray();

    private static string[] Reasons(Plan plan, string load = "asic-1") => Enumerable.Range(0, plan.Slots.Count).Select(plan.For(load)!.ReasonAt).ToArray();

    [Fact]
    public void Each_step_runs_while_the_price_is_below_its_strike()
    {
        Plan plan = Solved(Problem([-50m, 59m, 61m, 99m, 101m], 10_000, Load()));

        Assert.Equal([2000, 2000, 1000, 1000, 0], Watts(plan));
        Assert.Equal(
            ["strike 60.0 > price -50.0", "strike 60.0 > price 59.0", "strike 100.0 > price 61.0 > next strike 60.0",
                "strike 100.0 > price 99.0 > next strike 60.0", "strike 100.0 < price 101.0"],
            Reasons(plan));
        Assert.Equal("c1", plan.For("asic-1")!.ControllerId);
        Assert.Equal(Start, plan.MadeAtUtc);
        Assert.Equal(0, plan.Gap, 1e-9);
    }

    [Fact]
    public void A_step_that_pays_less_than_the_one_above_it_is_jumped_over()
    {
        PlanLoad load = Load() with { Levels = [new(0, 0), new(1000, 0.02), new(2000, 0.16)] };

        Plan plan = Solved(Problem([70m, 90m], 10_000, load));

        Assert.Equal([2000, 0], Watts(plan));
        Assert.Equal(["strike 80.0 > price 70.0", "strike 80.0 < price 90.0"], Reasons(plan));
    }

    [Fact]
    public void The_load_that_earns_more_gets_the_room_and_the_other_says_what_limits_it()
    {
        PlanLoad better = Load("better") with { Levels = [new(0, 0), new(1000, 0.12)] };

        Plan plan = Solved(Problem([50m, 50m], 1500, Load("worse"), better));

        Assert.Equal([1000, 1000], Watts(plan, "better"));
        Assert.Equal([0, 0], Watts(plan, "worse"));
        Assert.All(Reasons(plan, "worse"), reason => Assert.Equal("held back by the import limit of site north: other loads earn more with what it leaves", reason));
    }

    [Fact]
    public void Fixed_watts_take_their_share_of_the_limit()
    {
        PlanProblem problem = Problem([50m], 2500, Load());
        PlanProblem withPumps = problem with { Sites = [PlanSite.Steady("north", 2500, [50m], fixedWatts: 600)] };

        Assert.Equal([2000], Watts(Solved(problem)));
        Assert.Equal([1000], Watts(Solved(withPumps)));
    }

    [Fact]
    public void A_curtailment_known_ahead_is_kept_and_named()
    {
        PlanProblem problem = Problem([50m, 50m, 50m, 50m], 10_000, Load(), Load("asic-2")) with
        {
            Caps = [new PlanCap("curtailment E-17", null, 1, 2, 2500)],
        };

        Plan plan = Solved(problem);

        Assert.Equal([4000, 2000, 2000, 4000], Enumerable.Range(0, 4).Select(slot => plan.SiteWatts("north", slot)));
        Assert.Contains(plan.Loads, load => load.ReasonAt(1) == "held back by the curtailment E-17: other loads earn more with what it leaves");
    }

    [Fact]
    public void A_start_is_made_only_where_it_pays_for_itself()
    {
        // One slot on earns (0.10 − 0.08) / 4 = 0.005 at a price of 80.
        PlanLoad load = Load() with { Levels = [new(0, 0), new(1000, 0.10)], StartCost = 0.008 };

        Plan once = Solved(Problem([200m, 80m, 200m], 10_000, load));
        Plan twice = Solved(Problem([200m, 80m, 80m, 200m], 10_000, load));

        Assert.Equal([0, 0, 0], Watts(once));
        Assert.Equal("a start here would not pay for itself within limits and minimum times", Reasons(once)[1]);
        Assert.Equal([0, 1000, 1000, 0], Watts(twice));
        Assert.Equal(1, twice.For("asic-1")!.Starts);
        Assert.Equal(0.002, twice.Value, 1e-9);
    }

    [Fact]
    public void Minimum_times_hold_and_say_so()
    {
        PlanLoad load = Load() with { MinOnSlots = 3, MinOffSlots = 3, InitialLevel = 1, InitialSlotsInState = 1 };

        Plan plan = Solved(Problem([900m, 900m, 900m, 10m, 10m, 10m], 10_000, load));

        Assert.Equal([1000, 1000, 0, 0, 0, 2000], Watts(plan));
        Assert.Equal("held by minimum on time", Reasons(plan)[0]);
        Assert.Equal("held by minimum off time", Reasons(plan)[3]);
    }

    [Fact]
    public void A_short_dear_spell_is_sat_out_when_a_restart_costs_more()
    {
        PlanLoad load = Load() with { StartCost = 0.5, InitialLevel = 2 };

        Plan plan = Solved(Problem([20m, 150m, 20m, 20m], 10_000, load));

        Assert.Equal([2000, 1000, 2000, 2000], Watts(plan));
        Assert.Equal("kept on: stopping and starting again costs more", Reasons(plan)[1]);
    }

    [Fact]
    public void A_must_off_range_stops_even_a_load_within_its_minimum_on_time()
    {
        PlanLoad load = Load() with { MinOnSlots = 8, InitialLevel = 2, InitialSlotsInState = 1, MustOff = [new MustOff(1, 2, "over-temperature")] };

        Plan plan = Solved(Problem([20m, 20m, 20m, 20m], 10_000, load));

        Assert.Equal([2000, 0, 0, 2000], Watts(plan));
        Assert.Equal("over-temperature", Reasons(plan)[1]);
        Assert.True(plan.IsFeasible);
    }

    [Fact]
    public void A_slot_without_a_price_is_planned_off_and_says_so()
    {
        Plan plan = Solved(Problem([20m, null, 20m], 10_000, Load() with { InitialLevel = 2 }));

        Assert.Equal([2000, 0, 2000], Watts(plan));
        Assert.Equal("price unknown: off until it is known", Reasons(plan)[1]);
    }

    [Fact]
    public void Without_a_price_a_load_within_its_minimum_on_time_stays_at_its_lowest_level()
    {
        PlanLoad load = Load() with { MinOnSlots = 4, InitialLevel = 2, InitialSlotsInState = 2 };

        Plan plan = Solved(Problem([null, null, null], 10_000, load));

        Assert.Equal([1000, 1000, 0], Watts(plan));
        Assert.Equal("held by minimum on time, price unknown", Reasons(plan)[0]);
        Assert.Equal(0, plan.Value, 1e-12);
    }

    [Fact]
    public void Slots_of_other_lengths_are_paid_by_their_length()
    {
        PlanProblem problem = Problem([50m, 50m], 10_000, Load()) with
        {
            Slots = [new PlanSlot(Start, TimeSpan.FromMinutes(5)), new PlanSlot(Start.AddMinutes(5), TimeSpan.FromMinutes(60))],
        };

        Assert.Equal((0.16 - 0.10) * 65 / 60, Solved(problem).Value, 1e-9);
    }

    [Fact]
    public void An_empty_portfolio_has_an_empty_plan()
    {
        Plan plan = Solved(Problem([50m], 1000));

        Assert.Empty(plan.Loads);
        Assert.Equal(0, plan.Value);
        Assert.True(plan.IsFeasible);
    }

    [Fact]
    public void A_problem_that_contradicts_itself_is_refused_with_every_fault_named()
    {
        PlanProblem problem = Problem([50m, 50m], 1000, Load(), Load(), Load("b", "south") with { StartCost = double.NaN, InitialLevel = 7 }) with
        {
            Sites = [PlanSite.Steady("north", 1000, [50m])],
            Caps = [new PlanCap("curtailment E1", "west", 0, 1, 100)],
        };

        string message = Assert.Throws<ArgumentException>(() => Planner.Solve(problem, Start)).Message;

        Assert.Contains("load asic-1 is named 2 times", message, StringComparison.Ordinal);
        Assert.Contains("site north has 1 prices for 2 slots", message, StringComparison.Ordinal);
        Assert.Contains("load b is at site south, which is not in the problem", message, StringComparison.Ordinal);
        Assert.Contains("the start cost NaN of load b", message, StringComparison.Ordinal);
        Assert.Contains("load b begins at level 7", message, StringComparison.Ordinal);
        Assert.Contains("curtailment E1 is for site west", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_curve_or_horizon_is_refused()
    {
        IReadOnlyList<string> Faults(PowerLevel[] levels) => PlanProblemCheck.Faults(Problem([50m], 1000, Load() with { Levels = levels }));

        Assert.Contains("needs 1 to 100", Assert.Single(Faults([])), StringComparison.Ordinal);
        Assert.Contains("must begin with its off level", Assert.Single(Faults([new(0, 1)])), StringComparison.Ordinal);
        Assert.Contains("level 2 of load asic-1 must draw more", Assert.Single(Faults([new(0, 0), new(5, 1), new(5, 2)])), StringComparison.Ordinal);
        Assert.Contains("not a finite number", Assert.Single(Faults([new(0, 0), new(5, double.NaN)])), StringComparison.Ordinal);
        PlanProblem gap = Problem([50m, 50m], 1000) with { Slots = [new PlanSlot(Start, Slot.Duration), new PlanSlot(Start.AddHours(1), Slot.Duration)] };
        Assert.Contains("not when slot 0 ends", Assert.Single(PlanProblemCheck.Faults(gap)), StringComparison.Ordinal);
        Assert.Contains("the horizon has 0 slots", Assert.Single(PlanProblemCheck.Faults(Problem([], 1000))), StringComparison.Ordinal);
    }
}
