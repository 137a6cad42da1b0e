using System;
using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>What the meter's word does to the orders, second by second, and what ends it.</summary>
public sealed class TrimTests
{
    private const string ThreeMiners = """{"name":"a","driver":"d","minWatts":1000,"maxWatts":3000,"order":1}|{"name":"b","driver":"d","minWatts":1000,"maxWatts":3000,"order":2}|{"name":"c","driver":"d","minWatts":1000,"maxWatts":3000,"order":3}""";

    [Fact]
    public void What_the_meter_shows_beyond_the_orders_lowers_them_at_once()
    {
        FirmwareRig rig = Rig(1.08);
        rig.Command(5000).Run(2);
        Assert.InRange(rig.Meters[0].Watts, 4900, 5100);
        Assert.InRange(rig.Run(40).Meters[0].Watts, 4950, 5050);
    }

    [Fact]
    public void What_the_meter_shows_untaken_raises_them_after_two_calm_windows_and_their_time_to_settle()
    {
        FirmwareRig rig = Rig(0.92);
        rig.Command(5000).Run(20);
        Assert.Equal(5000, rig.TotalOrder);
        rig.Run(40);
        Assert.InRange(rig.Meters[0].Watts, 4950, 5000);
        Assert.InRange(rig.TotalOrder, 5380, 5440);
    }

    [Fact]
    public void No_more_is_raised_than_a_tenth_of_the_limit()
    {
        FirmwareRig rig = new("\"disagreePercent\":50,", ThreeMiners.Split('|'), meters: 1);
        rig.Meters[0].Measures = () => rig.TotalWatts * 7 / 10;
        rig.Command(5000).Run(300);
        Assert.Equal(5500, rig.TotalOrder);
    }

    [Fact]
    public void Meters_too_far_apart_raise_nothing_for_the_higher_counts()
    {
        FirmwareRig rig = Rig(0.85);
        Assert.Equal(5000, rig.Command(5000).Run(300).TotalOrder);
    }

    [Theory]
    [InlineData("the meter falls silent")]
    [InlineData("a load falls silent")]
    [InlineData("a load ignores its order")]
    [InlineData("a load trips")]
    [InlineData("a load starts")]
    [InlineData("the limit falls")]
    [InlineData("the gateway is gone")]
    public void What_was_raised_is_taken_back_when(string what)
    {
        FirmwareRig rig = Rig(0.92);
        rig.Command(5000, loadWatts: [3000, 3000, 0]).Run(60);
        Assert.True(rig.TotalOrder > 5300);
        switch (what)
        {
            case "the meter falls silent": rig.Meters[0].Answers = false; rig.Run(17); break;
            case "a load falls silent": rig.Loads[1].Answers = false; rig.Run(32); break;
            case "a load ignores its order": (rig.Loads[0].Obeys, rig.Loads[0].Watts) = (false, 3400); rig.Run(10); break;
            case "a load trips": rig.Loads[0].TemperatureMilliC = 96000; rig.Run(5); break;
            case "a load starts": rig.Command(5000, loadWatts: [2000, 2000, 1000]); break;
            case "the limit falls": rig.Command(4800, loadWatts: [3000, 3000, 0]); break;
            default: rig.Run(125, heartbeat: false); break;
        }
        Assert.InRange(rig.TotalOrder, 0, rig.Controller.LimitWatts);
    }

    [Fact]
    public void A_setpoint_above_all_that_loads_are_rated_for_lets_a_distrusted_controller_take_no_more_than_in_fail_safe()
    {
        FirmwareRig rig = new("\"failSafeWatts\":9500,", ThreeMiners.Split('|'), meters: 1);
        rig.Meters[0].Measures = () => rig.TotalWatts + 4000;
        for (int i = 0; i < CrashCount.MostCrashes; i++)
            rig.Boot.NoteCrash(0);
        rig.Command(14_000).Run(60);
        Assert.InRange(rig.Meters[0].Watts, 0, 9500);
    }

    [Fact]
    public void What_was_raised_keeps_no_load_from_starting()
    {
        FirmwareRig rig = Rig(0.92);
        rig.Command(5000, loadWatts: [2000, 2000, 0]).Run(60);
        Assert.True(rig.TotalOrder > 4300);
        rig.Command(5000, loadWatts: [2000, 2000, 1000]).Run(5);
        Assert.Equal([2000, 2000, 1000], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void A_limit_that_falls_by_less_than_the_band_keeps_what_is_proven()
    {
        FirmwareRig rig = Rig(0.92);
        rig.Command(5000).Run(60);
        int before = rig.TotalOrder;
        rig.Command(4950);
        Assert.Equal(before - 50, rig.TotalOrder);
    }

    [Fact]
    public void What_is_untaken_starts_no_load()
    {
        FirmwareRig rig = Rig(0.92);
        // Two thousand for the third would fit beside what the meter shows of the others, and not beside their orders.
        rig.Command(6990).Run(300);
        Assert.Equal([3000, 3000, 0], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void What_is_beyond_puts_no_load_to_rest_whose_least_fits()
    {
        FirmwareRig rig = new("", ThreeMiners.Split('|'), meters: 1);
        rig.Meters[0].Measures = () => rig.TotalWatts + 600;
        rig.Command(7000).Run(60);
        Assert.Equal([3000, 2400, 1000], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void What_goes_away_behind_the_meter_is_given_back()
    {
        FirmwareRig rig = new("", ThreeMiners.Split('|'), meters: 1);
        int fans = 800;
        rig.Meters[0].Measures = () => rig.TotalWatts + fans;
        Assert.Equal(4200, rig.Command(5000).Run(60).TotalOrder);
        fans = 0;
        Assert.Equal(5000, rig.Run(60).TotalOrder);
    }

    [Theory]
    [InlineData(104, 4750, 4950)]
    [InlineData(92, 5000, 5000)]
    public void Without_a_meter_what_the_loads_report_lowers_them_and_never_raises(int percent, int leastOrder, int mostOrder)
    {
        FirmwareRig rig = new("", ThreeMiners.Split('|'));
        rig.Command(5000).Run(5);
        for (int second = 0; second < 200; second++)
        {
            foreach (FirmwareLoad load in rig.Loads)
                (load.Obeys, load.Watts, load.State) = (false, load.Order * percent / 100, load.Order > 0 ? LoadState.Running : LoadState.Sleeping);
            rig.Run(1);
        }
        Assert.InRange(rig.TotalOrder, leastOrder, mostOrder);
        Assert.InRange(rig.TotalWatts, 4600, 5050);
    }

    [Fact]
    public void No_limit_is_not_made_up_for()
    {
        FirmwareRig rig = Rig(1.3);
        Assert.Equal(9000, rig.Command(-1).Run(60).TotalOrder);
    }

    [Fact]
    public void A_limit_above_all_that_the_loads_are_rated_for_is_held_on_the_meter_as_it_was_given()
    {
        FirmwareRig rig = Rig(1.08);
        Assert.Equal(9000, rig.Command(9800).Run(60).TotalOrder);
        Assert.InRange(rig.Command(9300).Run(60).Meters[0].Watts, 9100, 9500);
        Assert.InRange(rig.Meters[0].Watts, 0, 9300 + 9300 / 50);
    }

    private static FirmwareRig Rig(double factor)
    {
        FirmwareRig rig = new("", ThreeMiners.Split('|'), meters: 1);
        rig.Meters[0].Measures = () => (int)Math.Round(rig.TotalWatts * factor);
        return rig;
    }
}
