using System.Linq;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>The safe state after a tick that threw: what is counted, and what keeps its order.</summary>
public sealed class FallBackTests
{
    private const string TwoMiners = """{"name":"a","driver":"d","minWatts":1000,"maxWatts":3000,"order":1}|{"name":"b","driver":"d","minWatts":1000,"maxWatts":3000,"order":2}""";
    private const string ThreeMiners = TwoMiners + """|{"name":"c","driver":"d","minWatts":1000,"maxWatts":3000,"order":3}""";

    [Fact]
    public void A_throw_in_the_tick_keeps_what_fits_the_fail_safe_limit_and_nothing_rises_for_a_minute()
    {
        FirmwareRig rig = Two();
        rig.Command(-1).Run(5);
        rig.Loads[1].Throws = true;
        rig.Run(3);
        Assert.Equal(3000, rig.Loads[0].Order);
        Assert.True((rig.Controller.Faults & Fault.TickThrew) != 0);
        rig.Loads[1].Throws = false;
        rig.Run(30);
        Assert.Equal(4000, rig.Controller.LimitWatts);
        Assert.True(rig.TotalOrder <= 4000);
        rig.Run(40);
        Assert.Equal(6000, rig.TotalOrder);
        Assert.Equal(0, rig.Controller.Faults);
    }

    [Fact]
    public void A_throw_at_the_first_tick_switches_off_what_was_never_ordered()
    {
        FirmwareRig rig = Two();
        rig.Loads[0].Throws = true;
        rig.Tick();
        Assert.Equal([-1, 0], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void A_throw_in_the_tick_counts_what_a_load_that_ignores_its_order_takes()
    {
        FirmwareRig rig = Three();
        rig.Command(6000).Run(5);
        (rig.Loads[1].Obeys, rig.Loads[1].Watts, rig.Loads[1].State) = (false, 3000, LoadState.Running);
        rig.Command(4500).Run(50);
        Assert.Equal([1500, 1500, 0], rig.Loads.Select(load => load.Order));
        rig.Loads[2].Throws = true;
        rig.Tick();
        Assert.Equal([0, 1500], rig.Loads.Take(2).Select(load => load.Order));
    }

    [Fact]
    public void A_throw_in_the_tick_switches_a_silent_load_off_that_does_not_fit()
    {
        FirmwareRig rig = Three();
        rig.Command(6000, loadWatts: [2000, 3000, 1000]).Run(5);
        foreach (FirmwareLoad load in rig.Loads[..2])
            load.Answers = false;
        rig.Run(40);
        Assert.Equal([2000, 3000, 0], rig.Loads.Select(load => load.Order));
        rig.Loads[2].Throws = true;
        rig.Tick();
        Assert.Equal([0, 0], rig.Loads.Take(2).Select(load => load.Order));
    }

    [Fact]
    public void A_throw_in_the_tick_counts_the_watts_that_no_load_reports()
    {
        FirmwareRig rig = new("", ThreeMiners.Split('|'), meters: 1);
        rig.Command(4000).Run(5);
        rig.Meters[0].Measures = () => rig.TotalWatts + 2000;
        rig.Command(6000).Run(80);
        Assert.Equal([3000, 1000, 0], rig.Loads.Select(load => load.Order));
        rig.Loads[2].Throws = true;
        rig.Tick();
        Assert.Equal([0, 1000], rig.Loads.Take(2).Select(load => load.Order));
    }

    private static FirmwareRig Two() => new("", TwoMiners.Split('|'));

    private static FirmwareRig Three() => new("", ThreeMiners.Split('|'));
}
