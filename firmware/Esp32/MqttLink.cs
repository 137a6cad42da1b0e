using System;
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
    /// <summary>After this silence the broker is asked for a sign of life.</summary>
    private const int ProbeMs = 15000;

    /// <summary>After this silence the connection is given up. The client's own pings pause while it has something to send.</summary>
    private const int DeadMs = 30000;

    /// <summary>Bytes of QoS 0 that may be handed over between two signs of life: they pile up in the client's queue when the network stalls.</summary>
    private const int UnheardBytes = 2048;

    private readonly BrokerLogin _login;
    private readonly Clock _clock;
    private readonly Network _network;
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

    public MqttLink(BrokerLogin login, Clock clock, Network network)
    {
        _login = login;
        _clock = clock;
        _network = network;
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
        if (isKept ? !_outbox.HasRoom(kind, length) : _unheardBytes + length > UnheardBytes)
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
        return _client.Publish(_login.TopicOf(kind), payload, null, null, level, kind == Kind.Hello);
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
                client = _login.NewClient();
                Listen(client);
                if (_login.TryConnect(client))
                {
                    backoff.Reset();
                    Serve(client);
                }
            }
            catch (Exception failure)
            {
                Log.Failure("MQTT: " + _login.Place, failure);
            }
            Drop(client);
            // The controller says hello again only when it has seen the loss.
            while (!IsLossSeen())
                Thread.Sleep(Backoff.FirstMs);
            Thread.Sleep(backoff.NextMs());
        }
    }

    private void Listen(MqttClient client)
    {
        client.MqttMsgPublishReceived += Received;
        client.MqttMsgPublished += Published;
        client.MqttMsgSubscribed += Subscribed;
        client.ConnectionClosed += Closed;
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
        Log.Line("MQTT: connected to " + _login.Place + " as " + _login.Name);
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
                    _hasProbed = true;
                    _login.Subscribe(client);
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
}
