using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Sites;
using Fleet.Wire;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Fleet.Gateway.Link;

/// <summary>
/// The link through any MQTT 5 broker or cluster of them. It holds a persistent session, acknowledges a message when
/// the gateway has it safe, and comes back by itself. Passwords and topic rights are the broker's to check; whether a
/// controller is there is told by its retained hello. A client acknowledges in the order of arrival (MQTT 5, 4.6), so what
/// may wait long for the disk comes by a session of its own and holds up nothing else.
/// <code>
///   &lt;client id&gt;          hello, telemetry, ack up; everything down
///   &lt;client id&gt;-record   energy, event up
/// </code>
/// </summary>
public sealed class ExternalBroker : ILink
{
    /// <summary>The broker keeps messages for a stopped gateway so long: a weekend's repair.</summary>
    private const uint SessionExpirySeconds = 3 * 24 * 3600;

    /// <summary>Publishes under way at once: below the 20 that mosquitto allows by default.</summary>
    private const int PublishesInFlight = 16;

    private static readonly Kind[] RecordKinds = [Kind.Energy, Kind.Event];
    private static readonly Kind[] LiveKinds = [.. Enum.GetValues<Kind>().Where(Topics.IsUp).Except(RecordKinds)];
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Task> _heartbeats = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ExternalBrokerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ExternalBroker> _log;
    private readonly LogLimit _refusals;
    private readonly Departures _departures;
    private readonly IMqttClient _client;
    private readonly Kind[] _upKinds = LiveKinds;
    private readonly ExternalBroker? _record;
    private Task _running = Task.CompletedTask;
    private TaskCompletionSource _disconnected = new();
    private int _connection;
    private volatile bool _isReady;

    public ExternalBroker(ExternalBrokerOptions options, TimeProvider time, ILogger<ExternalBroker> log)
    {
        _options = options;
        _time = time;
        _log = log;
        _refusals = new LogLimit(time);
        _departures = new Departures(Counters, time);
        _client = new MqttClientFactory().CreateMqttClient();
        _record = new ExternalBroker(this);
    }

    private ExternalBroker(ExternalBroker live)
    {
        _options = live._options with { ClientId = live._options.ClientId + "-record" };
        _time = live._time;
        _log = live._log;
        _refusals = live._refusals;
        _departures = new Departures(Counters, _time);
        _client = new MqttClientFactory().CreateMqttClient();
        _upKinds = RecordKinds;
        Counters = live.Counters;
    }

    public LinkCounters Counters { get; } = new();

    /// <summary>Whether the broker is reachable and our subscriptions stand.</summary>
    public bool IsConnected => _isReady && _record is null or { IsConnected: true };

