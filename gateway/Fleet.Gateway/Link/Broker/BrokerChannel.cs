using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Fleet.Gateway.Link;

/// <summary>
/// One connection as MQTTnet's server sees it, and our own way beside it. MQTTnet keeps the protocol: handshake,
/// subscriptions, keep-alive, will. Messages go past it: what is published is handed up and acknowledged from here, many
/// at a time; commands are written here by <see cref="BrokerSession"/>, and their PUBACKs are taken here.
/// </summary>
internal sealed class BrokerChannel : IMqttChannelAdapter
{
    /// <summary>MQTT 5, 2.4: reason codes from here on say that something failed.</summary>
    private const int FirstFailureCode = 0x80;

    /// <summary>What MQTTnet gets in place of messages, so that it sees that the connection lives: a PUBACK of nothing.</summary>
    private static readonly MqttPubAckPacket SignOfLife = new();

    private readonly Stream _stream;
    private readonly Socket _socket;
    private readonly EmbeddedBroker _broker;
    private readonly PacketReader _reader;
    private readonly PacketWriter _writer;
    private readonly UplinkWindow _uplinks;
    private long _bytesReceived;

    /// <param name="stream">The bytes of the connection: the socket's own, or TLS over them.</param>
    public BrokerChannel(Stream stream, Socket socket, EmbeddedBroker broker)
    {
        _stream = stream;
        _socket = socket;
        _broker = broker;
        PacketFormatterAdapter = new(new MqttBufferWriter(BrokerLimits.EncodeBytes, BrokerLimits.PacketBytes));
        _reader = new PacketReader(stream);
        _writer = new PacketWriter(stream, PacketFormatterAdapter);
        _uplinks = new UplinkWindow(_writer, Fail);
    }

    public MqttPacketFormatterAdapter PacketFormatterAdapter { get; }

    /// <summary>What the connection presented itself with; null before.</summary>
    public MqttConnectPacket? Connect { get; private set; }

    /// <summary>The session this connection speaks for; null until it is accepted.</summary>
    public BrokerSession? Session { get; set; }

    /// <summary>Whether it ends because the same controller has connected anew.</summary>
    public bool IsTakenOver { get; private set; }

    /// <summary>How many commands may be in flight: ours, or fewer when the controller asks for fewer.</summary>
    public int CommandsInFlight => Connect is { ReceiveMaximum: > 0 and < BrokerLimits.CommandsInFlight } asked
        ? asked.ReceiveMaximum
        : BrokerLimits.CommandsInFlight;

    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    public long BytesSent => 0;

    public X509Certificate2? ClientCertificate => null;

    public EndPoint? RemoteEndPoint => _socket.RemoteEndPoint;

    public EndPoint? LocalEndPoint => _socket.LocalEndPoint;

    public bool IsSecureConnection => false;

    /// <summary>Queues a packet past MQTTnet; see <see cref="PacketWriter.TryWrite"/>.</summary>
    public bool TryWrite(MqttPacket packet, int backlogBytes = int.MaxValue)
        => _writer.TryWrite(packet, backlogBytes);

    public Task ConnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task DisconnectAsync(CancellationToken cancellationToken) => await _stream.DisposeAsync().ConfigureAwait(false);

