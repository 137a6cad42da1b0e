using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Link;
using Fleet.Gateway.Sites;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet.Protocol;
using Xunit;

namespace Fleet.Tests.Gateway.Link;

/// <summary>The link through a real mosquitto.</summary>
public class ExternalBrokerTests
{
    private static readonly ControllerAddress Alpha = BrokerRig.Alpha;

    [Fact]
    public async Task Carries_messages_up_and_commands_down()
    {
        await using var rig = await ExternalRig.StartAsync();
        await using var controller = await rig.ConnectAsync(Kind.Setpoint, Kind.Heartbeat);

        await controller.PublishAsync(Kind.Energy, "record", 3);
        Assert.Equal(new RecordingUplink.Received(Alpha, Kind.Energy, "record", true), await rig.Uplink.NextAsync());
        await controller.ReadAsync(); // mosquitto's PUBACK
        Assert.True(rig.Link.Send(Alpha, Kind.Setpoint, "limit"u8.ToArray(), TimeSpan.FromSeconds(60)));
        var setpoint = await controller.ReceiveAsync();
        Assert.Equal("limit", RawController.TextOf(setpoint));
        Assert.InRange(setpoint.MessageExpiryInterval, 58u, 60u);
        rig.Link.Broadcast("north", "beat"u8.ToArray());
        Assert.Equal("beat", RawController.TextOf(await controller.ReceiveAsync()));
    }

    [Fact]
    public async Task Gets_the_retained_hello_of_a_controller_that_connected_before_it()
    {
        await using var rig = await ExternalRig.StartAsync(startLink: false);
        await using var controller = await rig.ConnectAsync();
        await controller.SendAsync(new MQTTnet.Packets.MqttPublishPacket
        {
            Topic = controller.TopicOf(Kind.Hello),
            PayloadSegment = Encoding.UTF8.GetBytes("hello"),
            PacketIdentifier = 1,
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            Retain = true,
        });
        await controller.ReadAsync();

        await rig.StartLinkAsync();

        Assert.Equal((Alpha, Kind.Hello), ((await rig.Uplink.NextAsync()) is var hello ? (hello.From, hello.Kind) : default));
    }

    [Fact]
    public async Task Takes_a_message_again_that_it_could_not_store()
    {
        await using var rig = await ExternalRig.StartAsync();
        var attempts = 0;
        rig.Uplink.Store = _ => ++attempts == 1 ? throw new IOException("the disk is full") : ValueTask.CompletedTask;
        await using var controller = await rig.ConnectAsync();

        await controller.PublishAsync(Kind.Energy, "record", 3);

        Assert.Equal("record", (await rig.Uplink.NextAsync()).Payload);
        Assert.Equal("record", (await rig.Uplink.NextAsync()).Payload);
        Assert.Equal(1, rig.Link.Counters.FailedUplinks);
    }

    [Fact]
    public async Task A_record_that_waits_for_the_disk_holds_up_nothing_else_and_is_acknowledged_in_the_end()
    {
        const int Unacknowledged = 1024; // as many as the gateway lets the broker have under way
        const int Records = Unacknowledged + 1;
        await using var rig = await ExternalRig.StartAsync();
        var stored = new TaskCompletionSource();
        rig.Uplink.Store = message => message.Kind == Kind.Energy ? new ValueTask(stored.Task) : ValueTask.CompletedTask;
        await using var controller = await rig.ConnectAsync();
        for (var i = 0; i < Records; i++)
        {
            await controller.PublishAsync(Kind.Energy, "record", (ushort)(i + 1));
            await controller.ReadAsync(); // mosquitto's PUBACK
        }
        for (var i = 0; i < Unacknowledged; i++)
            Assert.Equal("record", (await rig.Uplink.NextAsync()).Payload);
        await controller.PublishAsync(Kind.Ack, "ack", 4);
        Assert.Equal("ack", (await rig.Uplink.NextAsync()).Payload);
        stored.SetResult();
        await GatewayWait.UntilAsync("the records are taken", () => rig.Link.Counters.Of(Kind.Energy).Received == Records, () => "");
        Assert.Equal(0, rig.Link.Counters.FailedUplinks);
    }

