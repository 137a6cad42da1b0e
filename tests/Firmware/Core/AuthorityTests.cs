using System;
using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>Forged, replayed, late and broken messages change nothing and are answered with the reason.</summary>
public sealed class AuthorityTests
{
    private readonly FirmwareRig _rig = new();

    public AuthorityTests() => _rig.Sync().Command(3500).Run(2);

    [Fact]
    public void An_authentic_setpoint_is_accepted_and_achieved_once_each()
    {
        Setpoint setpoint = _rig.Setpoint(9000);
        _rig.Run(30);
        Ack[] acks = [.. _rig.Uplink.Acks.Where(ack => ack.Id == setpoint.Id)];
        Assert.Equal([AckResult.Accepted, AckResult.Achieved], acks.Select(ack => ack.Result));
        Assert.All(acks, ack => Assert.Equal((setpoint.Sequence, 1L, Kind.Setpoint), (ack.Sequence, ack.BootId, ack.Kind)));
        Assert.Equal(9000, _rig.Controller.LimitWatts);
    }

    [Fact]
    public void Achieved_says_how_long_it_took_and_what_was_measured()
    {
        _rig.Command(14000).Run(3);
        foreach (FirmwareLoad load in _rig.Loads)
            load.Obeys = false;
        Setpoint setpoint = _rig.Setpoint(7000);
        _rig.Run(8);
        Assert.DoesNotContain(_rig.Uplink.Acks, ack => ack.Id == setpoint.Id && ack.Result == AckResult.Achieved);
        foreach (FirmwareLoad load in _rig.Loads)
            load.Obeys = true;
        _rig.Run(3);
        Ack achieved = Assert.Single(_rig.Uplink.Acks, ack => ack.Id == setpoint.Id && ack.Result == AckResult.Achieved);
        Assert.Equal((8000L, true, 7000), (achieved.ElapsedMs, achieved.HasWatts, achieved.Watts));
    }

    [Fact]
    public void A_setpoint_signed_with_another_key_is_refused()
    {
        Setpoint forged = _rig.Signed(new Setpoint { LimitWatts = 14000, Reason = "" });
        _rig.Send(Kind.Setpoint, forged, new byte[32]);
        Refuses("signature");
        Assert.Equal("", _rig.Uplink.Acks[^1].Id);
    }

    [Fact]
    public void A_setpoint_for_another_boot_is_refused()
    {
        Setpoint setpoint = _rig.Signed(new Setpoint { LimitWatts = 14000, Reason = "" });
        setpoint.BootId = 7;
        _rig.Send(Kind.Setpoint, setpoint);
        Refuses("for boot 7, not 1");
    }

    [Fact]
    public void A_replayed_setpoint_is_refused()
    {
        Setpoint old = _rig.Signed(new Setpoint { LimitWatts = 14000, Reason = "" });
        _rig.Setpoint(3500);
        _rig.Run(1);
        _rig.Send(Kind.Setpoint, old);
        Refuses("sequence 2 is not above 3");
    }

    [Fact]
    public void An_exact_repeat_is_answered_as_before_and_changes_nothing()
    {
        Setpoint setpoint = _rig.Setpoint(7000);
        _rig.Run(5);
        _rig.Send(Kind.Setpoint, setpoint);
        _rig.Send(Kind.Setpoint, setpoint);
        _rig.Run(2);
        Assert.Equal(
            [AckResult.Accepted, AckResult.Achieved, AckResult.Accepted, AckResult.Accepted],
            _rig.Uplink.Acks.Where(ack => ack.Id == setpoint.Id).Select(ack => ack.Result));
    }

    [Fact]
    public void A_repeat_of_a_setpoint_that_was_dropped_does_not_bring_it_back()
    {
        Setpoint setpoint = _rig.Setpoint(7000);
        _rig.Run(2).Run(130, heartbeat: false).Beat();
        _rig.Send(Kind.Setpoint, setpoint);
        _rig.Tick();
        Assert.Equal(ControllerState.FailSafe, _rig.Controller.State);
        Assert.Contains("no longer in force", _rig.Uplink.Acks[^1].Reason);
    }

