using System;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Wire;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using Xunit;

namespace Fleet.Tests.Gateway.Link;

public class EmbeddedBrokerPresenceTests
{
    [Fact]
    public async Task Hands_up_the_will_of_a_controller_that_falls_silent()
    {
        await using var rig = await BrokerRig.StartAsync(keepAliveSeconds: 1);
        await using var controller = await rig.ConnectAsync(new RawController(BrokerRig.Alpha).WithWill("offline"));
        var silentSince = TimeProvider.System.GetTimestamp();

        var will = await rig.Uplink.NextAsync();

        // Half as long again as the keep-alive, and half a second to look: with the default of 9 s that is 14 s.
        Assert.InRange(TimeProvider.System.GetElapsedTime(silentSince).TotalSeconds, 1, 4);
        Assert.Equal((BrokerRig.Alpha, Kind.Hello, "offline"), (will.From, will.Kind, will.Payload));
        Assert.Equal((BrokerRig.Alpha, false), await rig.Uplink.NextPresenceAsync());
        Assert.True(rig.Broker.TryGetPresence(BrokerRig.Alpha, out var presence));
        Assert.False(presence.Connected);
    }

    [Fact]
    public async Task Hands_up_the_will_when_the_connection_breaks()
    {
        await using var rig = await BrokerRig.StartAsync();
        var controller = await rig.ConnectAsync(new RawController(BrokerRig.Alpha).WithWill("offline"));
        await rig.DropAsync(controller);
        Assert.Equal("offline", (await rig.Uplink.NextAsync()).Payload);
    }

    [Fact]
    public async Task Hands_up_the_will_when_we_close_the_connection()
    {
        await using var rig = await BrokerRig.StartAsync();
        await using var controller = await rig.ConnectAsync(new RawController(BrokerRig.Alpha).WithWill("offline"));
        await rig.Broker.DisconnectAsync(BrokerRig.Alpha);
        Assert.Equal("offline", (await rig.Uplink.NextAsync()).Payload);
        Assert.Equal(MqttDisconnectReasonCode.AdministrativeAction, Assert.IsType<MqttDisconnectPacket>(await controller.ReadAsync()).ReasonCode);
    }

    [Theory]
    [InlineData(MqttDisconnectReasonCode.NormalDisconnection, false)]
    [InlineData(MqttDisconnectReasonCode.DisconnectWithWillMessage, true)]
    public async Task Hands_up_the_will_of_a_parting_controller_only_when_it_asks(MqttDisconnectReasonCode reason, bool expected)
    {
        await using var rig = await BrokerRig.StartAsync();
        await using var controller = await rig.ConnectAsync(new RawController(BrokerRig.Alpha).WithWill("offline"));
        await controller.SendAsync(new MqttDisconnectPacket { ReasonCode = reason });
        Assert.Equal((BrokerRig.Alpha, false), await rig.Uplink.NextPresenceAsync());
        Assert.Equal(!expected, rig.Uplink.IsEmpty);
    }

    [Fact]
    public async Task Lets_a_controller_take_over_its_own_connection_and_never_calls_it_gone()
    {
        await using var rig = await BrokerRig.StartAsync();
        await using var old = await rig.ConnectAsync(new RawController(BrokerRig.Alpha).Persistent().WithWill("offline"), Kind.Setpoint);

        await using var now = new RawController(BrokerRig.Alpha).Persistent();
        Assert.True((await now.ConnectAsync(rig.Broker.Port)).IsSessionPresent);

        Assert.Equal(MqttDisconnectReasonCode.SessionTakenOver, Assert.IsType<MqttDisconnectPacket>(await old.ReadAsync()).ReasonCode);
        await old.AssertClosedAsync();
        Assert.Equal((BrokerRig.Alpha, true), await rig.Uplink.NextPresenceAsync());
        rig.Send(BrokerRig.Alpha, Kind.Setpoint, "s");
        Assert.Equal("s", RawController.TextOf(await now.ReceiveAsync()));
        Assert.True(rig.Uplink.IsEmpty);
        Assert.True(rig.Broker.TryGetPresence(BrokerRig.Alpha, out var presence));
        Assert.True(presence.Connected);
    }

    [Fact]
    public async Task Calls_no_controller_gone_when_the_gateway_itself_stops()
    {
        await using var rig = await BrokerRig.StartAsync();
        await using var controller = await rig.ConnectAsync(new RawController(BrokerRig.Alpha).WithWill("offline"));
        await rig.Broker.StopAsync(CancellationToken.None);
        await controller.AssertClosedAsync();
        Assert.True(rig.Uplink.IsEmpty);
        Assert.Empty(rig.Log.Lines);
    }

    [Fact]
    public async Task Knows_since_when_a_controller_is_there()
    {
        await using var rig = await BrokerRig.StartAsync();
        Assert.False(rig.Broker.TryGetPresence(BrokerRig.Alpha, out _));
        var connectedAt = rig.Time.GetUtcNow();
        var controller = await rig.ConnectAsync(BrokerRig.Alpha);
        rig.Time.Advance(TimeSpan.FromMinutes(5));
        rig.Broker.TryGetPresence(BrokerRig.Alpha, out var presence);
        Assert.Equal(connectedAt, presence.Since);

        await rig.DropAsync(controller);

        rig.Broker.TryGetPresence(BrokerRig.Alpha, out presence);
        Assert.Equal(connectedAt + TimeSpan.FromMinutes(5), presence.Since);
    }
}
