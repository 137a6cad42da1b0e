using System;
using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Sites;
using Fleet.Wire;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Fleet.Gateway.Link;

/// <summary>
/// The gateway's own MQTT broker (5.0 and 3.1.1), for controllers only: it routes nothing between clients.
/// <code>
///  controller ── telemetry, energy, ack, event, hello ──► BrokerChannel ──► IUplink   PUBACK after it has completed
///  controller ◄── setpoint, schedule, config, command ─── BrokerSession ◄── Send   no subscription is searched
///  controller ◄── heartbeat ──────────────────────────── each session of the site ◄── Broadcast
/// </code>
/// A controller connects with its address <c>site/controller</c> as client id and user name and its own password;
/// it may publish its own up kinds, and subscribe its own down kinds (QoS 1) and its site's heartbeat. A will is
/// handed up when a connection dies or is closed by us; not on take-over by the same controller, which is there again.
/// Nothing is retained: the gateway itself remembers the last hello.
/// </summary>
public sealed class EmbeddedBroker : ILink
{
    private static readonly TimeSpan KeepAliveCheck = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<string, BrokerSession> _sessions = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, BrokerSession>> _sites = new();
    private readonly BrokerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<EmbeddedBroker> _log;
    private readonly BrokerAccess _access;
    private readonly BrokerListener _listener;
    private readonly MqttServer _server;
    private readonly LogLimit _refusals;
    private volatile IUplink? _uplink;

    public EmbeddedBroker(BrokerOptions options, IControllerDirectory directory, TimeProvider time, ILogger<EmbeddedBroker> log)
    {
        _options = options;
        _time = time;
        _log = log;
        _access = new BrokerAccess(directory);
        _listener = new BrokerListener(options, this);
        _refusals = new LogLimit(time);
        _server = CreateServer();
    }

    public LinkCounters Counters { get; } = new();

    /// <summary>The TCP port in use; 0 while stopped.</summary>
    public int Port => _listener.Port;

    public async Task StartAsync(IUplink uplink, CancellationToken cancellation)
    {
        _uplink = uplink;
        await _server.StartAsync().ConfigureAwait(false);
        _log.LogInformation("MQTT broker listens on {Address} port {Port}", _options.Address, Port);
    }

    public async Task StopAsync(CancellationToken cancellation)
    {
        _uplink = null; // controllers do not go away because we do: no wills, and no acknowledgement of what comes now
        if (_server.IsStarted)
            await _server.StopAsync(new MqttServerStopOptions()).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _server.Dispose();
        _listener.Dispose();
    }