    [Fact]
    public void An_expired_setpoint_is_refused()
    {
        Setpoint late = _rig.Signed(new Setpoint { LimitWatts = 14000, ValidSeconds = 60, Reason = "" });
        _rig.Run(60);
        _rig.Send(Kind.Setpoint, late);
        Refuses("expired 0 s ago");
    }

    [Fact]
    public void Without_a_time_server_the_newest_signed_message_tells_that_another_has_expired()
    {
        FirmwareRig rig = new();
        rig.Command(3500).Run(2);
        Setpoint late = rig.Signed(new Setpoint { LimitWatts = 14000, ValidSeconds = 60, Reason = "" });
        Setpoint newer = rig.Signed(new Setpoint { LimitWatts = 3500, Reason = "" });
        (late.Sequence, newer.Sequence) = (newer.Sequence, late.Sequence);
        rig.Send(Kind.Setpoint, newer);
        rig.Run(61);
        rig.Send(Kind.Setpoint, late);
        rig.Run(2);
        Assert.Equal(3500, rig.Controller.LimitWatts);
        Assert.Contains("expired", rig.Uplink.Acks[^1].Reason);
    }

    [Fact]
    public void A_heartbeat_cannot_prolong_a_setpoint()
    {
        FirmwareRig rig = new();
        rig.Command(9000, validSeconds: 60);
        rig.GatewayUtcAtBootMs -= 3600_000;
        rig.Run(65);
        Assert.Equal(ControllerState.FailSafe, rig.Controller.State);
    }

    [Fact]
    public void A_time_server_that_steps_back_cannot_prolong_a_setpoint()
    {
        _rig.Command(9000, validSeconds: 60);
        _rig.GatewayUtcAtBootMs -= 3600_000;
        _rig.Sync().Run(65);
        Assert.Equal(ControllerState.FailSafe, _rig.Controller.State);
    }

    [Fact]
    public void A_setpoint_from_the_future_is_refused_and_does_not_move_the_clock()
    {
        Setpoint ahead = _rig.Signed(new Setpoint { LimitWatts = 14000, Reason = "" });
        ahead.IssuedUtcMs += Authority.AheadMs + 10_000;
        _rig.Send(Kind.Setpoint, ahead);
        Refuses("in the future");
        _rig.Command(5000, validSeconds: 60);
        Assert.Equal(5000, _rig.Controller.LimitWatts);
    }

    [Fact]
    public void A_setpoint_for_another_number_of_loads_is_refused()
    {
        _rig.Setpoint(14000, loadWatts: [1, 2, 3]);
        Refuses("3 entries for 4 loads");
    }

    [Fact]
    public void Random_bytes_are_refused_and_raise_nothing()
    {
        Random random = new(7);
        byte[] noise = new byte[300];
        for (int i = 0; i < 500; i++)
        {
            random.NextBytes(noise);
            Kind kind = (Kind)random.Next((int)Kind.Heartbeat, (int)Kind.Command + 1);
            string topic = kind == Kind.Heartbeat ? Topics.HeartbeatOf(FirmwareRig.Site) : Topics.Of(FirmwareRig.Site, FirmwareRig.Name, kind);
            _rig.Controller.Receive(topic, noise, random.Next(noise.Length));
            _rig.Controller.Receive(topic + "x", noise, noise.Length);
            _rig.Run(1);
            Assert.Equal(3500, _rig.Controller.LimitWatts);
        }
        Assert.All(_rig.Uplink.Acks.Skip(2), ack => Assert.Equal(AckResult.Refused, ack.Result));
        Assert.Equal(0, _rig.Controller.Faults & Fault.TickThrew);
    }

