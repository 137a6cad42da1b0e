using System;
using System.IO;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Fleet.Wire;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using Xunit;

namespace Fleet.Tests.Gateway.Link;

public class EmbeddedBrokerUplinkTests
{
    [Theory]
    [InlineData(Kind.Hello, 1)]
    [InlineData(Kind.Telemetry, 0)]
    [InlineData(Kind.Energy, 1)]
    [InlineData(Kind.Ack, 1)]
    [InlineData(Kind.Event, 1)]
    public async Task Hands_up_every_kind_with_its_sender(Kind kind, ushort id)
    {
        await using var rig = await BrokerRig.StartAsync();
        await using var controller = await rig.ConnectAsync(BrokerRig.Alpha);

        await controller.PublishAsync(kind, "{}", id);

        Assert.Equal(new RecordingUplink.Received(BrokerRig.Alpha, kind, "{}", id != 0), await rig.Uplink.NextAsync());
    }

    [Fact]
    public async Task Takes_controllers_that_speak_MQTT_3()
    {
        await using var rig = await BrokerRig.StartAsync();
        await using var controller = await rig.ConnectAsync(new RawController(BrokerRig.Alpha, MqttProtocolVersion.V311), Kind.Setpoint);

        await controller.PublishAsync(Kind.Energy, "e", 5);
        Assert.Equal(5, Assert.IsType<MqttPubAckPacket>(await controller.ReadAsync()).PacketIdentifier);
        rig.Send(BrokerRig.Alpha, Kind.Setpoint, "s");
        Assert.Equal("s", RawController.TextOf(await controller.ReceiveAsync()));
    }

    [Fact]
    public async Task Acknowledges_only_what_is_stored()
    {
        await using var rig = await BrokerRig.StartAsync();
        var stored = new TaskCompletionSource();
        rig.Uplink.Store = _ => new ValueTask(stored.Task);
        await using var controller = await rig.ConnectAsync(BrokerRig.Alpha, Kind.Heartbeat);

        await controller.PublishAsync(Kind.Energy, "record", 7);
        await rig.Uplink.NextAsync();
        rig.Broker.Broadcast("north", "beat"u8.ToArray());

        Assert.IsType<MqttPublishPacket>(await controller.ReadAsync());
        stored.SetResult();
        Assert.Equal(7, Assert.IsType<MqttPubAckPacket>(await controller.ReadAsync()).PacketIdentifier);
    }

    [Fact]
    public async Task Acknowledges_nothing_when_it_dies_before_the_record_is_stored()
    {
        var rig = await BrokerRig.StartAsync();
        rig.Uplink.Store = _ => new ValueTask(new TaskCompletionSource().Task);
        await using var controller = await rig.ConnectAsync(BrokerRig.Alpha);
        await controller.PublishAsync(Kind.Energy, "record", 7);
        await rig.Uplink.NextAsync();

        await rig.DisposeAsync();

        await controller.AssertClosedAsync();
    }

    [Fact]
    public async Task Keeps_the_record_with_the_controller_when_storing_fails()
    {
        await using var rig = await BrokerRig.StartAsync();
        rig.Uplink.Store = _ => throw new IOException("the disk is full");
        await using (var controller = await rig.ConnectAsync(BrokerRig.Alpha))
        {
            await controller.PublishAsync(Kind.Energy, "record", 7);
            await controller.AssertClosedAsync();
        }
        Assert.Equal((BrokerRig.Alpha, false), await rig.Uplink.NextPresenceAsync());
        Assert.Equal(1, rig.Broker.Counters.FailedUplinks);

        rig.Uplink.Store = _ => ValueTask.CompletedTask;
        await using var again = await rig.ConnectAsync(BrokerRig.Alpha);
        await again.PublishAsync(Kind.Energy, "record", 7, dup: true);

        Assert.Equal(7, Assert.IsType<MqttPubAckPacket>(await again.ReadAsync()).PacketIdentifier);
    }

