using System;
using System.Collections.Generic;
using Fleet.Core;
using Fleet.Gateway.Sites;
using Fleet.Wire;

namespace Fleet.Tests.Simulation;

/// <summary>
/// The link of one controller, both ends: MQTT with a persistent session over a network that loses, delays, doubles and
/// reorders. What is sent at least once waits at its sender until it is acknowledged, and goes again on a new connection.
/// <code>
/// controller  Send ──► outbox ──► packets of this connection ──► gateway's uplink ──► acknowledged
///             Receive ◄──────────── packets of this connection ◄── session (outlives connections) ◄── Send
/// partition   packets vanish; the gateway sees it after ServerSilence and publishes the will, the controller after ClientSilence
/// </code>
/// </summary>
public sealed class SimulatedLink(World world, SimulatedController controller) : IUplink
{
    private const int ServerSilenceSeconds = 8;
    private const int ClientSilenceSeconds = 11;
    private const int LongestRetrySeconds = 60;
    private const int OutboxLength = 64;

    private readonly List<Packet> _packets = [];
    private readonly List<Packet> _outbox = [];
    private readonly List<Packet> _session = [];
    private readonly int[] _lastArrival = new int[Topics.KindCount];
    private int _connection;
    private int _retryAt;
    private int _retrySeconds;
    private int _partitionedAt = int.MinValue;
    private int _lastNumber;
    private int _silentSince;
    private bool _isOpen;
    private bool _isAttached;
    private bool _isRefused;
    private long _attachedBoot;

    /// <summary>Fault: nothing gets through.</summary>
    public bool IsPartitioned
    {
        get => _partitionedAt != int.MinValue;
        set
        {
            if (value == IsPartitioned)
                return;
            _partitionedAt = value ? world.Clock.Second : int.MinValue;
            if (!value && _isOpen && _isAttached)
                ThrowUnacknowledged();
        }
    }

    /// <summary>Fault: no schedule gets through.</summary>
    public bool LosesSchedules { get; set; }

    /// <summary>Fault: it is connected to somebody else's broker, who has its account.</summary>
    public bool IsPirated { get; set; }

    /// <summary>The newest second in which nothing could be sent to the controller.</summary>
    public int LostUntil { get; private set; } = int.MinValue / 2;

    /// <inheritdoc/>
    public bool IsConnected => _isOpen && !controller.Flash.IsCut;

    private ControllerAddress Address => new(world.Site, controller.Design.Name);

    /// <inheritdoc/>
    public int Send(Kind kind, byte[] payload, int length)
    {
        if (!IsConnected || _outbox.Count >= OutboxLength)
            return 0;
        var message = new Packet(IsUp: true, kind, payload[..length], ++_lastNumber, _connection);
        if (kind != Kind.Telemetry)
            _outbox.Add(message);
        Throw(message);
        return _lastNumber;
    }

    /// <summary>The gateway's side sends: at least once until its deadline, a newer setpoint or schedule in place of one that waits.</summary>
    public void SendDown(Kind kind, byte[] payload, int deadline)
    {
        if (kind == Kind.Schedule && LosesSchedules)
            return;
        if (kind is Kind.Setpoint or Kind.Schedule)
            _session.RemoveAll(waiting => waiting.Kind == kind && !waiting.IsInFlight);
        var message = new Packet(IsUp: false, kind, payload, ++_lastNumber, 0) { Deadline = deadline };
        _session.Add(message);
    }

    /// <summary>The gateway's side sends once, if there is a connection.</summary>
    public void Beat(byte[] payload)
    {
        if (_isAttached)
            Throw(new Packet(IsUp: false, Kind.Heartbeat, payload, 0, _connection));
    }

    /// <summary>Somebody else publishes to the controller.</summary>
    public void Inject(Kind kind, byte[] payload)
    {
        if (_isOpen || IsPirated)
            controller.Receive(kind, payload);
    }

    /// <summary>The controller starts: what its link held in memory is gone.</summary>
    public void Boot()
    {
        _outbox.Clear();
        (_isOpen, _retrySeconds, _retryAt) = (false, 2, world.Clock.Second + world.Chance.Between(1, 4));
    }

    /// <summary>The controller's power is gone: the gateway's side notices by silence.</summary>
    public void PowerCut()
    {
        (_isOpen, _silentSince) = (false, world.Clock.Second);
        _outbox.Clear();
    }

    /// <summary>The gateway stops, and its broker with it.</summary>
    public void GatewayStopped()
    {
        _isAttached = false;
        _session.Clear();
        _packets.Clear();
        Close();
    }

    /// <summary>Carries for a second: connections first, then what is due, both ways.</summary>
    public void Carry()
    {
        var now = world.Clock.Second;
        if (_isAttached && ((IsPartitioned && now - _partitionedAt >= ServerSilenceSeconds) || (!_isOpen && now - _silentSince >= ServerSilenceSeconds)))
            Detach();
        var isSilent = IsPartitioned && now - _partitionedAt >= ClientSilenceSeconds;
        if (_isOpen && (isSilent || (!_isAttached && !IsPartitioned)))
            Close();
        if (!_isOpen && controller.Firmware is not null && now >= _retryAt)
            TryConnect();
        if (IsPartitioned || !_isOpen)
            LostUntil = now;
        SendWaiting();
        DeliverDue();
    }