    [Fact]
    public async Task Takes_what_came_while_it_was_away()
    {
        await using var rig = await ExternalRig.StartAsync();
        await rig.Link.DisposeAsync();
        await using var controller = await rig.ConnectAsync();
        await controller.PublishAsync(Kind.Energy, "record", 3);
        await controller.ReadAsync();

        await rig.StartLinkAsync();

        Assert.Equal("record", (await rig.Uplink.NextAsync()).Payload);
    }

    [Fact]
    public async Task Comes_back_after_mosquitto_restarts_and_delivers_what_waited()
    {
        await using var rig = await ExternalRig.StartAsync();
        await using (var controller = await rig.ConnectAsync(Kind.Setpoint, Kind.Command))
            await rig.Mosquitto.StopAsync();
        foreach (var (kind, text) in new[] { (Kind.Setpoint, "old"), (Kind.Command, "1"), (Kind.Command, "2"), (Kind.Setpoint, "new") })
            rig.Link.Send(Alpha, kind, Encoding.UTF8.GetBytes(text), TimeSpan.FromSeconds(60));

        await rig.Mosquitto.RunAsync();

        await using var again = await rig.ConnectAsync();
        var received = new List<string>();
        while (!received.Contains("new"))
            received.Add(RawController.TextOf(await again.ReceiveAsync()));
        Assert.Equal(["1", "2", "new"], received.FindAll(text => text != "old"));
        await again.PublishAsync(Kind.Event, "back", 4);
        Assert.Equal("back", (await rig.Uplink.NextAsync()).Payload);
    }

    [Fact]
    public async Task Refuses_what_is_not_a_controllers()
    {
        await using var rig = await ExternalRig.StartAsync();
        await using var controller = await rig.ConnectAsync();
        await controller.PublishAsync("fleet/v1/north/NO_NAME/energy", "x", 3);
        await controller.PublishAsync(Kind.Event, new string('x', Bounds.PayloadBytes + 1), 4);
        await controller.PublishAsync(Kind.Event, "good", 5);
        Assert.Equal("good", (await rig.Uplink.NextAsync()).Payload);
        Assert.Equal(2, rig.Link.Counters.RefusedUplinks);
    }

    [Fact]
    public async Task Keeps_trying_while_there_is_no_broker()
    {
        await using var rig = await ExternalRig.StartAsync(startLink: false);
        await rig.Mosquitto.StopAsync();
        await rig.StartLinkAsync();
        await rig.Mosquitto.RunAsync();
        await using var controller = await rig.ConnectAsync();
        await rig.WhenConnectedAsync();
        await controller.PublishAsync(Kind.Event, "there", 4);
        Assert.Equal("there", (await rig.Uplink.NextAsync()).Payload);
    }

    private sealed class ExternalRig(Mosquitto mosquitto) : IAsyncDisposable
    {
        public Mosquitto Mosquitto { get; } = mosquitto;

        public RecordingUplink Uplink { get; } = new();

        public ExternalBroker Link { get; private set; } = Create(mosquitto);

        public static async Task<ExternalRig> StartAsync(bool startLink = true)
        {
            var rig = new ExternalRig(await Mosquitto.StartAsync());
            if (!startLink)
                return rig;
            await rig.StartLinkAsync();
            await rig.WhenConnectedAsync();
            return rig;
        }

        public async Task StartLinkAsync()
        {
            await Link.DisposeAsync();
            Link = Create(Mosquitto);
            await Link.StartAsync(Uplink, CancellationToken.None);
        }

        public async Task WhenConnectedAsync()
        {
            using var patience = new CancellationTokenSource(RecordingUplink.Patience);
            while (!Link.IsConnected)
            {
                patience.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        public async Task<RawController> ConnectAsync(params Kind[] kinds)
        {
            var controller = new RawController(Alpha).Persistent();
            Assert.Equal(MqttConnectReasonCode.Success, (await controller.ConnectAsync(Mosquitto.Port)).ReasonCode);
            foreach (var kind in kinds)
                await controller.SubscribeAsync(kind);
            return controller;
        }

        public async ValueTask DisposeAsync()
        {
            await Link.DisposeAsync();
            await Mosquitto.DisposeAsync();
        }

        private static ExternalBroker Create(Mosquitto mosquitto) => new(
            new ExternalBrokerOptions { Host = "127.0.0.1", Port = mosquitto.Port }, TimeProvider.System, NullLogger<ExternalBroker>.Instance);
    }
}
