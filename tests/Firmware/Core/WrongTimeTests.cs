using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>A clock that is wrong, by mistake or by malice, keeps no limit from being lowered and lets none rise: of the loads together.</summary>
public sealed class WrongTimeTests
{
    private const int FailSafe = 4000;
    private const int HourMs = 3600_000;
    private readonly FirmwareRig _rig = new();

    public static TheoryData<int> BothWays => [HourMs, -HourMs];

    [Theory]
    [MemberData(nameof(BothWays))]
    public void A_lower_setpoint_is_taken_whatever_the_time_server_says(int errorMs)
    {
        _rig.Sync().Command(9000, validSeconds: 900).Run(2);
        MisleadTime(errorMs);
        _rig.Command(3000, validSeconds: 900).Run(3);
        Assert.Equal((3000, "id-2"), (_rig.Controller.LimitWatts, _rig.Uplink.Acks[^1].Id));
        Assert.Equal([AckResult.Accepted, AckResult.Achieved], _rig.Uplink.Acks.Where(ack => ack.Id == "id-2").Select(ack => ack.Result));
        _rig.Command(1600, validSeconds: 900).Run(3);
        Assert.Equal((1600, 1600), (_rig.Controller.LimitWatts, _rig.TotalOrder));
    }

    [Theory]
    [MemberData(nameof(BothWays))]
    public void A_rise_needs_a_time_that_can_be_believed(int errorMs)
    {
        MisleadTime(errorMs);
        _rig.Command(9000, validSeconds: 900).Run(2);
        Refuses(FailSafe);
        _rig.Command(2000, validSeconds: 900).Run(2);
        Assert.Equal(2000, _rig.Controller.LimitWatts);
        _rig.Command(3000, validSeconds: 900).Run(2);
        Refuses(2000);
        _rig.Sync().Command(3000, validSeconds: 900).Run(2);
        Assert.Equal((3000, ControllerState.Commanded), (_rig.Controller.LimitWatts, _rig.Controller.State));
    }

    [Fact]
    public void A_lower_setpoint_can_be_renewed_for_as_long_as_the_time_is_wrong()
    {
        MisleadTime(HourMs);
        for (int i = 0; i < 5; i++)
            _rig.Command(2000, validSeconds: 900).Run(600);
        Assert.Equal(2000, _rig.Controller.LimitWatts);
        _rig.Run(301);
        Assert.Equal(FailSafe, _rig.Controller.LimitWatts);
    }

    [Fact]
    public void A_time_server_that_steps_ahead_ends_a_setpoint_but_lets_nothing_rise_above_it()
    {
        _rig.Sync().Command(2000, validSeconds: 900).Run(10);
        MisleadTime(HourMs);
        _rig.Run(880);
        Assert.Equal((2000, ControllerState.FailSafe), (_rig.Controller.LimitWatts, _rig.Controller.State));
        Assert.Equal("id-1", _rig.Uplink.Telemetries[^1].SetpointId);
        _rig.Run(20);
        Assert.Equal(FailSafe, _rig.Controller.LimitWatts);
        Assert.Null(_rig.Uplink.Telemetries[^1].SetpointId);
    }

    [Fact]
    public void A_setpoint_that_was_held_back_can_only_lower_what_the_schedule_allows()
    {
        _rig.Sync().Beat().Schedule(2500, 9000);
        _rig.Command(9000, validSeconds: 60).Run(2);
        Setpoint held = _rig.Signed(new Setpoint { LimitWatts = 5000, ValidSeconds = 3600, Reason = "" });
        held.IssuedUtcMs -= 2 * HourMs;
        _rig.Send(Kind.Setpoint, held);
        _rig.Run(2);
        Assert.Equal((2500, ControllerState.Scheduled), (_rig.Controller.LimitWatts, _rig.Controller.State));
        _rig.Run(900);
        Assert.Equal(5000, _rig.Controller.LimitWatts);
    }

    [Fact]
    public void A_lower_setpoint_for_single_loads_holds_for_each_of_them()
    {
        MisleadTime(HourMs);
        _rig.Command(9000, validSeconds: 900, loadWatts: [0, 1600, 0, 1700]).Run(3);
        Assert.Equal([0, 1600, 0, 1700], _rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void A_gateway_that_goes_missing_ends_a_doubted_setpoint_too()
    {
        MisleadTime(HourMs);
        _rig.Command(2000, validSeconds: 900).Run(130, heartbeat: false);
        Assert.Equal(FailSafe, _rig.Controller.LimitWatts);
    }

    [Fact]
    public void An_exact_repeat_of_a_doubted_setpoint_is_accepted_as_before()
    {
        MisleadTime(HourMs);
        _rig.Beat();
        Setpoint setpoint = _rig.Setpoint(2000, validSeconds: 900);
        _rig.Run(2);
        _rig.Send(Kind.Setpoint, setpoint);
        _rig.Run(2);
        Assert.Equal((AckResult.Accepted, 2000), (_rig.Uplink.Acks[^1].Result, _rig.Controller.LimitWatts));
    }

    [Theory]
    [InlineData(HourMs)]
    [InlineData(-HourMs)]
    public void A_time_server_that_contradicts_the_gateway_lifts_no_schedule(int errorMs)
    {
        int[] slots = errorMs > 0 ? [2500, 2500, 2500, 2500, 9000, 9000] : [9000, 2500, 2500, 2500, 2500, 2500];
        Schedule schedule = _rig.Sync().Beat().Signed(new Schedule { StartUtcMs = _rig.UtcMs + (errorMs > 0 ? 0 : -HourMs), SlotSeconds = 900, LimitWatts = slots });
        _rig.Send(Kind.Schedule, schedule);
        _rig.Tick();
        MisleadTime(errorMs);
        _rig.Run(130, heartbeat: false);
        Assert.Equal((2500, ControllerState.Scheduled), (_rig.Controller.LimitWatts, _rig.Controller.State));
    }

    private void MisleadTime(int errorMs) => _rig.Controller.SetUtc(_rig.NowMs, _rig.UtcMs + errorMs);

    private void Refuses(int limitWatts)
    {
        Assert.Equal(AckResult.Refused, _rig.Uplink.Acks[^1].Result);
        Assert.Equal(limitWatts, _rig.Controller.LimitWatts);
    }
}
