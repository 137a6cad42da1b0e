using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>The fail-safe of a whole controller, second by second; each bug that others shipped has a test of its name.</summary>
public sealed class FailSafeTests
{
    private const int FailSafe = 4000;
    private readonly FirmwareRig _rig = new();

    // EEBUS LPC-TS-017: the fail-safe limit holds from the start until a guard states a limit.
    [Fact]
    public void Starts_in_fail_safe_at_the_persisted_limit()
    {
        _rig.Tick();
        Holds(ControllerState.FailSafe, FailSafe);
        Assert.Equal(3500, _rig.Run(5).TotalOrder);
    }

    // EEBUS LPC-916.
    [Fact]
    public void Leaves_fail_safe_on_a_heartbeat_and_a_following_setpoint()
    {
        _rig.Run(3).Command(9000);
        Holds(ControllerState.Commanded, 9000);
    }

    // evcc #32492, second part: left fail-safe on a heartbeat alone.
    [Fact]
    public void Does_not_leave_fail_safe_on_a_heartbeat_alone()
    {
        _rig.Run(600);
        Holds(ControllerState.FailSafe, FailSafe);
    }

    // EEBUS LPC-916: the limit must follow the heartbeat.
    [Fact]
    public void Does_not_leave_fail_safe_on_a_setpoint_that_came_before_the_heartbeat()
    {
        _rig.Tick();
        _rig.Setpoint(9000);
        _rig.Beat().Tick().Run(20);
        Holds(ControllerState.FailSafe, FailSafe);
        Assert.Contains("no heartbeat", Assert.Single(_rig.Uplink.Acks).Reason);
    }

    // evcc #21675: false fail-safe at the first tick.
    [Fact]
    public void The_first_tick_is_not_a_missing_heartbeat()
    {
        _rig.Schedule(9000);
        _rig.Sync().Run(119, heartbeat: false);
        Holds(ControllerState.FailSafe, FailSafe);
        _rig.Run(3, heartbeat: false);
        Holds(ControllerState.Scheduled, 9000);
    }

    // EEBUS LPC-031, LPC-911: no heartbeat for two minutes.
    [Fact]
    public void A_missing_heartbeat_drops_the_setpoint_for_good()
    {
        _rig.Command(9000).Run(121, heartbeat: false);
        Holds(ControllerState.FailSafe, FailSafe);
        _rig.Run(60);
        Holds(ControllerState.FailSafe, FailSafe);
    }

    [Fact]
    public void Keeps_the_setpoint_while_heartbeats_are_late_but_not_missing()
    {
        _rig.Command(9000);
        for (int i = 0; i < 5; i++)
            _rig.Run(119, heartbeat: false).Beat().Tick();
        Holds(ControllerState.Commanded, 9000);
    }

    // evcc #25545, #25578: never left fail-safe until a restart.
    [Fact]
    public void Leaves_fail_safe_without_a_restart_when_the_gateway_returns()
    {
        _rig.Command(9000).Run(130, heartbeat: false);
        Holds(ControllerState.FailSafe, FailSafe);
        _rig.Command(8000);
        Holds(ControllerState.Commanded, 8000);
    }

    // evcc #29705, first part: held for the full two hours although heartbeat and limit were back.
    [Fact]
    public void A_heartbeat_and_a_following_setpoint_end_the_hold_at_once()
    {
        _rig.Command(9000).Run(3600, heartbeat: false);
        _rig.Beat().Tick();
        Holds(ControllerState.FailSafe, FailSafe);
        _rig.Command(7000);
        Holds(ControllerState.Commanded, 7000);
    }

    // evcc #29705, second part: no limit at all when the hold ended with the heartbeat still missing.
    [Fact]
    public void Never_goes_unlimited_when_the_hold_ends_with_the_heartbeat_missing()
    {
        _rig.Command(-1).Run(2 * 7200, heartbeat: false);
        Holds(ControllerState.FailSafe, FailSafe);
        Assert.False(_rig.Controller.IsUnlimited);
    }

    // evcc #32492, first part: a limit without a duration expired after ten seconds.
    [Fact]
    public void A_setpoint_without_expiry_does_not_expire()
    {
        _rig.Sync().Command(9000).Run(3 * 3600);
        Holds(ControllerState.Commanded, 9000);
    }

    // SunSpec 123, reversion times; OpenADR 3.1, the default after the limits are exhausted.
    [Fact]
    public void A_setpoint_with_expiry_reverts_to_the_schedule_and_then_to_fail_safe()
    {
        _rig.Sync().Beat().Schedule(6000);
        _rig.Command(9000, validSeconds: 300).Run(298);
        Holds(ControllerState.Commanded, 9000);
        _rig.Run(3);
        Holds(ControllerState.Scheduled, 6000);
        _rig.Run(600);
        Holds(ControllerState.FailSafe, FailSafe);
    }

