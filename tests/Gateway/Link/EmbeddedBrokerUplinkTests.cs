using System;
using System.Globalization;
using System.IO;
using System.Linq;
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
    public async Task A_record_that_waits_for_the_disk_holds_up_no_other_acknowledgement_and_is_acknowledged_once()
    {
        await using var rig = await BrokerRig.StartAsync();
        var stored = Hold(rig, 50);
        await using var controller = await rig.ConnectAsync(BrokerRig.Alpha, Kind.Heartbeat);
        await PublishAsync(controller, 50);
        await controller.PublishAsync(Kind.Energy, TextOf(1), 1, dup: true);
        for (var i = 1; i <= 50; i++)
            Assert.Equal(TextOf(i), (await rig.Uplink.NextAsync()).Payload);

        for (var i = 49; i > 0; i--)
        {
            stored[i].SetResult();
            Assert.Equal(i + 1, Assert.IsType<MqttPubAckPacket>(await controller.ReadAsync()).PacketIdentifier);
        }
        stored[0].SetResult();
        Assert.Equal(1, Assert.IsType<MqttPubAckPacket>(await controller.ReadAsync()).PacketIdentifier);
        rig.Broker.Broadcast("north", "beat"u8.ToArray());
        Assert.IsType<MqttPublishPacket>(await controller.ReadAsync());
        Assert.Equal(50, rig.Broker.Counters.Of(Kind.Energy).Received);
        Assert.Equal(0, rig.Broker.Counters.FailedUplinks);
    }

    [Fact]
    public async Task Has_no_more_messages_of_a_controller_in_flight_than_it_grants()
    {
        await using var rig = await BrokerRig.StartAsync();
        await using var controller = new RawController(BrokerRig.Alpha).Persistent();
        var granted = (await controller.ConnectAsync(rig.Broker.Port)).ReceiveMaximum;
        var stored = Hold(rig, granted + 1);
        await PublishAsync(controller, granted + 1);
        for (var i = 1; i <= granted; i++)
            await rig.Uplink.NextAsync();
        Assert.True(rig.Uplink.IsEmpty);

        stored[0].SetResult();

        Assert.Equal(TextOf(granted + 1), (await rig.Uplink.NextAsync()).Payload);
    }

    [Fact]
    public async Task Ends_the_connection_without_acknowledging_a_message_that_it_could_not_store()
    {
        await using var rig = await BrokerRig.StartAsync();
        var stored = Hold(rig, 3);
        await using var controller = await rig.ConnectAsync(BrokerRig.Alpha);
        await PublishAsync(controller, 3);
        for (var i = 0; i < 3; i++)
            await rig.Uplink.NextAsync();

        foreach (var i in new[] { 2, 0 })
        {
            stored[i].SetResult();
            Assert.Equal(i + 1, Assert.IsType<MqttPubAckPacket>(await controller.ReadAsync()).PacketIdentifier);
        }
        stored[1].SetException(new IOException("the disk is full"));

        await controller.AssertClosedAsync();
        Assert.Equal(2, rig.Broker.Counters.Of(Kind.Energy).Received);
        Assert.Equal(1, rig.Broker.Counters.FailedUplinks);
    }

    [Fact]
    public async Task Slows_a_controller_down_while_its_telemetry_cannot_be_taken()
    {
        await using var rig = await BrokerRig.StartAsync();
        var stored = Hold(rig, 2);
        await using var controller = await rig.ConnectAsync(BrokerRig.Alpha);
        await controller.PublishAsync(Kind.Telemetry, TextOf(1), 0);
        await controller.PublishAsync(Kind.Telemetry, TextOf(2), 0);
        await rig.Uplink.NextAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(rig.Uplink.IsEmpty);

        stored[0].SetResult();

        Assert.Equal(TextOf(2), (await rig.Uplink.NextAsync()).Payload);
    }

    [Fact]
    public async Task Keeps_a_connection_alive_that_only_publishes()
    {
        await using var rig = await BrokerRig.StartAsync(keepAliveSeconds: 1);
        await using var busy = await rig.ConnectAsync(BrokerRig.Alpha);
        await using var silent = await rig.ConnectAsync(BrokerRig.Beta);
        for (var gone = rig.Uplink.NextPresenceAsync(); !gone.IsCompleted;)
        {
            await busy.PublishAsync(Kind.Energy, "record", 1);
            Assert.IsType<MqttPubAckPacket>(await busy.ReadAsync());
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
            if (gone.IsCompleted)
                Assert.Equal((BrokerRig.Beta, false), await gone);
        }
        Assert.True(rig.Broker.TryGetPresence(BrokerRig.Alpha, out var presence));
        Assert.True(presence.Connected);
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

    private static string TextOf(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Storing message 1, 2 … waits until the test says so.</summary>
    private static TaskCompletionSource[] Hold(BrokerRig rig, int messages)
    {
        var stored = Enumerable.Range(0, messages).Select(_ => new TaskCompletionSource()).ToArray();
        rig.Uplink.Store = message => new ValueTask(stored[int.Parse(message.Payload, CultureInfo.InvariantCulture) - 1].Task);
        return stored;
    }

    private static async Task PublishAsync(RawController controller, int messages)
    {
        for (var i = 1; i <= messages; i++)
            await controller.PublishAsync(Kind.Energy, TextOf(i), (ushort)i);
    }
}
