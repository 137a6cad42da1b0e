using System;
using System.Text;
using System.Threading.Tasks;
using Fleet.Gateway.Sites;
using Fleet.Wire;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using Xunit;

namespace Fleet.Tests.Gateway.Link;

public class EmbeddedBrokerAccessTests
{
    [Theory]
    [InlineData("north/alpha", "north/alpha", "wrong", MqttConnectReasonCode.BadUserNameOrPassword)]
    [InlineData("north/alpha", "north/alpha", "", MqttConnectReasonCode.BadUserNameOrPassword)]
    [InlineData("north/alpha", "north/beta", "right", MqttConnectReasonCode.BadUserNameOrPassword)]
    [InlineData("north/stranger", "north/stranger", "right", MqttConnectReasonCode.BadUserNameOrPassword)]
    [InlineData("alpha", "north/alpha", "right", MqttConnectReasonCode.ClientIdentifierNotValid)]
    [InlineData("north/+", "north/+", "right", MqttConnectReasonCode.ClientIdentifierNotValid)]
    [InlineData("", "north/alpha", "right", MqttConnectReasonCode.ClientIdentifierNotValid)]
    public async Task Refuses_who_is_not_a_commissioned_controller(string clientId, string userName, string password, MqttConnectReasonCode expected)
    {
        await using var rig = await BrokerRig.StartAsync();
        await using var controller = new RawController(BrokerRig.Alpha);
        controller.Connect.ClientId = clientId;
        controller.Connect.CleanSession = clientId.Length == 0;
        controller.Connect.Username = userName;
        controller.Connect.Password = Encoding.UTF8.GetBytes(password);

        var answer = await controller.ConnectAsync(rig.Broker.Port);

        Assert.Equal(expected, answer.ReasonCode);
        await controller.AssertClosedAsync();
        Assert.Equal(1, rig.Broker.Counters.RefusedConnections);
        Assert.False(rig.Broker.TryGetPresence(BrokerRig.Alpha, out _));
    }

    [Fact]
    public async Task Refuses_a_connection_without_user_and_password()
    {
        await using var rig = await BrokerRig.StartAsync();
        await using var controller = new RawController(BrokerRig.Alpha);
        controller.Connect.Username = null;
        controller.Connect.Password = null;
        Assert.Equal(MqttConnectReasonCode.BadUserNameOrPassword, (await controller.ConnectAsync(rig.Broker.Port)).ReasonCode);
    }

    [Fact]
    public async Task Tells_a_controller_its_limits()
    {
        await using var rig = await BrokerRig.StartAsync();
        await using var controller = new RawController(BrokerRig.Alpha);
        controller.Connect.KeepAlivePeriod = 600;

        var answer = await controller.ConnectAsync(rig.Broker.Port);

        Assert.Equal(9, answer.ServerKeepAlive);
        Assert.InRange(answer.MaximumPacketSize, (uint)Bounds.PayloadBytes, (uint)Bounds.PayloadBytes + 2048);
        Assert.Equal(MqttQualityOfServiceLevel.AtLeastOnce, answer.MaximumQoS);
        Assert.False(answer.WildcardSubscriptionAvailable);
    }

    [Theory]
    [InlineData("fleet/v1/north/alpha/hello", true)]
    [InlineData("fleet/v1/north/alpha/telemetry", true)]
    [InlineData("fleet/v1/north/alpha/energy", true)]
    [InlineData("fleet/v1/north/alpha/ack", true)]
    [InlineData("fleet/v1/north/alpha/event", true)]
    [InlineData("fleet/v1/north/alpha/setpoint", false)]
    [InlineData("fleet/v1/north/alpha/schedule", false)]
    [InlineData("fleet/v1/north/alpha/config", false)]
    [InlineData("fleet/v1/north/alpha/command", false)]
    [InlineData("fleet/v1/north/-/heartbeat", false)]
    [InlineData("fleet/v1/north/beta/energy", false)]
    [InlineData("fleet/v1/south/alpha/energy", false)]
    [InlineData("fleet/v2/north/alpha/energy", false)]
    [InlineData("fleet/v1/north/alpha/energy/more", false)]
    [InlineData("$SYS/broker", false)]
    public async Task Lets_a_controller_publish_its_own_up_kinds_only(string topic, bool allowed)
    {
        await using var rig = await BrokerRig.StartAsync();
        await using var controller = await rig.ConnectAsync(BrokerRig.Alpha);

        await controller.PublishAsync(topic, "x", 4);

        var answer = Assert.IsType<MqttPubAckPacket>(await controller.ReadAsync());
        Assert.Equal(allowed ? MqttPubAckReasonCode.Success : MqttPubAckReasonCode.NotAuthorized, answer.ReasonCode);
        Assert.Equal(allowed ? 0 : 1, rig.Broker.Counters.RefusedUplinks);
        Assert.Equal(!allowed, rig.Uplink.IsEmpty);
    }