    /// <summary>Starts connecting and returns; a broker that is away is tried again until the link stops.</summary>
    public Task StartAsync(IUplink uplink, CancellationToken cancellation)
    {
        var lanes = new ArrivalLanes(uplink, Counters, _log);
        _client.ApplicationMessageReceivedAsync += message => OnMessage(message, lanes);
        _client.DisconnectedAsync += _ =>
        {
            _disconnected.TrySetResult();
            return Task.CompletedTask;
        };
        _running = Task.WhenAll(lanes.RunAsync(FinishAsync, _stopping.Token), KeepConnectedAsync());
        return _record?.StartAsync(uplink, cancellation) ?? Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellation)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_client.IsConnected)
            await _client.DisconnectAsync(new MqttClientDisconnectOptions(), cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_record is not null)
            await _record.StopAsync(cancellation).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _record?._client.Dispose();
        _client.Dispose();
    }

    public bool Send(ControllerAddress to, Kind kind, ReadOnlyMemory<byte> payload, TimeSpan expiry)
    {
        if (Topics.IsUp(kind) || kind == Kind.Heartbeat)
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "is not sent to one controller");
        if (payload.Length <= Bounds.PayloadBytes && Topics.IsName(to.Site) && Topics.IsName(to.Controller))
            return _departures.TryAdd(to, kind, payload, expiry);
        Counters.Of(kind).AddRefused();
        return false;
    }

    public void Broadcast(string site, ReadOnlyMemory<byte> payload)
    {
        if (!_isReady || _heartbeats.TryGetValue(site, out var last) && !last.IsCompleted)
        {
            Counters.Of(Kind.Heartbeat).AddRefused();
            return;
        }
        _heartbeats[site] = BeatAsync(new MqttApplicationMessage { Topic = Topics.HeartbeatOf(site), Payload = new(payload) });
    }

    /// <summary>Always false: the broker does not tell; see <see cref="IUplink.PresenceChanged"/>.</summary>
    public bool TryGetPresence(ControllerAddress controller, out Presence presence)
    {
        presence = default;
        return false;
    }

    private async Task BeatAsync(MqttApplicationMessage heartbeat)
    {
        try
        {
            await _client.PublishAsync(heartbeat, _stopping.Token).ConfigureAwait(false);
            Counters.Of(Kind.Heartbeat).AddSent();
        }
        catch (Exception lost)
        {
            Counters.Of(Kind.Heartbeat).AddRefused();
            _log.LogDebug(lost, "A heartbeat was not sent");
        }
    }

    private async Task KeepConnectedAsync()
    {
        var backoff = new Backoff(FirstRetry, LongestRetry, Random.Shared);
        while (true)
        {
            try
            {
                var publishers = await ConnectAsync().ConfigureAwait(false);
                backoff.Reset();
                await PublishWhileConnectedAsync(publishers).ConfigureAwait(false);
                _log.LogWarning("Lost the broker {Host}:{Port}", _options.Host, _options.Port);
            }
            catch (Exception failure) when (!_stopping.IsCancellationRequested)
            {
                _log.LogWarning("The broker {Host}:{Port} cannot be used: {Reason}", _options.Host, _options.Port, failure.Message);
            }
            await DropAsync().ConfigureAwait(false);
            await Task.Delay(backoff.Next(), _time, _stopping.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Connects and subscribes; how many publishes the broker lets us have under way.</summary>
    private async Task<int> ConnectAsync()
    {
        Interlocked.Increment(ref _connection);
        _disconnected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var connected = await _client.ConnectAsync(ClientOptions(), _stopping.Token).ConfigureAwait(false);
        if (connected.ResultCode != MqttClientConnectResultCode.Success)
            throw new InvalidOperationException($"it refused the gateway: {connected.ResultCode} {connected.ReasonString}");
        var refused = (await _client.SubscribeAsync(Subscriptions(), _stopping.Token).ConfigureAwait(false))
            .Items.FirstOrDefault(item => item.ResultCode > MqttClientSubscribeResultCode.GrantedQoS2);
        if (refused is not null)
            throw new InvalidOperationException($"it refused the subscription to {refused.TopicFilter.Topic}: {refused.ResultCode}");
        _isReady = true;
        _log.LogInformation("Connected to the broker {Host}:{Port}", _options.Host, _options.Port);
        return connected.ReceiveMaximum is { } limit and > 0 and < PublishesInFlight ? limit : PublishesInFlight;
    }

    private async Task PublishWhileConnectedAsync(int publishers)
    {
        using var connected = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var publishing = Task.WhenAll(Enumerable.Range(0, publishers).Select(_ => PublishUntilFailureAsync(connected.Token)));
        await _disconnected.Task.WaitAsync(_stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await connected.CancelAsync().ConfigureAwait(false);
        await publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Token.ThrowIfCancellationRequested();
    }

    private async Task PublishUntilFailureAsync(CancellationToken connected)
    {
        try
        {
            await _departures.RunAsync(PublishAsync, connected).ConfigureAwait(false);
        }
        finally
        {
            _disconnected.TrySetResult(); // a broker that does not answer is as good as gone: connect anew
        }
    }

    private async Task DropAsync()
    {
        _isReady = false;
        if (_client.IsConnected)
            await _client.DisconnectAsync(new MqttClientDisconnectOptions(), _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<bool> PublishAsync(ControllerAddress to, Outgoing message)
    {
        var published = await _client.PublishAsync(new MqttApplicationMessage
        {
            Topic = Topics.Of(to.Site, to.Controller, message.Kind),
            Payload = new(message.Payload),
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            MessageExpiryInterval = message.SecondsLeft(_time.GetUtcNow()),
        }, _stopping.Token).ConfigureAwait(false);
        if (!published.IsSuccess)
            _log.LogError("The broker refused {Kind} to {Controller}: {Reason}", message.Kind, to, published.ReasonCode);
        return published.IsSuccess;
    }

    private Task OnMessage(MqttApplicationMessageReceivedEventArgs message, ArrivalLanes lanes)
    {
        message.AutoAcknowledge = false;
        var topic = message.ApplicationMessage.Topic;
        if (Topics.TryParse(topic, out var site, out var controller, out var kind) && Topics.IsUp(kind)
            && message.ApplicationMessage.Payload.Length <= Bounds.PayloadBytes)
        {
            lanes.Add(new Arrival(new ControllerAddress(site, controller), kind, message, _connection));
            return Task.CompletedTask;
        }
        Counters.AddRefusedUplink();
        if (_refusals.TryTake(out var left))
        {
            _log.LogWarning(
                "Refused a message on {Topic} of {Length} bytes: not a controller's; {Left} refusals before it were left out",
                LogText.Of(topic), message.ApplicationMessage.Payload.Length, left);
        }
        return message.AcknowledgeAsync(_stopping.Token); // it would come again for ever
    }

    private async Task FinishAsync(Arrival arrival, bool taken)
    {
        if (arrival.Connection != _connection)
            return; // the broker sends it again on the new connection, and that one is acknowledged
        try
        {
            if (taken)
                await arrival.Message.AcknowledgeAsync(_stopping.Token).ConfigureAwait(false);
            else
                await _client.DisconnectAsync(new MqttClientDisconnectOptions(), _stopping.Token).ConfigureAwait(false);
        }
        catch (Exception lost) when (!_stopping.IsCancellationRequested)
        {
            _log.LogDebug(lost, "The connection went away before an acknowledgement; the broker sends the message again");
        }
    }

    private MqttClientOptions ClientOptions()
    {
        var options = new MqttClientOptionsBuilder()
            .WithTcpServer(_options.Host, _options.Port)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId(_options.ClientId)
            .WithCleanStart(false)
            .WithSessionExpiryInterval(SessionExpirySeconds)
            .WithReceiveMaximum(ArrivalLanes.AtLeastOnceLimit)
            .WithTimeout(AnswerTimeout);
        return (_options.UserName is null ? options : options.WithCredentials(_options.UserName, _options.Password)).Build();
    }

    private MqttClientSubscribeOptions Subscriptions()
    {
        var subscriptions = new MqttClientSubscribeOptionsBuilder();
        foreach (var site in _options.Sites.Count == 0 ? ["+"] : _options.Sites)
        {
            foreach (var kind in _upKinds)
                subscriptions.WithTopicFilter(Topics.Of(site, "+", kind), MqttQualityOfServiceLevel.AtLeastOnce);
        }
        return subscriptions.Build();
    }
}
