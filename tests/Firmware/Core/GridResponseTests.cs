using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>
/// Four miners of 3,500 W behind a meter that tells frequency and voltage. Power falls from 49.8 Hz to nothing at 49.0, trips
/// below 48.9 and outside 195 to 253 V for 2 s, and returns after 60 s over 100 s.
/// </summary>
public sealed class GridResponseTests
{
    private const string Options = """
        "gridMilliHertz":50000,"gridTripMilliHertz":1100,"gridLowMillivolts":195000,"gridHighMillivolts":253000,"gridReturnSeconds":60,"gridWindowSeconds":0,"gridRampSeconds":100,
        """;

    [Theory]
    [InlineData(50_000, 14_000)]
    [InlineData(49_800, 14_000)]
    [InlineData(49_799, 13_720)] // in steps of 2 %
    [InlineData(49_400, 7_000)]
    [InlineData(49_010, 0)]
    [InlineData(49_000, 0)]
    [InlineData(47_500, 0)]
    [InlineData(51_500, 14_000)] // a high frequency changes nothing
    public void Power_falls_with_the_frequency(int milliHertz, int watts)
    {
        FirmwareRig rig = Grid();
        rig.Meters[0].MilliHertz = milliHertz;
        rig.Run(5);
        Assert.Equal((watts, watts), (rig.Controller.LimitWatts, rig.TotalOrder));
        Assert.Equal(watts < 14_000, (rig.Controller.Faults & Fault.GridAbnormal) != 0);
    }

    [Fact]
    public void What_was_taken_when_it_fell_is_what_falls_not_the_limit()
    {
        FirmwareRig rig = Grid();
        rig.Command(5_000).Run(5);
        rig.Command(-1);
        foreach (FirmwareLoad load in rig.Loads)
            load.Obeys = false; // still taking what they took
        int taken = rig.TotalWatts;
        rig.Meters[0].MilliHertz = 49_400;
        rig.Run(2);
        Assert.Equal(taken / 2, rig.Controller.LimitWatts);
    }

    [Fact]
    public void While_it_lasts_the_limit_only_falls()
    {
        FirmwareRig rig = Grid();
        foreach ((int milliHertz, int watts) in new[] { (49_600, 10_360), (49_700, 10_360), (49_400, 7_000), (49_790, 7_000) })
        {
            rig.Meters[0].MilliHertz = milliHertz;
            rig.Run(70);
            Assert.Equal(watts, rig.Controller.LimitWatts);
        }
    }

    [Fact]
    public void Power_returns_when_all_has_been_well_for_its_time_and_by_its_ramp()
    {
        FirmwareRig rig = Grid();
        rig.Meters[0].MilliHertz = 49_400;
        rig.Run(20);
        rig.Meters[0].MilliHertz = 49_900;
        rig.Run(60);
        Assert.Equal(7_000, rig.Controller.LimitWatts);
        for (int second = 1; second <= 48; second++)
            Assert.InRange(rig.Run(1).Controller.LimitWatts, 7_000 + 140 * (second - 1), 7_000 + 141 * (second + 1));
        Assert.NotEqual(0, rig.Controller.Faults & Fault.GridAbnormal);
        rig.Run(5);
        Assert.Equal((14_000, 14_000, 0), (rig.Controller.LimitWatts, rig.TotalOrder, rig.Controller.Faults));
    }

    [Fact]
    public void A_lower_limit_in_the_middle_of_the_return_does_not_end_its_ramp()
    {
        FirmwareRig rig = Grid();
        rig.Meters[0].MilliHertz = 49_400;
        rig.Run(20);
        rig.Meters[0].MilliHertz = 49_900;
        rig.Run(70);
        int before = rig.Controller.LimitWatts;
        Assert.InRange(before, 7_001, 9_000);
        rig.Command(0).Run(2);
        rig.Command(-1).Run(1);
        Assert.InRange(rig.Controller.LimitWatts, before, before + 1_000);
        rig.Run(100);
        Assert.Equal((14_000, 0), (rig.Controller.LimitWatts, rig.Controller.Faults & Fault.GridAbnormal));
    }