    [Theory]
    [InlineData("fleet/v1/north/alpha/setpoint", 1, MqttSubscribeReasonCode.GrantedQoS1)]
    [InlineData("fleet/v1/north/alpha/schedule", 1, MqttSubscribeReasonCode.GrantedQoS1)]
    [InlineData("fleet/v1/north/alpha/config", 1, MqttSubscribeReasonCode.GrantedQoS1)]
    [InlineData("fleet/v1/north/alpha/command", 1, MqttSubscribeReasonCode.GrantedQoS1)]
    [InlineData("fleet/v1/north/-/heartbeat", 0, MqttSubscribeReasonCode.GrantedQoS0)]
    [InlineData("fleet/v1/north/alpha/setpoint", 0, MqttSubscribeReasonCode.ImplementationSpecificError)]
    [InlineData("fleet/v1/south/-/heartbeat", 0, MqttSubscribeReasonCode.NotAuthorized)]
    [InlineData("fleet/v1/north/beta/setpoint", 1, MqttSubscribeReasonCode.NotAuthorized)]
    [InlineData("fleet/v1/north/alpha/energy", 1, MqttSubscribeReasonCode.NotAuthorized)]
    [InlineData("fleet/v1/north/alpha/+", 1, MqttSubscribeReasonCode.NotAuthorized)]
    [InlineData("fleet/v1/north/+/setpoint", 1, MqttSubscribeReasonCode.NotAuthorized)]
    [InlineData("#", 1, MqttSubscribeReasonCode.NotAuthorized)]
    public async Task Lets_a_controller_subscribe_its_own_down_kinds_only(string filter, int qos, MqttSubscribeReasonCode expected)
    {
        await using var rig = await BrokerRig.StartAsync();
        await using var controller = await rig.ConnectAsync(BrokerRig.Alpha);

        Assert.Equal(expected, await controller.SubscribeAsync(filter, (MqttQualityOfServiceLevel)qos));

        Assert.Equal((int)expected > 2 ? 1 : 0, rig.Broker.Counters.RefusedUplinks);
    }

    [Fact]
    public async Task Offers_no_shared_subscriptions()
    {
        await using var rig = await BrokerRig.StartAsync();
        await using var controller = await rig.ConnectAsync(BrokerRig.Alpha);
        Assert.Equal(MqttSubscribeReasonCode.SharedSubscriptionsNotSupported, await controller.SubscribeAsync("$share/g/fleet/v1/north/alpha/setpoint"));
    }

    [Fact]
    public async Task Refuses_a_will_on_the_topic_of_another_controller()
    {
        await using var rig = await BrokerRig.StartAsync();
        var controller = new RawController(BrokerRig.Alpha).WithWill("gone");
        controller.Connect.WillTopic = "fleet/v1/north/beta/hello";
        await rig.ConnectAsync(controller);
        await rig.DropAsync(controller);
        Assert.Equal(1, rig.Broker.Counters.RefusedUplinks);
        Assert.True(rig.Uplink.IsEmpty);
    }

    [Fact]
    public async Task Refuses_more_connections_than_it_has_room_for()
    {
        await using var rig = await BrokerRig.StartAsync(maxConnections: 1);
        var first = await rig.ConnectAsync(BrokerRig.Alpha);
        await using var second = new RawController(BrokerRig.Beta);
        await second.OpenAsync(rig.Broker.Port);
        await second.AssertClosedAsync();
        Assert.Equal(1, rig.Broker.Counters.RefusedConnections);

        await rig.DropAsync(first);
        await using var third = await ConnectWhenThereIsRoomAsync(rig);
        Assert.Equal((BrokerRig.Beta, true), await rig.Uplink.NextPresenceAsync());
        Assert.Equal(1, rig.Broker.Counters.Connected);
    }

    [Fact]
    public async Task Closes_the_connection_of_a_removed_controller_for_good()
    {
        await using var rig = await BrokerRig.StartAsync();
        await using var controller = await rig.ConnectAsync(BrokerRig.Alpha, Kind.Setpoint);
        rig.Passwords.Remove(BrokerRig.Alpha);

        await rig.Broker.DisconnectAsync(BrokerRig.Alpha);

        await controller.AssertClosedAsync();
        await using var again = new RawController(BrokerRig.Alpha);
        Assert.Equal(MqttConnectReasonCode.BadUserNameOrPassword, (await again.ConnectAsync(rig.Broker.Port)).ReasonCode);
        Assert.False(rig.Send(BrokerRig.Alpha, Kind.Setpoint, "s"));
    }

    /// <summary>The place of a connection is free a moment after its end is reported.</summary>
    private static async Task<RawController> ConnectWhenThereIsRoomAsync(BrokerRig rig)
    {
        while (true)
        {
            var controller = new RawController(BrokerRig.Beta);
            await controller.OpenAsync(rig.Broker.Port);
            await controller.SendAsync(controller.Connect);
            if (await controller.ReadAsync() is MqttConnAckPacket)
                return controller;
            await controller.DisposeAsync();
        }
    }
}
