using System;
using System.Text;
using System.Threading;
using Fleet.Core;
using Fleet.Wire;
using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Messages;

namespace Fleet.Esp32;

/// <summary>
/// The way to the gateway over MQTT 5. One thread connects, keeps watch over the connection and connects again; each
/// connection has a client of its own, so that nothing of a dead one remains. What the gateway sends goes straight into
/// the controller's inbox. What the controller sends is handed to the client's queue, and kept here until the broker has
/// it; the tick never waits for the network.
/// <code>
/// tick ──► Send ──► Outbox ──► client ──► broker          broker ──► client ──► Received ──► controller
///                     └── until published ◄──┘
/// </code>
/// </summary>
internal sealed class MqttLink : IUplink
{
    /// <summary>The broker misses a dead controller after one and a half times this.</summary>
    public const int KeepAliveSeconds = 10;

    /// <summary>How long the broker keeps commands for a controller that is away: as long as a schedule lasts.</summary>
    private const uint SessionSeconds = Bounds.ValidSeconds;

    /// <summary>After this silence the broker is asked for a sign of life.</summary>
    private const int ProbeMs = 15000;

    /// <summary>After this silence the connection is given up. The client's own pings pause while it has something to send.</summary>
    private const int DeadMs = 30000;

    /// <summary>Bytes of QoS 0 that may be handed over between two signs of life: they pile up in the client's queue when the network stalls.</summary>
    private const int UnheardBytes = 8192;

    /// <summary>Most commands the broker may send before they are acknowledged.</summary>
    private const ushort ReceiveMaximum = 8;

    /// <summary>Longest packet the broker may send: a payload with its topic and properties.</summary>
    private const uint PacketBytes = Bounds.PayloadBytes + 512;

    /// <summary>Most packets in the client's queue, both directions together.</summary>
    private const int QueuedPackets = 64;

    private readonly Settings _settings;
    private readonly Clock _clock;
    private readonly Network _network;
    private readonly string _name;
    private readonly string _password;
    private readonly string _will;
    private readonly string[] _upTopics = new string[(int)Kind.Event + 1];
    private readonly string[] _downTopics;
    private readonly Random _random = new Random();
    private readonly AutoResetEvent _changed = new AutoResetEvent(false);
    private readonly object _gate = new object();
    private readonly Outbox _outbox = new Outbox();
    private Controller _controller;
    private AutoResetEvent _arrived;
    private MqttClient _client;
    private bool _isLost;
    private bool _isLossSeen;
    private bool _hasProbed;
    private long _heardMs;
    private int _unheardBytes;
    private int _number;

    public MqttLink(Settings settings, string brokerPassword, long bootId, Clock clock, Network network)
    {
        _settings = settings;
        _clock = clock;
        _network = network;
        _name = settings.Site + "/" + settings.Controller;
        _password = brokerPassword;
        _will = WillOf(bootId);
        for (int i = 0; i < _upTopics.Length; i++)
            _upTopics[i] = Topics.Of(settings.Site, settings.Controller, (Kind)i);
        _downTopics = new string[]
        {
            Topics.HeartbeatOf(settings.Site),
            Topics.Of(settings.Site, settings.Controller, Kind.Setpoint),
            Topics.Of(settings.Site, settings.Controller, Kind.Schedule),
            Topics.Of(settings.Site, settings.Controller, Kind.Config),
            Topics.Of(settings.Site, settings.Controller, Kind.Command),
        };
    }

    public bool IsConnected
    {
        get
        {
            lock (_gate)
            {
                bool isUp = _client != null && !_isLost;
                _isLossSeen |= !isUp;
                return isUp;
            }
        }
    }

    /// <summary>Begins. What arrives goes to the controller, and the event is set when a setpoint waits.</summary>
    public void Start(Controller controller, AutoResetEvent arrived)
    {
        _controller = controller;
        _arrived = arrived;
        new Thread(Run).Start();
    }

    public int Send(Kind kind, byte[] payload, int length)
    {
        try
        {
            lock (_gate)
                return _client == null || _isLost ? 0 : SendNow(kind, payload, length);
        }
        catch (Exception failure)
        {
            Log.Failure("MQTT send", failure);
            Lose(null);
            return 0;
        }
    }

    private int SendNow(Kind kind, byte[] payload, int length)
    {
        bool isKept = kind != Kind.Telemetry;
        if (isKept ? !_outbox.HasRoom(length) : _unheardBytes + length > UnheardBytes)
            return 0;
        _number = _number == int.MaxValue ? 1 : _number + 1;
        // A message that could not be written will not be another time: it counts as sent.
        if (length <= 0)
            return _number;
        byte[] copy = new byte[length];
        Array.Copy(payload, copy, length);
        if (!isKept)
        {
            _unheardBytes += length;
            Publish(kind, copy);
            return _number;
        }
        if (kind == Kind.Hello)
            _outbox.RemoveAll(Kind.Hello);
        _outbox.Add(_number, Publish(kind, copy), kind, copy);
        return _number;
    }

    private int Publish(Kind kind, byte[] payload)
    {
        MqttQoSLevel level = kind == Kind.Telemetry ? MqttQoSLevel.AtMostOnce : MqttQoSLevel.AtLeastOnce;
        return _client.Publish(_upTopics[(int)kind], payload, null, null, level, kind == Kind.Hello);
    }

