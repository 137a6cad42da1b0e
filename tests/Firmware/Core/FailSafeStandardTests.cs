using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>More of the fail-safe, by what standards say of it and what others got wrong; beside <see cref="FailSafeTests"/>.</summary>
public sealed class FailSafeStandardTests
{
    private const int FailSafe = 4000;
    private readonly FirmwareRig _rig = new();

    // evcc #33839: a fixed 0 W cannot keep a floor that the law gives, as the 4.2 kW of §14a EnWG.
    [Fact]
    public void The_fail_safe_limit_is_the_watts_that_were_set_and_its_loads_work_within_them()
    {
        FirmwareRig rig = new("\"failSafeWatts\":4200,");
        rig.Command(0).Run(130, heartbeat: false);
        Assert.Equal((ControllerState.FailSafe, 4200), (rig.Controller.State, rig.Controller.LimitWatts));
        Assert.Equal(3500, rig.TotalOrder);
    }

    // evcc #32132: what was last true must not stay when the gateway drops.
    [Fact]
    public void No_limit_does_not_outlive_the_gateway_that_gave_it()
    {
        _rig.Command(-1).Run(10);
        Assert.True(_rig.Controller.IsUnlimited);
        _rig.Run(130, heartbeat: false);
        Holds(ControllerState.FailSafe, FailSafe);
        Assert.False(_rig.Controller.IsUnlimited);
    }

    // evcc #33286: the value in force before, whichever, must not come back by itself.
    [Theory]
    [InlineData(14000)]
    [InlineData(3999)]
    [InlineData(0)]
    public void Whatever_was_commanded_before_fail_safe_holds_its_own(int limitWatts)
    {
        _rig.Command(limitWatts).Run(125, heartbeat: false);
        Holds(ControllerState.FailSafe, FailSafe);
        _rig.Run(3600);
        Holds(ControllerState.FailSafe, FailSafe);
    }

    // EEBUS LPC: FailsafeDurationMinimum is two to twenty-four hours.
    [Theory]
    [InlineData(7199, false)]
    [InlineData(7200, true)]
    [InlineData(86400, true)]
    [InlineData(86401, false)]
    public void The_least_time_in_fail_safe_is_two_to_twenty_four_hours(int seconds, bool isTaken)
    {
        _rig.Command(9000);
        _rig.Configure(("failSafeMinimumSeconds", seconds));
        _rig.Run(2);
        Assert.Equal(isTaken ? AckResult.Accepted : AckResult.Refused, _rig.Uplink.Acks[^1].Result);
    }

    // OpenADR 3.1: after an outage limits are discarded and asked for anew.
    [Fact]
    public void A_power_cut_discards_the_setpoint_and_an_old_one_is_not_taken_again()
    {
        _rig.Command(9000);
        FirmwareRig after = new(store: _rig.Store, bootId: 2);
        after.Run(10);
        Assert.Equal((ControllerState.FailSafe, FailSafe), (after.Controller.State, after.Controller.LimitWatts));
        after.Setpoint(9000, change: setpoint => setpoint.BootId = 1);
        after.Run(5);
        Assert.Equal((ControllerState.FailSafe, AckResult.Refused), (after.Controller.State, after.Uplink.Acks[^1].Result));
        after.Command(9000);
        Assert.Equal(ControllerState.Commanded, after.Controller.State);
    }

    // EEBUS LPC: a schedule that runs out while nobody is there begins the hold.
    [Fact]
    public void A_schedule_that_ends_without_a_gateway_begins_the_hold_anew()
    {
        _rig.Sync().Beat().Schedule(9000);
        _rig.Command(8000).Run(130, heartbeat: false);
        Holds(ControllerState.Scheduled, 9000);
        _rig.Run(900, heartbeat: false);
        Holds(ControllerState.FailSafe, FailSafe);
        _rig.Run(7000, heartbeat: false);
        Holds(ControllerState.FailSafe, FailSafe);
    }

    // EEBUS LPC-916 from the schedule: the gateway's word comes before it.
    [Fact]
    public void A_setpoint_takes_over_from_a_schedule_that_is_followed()
    {
        _rig.Sync().Beat().Schedule(9000, 9000);
        _rig.Command(8000).Run(130, heartbeat: false);
        Holds(ControllerState.Scheduled, 9000);
        _rig.Beat().Tick();
        Holds(ControllerState.Scheduled, 9000);
        _rig.Command(5000);
        Holds(ControllerState.Commanded, 5000);
    }

    private void Holds(ControllerState state, int limitWatts)
    {
        Assert.Equal(state, _rig.Controller.State);
        Assert.Equal(limitWatts, _rig.Controller.LimitWatts);
        Assert.True(_rig.TotalOrder <= limitWatts);
    }
}
