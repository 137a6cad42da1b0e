using System;
using System.Globalization;
using System.Threading.Tasks;
using Fleet.Wire;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using Xunit;

namespace Fleet.Tests.Gateway.Link;

public class EmbeddedBrokerCommandTests
{
    [Fact]
    public async Task Delivers_a_command_with_its_expiry()
    {
        await using var rig = await BrokerRig.StartAsync();
        await using var controller = await rig.ConnectAsync(BrokerRig.Alpha, Kind.Setpoint);

        Assert.True(rig.Send(BrokerRig.Alpha, Kind.Setpoint, "limit", expirySeconds: 30));

        var message = await controller.ReceiveAsync();
        Assert.Equal("limit", RawController.TextOf(message));
        Assert.Equal("fleet/v1/north/alpha/setpoint", message.Topic);
        Assert.Equal(MqttQualityOfServiceLevel.AtLeastOnce, message.QualityOfServiceLevel);
        Assert.Equal(30u, message.MessageExpiryInterval);
        Assert.False(message.Dup);
    }

    [Fact]
    public async Task Holds_a_command_for_a_controller_that_is_away_and_counts_its_waiting_against_it()
    {
        await using var rig = await BrokerRig.StartAsync();
        Assert.True(rig.Send(BrokerRig.Alpha, Kind.Setpoint, "limit", expirySeconds: 60));
        Assert.Equal(1, rig.Broker.Counters.Of(Kind.Setpoint).Pending);
        rig.Time.Advance(TimeSpan.FromSeconds(20));

        await using var controller = await rig.ConnectAsync(BrokerRig.Alpha, Kind.Setpoint);

        Assert.Equal(40u, (await controller.ReceiveAsync()).MessageExpiryInterval);
    }

    [Fact]
    public async Task Never_delivers_a_command_that_expired_while_the_controller_was_away()
    {
        await using var rig = await BrokerRig.StartAsync();
        rig.Send(BrokerRig.Alpha, Kind.Setpoint, "stale", expirySeconds: 60);
        rig.Time.Advance(TimeSpan.FromSeconds(60));
        await using var controller = await rig.ConnectAsync(BrokerRig.Alpha, Kind.Setpoint, Kind.Command);

        rig.Send(BrokerRig.Alpha, Kind.Command, "fresh");

        Assert.Equal("fresh", RawController.TextOf(await controller.ReceiveAsync()));
        Assert.Equal(1, rig.Broker.Counters.Of(Kind.Setpoint).Expired);
        Assert.Equal(0, rig.Broker.Counters.Of(Kind.Setpoint).Pending);
    }

    [Fact]
    public async Task Delivers_only_the_newest_waiting_setpoint_but_every_config_in_the_order_given()
    {
        await using var rig = await BrokerRig.StartAsync();
        foreach (var (kind, text) in new[] { (Kind.Setpoint, "old"), (Kind.Config, "c1"), (Kind.Setpoint, "new"), (Kind.Config, "c2") })
            rig.Send(BrokerRig.Alpha, kind, text);
        var controller = new RawController(BrokerRig.Alpha).Persistent();
        await rig.ConnectAsync(controller, Kind.Config);
        Assert.Equal("c1", RawController.TextOf(await controller.ReceiveAsync()));
        Assert.Equal("c2", RawController.TextOf(await controller.ReceiveAsync()));

        await controller.SubscribeAsync(Kind.Setpoint);

        Assert.Equal("new", RawController.TextOf(await controller.ReceiveAsync()));
        Assert.Equal(1, rig.Broker.Counters.Of(Kind.Setpoint).Superseded);
    }

    [Fact]
    public async Task Refuses_and_counts_what_it_has_no_room_for()
    {
        await using var rig = await BrokerRig.StartAsync();
        for (var i = 0; i < 16; i++)
            Assert.True(rig.Send(BrokerRig.Alpha, Kind.Command, "identify"));
        Assert.False(rig.Send(BrokerRig.Alpha, Kind.Command, "identify"));
        Assert.False(rig.Send(BrokerRig.Stranger, Kind.Command, "identify"));
        Assert.False(rig.Send(BrokerRig.Alpha, Kind.Schedule, new string('x', Bounds.PayloadBytes + 1)));
        Assert.Equal(2, rig.Broker.Counters.Of(Kind.Command).Refused);
        Assert.Equal(1, rig.Broker.Counters.Of(Kind.Schedule).Refused);
        Assert.Throws<ArgumentOutOfRangeException>(() => rig.Send(BrokerRig.Alpha, Kind.Telemetry, "not down"));
    }

    [Fact]
    public async Task Sends_again_what_was_not_acknowledged_with_the_same_identifier_and_marked()
    {
        await using var rig = await BrokerRig.StartAsync();
        var controller = await rig.ConnectAsync(BrokerRig.Alpha, Kind.Command);
        rig.Send(BrokerRig.Alpha, Kind.Command, "reboot");
        var first = await controller.ReceiveAsync(acknowledge: false);
        await rig.DropAsync(controller);

        await using var again = await rig.ConnectAsync(BrokerRig.Alpha);

        var second = await again.ReceiveAsync();
        Assert.Equal(("reboot", first.PacketIdentifier, true), (RawController.TextOf(second), second.PacketIdentifier, second.Dup));
    }

