using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>Energy: exact, aligned, never negative, never counted twice, and never guessed over a gap.</summary>
public sealed class MeteringTests
{
    private const int Minute = 60;

    [Fact]
    public void A_steady_kilowatt_for_an_hour_is_a_kilowatt_hour_to_the_milliwatt_hour()
    {
        FirmwareRig rig = Metered(1000);
        rig.Run(3601);
        Assert.Equal(1_000_000, rig.Controller.RegisterMilliwattHours);
    }

    [Fact]
    public void What_rounding_leaves_over_is_carried_and_never_adds_up()
    {
        FirmwareRig rig = Metered(1);
        rig.Run(36001);
        Assert.Equal(10_000, rig.Controller.RegisterMilliwattHours);
    }

    [Fact]
    public void A_straight_rise_counts_as_its_triangle()
    {
        FirmwareRig rig = Metered(0);
        rig.Meters[0].Measures = () => (int)(rig.NowMs - 5000) / 100;
        rig.Run(101);
        Assert.Equal(1000 * 100 / 2 * 1000 / 3600, rig.Controller.RegisterMilliwattHours);
    }

    [Fact]
    public void Intervals_end_on_utc_boundaries_and_add_up_to_the_register()
    {
        FirmwareRig rig = Metered(0);
        rig.Meters[0].Measures = () => 500 + (int)(rig.NowMs / 1000 * 37 % 900);
        rig.Sync().Run(47 * Minute);
        EnergyRecord[] records = Records(rig);
        Assert.Equal(9, records.Length);
        Assert.All(records, record => Assert.Equal(0, record.EndUtcMs % 300_000));
        Assert.All(records.Skip(1), record => Assert.Equal(300_000, record.EndUtcMs - record.StartUtcMs));
        Assert.Equal(records[^1].RegisterMilliwattHours, records.Sum(record => record.EnergyMilliwattHours));
        AssertContiguous(records);
    }

    [Fact]
    public void A_boundary_between_two_ticks_parts_the_line_and_loses_nothing()
    {
        FirmwareRig rig = Metered(0);
        rig.GatewayUtcAtBootMs += 137;
        rig.Meters[0].Measures = () => (int)(rig.NowMs / 1000 % 7 * 333);
        rig.Sync().Run(21 * Minute);
        EnergyRecord[] records = Records(rig);
        Assert.All(records, record => Assert.Equal(0, record.EndUtcMs % 300_000));
        Assert.Equal(records[^1].RegisterMilliwattHours, records.Sum(record => record.EnergyMilliwattHours));
    }

    [Fact]
    public void Records_wait_for_utc_and_are_then_dated_back()
    {
        FirmwareRig rig = Metered(1000);
        rig.Run(31 * Minute, heartbeat: false);
        Assert.Empty(rig.Uplink.Records);
        rig.Sync().Run(20, heartbeat: false);
        EnergyRecord[] records = Records(rig);
        Assert.Equal(6, records.Length);
        Assert.Equal(rig.GatewayUtcAtBootMs + 5000, records[0].StartUtcMs);
        AssertContiguous(records);
    }

    [Fact]
    public void A_heartbeat_dates_records_while_there_is_no_time_server()
    {
        FirmwareRig rig = Metered(1000);
        rig.Run(11 * Minute);
        Assert.All(Records(rig), record => Assert.Equal(0, record.EndUtcMs % 300_000));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(-40)]
    [InlineData(3600_000)]
    [InlineData(-3600_000)]
    public void A_clock_step_neither_doubles_nor_loses_energy(long stepMs)
    {
        FirmwareRig rig = Metered(1000);
        rig.Sync().Run(17 * Minute, heartbeat: false);
        rig.GatewayUtcAtBootMs += stepMs;
        rig.Sync().Run(16 * Minute, heartbeat: false);
        EnergyRecord[] records = Records(rig);
        Assert.Equal(records[^1].RegisterMilliwattHours, records.Sum(record => record.EnergyMilliwattHours));
        Assert.All(records, record => Assert.True(record.EndUtcMs > record.StartUtcMs));
        if (stepMs == 40 || stepMs == -40)
            AssertContiguous(records);
    }

    [Fact]
    public void A_gap_in_the_ticks_ends_the_interval_and_is_not_guessed()
    {
        FirmwareRig rig = Metered(3600);
        rig.Sync().Run(100).Tick(40_000).Run(300);
        EnergyRecord[] records = Records(rig);
        Assert.Equal(100_000, records[0].EndUtcMs - records[0].StartUtcMs);
        Assert.Equal(40_000, records[1].StartUtcMs - records[0].EndUtcMs);
        Assert.Equal(100_000, records[0].EnergyMilliwattHours);
    }

    [Fact]
    public void A_clock_that_stands_still_or_runs_back_counts_nothing_twice()
    {
        FirmwareRig rig = Metered(3600);
        rig.Run(11).Tick(0).Tick(-5000).Run(5);
        Assert.Equal(11_000, rig.Controller.RegisterMilliwattHours);
    }

    [Fact]
    public void A_record_without_an_answer_is_sent_again_the_same_and_holds_up_no_more_than_a_few()
    {
        FirmwareRig rig = Metered(1000);
        rig.Acknowledges = false;
        rig.Sync().Run(51 * Minute);
        Assert.Equal(EnergyLog.UnderWay, Records(rig).Length);
        Assert.True(rig.Uplink.Records.Count > 3 * EnergyLog.UnderWay);
        rig.Acknowledges = true;
        rig.Run(2 * Minute);
        Assert.Equal(10, Records(rig).Length);
    }