    [Fact]
    public void A_frequency_that_falls_again_while_power_returns_lowers_it_at_once_and_its_time_begins_anew()
    {
        FirmwareRig rig = Grid();
        rig.Meters[0].MilliHertz = 49_400;
        rig.Run(5);
        rig.Meters[0].MilliHertz = 50_000;
        rig.Run(80);
        Assert.InRange(rig.Controller.LimitWatts, 8_000, 11_000);
        rig.Meters[0].MilliHertz = 49_400;
        rig.Run(2);
        Assert.Equal(7_000, rig.Controller.LimitWatts);
        rig.Meters[0].MilliHertz = 50_000;
        Assert.Equal(7_000, rig.Run(60).Controller.LimitWatts);
    }

    [Fact]
    public void Each_controller_waits_its_own_part_of_the_window_as_well()
    {
        FirmwareRig rig = Grid(Options.Replace("\"gridWindowSeconds\":0", "\"gridWindowSeconds\":200"));
        rig.Meters[0].MilliHertz = 49_000;
        rig.Run(5);
        rig.Meters[0].MilliHertz = 50_000;
        int share = (int)(Spread.ShareMs(FirmwareRig.Name, "grid", 200) / 1000);
        Assert.InRange(share, 1, 199);
        Assert.Equal(0, rig.Run(60 + share).Controller.LimitWatts);
        Assert.InRange(rig.Run(4).Controller.LimitWatts, 1, 1_000);
    }

    [Theory]
    [InlineData(49_000, 230_000, 5, false)] // 100 mHz above the trip
    [InlineData(48_899, 230_000, 2, false)]
    [InlineData(48_899, 230_000, 4, true)]
    [InlineData(50_000, 194_999, 2, false)]
    [InlineData(50_000, 194_999, 4, true)]
    [InlineData(50_000, 195_000, 9, false)]
    [InlineData(50_000, 253_001, 4, true)]
    [InlineData(50_000, 253_000, 9, false)]
    public void A_trip_needs_its_hold_time(int milliHertz, int millivolts, int seconds, bool trips)
    {
        FirmwareRig rig = Grid(Options + "\"gridSpanMilliHertz\":0,");
        (rig.Meters[0].MilliHertz, rig.Meters[0].Millivolts) = (milliHertz, millivolts);
        rig.Run(seconds);
        Assert.Equal(trips ? 0 : 14_000, rig.TotalOrder);
    }

    [Fact]
    public void A_dip_shorter_than_the_hold_time_changes_nothing_however_often_it_comes()
    {
        FirmwareRig rig = Grid();
        for (int i = 0; i < 20; i++)
        {
            rig.Meters[0].Millivolts = 100_000;
            rig.Run(2);
            rig.Meters[0].Millivolts = 230_000;
            rig.Run(1);
        }
        Assert.Equal(14_000, rig.TotalOrder);
    }

    [Fact]
    public void A_meter_that_falls_silent_keeps_the_response_for_its_hold_and_power_then_returns_as_ever()
    {
        FirmwareRig rig = Grid();
        rig.Meters[0].MilliHertz = 49_400;
        rig.Run(5);
        rig.Meters[0].Answers = false;
        Assert.Equal(7_000, rig.Run(GridResponse.SilentMs / 1000 + 60).Controller.LimitWatts);
        rig.Run(30);
        Assert.InRange(rig.Controller.LimitWatts, 7_001, 12_000);
        Assert.Equal(14_000, rig.Run(60).Controller.LimitWatts);
    }