    // evcc #33286: applied the last value received in place of the fail-safe value.
    [Fact]
    public void Fail_safe_applies_the_fail_safe_limit_and_not_the_last_one_received()
    {
        _rig.Command(0).Run(130, heartbeat: false);
        Holds(ControllerState.FailSafe, FailSafe);
    }

    // evcc #32132: zero, a limit and none at all must not be one.
    [Fact]
    public void Zero_no_limit_and_absent_are_three_things()
    {
        _rig.Command(0);
        Holds(ControllerState.Commanded, 0);
        Assert.Equal(0, _rig.Run(5).TotalOrder);
        _rig.Command(-1);
        Assert.True(_rig.Controller.IsUnlimited);
        Assert.Equal(14000, _rig.Run(5).TotalOrder);
        byte[] neither = """{"id":"x","seq":99,"boot":1,"issuedMs":1782907200000,"loadWatts":[],"rampWattsPerSecond":0,"windowSeconds":0,"validSeconds":0,"reason":""}"""u8.ToArray();
        SendRaw(neither);
        _rig.Tick();
        Assert.True(_rig.Controller.IsUnlimited);
        Assert.Equal(AckResult.Refused, _rig.Uplink.Acks[^1].Result);
    }

    // evcc #25545: took negative limits.
    [Fact]
    public void A_negative_limit_is_refused()
    {
        _rig.Command(3500).Run(1);
        SendRaw("""{"id":"x","seq":99,"boot":1,"issuedMs":1782907200000,"limitWatts":-1,"loadWatts":[],"rampWattsPerSecond":0,"windowSeconds":0,"validSeconds":0,"reason":""}"""u8.ToArray());
        _rig.Run(2);
        Holds(ControllerState.Commanded, 3500);
        Assert.Contains("limitWatts", _rig.Uplink.Acks[^1].Reason);
    }

    [Fact]
    public void Without_a_gateway_follows_the_schedule_while_it_has_slots()
    {
        _rig.Sync().Beat().Schedule(9000, 5000);
        _rig.Command(8000).Run(130, heartbeat: false);
        Holds(ControllerState.Scheduled, 9000);
        _rig.Run(900, heartbeat: false);
        Holds(ControllerState.Scheduled, 5000);
        _rig.Run(900, heartbeat: false);
        Holds(ControllerState.FailSafe, FailSafe);
    }

    // EEBUS LPC, FailsafeDurationMinimum.
    [Fact]
    public void A_schedule_that_comes_to_begin_waits_for_the_end_of_the_hold()
    {
        _rig.Sync().Beat();
        Schedule later = _rig.Signed(new Schedule { StartUtcMs = _rig.UtcMs + 3600_000, SlotSeconds = 3600, LimitWatts = [9000, 9000, 9000] });
        _rig.Send(Kind.Schedule, later);
        _rig.Tick().Run(7200 + 100, heartbeat: false);
        Holds(ControllerState.FailSafe, FailSafe);
        _rig.Run(60, heartbeat: false);
        Holds(ControllerState.Scheduled, 9000);
    }

    // EEBUS LPC-921: two minutes after a heartbeat without a limit.
    [Fact]
    public void A_gateway_back_for_two_minutes_without_a_setpoint_leaves_the_field_to_the_schedule()
    {
        _rig.Run(130, heartbeat: false);
        Holds(ControllerState.FailSafe, FailSafe);
        _rig.Sync().Beat().Schedule(9000);
        _rig.Run(119);
        Holds(ControllerState.FailSafe, FailSafe);
        _rig.Run(5);
        Holds(ControllerState.Scheduled, 9000);
    }

    [Fact]
    public void The_two_minutes_count_from_the_newest_return()
    {
        _rig.Run(10).Run(130, heartbeat: false);
        _rig.Sync().Beat().Schedule(9000);
        _rig.Run(100);
        Holds(ControllerState.FailSafe, FailSafe);
    }

    [Fact]
    public void A_schedule_is_not_followed_without_a_trusted_clock()
    {
        _rig.Beat().Schedule(9000);
        _rig.Run(1);
        FirmwareRig after = new(store: _rig.Store, bootId: 2);
        after.Run(300);
        Assert.Equal(ControllerState.FailSafe, after.Controller.State);
        Assert.Equal(FailSafe, after.Controller.LimitWatts);
    }

    private void SendRaw(byte[] unsigned)
    {
        byte[] buffer = new byte[Bounds.PayloadBytes];
        unsigned.CopyTo(buffer, 0);
        string topic = Topics.Of(FirmwareRig.Site, FirmwareRig.Name, Kind.Setpoint);
        _rig.Controller.Receive(topic, buffer, Signature.Sign(buffer, unsigned.Length, topic, FirmwareRig.Key));
    }

    private void Holds(ControllerState state, int limitWatts)
    {
        Assert.Equal(state, _rig.Controller.State);
        Assert.Equal(limitWatts, _rig.Controller.LimitWatts);
        Assert.True(_rig.TotalOrder <= limitWatts);
    }
}
