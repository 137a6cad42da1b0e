using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>How a limit becomes watts for each load.</summary>
public sealed class ThrottleTests
{
    [Theory]
    [InlineData(14000, 3500, 3500, 3500, 3500)]
    [InlineData(9000, 3500, 3500, 2000, 0)]
    [InlineData(8599, 3500, 3500, 0, 0)]
    [InlineData(1600, 1600, 0, 0, 0)]
    [InlineData(1599, 0, 0, 0, 0)]
    [InlineData(0, 0, 0, 0, 0)]
    public void The_lowest_order_is_on_first_and_each_works_at_its_least_or_rests(int limitWatts, params int[] expected)
    {
        FirmwareRig rig = new();
        rig.Command(limitWatts).Run(5);
        Assert.Equal(expected, rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void Order_and_not_position_says_who_is_first()
    {
        FirmwareRig rig = new("", [Load("a", "\"order\":30"), Load("b", "\"order\":17"), Load("c", "\"order\":17")]);
        rig.Command(5000).Run(5);
        Assert.Equal([0, 3000, 2000], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void A_setpoint_for_each_load_caps_it()
    {
        FirmwareRig rig = new();
        rig.Command(14000, loadWatts: [0, 2000, 1500, 9000]).Run(5);
        Assert.Equal([0, 2000, 0, 3500], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void Fail_safe_caps_a_load_at_its_own_limit()
    {
        FirmwareRig rig = new("\"failSafeWatts\":5000,", [Load("a", "\"failSafeWatts\":1200"), Load("b", "\"failSafeWatts\":0"), Load("c")]);
        rig.Run(5);
        Assert.Equal([1200, 0, 3000], rig.Loads.Select(load => load.Order));
    }

    [Theory]
    [InlineData(3000, 3000)]
    [InlineData(2999, 2000)]
    [InlineData(1000, 1000)]
    [InlineData(999, 0)]
    public void A_load_with_levels_gets_the_highest_that_fits(int limitWatts, int expected)
    {
        FirmwareRig rig = new("", [Load("a", "\"levelWatts\":[1000,2000,3000]")]);
        rig.Command(limitWatts).Run(5);
        Assert.Equal(expected, rig.Loads[0].Order);
    }

    [Fact]
    public void A_load_without_a_least_may_be_set_to_anything()
    {
        FirmwareRig rig = new("", ["""{"name":"a","driver":"d","maxWatts":300}"""]);
        rig.Command(1).Run(5);
        Assert.Equal(1, rig.Loads[0].Order);
    }

    [Fact]
    public void A_load_keeps_working_for_its_minimum_while_its_least_fits()
    {
        FirmwareRig rig = new("", [Load("a", "\"order\":1"), Load("b", "\"order\":2,\"minOnSeconds\":600")]);
        rig.Command(6000).Run(10);
        rig.Command(3500).Run(5);
        Assert.Equal([2500, 1000], rig.Loads.Select(load => load.Order));
        rig.Run(600);
        Assert.Equal([3000, 0], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void A_rise_under_way_puts_no_working_load_to_rest()
    {
        FirmwareRig rig = new("", [Load("a", "\"order\":1"), """{"name":"r","driver":"relay","output":"relay-1","minWatts":2000,"maxWatts":2000,"order":2}"""]);
        rig.Command(3500, loadWatts: [1500, 2000]).Run(5);
        Assert.Equal([1500, 2000], rig.Loads.Select(load => load.Order));
        rig.Loads[1].Orders.Clear();
        rig.Command(5000, loadWatts: [3000, 2000], ramp: 100).Run(20);
        Assert.Equal([3000, 2000], rig.Loads.Select(load => load.Order));
        Assert.All(rig.Loads[1].Orders, watts => Assert.Equal(2000, watts));
    }

    [Fact]
    public void The_limit_wins_over_the_minimum_on_time()
    {
        FirmwareRig rig = new("", [Load("a", "\"minOnSeconds\":600"), Load("b", "\"minOnSeconds\":600")]);
        rig.Command(6000).Run(10);
        rig.Command(1500).Run(2);
        Assert.Equal([1500, 0], rig.Loads.Select(load => load.Order));
        rig.Command(6000, loadWatts: [0, 0]).Run(2);
        Assert.Equal([0, 0], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void The_wishes_alone_keep_the_limit_before_the_guard_looks_at_them()
    {
        FirmwareRig rig = new("", [Load("a", "\"minOnSeconds\":600"), Load("b", "\"minOnSeconds\":600")]);
        Snapshot snapshot = new(rig.Settings, [.. rig.Loads], [], []);
        Guard guard = new(rig.Settings, [.. rig.Loads], new Records(rig.Store));
        Throttle throttle = new(rig.Settings, guard);
        int[] wishes = [];
        for (int second = 0; second < 10; second++)
        {
            foreach (FirmwareLoad load in rig.Loads)
                load.Step(second * 1000);
            snapshot.Read(second * 1000);
            guard.Observe(snapshot);
            int limitWatts = second < 9 ? 6000 : 1500;
            throttle.Decide(snapshot, limitWatts, 0, false, [9999, 9999]);
            guard.Write(snapshot, throttle.WishWatts, limitWatts, 0);
            wishes = [.. throttle.WishWatts];
            Assert.True(wishes.Sum() <= limitWatts);
        }
        Assert.Equal([1500, 0], wishes);
    }

    [Fact]
    public void A_load_rests_for_its_minimum_and_leaves_its_share_to_the_others()
    {
        FirmwareRig rig = new("", [Load("a", "\"order\":1,\"minOffSeconds\":300"), Load("b", "\"order\":2")]);
        rig.Command(0).Run(1);
        rig.Command(3000).Run(290);
        Assert.Equal([0, 3000], rig.Loads.Select(load => load.Order));
        rig.Run(20);
        Assert.Equal([3000, 0], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void Loads_start_one_after_another_and_not_all_at_once()
    {
        FirmwareRig rig = new("\"startStaggerSeconds\":60,");
        rig.Command(-1);
        int[] started = new int[4];
        for (int second = 1; second <= 61; second++)
        {
            rig.Run(1);
            for (int i = 0; i < 4; i++)
                started[i] = started[i] == 0 && rig.Loads[i].Order > 0 ? second : started[i];
        }
        Assert.All(started, second => Assert.InRange(second, 1, 61));
        Assert.True(started.Distinct().Count() >= 3, string.Join(' ', started));
    }

    [Fact]
    public void A_load_that_no_longer_may_start_begins_its_wait_anew()
    {
        FirmwareRig rig = new("\"startStaggerSeconds\":600,", [Load("a")]);
        rig.Command(3000);
        int share = 1;
        for (; rig.Loads[0].Order == 0; share++)
            rig.Run(1);
        rig.Command(0).Run(2).Command(3000).Run(share - 5).Command(0).Run(2).Command(3000).Run(share - 5);
        Assert.Equal(0, rig.Loads[0].Order);
        Assert.Equal(3000, rig.Run(10).Loads[0].Order);
    }

    [Fact]
    public void A_starting_load_counts_at_its_inrush()
    {
        FirmwareRig rig = new("", [Load("a", "\"order\":1,\"inrushWatts\":3000,\"startSeconds\":60"), Load("b", "\"order\":2")]);
        rig.Command(4000, loadWatts: [1500, 3000]).Run(30);
        Assert.Equal([1500, 1000], rig.Loads.Select(load => load.Order));
        rig.Run(60);
        Assert.Equal([1500, 2500], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void Several_starts_at_once_fit_the_limit_with_their_inrush()
    {
        FirmwareRig rig = new("", [.. Enumerable.Range(0, 3).Select(i => Starting(i, 1000, 2500))]);
        rig.Command(6000).Run(30);
        Assert.Equal([1000, 1000, 0], rig.Loads.Select(load => load.Order));
        rig.Run(40);
        Assert.Equal([1000, 1000, 1000], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void Loads_that_start_at_the_same_time_keep_the_inrush_of_the_controller()
    {
        FirmwareRig rig = new("\"inrushWatts\":4000,", [.. Enumerable.Range(0, 4).Select(i => Starting(i, 1500, 2000))]);
        rig.Command(8000).Run(30);
        Assert.Equal([1500, 1500, 0, 0], rig.Loads.Select(load => load.Order));
        rig.Run(40);
        Assert.Equal([1500, 1500, 1500, 1500], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void A_load_without_an_inrush_counts_at_its_watts_and_starts_alone_when_it_is_above_the_controllers()
    {
        FirmwareRig rig = new("\"inrushWatts\":2000,", [Load("a", "\"startSeconds\":30"), Load("b", "\"startSeconds\":30")]);
        rig.Command(6000).Run(20);
        Assert.Equal([3000, 0], rig.Loads.Select(load => load.Order));
        rig.Run(20);
        Assert.Equal([3000, 3000], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void A_load_whose_inrush_does_not_fit_does_not_start_and_one_that_is_starting_stops()
    {
        FirmwareRig rig = new("", [Load("a", "\"inrushWatts\":3000,\"startSeconds\":60")]);
        rig.Command(2500).Run(5);
        Assert.Equal(0, rig.Loads[0].Order);
        rig.Command(3000).Run(5);
        Assert.Equal(3000, rig.Loads[0].Order);
        rig.Command(2500).Run(2);
        Assert.Equal(0, rig.Loads[0].Order);
    }

    [Fact]
    public void A_starting_load_held_on_by_its_minimum_keeps_going_below_its_inrush()
    {
        FirmwareRig rig = new("", [Load("a", "\"inrushWatts\":3000,\"startSeconds\":60,\"minOnSeconds\":60")]);
        rig.Command(3000).Run(5);
        rig.Command(2500).Run(2);
        Assert.Equal(2500, rig.Loads[0].Order);
    }

    private static string Starting(int i, int watts, int inrushWatts) =>
        $$"""{"name":"m{{i}}","driver":"d","minWatts":{{watts}},"maxWatts":{{watts}},"nameplateWatts":{{inrushWatts}},"inrushWatts":{{inrushWatts}},"startSeconds":60}""";

    private static string Load(string name, string more = "\"order\":0") =>
        $$"""{"name":"{{name}}","driver":"d","minWatts":1000,"maxWatts":3000,{{more}}}""";
}