    [Theory]
    [InlineData(44_999)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(60_000)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void A_frequency_that_no_grid_has_begins_no_response_and_ends_none(int milliHertz)
    {
        FirmwareRig rig = Grid();
        rig.Meters[0].MilliHertz = milliHertz;
        Assert.Equal(14_000, rig.Run(30).TotalOrder);
        rig.Meters[0].MilliHertz = 49_400;
        rig.Run(5);
        rig.Meters[0].MilliHertz = milliHertz;
        Assert.Equal(7_000, rig.Run(100).Controller.LimitWatts);
    }

    [Fact]
    public void After_a_boot_a_meter_that_has_told_nothing_yet_begins_none()
    {
        FirmwareRig rig = new(Options, meters: 1);
        rig.Meters[0].Answers = false;
        rig.Command(9_000).Run(400);
        Assert.Equal(9_000, rig.Controller.LimitWatts);
        (rig.Meters[0].Answers, rig.Meters[0].MilliHertz) = (true, 49_000);
        Assert.Equal(0, rig.Run(3).Controller.LimitWatts);
    }

    [Fact]
    public void Of_several_meters_the_worst_counts()
    {
        FirmwareRig rig = Grid(meters: 3);
        rig.Meters[1].MilliHertz = 49_400;
        Assert.Equal(7_000, rig.Run(3).Controller.LimitWatts);
        rig.Meters[2].Millivolts = 260_000;
        Assert.Equal(0, rig.Run(5).Controller.LimitWatts);
    }

    [Fact]
    public void Without_its_settings_nothing_is_done_whatever_the_meters_tell()
    {
        FirmwareRig rig = Grid("");
        (rig.Meters[0].MilliHertz, rig.Meters[0].Millivolts) = (45_500, 50_000);
        Assert.Equal((14_000, 0), (rig.Run(60).TotalOrder, rig.Controller.Faults));
    }

    [Theory]
    [InlineData(ControllerState.FailSafe)]
    [InlineData(ControllerState.Scheduled)]
    [InlineData(ControllerState.Commanded)]
    public void It_narrows_whoever_gives_the_limit_and_lifts_none(ControllerState state)
    {
        FirmwareRig rig = new(Options, meters: 1);
        (rig.Meters[0].MilliHertz, rig.Meters[0].Measures) = (50_000, () => rig.TotalWatts);
        rig.Sync().Command(3_500).Run(5);
        rig.Schedule([.. Enumerable.Repeat(3_500, 20)]);
        rig.Run(state == ControllerState.Scheduled ? 150 : 1, heartbeat: false);
        if (state == ControllerState.FailSafe)
            rig = Restarted(rig);
        Assert.Equal(state, rig.Controller.State);
        rig.Meters[0].MilliHertz = 49_400;
        Assert.Equal(1_750, rig.Run(4, heartbeat: false).Controller.LimitWatts);
        rig.Meters[0].MilliHertz = 50_000;
        rig.Run(600, heartbeat: false);
        Assert.InRange(rig.Controller.LimitWatts, 3_500, 4_000); // the other limit's own again
    }

    [Fact]
    public void A_setpoint_in_the_middle_lowers_and_does_not_raise()
    {
        FirmwareRig rig = Grid();
        rig.Meters[0].MilliHertz = 49_400;
        rig.Run(3);
        Assert.Equal(7_000, rig.Command(12_000).Run(3).Controller.LimitWatts);
        Assert.Equal(2_000, rig.Command(2_000).Run(3).Controller.LimitWatts);
        Assert.Equal(7_000, rig.Command(-1).Run(3).Controller.LimitWatts);
        Assert.False(rig.Controller.IsUnlimited);
    }

    [Theory]
    [InlineData(0, 1_000)]
    [InlineData(4, 5_000)]
    public void It_tells_how_long_the_watts_took_to_come_down(int lateSeconds, int milliseconds)
    {
        FirmwareRig rig = Grid();
        rig.Meters[0].MilliHertz = 49_400;
        foreach (FirmwareLoad load in rig.Loads)
            load.Obeys = lateSeconds == 0;
        rig.Run(1 + lateSeconds);
        foreach (FirmwareLoad load in rig.Loads)
            load.Obeys = true;
        rig.Run(5);
        rig.Meters[0].MilliHertz = 49_300; // falls further: it is told once
        rig.Run(10);
        ControllerEvent told = Assert.Single(rig.Uplink.Events, one => one.Type == EventType.GridAnswered);
        Assert.Equal((milliseconds, ""), (told.Code, told.Load));
    }

    [Fact]
    public void Where_nothing_was_taken_nothing_is_measured()
    {
        FirmwareRig rig = Grid();
        rig.Command(0).Run(5);
        rig.Meters[0].MilliHertz = 49_000;
        rig.Run(10);
        Assert.DoesNotContain(rig.Uplink.Events, one => one.Type == EventType.GridAnswered);
    }

    private static FirmwareRig Grid(string options = Options, int meters = 1)
    {
        FirmwareRig rig = new(options, meters: meters);
        foreach (FirmwareMeter meter in rig.Meters)
            (meter.MilliHertz, meter.Millivolts) = (50_000, 230_000);
        rig.Meters[0].Measures = () => rig.TotalWatts;
        rig.Command(-1).Run(5);
        Assert.Equal(14_000, rig.TotalOrder);
        return rig;
    }

    private static FirmwareRig Restarted(FirmwareRig rig)
    {
        FirmwareRig next = new(Options, meters: 1, store: rig.Store, bootId: 2);
        (next.Meters[0].MilliHertz, next.Meters[0].Measures) = (50_000, () => next.TotalWatts);
        return next.Run(10, heartbeat: false);
    }
}
