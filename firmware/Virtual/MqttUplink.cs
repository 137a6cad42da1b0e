using System;
using System.Buffers;
using System.Linq;
using System.Net.Security;
using System.Security.Authentication;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Core;
using Fleet.Wire;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Fleet.Virtual;

/// <summary>
/// A virtual controller's way to the gateway: MQTT 5 over TCP, or over TLS where its settings ask for that, with a persistent
/// session, its own password and a will.
/// </summary>
/// <remarks>
/// It connects by itself and comes back by itself. What the broker has not acknowledged is sent again on the next
/// connection. Signs of life of the connection go by the machine's clock, as TCP does; waits between attempts go by the
/// controller's.
/// </remarks>
public sealed class MqttUplink : IUplink, IAsyncDisposable
{
    /// <summary>How long the broker keeps the session of a controller that is away.</summary>
    public const uint SessionExpirySeconds = 3600;

    /// <summary>A dead controller is seen after one and a half times this.</summary>
    private const int KeepAliveSeconds = 5;

    /// <summary>Publishes under way at once: all that may wait for the gateway's disk, and room for the answers.</summary>
    private const int PublishesInFlight = 2 * Outbox.ForTheRecord;

    /// <summary>Commands the broker may have under way to us: the inbox of the controller holds no more.</summary>
    private const int CommandsInFlight = 8;

    private const int TopicAndPropertyBytes = 1024;

    private static readonly Kind[] DownKinds = [Kind.Setpoint, Kind.Schedule, Kind.Config, Kind.Command, Kind.Image];

    /// <summary>At least half of it passes, so that a tick sees that the link was down.</summary>
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    private readonly Outbox _outbox = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly Settings _settings;
    private readonly TimeProvider _time;
    private readonly DeviceCertificates _certificates;
    private readonly MqttClientOptions _options;
    private readonly MqttClientSubscribeOptions _subscriptions;
    private readonly string[] _topics;
    private Task _running = Task.CompletedTask;
    private CancellationTokenSource _lost = new();
    private int _lastNumber;
    private int _losses;
    private volatile bool _isConnected;
    private volatile string _problem = "not connected yet";

    /// <summary>The link of the controller of these settings in this boot, with the certificates in its store; see <see cref="Start"/>.</summary>
    public MqttUplink(Settings settings, long bootId, TimeProvider time, DeviceCertificates certificates)
    {
        _settings = settings;
        _time = time;
        _certificates = certificates;
        _topics = [.. Enumerable.Range(0, Topics.KindCount).Select(kind => Topics.Of(settings.Site, settings.Controller, (Kind)kind))];
        _options = Options(bootId);
        _subscriptions = Subscriptions();
    }

    /// <inheritdoc/>
    public bool IsConnected => _isConnected;

    /// <summary>How many connections were lost.</summary>
    public int Losses => Volatile.Read(ref _losses);

    /// <summary>Why it is not connected, for a person; the last reason while it is.</summary>
    public string Problem => _problem;

    /// <summary>Connects, and hands over what arrives, from any thread.</summary>
    /// <param name="received">Takes topic and payload.</param>
    /// <param name="delivered">Takes the number of a message that the broker has acknowledged.</param>
    public void Start(Action<string, byte[]> received, Action<int> delivered)
    {
        _client.ApplicationMessageReceivedAsync += arrived =>
        {
            received(arrived.ApplicationMessage.Topic, arrived.ApplicationMessage.Payload.ToArray());
            return Task.CompletedTask;
        };
        _client.DisconnectedAsync += gone =>
        {
            if (gone.ClientWasConnected && _isConnected)
                _problem = gone.Exception?.Message ?? gone.ReasonString ?? gone.Reason.ToString();
            return Volatile.Read(ref _lost).CancelAsync();
        };
        _running = KeepConnectedAsync(delivered);
    }

    /// <inheritdoc/>
    public int Send(Kind kind, byte[] payload, int length)
    {
        if (!_isConnected)
            return 0;
        var number = Interlocked.Increment(ref _lastNumber);
        return _outbox.TryAdd(new Outgoing(number, kind, payload.AsSpan(0, length).ToArray())) ? number : 0;
    }