    public async Task<MqttPacket?> ReceivePacketAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var received = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                if (received.TotalLength == 0)
                    return null;
                Interlocked.Add(ref _bytesReceived, received.TotalLength);
                if (Connect is null)
                    PacketFormatterAdapter.DetectProtocolVersion(received);
                var packet = Inspect(PacketFormatterAdapter.Decode(received));
                if (packet is not MqttPublishPacket publish || Session is not { } session)
                    return packet;
                await TakeAsync(session, publish, cancellationToken).ConfigureAwait(false);
                if (!_reader.HasNext)
                    return SignOfLife;
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or ObjectDisposedException or SocketException)
        {
            return null;
        }
        catch (Exception malformed)
        {
            _broker.Refuse(this, malformed.Message);
            return null;
        }
    }

    public async Task SendPacketAsync(MqttPacket packet, CancellationToken cancellationToken)
    {
        if (packet is MqttConnAckPacket connAck)
            Announce(connAck);
        else if (packet is MqttDisconnectPacket disconnect)
        {
            IsTakenOver = disconnect.ReasonCode == MqttDisconnectReasonCode.SessionTakenOver;
            _broker.NoteClosing(this, disconnect.ReasonCode);
        }
        if (!_writer.TryWrite(packet))
            throw new MqttCommunicationException("the connection is broken");
        if (packet is MqttConnAckPacket { ReasonCode: MqttConnectReasonCode.Success } accepted)
            _broker.Accept(this, accepted.IsSessionPresent);
        else if (packet is MqttSubAckPacket)
            Session?.Pump();
        await _writer.WhenRoomAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void ResetStatistics() => Interlocked.Exchange(ref _bytesReceived, 0);

    public void Dispose() => _stream.Dispose();

    private async ValueTask TakeAsync(BrokerSession session, MqttPublishPacket publish, CancellationToken cancellation)
    {
        var atLeastOnce = publish.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtLeastOnce;
        var message = _broker.HandUp(session, session.Name, publish.Topic, publish.Payload, atLeastOnce);
        if (atLeastOnce)
        {
            await _uplinks.AddAsync(publish.PacketIdentifier, message).WaitAsync(cancellation).ConfigureAwait(false);
            await _writer.WhenRoomAsync().WaitAsync(cancellation).ConfigureAwait(false);
            return;
        }
        try
        {
            await message.Taken.ConfigureAwait(false);
            message.Counters?.AddReceived();
        }
        catch (Exception failure)
        {
            _broker.FailUplink(session.Name, failure);
        }
    }

    /// <summary>Ends the connection because a message could not be taken: without its PUBACK the controller keeps it.</summary>
    private void Fail(Exception failure)
    {
        _broker.FailUplink(Session?.Name ?? "", failure);
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }
    }

    /// <summary>What MQTTnet must not see, must see otherwise, or we must see first; null ends the connection.</summary>
    private MqttPacket? Inspect(MqttPacket packet)
    {
        switch (packet)
        {
            case MqttConnectPacket connect:
                if (Connect is not null)
                    throw new MqttProtocolViolationException("a second CONNECT on one connection");
                Connect = connect;
                if (PacketFormatterAdapter.ProtocolVersion == MqttProtocolVersion.V500)
                    connect.KeepAlivePeriod = _broker.KeepAliveOf(connect.KeepAlivePeriod);
                return connect;
            case MqttPublishPacket { QualityOfServiceLevel: MqttQualityOfServiceLevel.ExactlyOnce }:
                throw new MqttProtocolViolationException("QoS 2 is not offered");
            case MqttPubAckPacket acknowledgement:
                Session?.Acknowledge(this, acknowledgement.PacketIdentifier, (int)acknowledgement.ReasonCode < FirstFailureCode);
                return acknowledgement;
            case MqttDisconnectPacket { ReasonCode: MqttDisconnectReasonCode.DisconnectWithWillMessage }:
                return null; // MQTTnet would take it for a clean end and keep the will to itself
            default:
                return packet;
        }
    }

    /// <summary>Tells an MQTT 5 client the limits of this broker, which are narrower than MQTTnet's.</summary>
    private void Announce(MqttConnAckPacket connAck)
    {
        connAck.MaximumPacketSize = BrokerLimits.PacketBytes;
        connAck.ReceiveMaximum = BrokerLimits.UplinksInFlight;
        connAck.TopicAliasMaximum = 0;
        connAck.MaximumQoS = MqttQualityOfServiceLevel.AtLeastOnce;
        connAck.WildcardSubscriptionAvailable = false;
        connAck.SubscriptionIdentifiersAvailable = false;
        connAck.ServerKeepAlive = Connect?.KeepAlivePeriod ?? 0;
    }
}
