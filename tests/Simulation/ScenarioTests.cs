using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Market;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Signals;
using Fleet.Virtual.Plant;
using Fleet.Wire;
using NodaTime;
using Xunit;

namespace Fleet.Tests.Simulation;

/// <summary>Stories with a name: one trouble each, over several seeds, in a world without any other.</summary>
public sealed class ScenarioTests
{
    private static readonly LoadKind[] Miners = [LoadKind.All[0], LoadKind.All[1]];

    public static TheoryData<int> Seeds => [1, 2, 3, 4, 5, 6];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Stopping_the_gateway_for_three_minutes_puts_every_controller_on_its_schedule_or_fail_safe_limit_and_restarting_brings_them_back_without_a_jump(int seed)
    {
        var world = Quiet(seed).RunTo(20);
        world.Replan(world.Plans.Steady(price: 0));
        world.RunTo(420);
        var (before, limits) = (world.Watts, LimitsOf(world));
        world.Gateway.Stop();
        world.RunFor(180);
        Assert.All(world.Controllers, controller => Assert.Contains(controller.Firmware!.State, new[] { ControllerState.Scheduled, ControllerState.FailSafe }));
        Assert.All(world.Controllers, controller => Assert.True(
            controller.Firmware!.State == ControllerState.Scheduled || controller.Firmware.LimitWatts <= controller.Design.FailSafeWatts));
        world.Gateway.Start();
        world.RunFor(5);
        world.Replan(world.Plans.Steady(price: 0));
        for (var second = 0; second < 240; second++)
        {
            world.RunFor(1);
            Assert.Equal(limits, LimitsOf(world));
            // A schedule is a controller's, a setpoint its loads': what is divided anew between two miners falls faster than it rises.
            Assert.InRange(world.Watts, before * 90 / 100, before * 101 / 100 + 100);
        }
        Assert.All(world.Controllers, controller => Assert.Equal(ControllerState.Commanded, controller.Firmware!.State));
        Assert.InRange(world.Watts, before * 98 / 100, before * 102 / 100);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Without_a_schedule_the_fail_safe_limit_holds_until_the_gateway_is_back_and_power_then_rises_with_the_sites_ramp(int seed)
    {
        var world = Quiet(seed, new WorldDesign { Seed = seed, IsPlain = true, Kinds = Miners, FaultEverySeconds = 0, PlanEverySeconds = 0, HealSecond = int.MaxValue });
        foreach (var controller in world.Controllers)
            controller.Link.LosesSchedules = true;
        world.RunTo(20);
        world.Replan(world.Plans.Steady(price: 0));
        world.RunTo(420);
        world.Gateway.Stop();
        world.RunFor(180);
        Assert.All(world.Controllers, controller => Assert.Equal(ControllerState.FailSafe, controller.Firmware!.State));
        Assert.All(world.Controllers, controller => Assert.InRange(controller.Firmware!.LimitWatts, 0, controller.Design.FailSafeWatts));
        world.Gateway.Start();
        world.RunFor(5);
        world.Replan(world.Plans.Steady(price: 0));
        var last = LimitsOf(world).Sum();
        for (var second = 0; second < 240; second++)
        {
            world.RunFor(1);
            var limit = LimitsOf(world).Sum();
            Assert.True(limit - last <= world.Terms.Terms.RampWattsPerSecond + world.Controllers.Count, $"second {world.Clock.Second}: {last} to {limit} W");
            last = limit;
        }
        Assert.All(world.Controllers, controller => Assert.Equal(ControllerState.Commanded, controller.Firmware!.State));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_forged_and_a_replayed_setpoint_never_raise_power(int seed)
    {
        var world = Quiet(seed).RunTo(20);
        world.Replan(world.Plans.Steady(price: 0));
        world.RunTo(200);
        world.Replan(world.Plans.Steady(price: 1_000));
        world.RunTo(260);
        var limits = LimitsOf(world);
        Assert.All(limits, limit => Assert.Equal(0, limit));
        for (var i = 0; i < 120; i++)
        {
            Attacker.Forge(world);
            Attacker.Replay(world);
            world.RunFor(1);
            Assert.Equal(limits, LimitsOf(world));
        }
    }

    [Fact]
    public void A_stolen_broker_account_keeps_no_setpoint_alive_beyond_its_validity()
    {
        var world = Quiet(1).RunTo(20);
        world.Replan(world.Plans.Steady(price: 0));
        world.RunTo(300);
        world.Gateway.Stop();
        foreach (var controller in world.Controllers)
            controller.Link.IsPirated = true;
        for (var i = 0; i < 1_000; i++)
        {
            world.RunFor(1);
            Attacker.Usurp(world);
        }
        Assert.All(world.Controllers, controller => Assert.NotEqual(ControllerState.Commanded, controller.Firmware!.State));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_partition_in_the_middle_of_a_curtailment_leaves_nobody_above_what_was_known_before_it(int seed)
    {
        var world = Quiet(seed).RunTo(20);
        world.Replan(world.Plans.Steady(price: 0));
        world.RunTo(300);
        var now = world.Clock.True;
        var target = world.Terms.Terms.FixedWatts + world.Terms.MaxWatts / 2;
        world.Gateway.Curtail(new Signal("dr", world.Site, target, null, now.AddSeconds(10), now.AddSeconds(400), "test", "operator", now));
        world.RunFor(30);
        world.Controllers[0].Link.IsPartitioned = true;
        world.RunFor(60);
        for (var second = 0; second < 280; second++)
        {
            world.RunFor(1);
            Assert.True(world.Watts <= target + SiteLimitChecker.ToleranceOf(target, world.Loads), $"second {world.Clock.Second}: {world.Watts} W of {target} W");
        }
        world.Controllers[0].Link.IsPartitioned = false;
        world.RunFor(400);
        Assert.Null(new ConvergenceChecker().End(world));
    }

    [Theory]
    [InlineData(LineFault.Garbage)]
    [InlineData(LineFault.Silent)]
    [InlineData(LineFault.Partial)]
    public void A_meter_that_talks_garbage_raises_no_power_and_its_intervals_say_so(LineFault fault)
    {
        var world = Quiet(2).RunTo(20);
        world.Replan(world.Plans.Steady(price: 0));
        world.RunTo(400);
        var before = world.Watts;
        foreach (var controller in world.Controllers)
            controller.MeterLine.Fault = fault;
        for (var second = 0; second < 200; second++)
        {
            world.RunFor(1);
            Assert.InRange(world.Watts, 0, before * 103 / 100);
        }
        var during = world.Gateway.Book.Rows.Where(row => row.Start > world.Clock.True.AddSeconds(-150)).ToArray();
        Assert.NotEmpty(during);
        Assert.All(during, row => Assert.NotEqual(Fleet.Gateway.Sites.EnergyQuality.Metered, row.Quality));
        Assert.All(world.Controllers, controller => Assert.NotEqual(0, controller.Firmware!.Faults & Fault.MeterStale));
    }

    [Theory]
    [InlineData("2026-03-29", 92)]
    [InlineData("2026-10-25", 100)]
    public void A_day_of_92_or_100_slots_is_followed_quarter_by_quarter_of_UTC(string day, int slots)
    {
        var date = NodaTime.Text.LocalDatePattern.Iso.Parse(day).Value;
        var local = new LocalDay(date, DateTimeZoneProviders.Tzdb["Europe/Berlin"]);
        var starts = local.SlotStarts();
        Assert.Equal(slots, starts.Count);
        // The clocks change at 01:00 UTC.
        var change = new DateTimeOffset(date.Year, date.Month, date.Day, 1, 0, 0, TimeSpan.Zero);
        var world = Quiet(3, new WorldDesign { Seed = 3, IsPlain = true, Kinds = Miners, FaultEverySeconds = 0, PlanEverySeconds = 0, HealSecond = int.MaxValue, Start = change.AddMinutes(-20) });
        var loads = world.Loads.ToArray();
        var wanted = starts.Select((_, i) => new Wanted(
            [.. loads.Select(load => load.Kind.LevelWatts[i % 2 == 0 ? 0 : ^1])], [.. loads.Select(_ => 1.0)], "day", "slot " + i)).ToArray();
        var plan = new SitePlan("day", change, starts[0], Slot.Duration, wanted);
        world.Replan(plan);
        for (var i = 0; i < 8; i++)
        {
            // A minute before the end of each quarter its own watts are taken, whatever the local clock shows.
            world.RunTo((int)(change.AddMinutes(-15 + 15 * i) - change.AddMinutes(-20)).TotalSeconds + 840);
            var expected = plan.At(world.Clock.True)!.Watts.Sum();
            Assert.InRange(world.Watts - world.Terms.Terms.FixedWatts, expected * 95 / 100, expected * 105 / 100);
        }
        Assert.Null(new EnergyChecker().End(world));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Everything_twice_changes_nothing(int seed)
    {
        var world = Quiet(seed);
        world.Weather = Weather.Double;
        world.RunTo(20);
        world.Replan(world.Plans.Steady(price: 0));
        world.RunTo(700);
        Assert.Null(new ConvergenceChecker().End(world));
        Assert.Null(new EnergyChecker().Step(world));
        Assert.Null(new EnergyChecker().End(world));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_controller_alone_rests_its_miners_in_a_slot_above_their_measured_strike_price_and_wakes_them_after(int seed)
    {
        const int hashpriceMicros = 38_400;
        var start = new DateTimeOffset(2026, 3, 1, 12, 5, 0, TimeSpan.Zero);
        var world = Quiet(seed, new WorldDesign
        {
            Seed = seed, IsPlain = true, Kinds = [LoadKind.All[0]], FaultEverySeconds = 0, PlanEverySeconds = 0, HealSecond = int.MaxValue, Start = start,
        }).RunTo(20);
        var cheap = world.Plans.Steady(price: 0);
        // Of the miners nobody but their controllers knows the efficiency: some 17 J/TH, so a strike price near 90.
        world.Replan(new SitePlan(cheap.Id, cheap.MadeAt, cheap.Start, cheap.SlotLength, cheap.Slots) { Prices = new Fleet.Gateway.Sites.SchedulePrices([60, 60, 110, 60, 60], hashpriceMicros) });
        world.RunTo(500);
        var before = world.Watts;
        world.Gateway.Stop();
        world.RunTo(1_440); // the third slot begins at 1,500
        Assert.InRange(world.Watts, before * 95 / 100, before * 102 / 100);
        world.RunTo(2_300);
        Assert.All(world.Loads, load => Assert.InRange(load.Watts, 0, load.Kind.RestWatts + 20));
        Assert.All(world.Controllers, controller => Assert.Equal(ControllerState.Scheduled, controller.Firmware!.State));
        world.RunTo(3_250);
        Assert.InRange(world.Watts, before * 95 / 100, before * 102 / 100);
        world.Gateway.Start();
    }

    private static int[] LimitsOf(World world) => [.. world.Controllers.Select(controller => controller.Firmware!.LimitWatts)];

    private static World Quiet(int seed, WorldDesign? design = null) => new(
        design ?? new WorldDesign { Seed = seed, IsPlain = true, Kinds = Miners, FaultEverySeconds = 0, PlanEverySeconds = 0, HealSecond = int.MaxValue },
        new SiteLimitChecker(), new AuthorityChecker());
}
