using System;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Sites;
using Fleet.Wire;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Fleet.Gateway.Link;

/// <summary>
/// One controller at the embedded broker: its topics, its outbox, and its connection while it has one. It outlives
/// connections, so that commands wait here while the controller is away.
/// </summary>
internal sealed class BrokerSession
{
    private readonly Lock _lock = new();
    private readonly Lock _uplinkTurn = new();
    private readonly Outbox _outbox;
    private readonly string[] _topics = new string[Topics.KindCount];
    private readonly LinkCounters _counters;
    private readonly TimeProvider _time;
    private BrokerChannel? _channel;
    private KindSet _subscribed;
    private Presence? _presence;

    public BrokerSession(ControllerAddress address, LinkCounters counters, TimeProvider time)
    {
        Address = address;
        Name = address.ToString();
        _counters = counters;
        _time = time;
        _outbox = new Outbox(counters, time, BrokerLimits.CommandsInFlight);
        for (var kind = 0; kind < _topics.Length; kind++)
            _topics[kind] = Topics.Of(address.Site, address.Controller, (Kind)kind);
        _topics[(int)Kind.Heartbeat] = Topics.HeartbeatOf(address.Site);
    }

    public ControllerAddress Address { get; }

    /// <summary>Its address as it is written: the client id.</summary>
    public string Name { get; }

    /// <summary>Connected or not, and since when; null when it has never connected.</summary>
    public Presence? Presence
    {
        get
        {
            lock (_lock)
                return _presence;
        }
    }

    /// <summary>The kind whose topic this is, when the controller may publish (up) or subscribe (down) it.</summary>
    public bool TryKindOf(string topic, bool up, out Kind kind)
    {
        for (kind = 0; (int)kind < _topics.Length; kind++)
        {
            if (Topics.IsUp(kind) == up && topic == _topics[(int)kind])
                return true;
        }
        return false;
    }

    /// <summary>A connection was accepted for this controller; it takes the place of any older one.</summary>
    public Presence Attach(BrokerChannel channel, bool sessionPresent)
    {
        lock (_lock)
        {
            _channel = channel;
            if (!sessionPresent)
                _subscribed = default;
            _outbox.Window = channel.CommandsInFlight;
            _outbox.Rewind(sessionPresent);
            _presence = new Presence(true, _time.GetUtcNow());
            PumpLocked();
            return _presence.Value;
        }
    }

    /// <summary>
    /// A connection ended; null when another has taken its place, or is about to: should that one fail, the controller's
    /// silence tells it.
    /// </summary>
    public Presence? Detach(BrokerChannel channel)
    {
        lock (_lock)
        {
            if (_channel != channel)
                return null;
            _channel = null;
            _presence = new Presence(false, _time.GetUtcNow());
            return channel.IsTakenOver ? null : _presence;
        }
    }

    public void Subscribe(Kind kind)
    {
        lock (_lock)
            _subscribed = _subscribed.With(kind);
    }

    public void Unsubscribe(Kind kind)
    {
        lock (_lock)
            _subscribed = _subscribed.Without(kind);
    }

    /// <summary>Queues a command and writes what may be written; false when its queue is full.</summary>
    public bool Send(Kind kind, ReadOnlyMemory<byte> payload, TimeSpan expiry)
    {
        lock (_lock)
        {
            if (!_outbox.TryAdd(kind, payload, expiry))
                return false;
            PumpLocked();
            return true;
        }
    }

    /// <summary>Writes the heartbeat, unless the controller is away or too slow for it.</summary>
    public void Beat(ReadOnlyMemory<byte> payload)
    {
        lock (_lock)
        {
            if (_channel is null || !_subscribed.Contains(Kind.Heartbeat))
                return;
            var heartbeat = new MqttPublishPacket { Topic = _topics[(int)Kind.Heartbeat], Payload = new(payload) };
            if (_channel.TryWrite(heartbeat, BrokerLimits.HeartbeatBacklogBytes))
                _counters.Of(Kind.Heartbeat).AddSent();
            else
                _counters.Of(Kind.Heartbeat).AddRefused();
        }
    }

    public void Acknowledge(BrokerChannel channel, ushort packetId, bool accepted)
    {
        lock (_lock)
        {
            if (_channel != channel)
                return;
            _outbox.Acknowledge(packetId, accepted);
            PumpLocked();
        }
    }

    /// <summary>Writes what waits and may be written now.</summary>
    public void Pump()
    {
        lock (_lock)
            PumpLocked();
    }

    /// <summary>Drops everything that waits: the controller was removed.</summary>
    public void Clear()
    {
        lock (_lock)
            _outbox.Clear();
    }

    /// <summary>Hands a message up, after every earlier one of this controller, whichever connection it came by.</summary>
    public HandedUp HandUp(IUplink uplink, Kind kind, ReadOnlyMemory<byte> payload, bool atLeastOnce)
    {
        lock (_uplinkTurn)
        {
            try
            {
                return new HandedUp(MqttPubAckReasonCode.Success, uplink.ReceiveAsync(Address, kind, payload, atLeastOnce), _counters.Of(kind));
            }
            catch (Exception failure)
            {
                return new HandedUp(MqttPubAckReasonCode.UnspecifiedError, ValueTask.FromException(failure), null);
            }
        }
    }

    private void PumpLocked()
    {
        while (_channel is not null && _outbox.TakeNext(_subscribed, out var duplicate) is { } message)
        {
            _channel.TryWrite(new MqttPublishPacket
            {
                Topic = _topics[(int)message.Kind],
                Payload = new(message.Payload),
                QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
                PacketIdentifier = message.PacketId,
                MessageExpiryInterval = message.SecondsLeft(_time.GetUtcNow()),
                Dup = duplicate,
            });
        }
    }
}