    [Fact]
    public void Exported_energy_is_negative_in_its_interval_and_nothing_in_the_register()
    {
        FirmwareRig rig = Metered(-3600);
        rig.Sync().Run(6 * Minute);
        EnergyRecord record = Records(rig)[0];
        Assert.Equal(-(record.EndUtcMs - record.StartUtcMs), record.EnergyMilliwattHours);
        Assert.Equal(0, rig.Controller.RegisterMilliwattHours);
    }

    [Fact]
    public void The_register_goes_on_after_a_restart()
    {
        FirmwareRig rig = Metered(3600);
        rig.Sync().Run(11 * Minute);
        long kept = Records(rig)[^1].RegisterMilliwattHours;
        FirmwareRig after = new(meters: 1, store: rig.Store, bootId: 2);
        Assert.Equal(kept, after.Controller.RegisterMilliwattHours);
        Assert.Equal(0, after.Controller.Faults);
    }

    [Fact]
    public void The_flash_is_written_once_an_interval()
    {
        FirmwareRig rig = Metered(3600);
        rig.Sync().Run(2 * 3600 + 1);
        Assert.Equal(24, rig.Store.Writes);
    }

    [Fact]
    public void A_wanted_restart_ends_the_interval_and_keeps_the_register()
    {
        FirmwareRig rig = Metered(3600);
        rig.Sync().Run(100);
        rig.Send(Kind.Command, rig.Signed(new Command { Action = CommandAction.Reboot, Argument = "" }));
        rig.Tick();
        Assert.True(rig.Controller.TryTakeCommand(out CommandAction action, out _));
        Assert.Equal(CommandAction.Reboot, action);
        Assert.Equal(rig.Controller.RegisterMilliwattHours, new FirmwareRig(meters: 1, store: rig.Store).Controller.RegisterMilliwattHours);
    }

    [Fact]
    public void The_quality_of_an_interval_is_its_worst_moment()
    {
        FirmwareRig rig = Metered(1000);
        rig.Sync().Run(5 * Minute + 1);
        rig.Meters[0].Answers = false;
        rig.Run(5 * Minute);
        rig.Loads[0].ReportsWatts = false;
        rig.Run(30);
        rig.Meters[0].Answers = true;
        rig.Run(10 * Minute);
        EnergyQuality[] qualities = [.. Records(rig).Select(record => record.Quality)];
        Assert.Equal([EnergyQuality.Metered, EnergyQuality.Reported, EnergyQuality.Nameplate, EnergyQuality.Metered], qualities);
    }

    [Fact]
    public void A_stale_meter_hands_over_to_the_reports_and_these_to_the_nameplates()
    {
        FirmwareRig rig = Metered(1000);
        rig.Command(9000).Run(10);
        rig.Meters[0].Answers = false;
        rig.Run(20);
        Assert.Equal((true, 9000, Fault.MeterStale), Last(rig));
        rig.Loads[3].Answers = false;
        rig.Run(45);
        Assert.False(rig.Uplink.Telemetries[^1].HasWatts);
        rig.Meters[0].Answers = true;
        rig.Run(6);
        Assert.Equal((true, 1000), (rig.Uplink.Telemetries[^1].HasWatts, rig.Uplink.Telemetries[^1].Watts));
    }

    [Theory]
    [InlineData("", 1099, 1000, false)]
    [InlineData("", 800, 1001, true)]
    [InlineData("", 9000, 9999, false)]
    [InlineData("\"disagreePercent\":2,\"disagreeWatts\":50,", 9000, 9183, false)]
    [InlineData("\"disagreePercent\":2,\"disagreeWatts\":50,", 9000, 9185, true)]
    [InlineData("\"disagreePercent\":2,\"disagreeWatts\":50,", 9185, 9000, true)]
    public void Meters_disagree_beyond_the_percent_and_the_watts_of_the_settings_for_a_minute(string options, int reported, int metered, bool expected)
    {
        FirmwareRig rig = new(options, ["""{"name":"a","driver":"d","maxWatts":10000}"""], meters: 1);
        (rig.Loads[0].Obeys, rig.Loads[0].State, rig.Loads[0].Watts, rig.Meters[0].Watts) = (false, LoadState.Running, reported, metered);
        rig.Command(-1).Run(59);
        Assert.Equal(0, rig.Controller.Faults & Fault.MetersDisagree);
        rig.Run(5);
        Assert.Equal(expected, (rig.Controller.Faults & Fault.MetersDisagree) != 0);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void Garbage_of_a_meter_does_not_count(int watts)
    {
        FirmwareRig rig = Metered(1000);
        rig.Command(9000).Run(5);
        rig.Meters[0].Watts = watts;
        rig.Run(10);
        Assert.Equal((true, 9000, Fault.MeterStale), Last(rig));
    }

    private static (bool, int, int) Last(FirmwareRig rig)
    {
        Telemetry last = rig.Uplink.Telemetries[^1];
        return (last.HasWatts, last.Watts, last.Faults);
    }

    private static FirmwareRig Metered(int watts)
    {
        FirmwareRig rig = new(meters: 1);
        rig.Meters[0].Watts = watts;
        return rig;
    }

    /// <summary>Each record once, however often it was sent.</summary>
    private static EnergyRecord[] Records(FirmwareRig rig) =>
        [.. rig.Uplink.Records.GroupBy(record => record.Sequence).OrderBy(group => group.Key).Select(Same)];

    private static EnergyRecord Same(IGrouping<long, EnergyRecord> copies)
    {
        EnergyRecord first = copies.First();
        Assert.All(copies, copy => Assert.Equivalent(first, copy));
        return first;
    }

    private static void AssertContiguous(EnergyRecord[] records)
    {
        for (int i = 1; i < records.Length; i++)
            Assert.Equal(records[i - 1].EndUtcMs, records[i].StartUtcMs);
    }
}