    /// <summary>Ends as a power cut does: without a word, so that the broker publishes the will.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _isConnected = false;
        _client.Dispose();
        _stopping.Dispose();
    }

    private async Task KeepConnectedAsync(Action<int> delivered)
    {
        var wait = FirstRetry;
        while (true)
        {
            try
            {
                await ConnectAsync().ConfigureAwait(false);
                wait = FirstRetry;
                await SendUntilLostAsync(delivered).ConfigureAwait(false);
            }
            catch (Exception failure) when (!_stopping.IsCancellationRequested)
            {
                _problem = failure.Message;
            }
            _isConnected = false;
            if (_client.IsConnected)
                await _client.DisconnectAsync(new MqttClientDisconnectOptions(), _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(wait * (0.5 + Random.Shared.NextDouble() / 2), _time, _stopping.Token).ConfigureAwait(false);
            wait = wait * 2 < LongestRetry ? wait * 2 : LongestRetry;
        }
    }

    private async Task ConnectAsync()
    {
        Volatile.Write(ref _lost, new CancellationTokenSource());
        var connected = await _client.ConnectAsync(_options, _stopping.Token).ConfigureAwait(false);
        if (connected.ResultCode != MqttClientConnectResultCode.Success)
            throw new InvalidOperationException($"the broker refused {_settings.Site}/{_settings.Controller}: {connected.ResultCode} {connected.ReasonString}");
        var refused = (await _client.SubscribeAsync(_subscriptions, _stopping.Token).ConfigureAwait(false))
            .Items.FirstOrDefault(item => item.ResultCode > MqttClientSubscribeResultCode.GrantedQoS2);
        if (refused is not null)
            throw new InvalidOperationException($"the broker refused the subscription to {refused.TopicFilter.Topic}: {refused.ResultCode}");
        _outbox.Rewind();
        _isConnected = true;
    }

    private async Task SendUntilLostAsync(Action<int> delivered)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_lost.Token, _stopping.Token);
        var lost = ended.Token;
        using var turns = new SemaphoreSlim(PublishesInFlight);
        try
        {
            while (true)
            {
                var message = await _outbox.TakeAsync(lost).ConfigureAwait(false);
                await turns.WaitAsync(lost).ConfigureAwait(false);
                _ = PublishAsync(message, delivered, turns, lost);
            }
        }
        finally
        {
            _isConnected = false;
            Interlocked.Increment(ref _losses);
            for (var turn = 0; turn < PublishesInFlight; turn++)
                await turns.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task PublishAsync(Outgoing message, Action<int> delivered, SemaphoreSlim turns, CancellationToken lost)
    {
        try
        {
            var published = await _client.PublishAsync(new MqttApplicationMessage
            {
                Topic = _topics[(int)message.Kind],
                Payload = new(message.Payload),
                QualityOfServiceLevel = message.IsAcknowledged ? MqttQualityOfServiceLevel.AtLeastOnce : MqttQualityOfServiceLevel.AtMostOnce,
                Retain = message.Kind == Kind.Hello,
            }, lost).ConfigureAwait(false);
            if (!message.IsAcknowledged)
                return;
            // Refused for good: to send it again would be refused again, and hold up the others.
            _outbox.Remove(message);
            if (published.IsSuccess)
                delivered(message.Number);
            else
                _problem = $"the broker refused {message.Kind}: {published.ReasonCode}";
        }
        catch (Exception failure)
        {
            _problem = failure.Message;
            await Volatile.Read(ref _lost).CancelAsync().ConfigureAwait(false);
        }
        finally
        {
            turns.Release();
        }
    }

    private MqttClientOptions Options(long bootId)
    {
        var will = new byte[Bounds.PayloadBytes];
        var willLength = new Hello { IsOnline = false, BootId = bootId }.Write(will);
        var address = $"{_settings.Site}/{_settings.Controller}";
        return new MqttClientOptionsBuilder()
            .WithTcpServer(_settings.BrokerHost, _settings.BrokerPort)
            .WithTlsOptions(Tls())
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId(address)
            .WithCredentials(address, new ControllerKeys(_settings.SecretBytes()).BrokerPassword)
            .WithCleanStart(false)
            .WithSessionExpiryInterval(SessionExpirySeconds)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(KeepAliveSeconds))
            .WithTimeout(AnswerTimeout)
            .WithReceiveMaximum(CommandsInFlight)
            .WithMaximumPacketSize(Bounds.DownBytes + TopicAndPropertyBytes)
            .WithWillTopic(_topics[(int)Kind.Hello])
            .WithWillPayload(will[..willLength])
            .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithWillRetain()
            .Build();
    }

    // As the device's firmware has it: TLS 1.2, the store's certificates alone, and chain, dates and host name must hold.
    private MqttClientTlsOptions Tls() => new MqttClientTlsOptionsBuilder()
        .UseTls(_settings.BrokerTls != 0)
        .WithTargetHost(_settings.BrokerHost)
        .WithSslProtocols(SslProtocols.Tls12)
        .WithClientCertificates(_certificates.Own is { } own ? [own] : [])
        .WithCertificateValidationHandler(offer =>
            (offer.SslPolicyErrors & ~SslPolicyErrors.RemoteCertificateChainErrors) == 0 && _certificates.Trust(offer.Certificate, offer.Chain))
        .Build();

    private MqttClientSubscribeOptions Subscriptions()
    {
        var subscriptions = new MqttClientSubscribeOptionsBuilder()
            .WithTopicFilter(Topics.HeartbeatOf(_settings.Site), MqttQualityOfServiceLevel.AtMostOnce);
        foreach (var kind in DownKinds)
            subscriptions.WithTopicFilter(_topics[(int)kind], MqttQualityOfServiceLevel.AtLeastOnce);
        return subscriptions.Build();
    }
}