    /// <summary>Delivers what is due by now.</summary>
    public void DeliverDue()
    {
        // Deliveries may send in turn; what they send is due later or goes at the end.
        for (var i = 0; i < _packets.Count;)
        {
            var packet = _packets[i];
            if (packet.Arrival > world.Clock.Second)
            {
                i++;
                continue;
            }
            _packets.RemoveAt(i);
            if (packet.Connection == _connection && !IsPartitioned)
                Deliver(packet);
        }
        if (!_isRefused)
            return;
        _isRefused = false;
        Detach();
        Close();
    }

    private void TryConnect()
    {
        if (IsPartitioned || !world.Gateway.IsUp)
        {
            _retryAt = world.Clock.Second + world.Chance.Between(Math.Max(1, _retrySeconds / 2), _retrySeconds);
            _retrySeconds = Math.Min(LongestRetrySeconds, _retrySeconds * 2);
            return;
        }
        if (_isAttached)
            Detach();
        _connection++;
        _packets.Clear();
        (_isOpen, _isAttached, _attachedBoot, _retrySeconds) = (true, true, controller.BootId, 2);
        ThrowUnacknowledged();
        world.Note($"{controller.Design.Name} connects");
    }

    private void ThrowUnacknowledged()
    {
        foreach (var waiting in _session)
            waiting.IsInFlight = false;
        foreach (var message in _outbox)
            Throw(message with { Connection = _connection });
    }

    private void Close()
    {
        if (_isOpen)
            world.Note($"{controller.Design.Name} has lost its link");
        (_isOpen, _silentSince) = (false, world.Clock.Second);
        (_retrySeconds, _retryAt) = (3, world.Clock.Second + world.Chance.Between(2, 3));
    }

    private void Detach()
    {
        _isAttached = false;
        var will = new byte[Bounds.PayloadBytes];
        var length = new Hello { IsOnline = false, BootId = _attachedBoot }.Write(will);
        world.Note($"{controller.Design.Name}: its will is published");
        world.Gateway.TryReceive(Address, Kind.Hello, will[..length]);
    }

    private void SendWaiting()
    {
        _session.RemoveAll(waiting => !waiting.IsInFlight && waiting.Deadline <= world.Clock.Second);
        if (!_isAttached)
            return;
        foreach (var waiting in _session)
        {
            if (waiting.IsInFlight)
                continue;
            waiting.IsInFlight = true;
            Throw(waiting with { Connection = _connection });
        }
    }

    /// <summary>Puts a packet on its way, with whatever the weather does to it. What must arrive and is lost comes late, as TCP and a broker make of it.</summary>
    private void Throw(Packet packet)
    {
        var weather = world.Weather;
        var chance = world.Chance;
        var isOnce = packet.Kind is Kind.Telemetry or Kind.Heartbeat;
        var isLost = chance.Of(weather.LossPermille);
        if (IsPartitioned || (isLost && isOnce))
            return;
        var arrival = world.Clock.Second + chance.Between(0, weather.DelaySeconds) + (isLost ? chance.Between(2, 8) : 0);
        // One topic keeps its order on one connection, and a heartbeat comes at most once.
        var isExact = packet.Kind is Kind.Hello or Kind.Heartbeat;
        var overtakes = !isExact && chance.Of(weather.ReorderPermille);
        if (!overtakes)
            arrival = Math.Max(arrival, _lastArrival[(int)packet.Kind]);
        _lastArrival[(int)packet.Kind] = Math.Max(arrival, _lastArrival[(int)packet.Kind]);
        _packets.Add(packet with { Arrival = arrival });
        if (!isExact && chance.Of(weather.DuplicatePermille))
            _packets.Add(packet with { Arrival = arrival + chance.Between(0, 20) });
    }

    private void Deliver(Packet packet)
    {
        if (packet.IsUp)
            DeliverUp(packet);
        else if (_isOpen)
            DeliverDown(packet);
    }

    private void DeliverUp(Packet packet)
    {
        if (packet.IsAcknowledgement)
        {
            _session.RemoveAll(waiting => waiting.Number == packet.Number);
            return;
        }
        if (!_isAttached)
            return;
        if (!world.Gateway.TryReceive(Address, packet.Kind, packet.Payload))
        {
            // Without an acknowledgement the broker closes the connection; the controller keeps the message.
            _isRefused = true;
        }
        else if (packet.Kind != Kind.Telemetry)
            Throw(new Packet(IsUp: false, packet.Kind, [], packet.Number, _connection) { IsAcknowledgement = true });
    }

    private void DeliverDown(Packet packet)
    {
        if (packet.IsAcknowledgement)
        {
            _outbox.RemoveAll(message => message.Number == packet.Number);
            controller.Firmware?.Delivered(packet.Number);
            return;
        }
        controller.Receive(packet.Kind, packet.Payload);
        if (packet.Kind != Kind.Heartbeat)
            Throw(new Packet(IsUp: true, packet.Kind, [], packet.Number, _connection) { IsAcknowledgement = true });
    }

    /// <summary>One message, or its acknowledgement, on one connection.</summary>
    private sealed record Packet(bool IsUp, Kind Kind, byte[] Payload, int Number, int Connection)
    {
        public int Arrival { get; init; }

        public bool IsAcknowledgement { get; init; }

        public int Deadline { get; init; }

        public bool IsInFlight { get; set; }
    }
}