    [Fact]
    public async Task Does_not_repeat_an_unacknowledged_setpoint_when_there_is_a_newer_one_or_it_has_expired()
    {
        await using var rig = await BrokerRig.StartAsync();
        var controller = await rig.ConnectAsync(BrokerRig.Alpha, Kind.Setpoint, Kind.Command);
        rig.Send(BrokerRig.Alpha, Kind.Setpoint, "old");
        rig.Send(BrokerRig.Alpha, Kind.Command, "short", expirySeconds: 5);
        await controller.ReceiveAsync(acknowledge: false);
        await controller.ReceiveAsync(acknowledge: false);
        await rig.DropAsync(controller);
        rig.Send(BrokerRig.Alpha, Kind.Setpoint, "new");
        rig.Time.Advance(TimeSpan.FromSeconds(6));

        await using var again = await rig.ConnectAsync(BrokerRig.Alpha);

        Assert.Equal("new", RawController.TextOf(await again.ReceiveAsync()));
        rig.Send(BrokerRig.Alpha, Kind.Command, "last");
        Assert.Equal("last", RawController.TextOf(await again.ReceiveAsync()));
    }

    [Fact]
    public async Task Sends_again_unmarked_when_the_controller_begins_a_new_session()
    {
        await using var rig = await BrokerRig.StartAsync();
        var controller = await rig.ConnectAsync(BrokerRig.Alpha, Kind.Command);
        rig.Send(BrokerRig.Alpha, Kind.Command, "reboot");
        await controller.ReceiveAsync(acknowledge: false);
        await rig.DropAsync(controller);
        var fresh = new RawController(BrokerRig.Alpha);
        fresh.Connect.CleanSession = true;

        await using var again = await rig.ConnectAsync(fresh, Kind.Command);

        Assert.False((await again.ReceiveAsync()).Dup);
    }

    [Fact]
    public async Task Has_no_more_in_flight_than_the_controller_asked_for()
    {
        await using var rig = await BrokerRig.StartAsync();
        var controller = new RawController(BrokerRig.Alpha);
        controller.Connect.ReceiveMaximum = 2;
        await rig.ConnectAsync(controller, Kind.Command, Kind.Heartbeat);
        for (var i = 1; i <= 5; i++)
            rig.Send(BrokerRig.Alpha, Kind.Command, i.ToString(CultureInfo.InvariantCulture));
        rig.Broker.Broadcast("north", "beat"u8.ToArray());

        var first = await controller.ReceiveAsync(acknowledge: false);
        await controller.ReceiveAsync(acknowledge: false);
        Assert.Equal("beat", RawController.TextOf(await controller.ReceiveAsync()));
        await controller.SendAsync(new MqttPubAckPacket { PacketIdentifier = first.PacketIdentifier });
        Assert.Equal("3", RawController.TextOf(await controller.ReceiveAsync()));
        Assert.Equal("4", RawController.TextOf(await controller.ReceiveAsync()));
        await controller.DisposeAsync();
    }

    [Fact]
    public async Task Sends_nothing_after_the_controller_has_unsubscribed()
    {
        await using var rig = await BrokerRig.StartAsync();
        await using var controller = await rig.ConnectAsync(BrokerRig.Alpha, Kind.Setpoint, Kind.Command);
        await controller.SendAsync(new MqttUnsubscribePacket { PacketIdentifier = 9, TopicFilters = [controller.TopicOf(Kind.Setpoint)] });
        Assert.IsType<MqttUnsubAckPacket>(await controller.ReadAsync());
        rig.Send(BrokerRig.Alpha, Kind.Setpoint, "s");
        rig.Send(BrokerRig.Alpha, Kind.Command, "c");
        Assert.Equal("c", RawController.TextOf(await controller.ReceiveAsync()));
    }

    [Fact]
    public async Task Gives_the_heartbeat_of_a_site_to_its_controllers_only()
    {
        await using var rig = await BrokerRig.StartAsync();
        await using var alpha = await rig.ConnectAsync(BrokerRig.Alpha, Kind.Heartbeat);
        await using var beta = await rig.ConnectAsync(BrokerRig.Beta, Kind.Heartbeat);
        await using var gamma = await rig.ConnectAsync(BrokerRig.Gamma, Kind.Heartbeat);

        rig.Broker.Broadcast("north", "n"u8.ToArray());
        rig.Broker.Broadcast("south", "s"u8.ToArray());
        rig.Broker.Broadcast("nowhere", "x"u8.ToArray());

        Assert.Equal("n", RawController.TextOf(await alpha.ReceiveAsync()));
        Assert.Equal("n", RawController.TextOf(await beta.ReceiveAsync()));
        var beat = await gamma.ReceiveAsync();
        Assert.Equal(("s", MqttQualityOfServiceLevel.AtMostOnce), (RawController.TextOf(beat), beat.QualityOfServiceLevel));
        Assert.Equal(3, rig.Broker.Counters.Of(Kind.Heartbeat).Sent);
    }

    [Fact]
    public async Task Skips_heartbeats_for_a_controller_that_does_not_read_but_keeps_its_commands()
    {
        await using var rig = await BrokerRig.StartAsync();
        await using var controller = await rig.ConnectAsync(BrokerRig.Alpha, Kind.Heartbeat, Kind.Command);
        var beat = new byte[Bounds.PayloadBytes];
        while (rig.Broker.Counters.Of(Kind.Heartbeat).Refused == 0)
            rig.Broker.Broadcast("north", beat);
        rig.Send(BrokerRig.Alpha, Kind.Command, "identify");

        MqttPublishPacket message;
        do
            message = await controller.ReceiveAsync();
        while (message.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtMostOnce);

        Assert.Equal("identify", RawController.TextOf(message));
    }
}