    private void Run()
    {
        Backoff backoff = new Backoff(_random);
        while (true)
        {
            MqttClient client = null;
            try
            {
                _network.Look();
                client = NewClient();
                if (TryConnect(client))
                {
                    backoff.Reset();
                    Serve(client);
                }
            }
            catch (Exception failure)
            {
                Log.Failure("MQTT " + _settings.BrokerHost + ":" + _settings.BrokerPort.ToString(), failure);
            }
            Drop(client);
            // The controller says hello again only when it has seen the loss.
            while (!IsLossSeen())
                Thread.Sleep(Backoff.FirstMs);
            Thread.Sleep(backoff.NextMs());
        }
    }

    private MqttClient NewClient()
    {
        MqttClient client = new MqttClient(_settings.BrokerHost, _settings.BrokerPort, false, null, null, MqttSslProtocols.None);
        client.ProtocolVersion = MqttProtocolVersion.Version_5;
        client.SessionExpiryInterval = SessionSeconds;
        client.ReceiveMaximum = ReceiveMaximum;
        client.MaximumPacketSize = PacketBytes;
        client.Settings.InflightQueueSize = QueuedPackets;
        client.MqttMsgPublishReceived += Received;
        client.MqttMsgPublished += Published;
        client.MqttMsgSubscribed += Subscribed;
        client.ConnectionClosed += Closed;
        return client;
    }

    private bool TryConnect(MqttClient client)
    {
        MqttReasonCode code = client.Connect(
            _name, _name, _password, true, MqttQoSLevel.AtLeastOnce, true, _upTopics[(int)Kind.Hello], _will, false, KeepAliveSeconds);
        if (code == MqttReasonCode.Success)
        {
            Subscribe(client);
            return true;
        }
        bool isUnknown = code == MqttReasonCode.BadUserNameOrPassword || code == MqttReasonCode.NotAuthorized;
        Log.Line("MQTT: the broker refuses " + _name + ", reason " + ((int)code).ToString()
            + (isUnknown ? ": is it commissioned there with this secret?" : ""));
        return false;
    }

    private void Subscribe(MqttClient client)
    {
        MqttQoSLevel[] levels = new MqttQoSLevel[_downTopics.Length];
        for (int i = 0; i < levels.Length; i++)
            levels[i] = i == 0 ? MqttQoSLevel.AtMostOnce : MqttQoSLevel.AtLeastOnce;
        client.Subscribe(_downTopics, levels);
    }

    /// <summary>Lets the controller use the connection, and keeps watch over it until it is lost.</summary>
    private void Serve(MqttClient client)
    {
        lock (_gate)
        {
            _client = client;
            _isLost = false;
            _isLossSeen = false;
            NoteHeard();
            for (int i = 0; i < _outbox.Count; i++)
                _outbox.SetId(i, Publish(_outbox.KindAt(i), _outbox.PayloadAt(i)));
        }
        Log.Line("MQTT: connected as " + _name);
        while (true)
        {
            _changed.WaitOne(1000, false);
            lock (_gate)
            {
                long silentMs = _clock.NowMs - _heardMs;
                if (_isLost || !client.IsConnected || silentMs >= DeadMs)
                    break;
                if (silentMs >= ProbeMs && !_hasProbed)
                {
                    // Asking for the same topics again changes nothing and must be answered.
                    _hasProbed = true;
                    Subscribe(client);
                }
            }
        }
        Log.Line("MQTT: connection lost");
    }

    private void Drop(MqttClient client)
    {
        lock (_gate)
        {
            _client = null;
            _outbox.ForgetIds();
            _outbox.RemoveAll(Kind.Hello);
            _outbox.RemoveAll(Kind.Energy);
        }
        try
        {
            if (client != null)
                client.Close();
        }
        catch (Exception failure)
        {
            Log.Failure("MQTT close", failure);
        }
    }

    private bool IsLossSeen()
    {
        lock (_gate)
            return _isLossSeen;
    }

    private void Received(object sender, MqttMsgPublishEventArgs e)
    {
        try
        {
            _controller.Receive(e.Topic, e.Message, e.Message == null ? 0 : e.Message.Length);
            lock (_gate)
                NoteHeard();
            if (_controller.WantsTick)
                _arrived.Set();
        }
        catch (Exception failure)
        {
            Log.Failure("MQTT receive", failure);
        }
    }

    private void Published(object sender, MqttMsgPublishedEventArgs e)
    {
        try
        {
            int number = 0;
            lock (_gate)
            {
                if (sender != _client || !_outbox.TryFind(e.MessageId, out int index))
                    return;
                if (e.IsPublished)
                {
                    NoteHeard();
                    number = _outbox.NumberAt(index);
                    _outbox.Remove(index);
                }
                else
                    _outbox.SetId(index, Publish(_outbox.KindAt(index), _outbox.PayloadAt(index)));
            }
            if (number != 0)
                _controller.Delivered(number);
        }
        catch (Exception failure)
        {
            Log.Failure("MQTT publish", failure);
            Lose(sender);
        }
    }

    private void Subscribed(object sender, MqttMsgSubscribedEventArgs e)
    {
        lock (_gate)
            NoteHeard();
    }

    private void Closed(object sender, EventArgs e)
    {
        Lose(sender);
    }

    /// <summary>Gives up this connection, or whichever is in use; an older one's end is no news.</summary>
    private void Lose(object client)
    {
        lock (_gate)
        {
            if (client == null || client == _client)
                _isLost = true;
        }
        _changed.Set();
    }

    private void NoteHeard()
    {
        _heardMs = _clock.NowMs;
        _unheardBytes = 0;
        _hasProbed = false;
    }

    private static string WillOf(long bootId)
    {
        byte[] buffer = new byte[Bounds.TopicLength];
        int length = new Hello { IsOnline = false, BootId = bootId }.Write(buffer);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
