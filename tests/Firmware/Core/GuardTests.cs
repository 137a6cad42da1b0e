using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>The one door: what it lowers, what it counts, and what it never lets through.</summary>
public sealed class GuardTests
{
    private const string TwoMiners = """{"name":"a","driver":"d","minWatts":1000,"maxWatts":3000,"order":1}|{"name":"b","driver":"d","minWatts":1000,"maxWatts":3000,"order":2}""";

    [Fact]
    public void Off_is_its_default()
    {
        FirmwareRig rig = new("\"failSafeWatts\":0,");
        rig.Run(3);
        Assert.All(rig.Loads, load => Assert.Equal(0, load.Order));
    }

    [Fact]
    public void Writes_each_order_once_a_tick()
    {
        FirmwareRig rig = new();
        rig.Command(9000).Run(9);
        Assert.All(rig.Loads, load => Assert.Equal(10, load.Orders.Count));
    }

    [Fact]
    public void Unlimited_is_each_loads_nameplate_and_no_more()
    {
        FirmwareRig rig = Two();
        rig.Loads[0].Ability.MaxWatts = 9999;
        rig.Command(-1).Run(5);
        Assert.Equal([3000, 3000], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void A_silent_load_counts_at_its_nameplate_and_is_off_unless_that_fits()
    {
        FirmwareRig rig = Two();
        rig.Command(4000).Run(5);
        Assert.Equal([3000, 1000], rig.Loads.Select(load => load.Order));
        rig.Loads[1].Answers = false;
        rig.Run(40);
        Assert.Equal([1000, 1000], rig.Loads.Select(load => load.Order));
        Assert.True((Fault.LoadSilent & Telemetry(rig).Loads[1].Faults) != 0);
        rig.Loads[1].Answers = true;
        rig.Run(10);
        Assert.Equal([3000, 1000], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void A_silent_load_whose_nameplate_does_not_fit_is_ordered_off()
    {
        FirmwareRig rig = Two();
        rig.Command(2500).Run(5);
        rig.Loads[0].Answers = false;
        rig.Run(40);
        Assert.All(rig.Loads, load => Assert.Equal(0, load.Order));
    }

    [Fact]
    public void A_load_that_never_answers_is_off_once_its_silence_is_certain()
    {
        FirmwareRig rig = Two();
        rig.Loads[0].Answers = false;
        rig.Command(-1).Run(20);
        Assert.Equal(-1, rig.Loads[0].Order);
        rig.Run(20);
        Assert.Equal(0, rig.Loads[0].Order);
    }

    [Fact]
    public void A_restart_of_the_controller_does_not_stop_a_running_load_that_fits()
    {
        FirmwareRig rig = new("\"failSafeWatts\":7000,", TwoMiners.Split('|'));
        foreach (FirmwareLoad load in rig.Loads)
            (load.State, load.Watts, load.Answers) = (LoadState.Running, 2900, false);
        rig.Run(5);
        foreach (FirmwareLoad load in rig.Loads)
            load.Answers = true;
        rig.Run(5);
        Assert.All(rig.Loads, load => Assert.Equal(3000, load.Orders.Min()));
    }

    [Fact]
    public void An_unknown_load_that_does_not_fit_is_ordered_off_at_once()
    {
        FirmwareRig rig = new("\"failSafeWatts\":3000,", TwoMiners.Split('|'));
        foreach (FirmwareLoad load in rig.Loads)
            load.Answers = false;
        rig.Tick();
        Assert.Equal([-1, 0], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void A_load_that_ignores_its_order_lowers_the_others()
    {
        FirmwareRig rig = Two();
        rig.Command(6000).Run(5);
        (rig.Loads[1].Obeys, rig.Loads[1].Watts, rig.Loads[1].State) = (false, 3000, LoadState.Running);
        rig.Command(4500).Run(6);
        Assert.Equal([3000, 1500], rig.Loads.Select(load => load.Order));
        rig.Run(4);
        Assert.Equal([1500, 1500], rig.Loads.Select(load => load.Order));
        Assert.Equal(Fault.LoadIgnores, Telemetry(rig).Loads[1].Faults);
        rig.Loads[1].Obeys = true;
        rig.Run(10);
        Assert.Equal([3000, 1500], rig.Loads.Select(load => load.Order));
        Assert.Equal(0, Telemetry(rig).Loads[1].Faults);
    }

    [Fact]
    public void A_load_that_goes_on_ignoring_lower_orders_stays_known_for_it()
    {
        FirmwareRig rig = Two();
        rig.Command(6000).Run(5);
        (rig.Loads[1].Obeys, rig.Loads[1].Watts, rig.Loads[1].State) = (false, 3000, LoadState.Running);
        rig.Command(4500).Run(50).Command(2000).Run(5);
        Assert.Equal(Fault.LoadIgnores, Telemetry(rig).Loads[1].Faults);
        Assert.Equal(0, rig.Loads[0].Order);
    }

    [Fact]
    public void A_load_a_little_above_its_order_does_not_ignore_it()
    {
        FirmwareRig rig = Two();
        rig.Command(-1, loadWatts: [3000, 1000]).Run(5);
        (rig.Loads[0].Obeys, rig.Loads[0].Watts) = (false, 3000 + 3000 / LoadOrder.ToleranceParts);
        (rig.Loads[1].Obeys, rig.Loads[1].Watts) = (false, 1000 + LoadOrder.ToleranceWatts);
        rig.Run(60);
        Assert.All(Telemetry(rig).Loads.Take(2), load => Assert.Equal(0, load.Faults));
    }

    [Fact]
    public void A_rise_waits_until_the_others_have_really_come_down()
    {
        FirmwareRig rig = Two();
        rig.Command(3000, loadWatts: [0, 3000]).Run(5);
        Assert.Equal([0, 3000], rig.Loads.Select(load => load.Order));
        (rig.Loads[1].Obeys, rig.Loads[1].Watts, rig.Loads[1].State) = (false, 3000, LoadState.Running);
        rig.Command(3000, loadWatts: [3000, 0]).Run(10);
        Assert.Equal([0, 0], rig.Loads.Select(load => load.Order));
        rig.Loads[1].Watts = 1200;
        rig.Run(2);
        Assert.Equal([0, 0], rig.Loads.Select(load => load.Order));
        rig.Loads[1].Obeys = true;
        rig.Run(2);
        Assert.Equal([3000, 0], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void A_reading_from_before_an_order_does_not_show_that_it_is_obeyed()
    {
        FirmwareRig rig = Two();
        (rig.Loads[0].Obeys, rig.Loads[0].Watts) = (false, 50);
        rig.Command(3000, loadWatts: [3000, 0]).Run(5);
        rig.Loads[0].Answers = false;
        rig.Command(3000, loadWatts: [0, 3000]).Run(5);
        Assert.Equal([0, 0], rig.Loads.Select(load => load.Order));
        rig.Loads[0].Answers = true;
        rig.Run(3);
        Assert.Equal([0, 3000], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void A_settled_load_above_its_order_leaves_that_much_less_room_for_a_rise()
    {
        FirmwareRig rig = Two();
        rig.Command(3000, loadWatts: [3000, 0]).Run(5);
        (rig.Loads[0].Obeys, rig.Loads[0].Watts) = (false, 3080);
        rig.Command(6000).Run(5);
        Assert.Equal([3000, 2920], rig.Loads.Select(load => load.Order));
        rig.Loads[0].Watts = 3060;
        rig.Run(5);
        Assert.Equal(2920, rig.Loads[1].Order);
        rig.Loads[0].Watts = 3000;
        rig.Run(5);
        Assert.Equal(3000, rig.Loads[1].Order);
    }

    [Theory]
    [InlineData(400, 0)]
    [InlineData(-400, -300)]
    [InlineData(-100, 0)]
    public void While_a_load_does_not_follow_its_order_a_trim_only_lowers_and_only_beyond_the_band(int trimWatts, int countedWatts)
    {
        FirmwareRig rig = Two();
        Guard guard = new(rig.Settings, [.. rig.Loads], new Records(new FirmwareStore()));
        Assert.Equal(countedWatts, guard.TrimOf(5000, trimWatts));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void A_load_that_is_all_or_nothing_does_not_wait_for_a_few_watts_of_another(int aboveWatts, bool starts)
    {
        FirmwareRig rig = new("", [TwoMiners.Split('|')[0], """{"name":"r","driver":"relay","output":"relay-1","minWatts":2000,"maxWatts":2000,"order":2}"""]);
        rig.Command(2900, loadWatts: [2900, 0]).Run(5);
        (rig.Loads[0].Obeys, rig.Loads[0].Watts) = (false, 2900 + aboveWatts);
        rig.Command(4900, loadWatts: [2900, 2000]).Run(5);
        Assert.Equal([2900, starts ? 2000 : 0], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void A_room_worth_a_step_is_used()
    {
        FirmwareRig rig = Two();
        rig.Command(3000, loadWatts: [3000, 0]).Run(5);
        (rig.Loads[0].Obeys, rig.Loads[0].Watts) = (false, 3140);
        rig.Command(4200).Run(5);
        Assert.Equal(1060, rig.Loads[1].Order);
        rig.Loads[0].Watts = 3070;
        rig.Run(5);
        Assert.Equal(1130, rig.Loads[1].Order);
    }

    [Fact]
    public void A_relay_that_stays_closed_is_stuck_and_the_others_make_up_for_it()
    {
        FirmwareRig rig = new("", [.. TwoMiners.Split('|')[..1], """{"name":"r","driver":"relay","output":"relay-1","minWatts":2000,"maxWatts":2000,"order":0}"""]);
        rig.Loads[1].ReportsWatts = false;
        rig.Command(5000).Run(5);
        Assert.Equal([3000, 2000], rig.Loads.Select(load => load.Order));
        (rig.Loads[1].Obeys, rig.Loads[1].State) = (false, LoadState.Running);
        rig.Command(3000, loadWatts: [3000, 0]).Run(45);
        Assert.Equal(Fault.RelayStuck, Telemetry(rig).Loads[1].Faults);
        Assert.Equal([1000, 0], rig.Loads.Select(load => load.Order));
        rig.Loads[1].State = LoadState.Off;
        rig.Run(5);
        Assert.Equal(0, Telemetry(rig).Loads[1].Faults);
        Assert.Equal([3000, 0], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void Watts_that_no_load_reports_count_against_the_limit()
    {
        FirmwareRig rig = new("", TwoMiners.Split('|'), meters: 1);
        rig.Meters[0].Measures = () => rig.TotalWatts + 1000;
        rig.Command(5000).Run(5);
        Assert.Equal(4000, rig.TotalOrder);
        rig.Run(65);
        Assert.True((rig.Controller.Faults & Fault.MetersDisagree) != 0);
        Assert.Equal(4000, rig.TotalOrder);
        rig.Meters[0].Measures = () => rig.TotalWatts;
        Assert.Equal(5000, rig.Run(30).TotalOrder);
    }

    [Fact]
    public void More_unexplained_watts_than_the_limit_switch_everything_off()
    {
        FirmwareRig rig = new("", TwoMiners.Split('|'), meters: 1);
        rig.Meters[0].Measures = () => 9000;
        Assert.Equal(0, rig.Command(5000).Run(80).TotalOrder);
    }

    private static FirmwareRig Two() => new("", TwoMiners.Split('|'));

    private static Telemetry Telemetry(FirmwareRig rig) => rig.Run(5).Uplink.Telemetries[^1];
}
