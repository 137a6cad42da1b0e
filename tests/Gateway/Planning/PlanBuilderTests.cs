using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Market;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Signals;
using Fleet.Gateway.Sites;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Gateway.Planning;

public sealed class PlanBuilderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly Load Asic = new(
        "asic", "test", WorkKind.Hashes, [new WorkLevel(2_000, 120), new WorkLevel(3_500, 200)], TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(15), 0.5);

    private static readonly Load Fan = new("fan", "test", WorkKind.None, [new WorkLevel(100, 1)], TimeSpan.Zero, TimeSpan.Zero, 0);

    private static Site SiteOf(params Load[] loads) => new(
        new SiteTerms("hill", "Hill", "Europe/Berlin", 10_000, 500, 0, 7.5), [new Controller(new ControllerAddress("hill", "c1"), loads)]);

    private static PlanInput InputOf(Site site, Timeline? timeline = null, int watts = 0, DateTimeOffset since = default) =>
        new(site, timeline ?? Timeline.Empty, [.. site.Loads.Select(_ => new LoadNow(watts, since))]);

    private static LoadValues Flat(decimal price = 50m) => new(GatewayMarket.Of(Noon, [.. Enumerable.Repeat((decimal?)price, 300)]));

    private static PlanProblem Pose(PlanInput input, LoadValues values, DateTimeOffset? now = null) => PlanBuilder.Pose([input], values, null, now ?? Noon.AddMinutes(7));

    [Fact]
    public void The_horizon_is_144_quarters_from_the_slot_of_now_at_the_price_with_the_adder()
    {
        var problem = Pose(InputOf(SiteOf(Asic)), Flat());
        Assert.Equal(144, problem.Slots.Count);
        Assert.Equal(Noon, problem.Slots[0].StartUtc);
        Assert.All(problem.Sites[0].PricePerMwh, price => Assert.Equal(57.5m, price));
        Assert.Equal((10_000, 500), (problem.Sites[0].ImportLimitWatts[0], problem.Sites[0].FixedWatts[0]));
        Assert.Empty(PlanProblemCheck.Faults(problem));
    }

    [Fact]
    public void A_gap_in_the_prices_is_no_price_and_the_loads_are_planned_off_in_it()
    {
        var prices = Enumerable.Repeat((decimal?)20m, 300).ToArray();
        prices[5] = null;
        var values = new LoadValues(GatewayMarket.Of(Noon, prices));
        var input = InputOf(SiteOf(Asic));
        var problem = Pose(input, values);
        Assert.Null(problem.Sites[0].PricePerMwh[5]);
        Assert.NotNull(problem.Sites[0].PricePerMwh[4]);
        var plan = PlanBuilder.Cut(Planner.Solve(problem, Noon), "plan-1-1", input, values);
        Assert.Equal(0, plan.Slots[5].Watts[0]);
        Assert.Equal(3_500, plan.Slots[8].Watts[0]);
    }

    [Fact]
    public void The_day_the_clocks_change_keeps_quarters_of_UTC()
    {
        var spring = new DateTimeOffset(2026, 3, 28, 23, 0, 0, TimeSpan.Zero); // local midnight in Berlin; the day has 92 slots
        var values = new LoadValues(GatewayMarket.Of(spring, [.. Enumerable.Range(0, 200).Select(i => (decimal?)i)]));
        var problem = PlanBuilder.Pose([InputOf(SiteOf(Asic))], values, null, spring.AddMinutes(1));
        Assert.All(problem.Slots.Select((slot, i) => (slot, i)), one => Assert.Equal(spring.AddMinutes(15 * one.i), one.slot.StartUtc));
        Assert.Equal([.. Enumerable.Range(0, 144).Select(i => (decimal?)(i + 7.5m))], problem.Sites[0].PricePerMwh);
    }

    [Fact]
    public void The_first_hour_is_committed_to_the_last_plan_and_no_more()
    {
        var values = Flat(20m);
        var input = InputOf(SiteOf(Asic));
        var last = Planner.Solve(Pose(input, values), Noon);
        var problem = PlanBuilder.Pose([input], values, last, Noon.AddMinutes(20));
        var committed = problem.Loads[0].CommittedLevels;
        Assert.Equal([2, 2, 2, 2, 2], committed.TakeWhile(level => level is not null)); // 12:15 to 13:15: the slot that begins before 13:20 too
        Assert.Equal(139, committed.Count(level => level is null));
        Assert.Equal(PlanBuilder.SwitchingCost, problem.SwitchingCost);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1_999, 0)]
    [InlineData(2_000, 1)]
    [InlineData(3_400, 1)]
    [InlineData(9_999, 2)]
    public void A_load_begins_at_the_level_it_was_told_last(int watts, int level) =>
        Assert.Equal(level, Pose(InputOf(SiteOf(Asic), watts: watts), Flat()).Loads[0].InitialLevel);

    [Fact]
    public void Minimum_times_are_whole_slots_and_the_time_in_state_counts()
    {
        var load = Pose(InputOf(SiteOf(Asic), watts: 2_000, since: Noon.AddMinutes(-23)), Flat()).Loads[0];
        Assert.Equal((2, 1, 2, 0.5), (load.MinOnSlots, load.MinOffSlots, load.InitialSlotsInState, load.StartCost));
        Assert.Equal(PlanLoad.LongAgo, Pose(InputOf(SiteOf(Asic)), Flat()).Loads[0].InitialSlotsInState);
    }

    [Fact]
    public void A_load_that_has_served_its_minimum_time_owes_no_more_of_the_slot_it_is_in()
    {
        var free = Asic with { MinimumOff = TimeSpan.Zero };
        Assert.Equal(3_500, WattsNow(free, offMinutes: 0)); // put to sleep by a cap that was then called off
        Assert.Equal(0, WattsNow(Asic, offMinutes: 14));
        Assert.Equal(3_500, WattsNow(Asic, offMinutes: 15));
        var twoSlots = Asic with { MinimumOff = TimeSpan.FromMinutes(20) };
        Assert.Equal(0, WattsNow(twoSlots, offMinutes: 19));
        Assert.Equal(3_500, WattsNow(twoSlots, offMinutes: 20));
    }

    [Fact]
    public void A_cap_binds_the_slots_it_covers_to_their_end_and_leaves_the_one_it_ends_in()
    {
        Assert.Equal((0, 2), SlotsOf(from: 5, to: 30)); // in force now, to 12:30
        Assert.Equal((0, 1), SlotsOf(from: 5, to: 29));
        Assert.Equal((2, 2), SlotsOf(from: 20, to: 65)); // still to come
        Assert.Null(SlotsOf(from: 5, to: 10));
        Assert.Null(SlotsOf(from: 20, to: 40));
    }

    [Fact]
    public void A_load_whose_work_earns_nothing_is_planned_off_and_one_nobody_can_value_says_so()
    {
        var noHashing = new Fleet.Gateway.FleetOptions();
        noHashing.Bitcoin.Price = 0;
        var values = new LoadValues(GatewayMarket.Of(noHashing, Noon, [.. Enumerable.Repeat((decimal?)20m, 300)]));
        var input = InputOf(SiteOf(Asic, Fan));
        var plan = PlanBuilder.Cut(Planner.Solve(Pose(input, values), Noon), "plan-1-1", input, values);
        Assert.All(plan.Slots, slot => Assert.Equal([0, 0], slot.Watts));
        Assert.All(Enumerable.Range(0, 2), load => Assert.NotEmpty(plan.Slots[0].ReasonOf!(load)));
        Assert.Null(plan.At(Noon.AddMinutes(-1)));
        Assert.Null(plan.At(Noon.AddHours(36)));
        Assert.NotNull(plan.At(Noon.AddHours(36).AddTicks(-1)));
    }

    [Fact]
    public void A_plan_knows_what_its_slots_cost_up_to_the_first_gap_and_what_hashing_earns_in_their_money()
    {
        decimal?[] prices = [.. Enumerable.Range(0, 300).Select(i => (decimal?)(i - 10.2m))];
        prices[40] = null;
        var values = new LoadValues(GatewayMarket.Of(Noon, prices));
        var input = InputOf(SiteOf(Asic));
        var known = PlanBuilder.Cut(Planner.Solve(Pose(input, values), Noon), "plan-1-1", input, values).Prices!;
        Assert.Equal([.. Enumerable.Range(0, 40).Select(i => i - 3)], known.PerMegawattHour); // with the adder of 7.5, rounded
        Assert.Equal(values.ValueOf(WorkKind.Hashes, Noon)!.PerRateHour * 24e6, known.HashpriceMicros, 0.5);

        var fan = InputOf(SiteOf(Fan));
        Assert.Null(PlanBuilder.Cut(Planner.Solve(Pose(fan, values), Noon), "plan-1-1", fan, values).Prices);
        prices[0] = null;
        var gap = new LoadValues(GatewayMarket.Of(Noon, prices));
        Assert.Null(PlanBuilder.Cut(Planner.Solve(Pose(input, gap), Noon), "plan-1-1", input, gap).Prices);
    }

    private static int WattsNow(Load load, int offMinutes)
    {
        var input = InputOf(SiteOf(load), since: Noon.AddMinutes(7 - offMinutes));
        return PlanBuilder.Cut(Planner.Solve(Pose(input, Flat(20m)), Noon), "plan-1-1", input, Flat(20m)).Slots[0].Watts[0];
    }

    private static (int First, int Count)? SlotsOf(int from, int to)
    {
        var cap = new Cap("dr-1", 2_000, Noon.AddMinutes(from), Noon.AddMinutes(to), "test");
        var caps = Pose(InputOf(SiteOf(Asic), new Timeline([cap])), Flat()).Caps;
        return caps.Count == 0 ? null : (Assert.Single(caps).FirstSlot, caps[0].SlotCount);
    }
}
