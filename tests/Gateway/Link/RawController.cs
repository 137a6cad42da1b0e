using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Fleet.Gateway.Sites;
using Fleet.Wire;
using MQTTnet.Adapter;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using Xunit;

namespace Fleet.Tests.Gateway.Link;

/// <summary>A controller's connection packet by packet, so that a test sees everything the broker does and does not send.</summary>
internal sealed class RawController : IAsyncDisposable
{
    private readonly TcpClient _client = new();
    private readonly MqttPacketFormatterAdapter _formatter;
    private Stream _stream = Stream.Null;

    public RawController(ControllerAddress address, MqttProtocolVersion version = MqttProtocolVersion.V500)
    {
        Address = address;
        _formatter = new MqttPacketFormatterAdapter(version, new MqttBufferWriter(4096, 65536));
        Connect = new MqttConnectPacket { ClientId = address.ToString(), Username = address.ToString(), Password = Encoding.UTF8.GetBytes("right") };
    }

    public ControllerAddress Address { get; }

    /// <summary>What it presents itself with; change it before connecting.</summary>
    public MqttConnectPacket Connect { get; }

    public string TopicOf(Kind kind) => kind == Kind.Heartbeat ? Topics.HeartbeatOf(Address.Site) : Topics.Of(Address.Site, Address.Controller, kind);

    public RawController WithWill(string payload)
    {
        Connect.WillFlag = true;
        Connect.WillTopic = TopicOf(Kind.Hello);
        Connect.WillMessage = Encoding.UTF8.GetBytes(payload);
        Connect.WillQoS = MqttQualityOfServiceLevel.AtLeastOnce;
        Connect.WillRetain = true;
        return this;
    }

    /// <summary>A session that outlives the connection, taken up again if the broker still has it.</summary>
    public RawController Persistent()
    {
        Connect.CleanSession = false;
        Connect.SessionExpiryInterval = 3600;
        return this;
    }

    public async Task<MqttConnAckPacket> ConnectAsync(int port)
    {
        await OpenAsync(port);
        await SendAsync(Connect);
        return Assert.IsType<MqttConnAckPacket>(await ReadAsync());
    }

    public async Task OpenAsync(int port)
    {
        await _client.ConnectAsync(IPAddress.Loopback, port);
        _stream = _client.GetStream();
    }

    /// <summary>Subscribes and returns the broker's answer to each filter.</summary>
    public async Task<MqttSubscribeReasonCode> SubscribeAsync(string filter, MqttQualityOfServiceLevel qos = MqttQualityOfServiceLevel.AtLeastOnce)
    {
        await SendAsync(new MqttSubscribePacket { PacketIdentifier = 900, TopicFilters = [new MqttTopicFilter { Topic = filter, QualityOfServiceLevel = qos }] });
        return Assert.Single(Assert.IsType<MqttSubAckPacket>(await ReadAsync()).ReasonCodes);
    }

    public Task<MqttSubscribeReasonCode> SubscribeAsync(Kind kind) => SubscribeAsync(TopicOf(kind));

    public Task PublishAsync(Kind kind, string payload, ushort id, bool dup = false) => PublishAsync(TopicOf(kind), payload, id, dup);

    /// <summary>Publishes, with QoS 1 unless the identifier is 0.</summary>
    public Task PublishAsync(string topic, string payload, ushort id, bool dup = false) => SendAsync(new MqttPublishPacket
    {
        Topic = topic,
        PayloadSegment = Encoding.UTF8.GetBytes(payload),
        PacketIdentifier = id,
        QualityOfServiceLevel = id == 0 ? MqttQualityOfServiceLevel.AtMostOnce : MqttQualityOfServiceLevel.AtLeastOnce,
        Dup = dup,
    });

    public Task SendAsync(MqttPacket packet) => SendAsync(_formatter.Encode(packet).ToArray());

    public async Task SendAsync(byte[] bytes) => await _stream.WriteAsync(bytes);

    /// <summary>The next message to this controller, acknowledged unless <paramref name="acknowledge"/> is false.</summary>
    public async Task<MqttPublishPacket> ReceiveAsync(bool acknowledge = true)
    {
        var message = Assert.IsType<MqttPublishPacket>(await ReadAsync());
        if (acknowledge && message.PacketIdentifier != 0)
            await SendAsync(new MqttPubAckPacket { PacketIdentifier = message.PacketIdentifier });
        return message;
    }

    /// <summary>The next packet; null when the broker has closed the connection.</summary>
    public async Task<MqttPacket?> ReadAsync()
    {
        try
        {
            return await ReadPacketAsync().WaitAsync(RecordingUplink.Patience);
        }
        catch (Exception closed) when (closed is IOException)
        {
            return null;
        }
    }

    /// <summary>Reads until the broker closes; the packets it must not have sent are for the test to exclude.</summary>
    public async Task AssertClosedAsync()
    {
        while (await ReadAsync() is { } packet)
            Assert.IsType<MqttDisconnectPacket>(packet);
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _client.Dispose();
    }

    public static string TextOf(MqttPublishPacket message) => Encoding.UTF8.GetString(message.Payload);

    private async Task<MqttPacket?> ReadPacketAsync()
    {
        var header = new byte[1];
        await _stream.ReadExactlyAsync(header);
        var first = header[0];
        int length = 0, shift = 0;
        do
        {
            await _stream.ReadExactlyAsync(header);
            length |= (header[0] & 0x7f) << shift;
            shift += 7;
        }
        while ((header[0] & 0x80) != 0);
        var body = new byte[length];
        await _stream.ReadExactlyAsync(body);
        return _formatter.Decode(new ReceivedMqttPacket(first, body, length + 2));
    }
}
