using System.Linq;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>A stored schedule while the network is dead: it ends, it has not begun, or nobody knows what time it is.</summary>
public sealed class SilentScheduleTests
{
    private const int FailSafe = 4000;
    private const int Slot = 9000;
    private const int HourMs = 3600_000;

    /// <summary>The least time in fail-safe while the gateway is silent, and a little.</summary>
    private const int HoldSeconds = 7_400;

    [Fact]
    public void A_schedule_that_ends_in_the_silence_leads_to_the_fail_safe_limit_and_not_back()
    {
        FirmwareRig rig = Scheduled(slots: 2).Run(1_500, heartbeat: false);
        Assert.Equal((ControllerState.Scheduled, Slot), (rig.Controller.State, rig.Controller.LimitWatts));
        rig.Run(400, heartbeat: false);
        Assert.Equal((ControllerState.FailSafe, FailSafe), (rig.Controller.State, rig.Controller.LimitWatts));
        rig.Run(HoldSeconds, heartbeat: false);
        Assert.Equal((ControllerState.FailSafe, FailSafe), (rig.Controller.State, rig.Controller.LimitWatts));
    }

    [Fact]
    public void A_schedule_that_begins_only_later_gives_nothing_before()
    {
        FirmwareRig rig = new FirmwareRig().Sync().Command(Slot).Run(5);
        Schedule schedule = rig.Signed(new Schedule { StartUtcMs = rig.UtcMs + 3 * HourMs, SlotSeconds = 900, LimitWatts = [.. Enumerable.Repeat(Slot, 40)] });
        rig.Send(Kind.Schedule, schedule);
        rig.Run(300, heartbeat: false);
        Assert.Equal((ControllerState.FailSafe, FailSafe), (rig.Controller.State, rig.Controller.LimitWatts));
        rig.Run(3 * HourMs / 1000, heartbeat: false);
        Assert.Equal((ControllerState.Scheduled, Slot), (rig.Controller.State, rig.Controller.LimitWatts));
    }

    [Fact]
    public void After_a_power_cut_without_a_time_server_a_stored_schedule_gives_nothing_above_fail_safe()
    {
        FirmwareRig next = Rebooted(Scheduled(slots: 144), clockErrorMs: null);
        for (int minute = 0; minute < 2 * HoldSeconds / 60; minute++)
            Assert.Equal(FailSafe, next.Run(60, heartbeat: false).Controller.LimitWatts);
    }

    [Fact]
    public void Nor_does_the_time_of_heartbeats_which_nobody_signs()
    {
        FirmwareRig next = Rebooted(Scheduled(slots: 144), clockErrorMs: null);
        for (int minute = 0; minute < 2 * HoldSeconds / 60; minute++)
            Assert.Equal(FailSafe, next.Run(60).Controller.LimitWatts);
    }

    [Fact]
    public void With_a_time_server_it_is_followed_once_the_gateway_has_been_silent_for_its_time()
    {
        FirmwareRig next = Rebooted(Scheduled(slots: 144), clockErrorMs: 0);
        Assert.Equal(FailSafe, next.Run(120, heartbeat: false).Controller.LimitWatts);
        Assert.Equal((ControllerState.Scheduled, Slot), (next.Run(10, heartbeat: false).Controller.State, next.Controller.LimitWatts));
    }

    [Fact]
    public void A_time_server_hours_behind_the_moment_it_was_issued_is_wrong_and_leads_to_no_slot()
    {
        // Its first slots lie before it was issued: a clock that is behind would find them.
        FirmwareRig rig = new FirmwareRig().Sync().Command(Slot).Run(5);
        Schedule schedule = rig.Signed(new Schedule { StartUtcMs = rig.UtcMs - 12 * HourMs, SlotSeconds = 900, LimitWatts = [.. Enumerable.Repeat(Slot, 144)] });
        rig.Send(Kind.Schedule, schedule);
        FirmwareRig next = Rebooted(rig.Run(2), clockErrorMs: -5 * HourMs);
        Assert.Equal((FailSafe, ControllerState.FailSafe), (next.Run(HoldSeconds, heartbeat: false).Controller.LimitWatts, next.Controller.State));
        next.Sync().Run(2, heartbeat: false);
        Assert.Equal((Slot, ControllerState.Scheduled), (next.Controller.LimitWatts, next.Controller.State));
    }

    [Fact]
    public void A_time_server_beyond_its_last_slot_leads_to_the_fail_safe_limit()
    {
        FirmwareRig next = Rebooted(Scheduled(slots: 144), clockErrorMs: 40 * HourMs);
        Assert.Equal(FailSafe, next.Run(HoldSeconds, heartbeat: false).Controller.LimitWatts);
    }

    private static FirmwareRig Scheduled(int slots)
    {
        FirmwareRig rig = new FirmwareRig().Sync().Command(Slot).Run(5);
        rig.Schedule([.. Enumerable.Repeat(Slot, slots)]);
        return rig.Run(2);
    }

    /// <summary>The power was away for a minute; null is no time server.</summary>
    private static FirmwareRig Rebooted(FirmwareRig rig, long? clockErrorMs)
    {
        FirmwareRig next = new(store: rig.Store, bootId: 2);
        next.GatewayUtcAtBootMs = rig.UtcMs - next.NowMs + 60_000;
        if (clockErrorMs is { } errorMs)
            next.Controller.SetUtc(next.NowMs, next.UtcMs + errorMs);
        return next;
    }
}