    [Fact]
    public async Task Hands_up_a_repeated_message_again_and_acknowledges_it_again()
    {
        await using var rig = await BrokerRig.StartAsync();
        await using var controller = await rig.ConnectAsync(BrokerRig.Alpha);
        foreach (var dup in new[] { false, true })
        {
            await controller.PublishAsync(Kind.Energy, "record", 7, dup);
            Assert.Equal("record", (await rig.Uplink.NextAsync()).Payload);
            Assert.IsType<MqttPubAckPacket>(await controller.ReadAsync());
        }
        Assert.Equal(2, rig.Broker.Counters.Of(Kind.Energy).Received);
    }

    [Fact]
    public async Task Hands_up_messages_of_one_controller_in_order_and_one_at_a_time()
    {
        await using var rig = await BrokerRig.StartAsync();
        var busy = 0;
        rig.Uplink.Store = async _ =>
        {
            Assert.Equal(1, ++busy);
            await Task.Yield();
            busy--;
        };
        await using var controller = await rig.ConnectAsync(BrokerRig.Alpha);
        for (ushort i = 1; i <= 50; i++)
            await controller.PublishAsync(Kind.Energy, i.ToString(System.Globalization.CultureInfo.InvariantCulture), i);
        for (var i = 1; i <= 50; i++)
        {
            Assert.Equal(i.ToString(System.Globalization.CultureInfo.InvariantCulture), (await rig.Uplink.NextAsync()).Payload);
            Assert.Equal(i, Assert.IsType<MqttPubAckPacket>(await controller.ReadAsync()).PacketIdentifier);
        }
        Assert.Equal(0, rig.Broker.Counters.FailedUplinks);
    }

    [Fact]
    public async Task Refuses_a_payload_longer_than_the_wire_allows()
    {
        await using var rig = await BrokerRig.StartAsync();
        await using var controller = await rig.ConnectAsync(BrokerRig.Alpha);

        await controller.PublishAsync(Kind.Event, new string('x', Bounds.PayloadBytes + 1), 3);

        Assert.Equal(MqttPubAckReasonCode.QuotaExceeded, Assert.IsType<MqttPubAckPacket>(await controller.ReadAsync()).ReasonCode);
        Assert.True(rig.Uplink.IsEmpty);
        Assert.Equal(1, rig.Broker.Counters.RefusedUplinks);
    }

    [Theory]
    [InlineData(new byte[] { 0x30, 0xff, 0xff, 0xff, 0x7f })] // announces 256 MB
    [InlineData(new byte[] { 0x30, 0xff, 0xff, 0xff, 0xff, 0x01 })] // a length of five bytes
    [InlineData(new byte[] { 0xf0, 0x00 })] // AUTH, which nobody asked for
    [InlineData(new byte[] { 0x32, 0x04, 0x00, 0x40, 0x61, 0x62 })] // a topic longer than its packet
    public async Task Closes_a_connection_that_sends_what_no_controller_sends(byte[] bytes)
    {
        await using var rig = await BrokerRig.StartAsync();
        await using var controller = await rig.ConnectAsync(BrokerRig.Alpha);

        await controller.SendAsync(bytes);

        await controller.AssertClosedAsync();
        Assert.Equal((BrokerRig.Alpha, false), await rig.Uplink.NextPresenceAsync());
    }

    [Fact]
    public async Task Closes_connections_that_begin_with_random_bytes()
    {
        await using var rig = await BrokerRig.StartAsync();
        for (var i = 0; i < 50; i++)
        {
            await using var stranger = new RawController(BrokerRig.Alpha);
            await stranger.OpenAsync(rig.Broker.Port);
            var bytes = RandomNumberGenerator.GetBytes(64);
            bytes[1] = 60; // a whole packet, so that the answer need not wait for more
            await stranger.SendAsync(bytes);
            await stranger.AssertClosedAsync();
        }
        await using var controller = await rig.ConnectAsync(BrokerRig.Alpha);
        await controller.PublishAsync(Kind.Event, "still here", 1);
        Assert.Equal("still here", (await rig.Uplink.NextAsync()).Payload);
    }
}