    [Fact]
    public void A_payload_outside_all_bounds_is_dropped_and_shown_for_a_minute()
    {
        _rig.Controller.Receive(Topics.HeartbeatOf(FirmwareRig.Site), null, 5);
        _rig.Controller.Receive(Topics.HeartbeatOf(FirmwareRig.Site), new byte[9999], 9999);
        _rig.Run(50);
        Assert.Equal(Fault.InboxFull, _rig.Controller.Faults);
        _rig.Run(15);
        Assert.Equal(0, _rig.Controller.Faults);
    }

    [Fact]
    public void The_schedule_survives_a_reboot_and_is_verified_again()
    {
        _rig.Schedule([.. Enumerable.Repeat(9000, 12)]);
        _rig.Run(2);
        Assert.Equal(9000, AfterReboot().Controller.LimitWatts);
        _rig.Store.Records["schedule"][^5] ^= 1;
        Assert.Equal(4000, AfterReboot().Controller.LimitWatts);
    }

    [Fact]
    public void A_config_changes_what_may_be_changed_is_kept_and_told()
    {
        _rig.Configure(("failSafeWatts", 2500), ("heartbeatTimeoutSeconds", 30));
        _rig.Run(2);
        Assert.Equal((2500, 30), (_rig.Settings.FailSafeWatts, _rig.Settings.HeartbeatTimeoutSeconds));
        Assert.Equal((2500, 30), (_rig.Uplink.Hellos[^1].FailSafeWatts, _rig.Uplink.Hellos[^1].HeartbeatTimeoutSeconds));
        Assert.Equal(2500, new FirmwareRig(store: _rig.Store, bootId: 2).Settings.FailSafeWatts);
        Assert.Equal(4000, new FirmwareRig("\"telemetrySeconds\":6,", store: _rig.Store, bootId: 2).Settings.FailSafeWatts);
    }

    [Theory]
    [InlineData("tripMilliC", 150000, "tripMilliC: cannot be changed from afar")]
    [InlineData("site", 1, "site: cannot be changed from afar")]
    [InlineData("nonsense", 1, "nonsense: cannot be changed from afar")]
    [InlineData("failSafeWatts", -1, "failSafeWatts: must be a whole number from 0 to 10000000 W")]
    [InlineData("recordSeconds", 70, "recordSeconds: must divide an hour")]
    public void A_config_outside_its_bounds_changes_nothing_at_all(string name, long value, string reason)
    {
        _rig.Configure(("telemetrySeconds", 9), (name, value));
        _rig.Run(2);
        Assert.Equal(reason, _rig.Uplink.Acks[^1].Reason);
        Assert.Equal(5, _rig.Settings.TelemetrySeconds);
        Assert.False(_rig.Store.Records.ContainsKey("changes"));
    }

    [Fact]
    public void A_command_is_handed_over_once_and_one_at_a_time()
    {
        Order(CommandAction.Identify, "");
        Order(CommandAction.Reboot, "now");
        _rig.Run(1);
        Assert.Equal("another command waits", _rig.Uplink.Acks[^1].Reason);
        Assert.True(_rig.Controller.TryTakeCommand(out CommandAction action, out _));
        Assert.Equal(CommandAction.Identify, action);
        Assert.False(_rig.Controller.TryTakeCommand(out _, out _));
        Order(CommandAction.Reboot, "then");
        _rig.Run(1);
        Assert.True(_rig.Controller.TryTakeCommand(out action, out string argument));
        Assert.Equal((CommandAction.Reboot, "then"), (action, argument));
    }

    private void Order(CommandAction action, string argument) =>
        _rig.Send(Kind.Command, _rig.Signed(new Command { Action = action, Argument = argument }));

    private FirmwareRig AfterReboot() => new FirmwareRig(store: _rig.Store, bootId: 2).Sync().Run(125, heartbeat: false);

    private void Refuses(string reason)
    {
        _rig.Run(2);
        Assert.Equal(AckResult.Refused, _rig.Uplink.Acks[^1].Result);
        Assert.Contains(reason, _rig.Uplink.Acks[^1].Reason);
        Assert.Equal(3500, _rig.Controller.LimitWatts);
        Assert.Equal(ControllerState.Commanded, _rig.Controller.State);
    }
}