    public bool Send(ControllerAddress to, Kind kind, ReadOnlyMemory<byte> payload, TimeSpan expiry)
    {
        if (Topics.IsUp(kind) || kind == Kind.Heartbeat)
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "is not sent to one controller");
        if (payload.Length <= Bounds.PayloadBytes && TryGetSession(to, out var session))
            return session.Send(kind, payload, expiry);
        Counters.Of(kind).AddRefused();
        return false;
    }

    public void Broadcast(string site, ReadOnlyMemory<byte> payload)
    {
        if (!_sites.TryGetValue(site, out var sessions))
            return;
        foreach (var (_, session) in sessions)
            session.Beat(payload);
    }

    public bool TryGetPresence(ControllerAddress controller, out Presence presence)
    {
        var seen = _sessions.TryGetValue(controller.ToString(), out var session) ? session.Presence : null;
        presence = seen.GetValueOrDefault();
        return seen is not null;
    }

    /// <summary>Closes a controller's connection; it may come back while the directory knows it. Its will is handed up.</summary>
    public async Task DisconnectAsync(ControllerAddress controller)
    {
        if (TryGetPresence(controller, out var presence) && presence.Connected)
            await _server.DisconnectClientAsync(controller.ToString(), new MqttServerClientDisconnectOptions { ReasonCode = MqttDisconnectReasonCode.AdministrativeAction }).ConfigureAwait(false);
        if (!_access.Knows(controller) && _sessions.TryRemove(controller.ToString(), out var session))
        {
            _sites[controller.Site].TryRemove(controller.Controller, out _);
            session.Clear();
        }
    }

    /// <summary>The keep-alive of an MQTT 5 client: what it asks for, but never longer than ours.</summary>
    internal ushort KeepAliveOf(ushort asked)
        => (ushort)(asked == 0 ? _options.KeepAliveSeconds : Math.Min(asked, _options.KeepAliveSeconds));

    internal void RefuseConnection(EndPoint? remote, string reason)
    {
        Counters.AddRefusedConnection();
        LogRefusal($"a connection from {remote}", reason);
    }

    /// <summary>A connection sent something no controller sends; it is closed.</summary>
    internal void Refuse(BrokerChannel channel, string reason)
    {
        if (channel.Session is null)
            RefuseConnection(channel.RemoteEndPoint, reason);
        else
            RefuseUplink(channel.Session.Address.ToString(), reason);
    }

    /// <summary>The broker is about to close a connection, and says why to an MQTT 5 client; no word of it when it closes all.</summary>
    internal void NoteClosing(BrokerChannel channel, MqttDisconnectReasonCode reason)
    {
        if (_uplink is not null)
            _log.LogWarning("Closes the connection of {Controller}: {Reason}", channel.Session?.Address, reason);
    }

    internal void Accept(BrokerChannel channel, bool sessionPresent)
    {
        if (!BrokerAccess.TryParse(channel.Connect?.ClientId, out var address) || !TryGetSession(address, out var session))
            return;
        channel.Session = session;
        Counters.AddConnected(1);
        _uplink?.PresenceChanged(address, session.Attach(channel, sessionPresent));
    }

    internal void Close(BrokerChannel channel)
    {
        if (channel.Session is not { } session)
            return;
        Counters.AddConnected(-1);
        if (session.Detach(channel) is { } presence)
            _uplink?.PresenceChanged(session.Address, presence);
    }

    /// <summary>Hands up what a controller published, or refuses it.</summary>
    internal HandedUp HandUp(BrokerSession? session, string clientId, string topic, ReadOnlySequence<byte> payload, bool atLeastOnce)
    {
        if (session is null || !session.TryKindOf(topic, up: true, out var kind))
        {
            RefuseUplink(clientId, $"published to a topic that is not its own: {LogText.Of(topic)}");
            return new HandedUp(MqttPubAckReasonCode.NotAuthorized, ValueTask.CompletedTask, null);
        }
        if (payload.Length > Bounds.PayloadBytes)
        {
            RefuseUplink(clientId, $"published {payload.Length} bytes; at most {Bounds.PayloadBytes} are taken");
            return new HandedUp(MqttPubAckReasonCode.QuotaExceeded, ValueTask.CompletedTask, null);
        }
        return _uplink is { } uplink
            ? session.HandUp(uplink, kind, payload.First, atLeastOnce)
            : new HandedUp(MqttPubAckReasonCode.UnspecifiedError, ValueTask.FromException(new OperationCanceledException("the gateway stops")), null);
    }

    /// <summary>The gateway could not take a message; at QoS 1 the controller keeps it, and sends it again on its next connection.</summary>
    internal void FailUplink(string clientId, Exception failure)
    {
        if (_uplink is null)
            return;
        Counters.AddFailedUplink();
        _log.LogError(failure, "Could not take a message from {Controller}", clientId);
    }

    private MqttServer CreateServer()
    {
        var factory = new MqttServerFactory();
        var options = factory.CreateServerOptionsBuilder()
            .WithPersistentSessions()
            .WithDefaultCommunicationTimeout(_options.HandshakeTimeout)
            .Build();
        options.KeepAliveOptions.MonitorInterval = KeepAliveCheck;
        var server = factory.CreateMqttServer(options, [_listener]);
        server.ValidatingConnectionAsync += OnConnecting;
        server.InterceptingSubscriptionAsync += OnSubscribing;
        server.InterceptingUnsubscriptionAsync += OnUnsubscribing;
        server.InterceptingPublishAsync += OnPublishing;
        return server;
    }

    private Task OnConnecting(ValidatingConnectionEventArgs connecting)
    {
        connecting.ReasonCode = _access.Check(connecting.ClientId, connecting.UserName, connecting.RawPassword, out var reason);
        if (connecting.ReasonCode != MqttConnectReasonCode.Success)
            RefuseConnection(connecting.RemoteEndPoint, reason);
        return Task.CompletedTask;
    }

    private Task OnSubscribing(InterceptingSubscriptionEventArgs subscribing)
    {
        var filter = subscribing.TopicFilter;
        if (!_sessions.TryGetValue(subscribing.ClientId, out var session) || !session.TryKindOf(filter.Topic, up: false, out var kind))
            Refuse(MqttSubscribeReasonCode.NotAuthorized, "subscribed to a topic that is not its own");
        else if (kind != Kind.Heartbeat && filter.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtMostOnce)
            Refuse(MqttSubscribeReasonCode.ImplementationSpecificError, "subscribed to commands with QoS 0, which could lose them");
        else
            session.Subscribe(kind);
        return Task.CompletedTask;

        void Refuse(MqttSubscribeReasonCode code, string reason)
        {
            subscribing.ProcessSubscription = false;
            subscribing.Response.ReasonCode = code;
            RefuseUplink(subscribing.ClientId, $"{reason}: {LogText.Of(filter.Topic)}");
        }
    }

    private Task OnUnsubscribing(InterceptingUnsubscriptionEventArgs unsubscribing)
    {
        if (_sessions.TryGetValue(unsubscribing.ClientId, out var session) && session.TryKindOf(unsubscribing.Topic, up: false, out var kind))
            session.Unsubscribe(kind);
        return Task.CompletedTask;
    }

    // Only wills come this way; what a connection publishes, its channel hands up.
    private async Task OnPublishing(InterceptingPublishEventArgs publishing)
    {
        publishing.ProcessPublish = false;
        if (_uplink is null)
            return;
        var message = publishing.ApplicationMessage;
        _sessions.TryGetValue(publishing.ClientId, out var session);
        var will = HandUp(session, publishing.ClientId, message.Topic, message.Payload, atLeastOnce: true);
        publishing.Response.ReasonCode = will.Code;
        try
        {
            await will.Taken.ConfigureAwait(false);
            will.Counters?.AddReceived();
        }
        catch (Exception failure)
        {
            FailUplink(publishing.ClientId, failure);
        }
    }

    private void RefuseUplink(string? clientId, string reason)
    {
        Counters.AddRefusedUplink();
        LogRefusal($"what {LogText.Of(clientId)} sent", reason);
    }

    private void LogRefusal(string what, string reason)
    {
        if (!_refusals.TryTake(out var left))
            return;
        if (left > 0)
            _log.LogWarning("{Left} refusals were left out: more than {Most} in a minute", left, LogLimit.LinesPerMinute);
        _log.LogWarning("Refused {What}: {Reason}", what, reason);
    }

    private bool TryGetSession(ControllerAddress address, out BrokerSession session)
    {
        if (_sessions.TryGetValue(address.ToString(), out session!))
            return true;
        if (!_access.Knows(address))
            return false;
        session = _sessions.GetOrAdd(address.ToString(), _ => new BrokerSession(address, Counters, _time));
        _sites.GetOrAdd(address.Site, _ => new())[address.Controller] = session;
        return true;
    }
}
