using System;
using System.Threading;
using Fleet.Core;
using Fleet.Wire;
using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Messages;

namespace Fleet.Esp32;

/// <summary>
/// The way to the gateway over MQTT 5. The tick keeps watch over the connection; a thread connects, and then ends.
/// Each connection has a client of its own, so that nothing of a dead one remains. What the gateway sends goes straight
/// into the controller's inbox. What the controller sends is handed to the client's queue, and kept here until the broker
/// has it; the tick never waits for the network.
/// <code>
/// tick ──► Send ──► Outbox ──► client ──► broker          broker ──► client ──► Received ──► controller
///                     └── until published ◄──┘
/// tick ──► Watch ── lost, silent or not yet begun ──► thread: close it, or connect
/// </code>
/// </summary>
internal sealed class MqttLink : IUplink
{
    /// <summary>A connection that stood so long was a good one: when it is lost, the next is not put off for long.</summary>
    private const int SteadyMs = 30000;

    private readonly BrokerLogin _login;
    private readonly Clock _clock;
    private readonly Network _network;
    private readonly Backoff _backoff = new Backoff(new Random());
    private readonly object _gate = new object();
    private readonly Outbox _outbox = new Outbox();
    private readonly Silence _silence = new Silence();
    private Controller _controller;
    private AutoResetEvent _arrived;
    private MqttClient _client;
    private Thread _mender;
    private bool _isLost;
    private bool _isLossSeen;
    private int _questionId;
    private long _dueMs;
    private long _steadyMs;
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

    /// <summary>What arrives goes to the controller, and the event is set when a setpoint waits. Before the first watch.</summary>
    public void Bind(Controller controller, AutoResetEvent arrived)
    {
        _controller = controller;
        _arrived = arrived;
    }

    /// <summary>
    /// Whether there is a connection; called at every tick. Asks a silent broker for a sign of life. A lost connection is
    /// closed and later replaced, each in a thread of its own, which may take as long as the network makes it. Throws when
    /// there is no memory for a thread: the next call tries again.
    /// </summary>
    public bool Watch(long nowMs)
    {
        lock (_gate)
        {
            if (_mender != null && _mender.IsAlive)
                return false;
            _mender = null;
            if (_client != null && IsAlive(nowMs))
                return true;
            _isLost = true;
            // The controller says hello again only when it has seen the loss.
            if (_client == null && (nowMs < _dueMs || !_isLossSeen))
                return false;
            _dueMs = nowMs + _backoff.NextMs();
            Thread mender = new Thread(Mend);
            mender.Start();
            _mender = mender;
            return false;
        }
    }

    private bool IsAlive(long nowMs)
    {
        if (_isLost || !_client.IsConnected || _silence.IsDeath(nowMs))
        {
            Log.Line("MQTT: connection lost");
            return false;
        }
        if (nowMs >= _steadyMs)
            _backoff.Reset();
        if (_silence.WantsProbe(nowMs))
            _login.Subscribe(_client);
        return true;
    }

    public int Send(Kind kind, byte[] payload, int length)
    {
        try
        {
            lock (_gate)
                return _client == null || _isLost ? 0 : SendNow(kind, payload, length);
        }
        catch (OutOfMemoryException)
        {
            // Telemetry is left out, and what must arrive comes again: no reason to give the connection up.
            return 0;
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
        if (length > 0 && !(isKept ? _outbox.HasRoom(kind, length) : _silence.TryAdd(length)))
            return 0;
        _number = _number == int.MaxValue ? 1 : _number + 1;
        // A message that could not be written will not be another time: it counts as sent.
        if (length <= 0)
            return _number;
        byte[] copy = new byte[length];
        Array.Copy(payload, copy, length);
        if (!isKept)
        {
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

    /// <summary>Closes what is lost, or else connects once.</summary>
    private void Mend()
    {
        try
        {
            if (_client != null)
                Drop();
            else
                Connect();
        }
        catch (Exception failure)
        {
            _login.Explain(failure);
        }
    }

    private void Connect()
    {
        _network.Look();
        if (!_login.MayConnect())
            return;
        MqttClient client = _login.NewClient();
        bool isUp = false;
        try
        {
            client.MqttMsgPublishReceived += Received;
            client.MqttMsgPublished += Published;
            client.MqttMsgSubscribed += Subscribed;
            client.ConnectionClosed += Closed;
            isUp = _login.TryConnect(client);
            if (isUp)
                Adopt(client);
        }
        finally
        {
            if (!isUp)
                client.Close();
        }
    }

    /// <summary>Lets the controller use the connection.</summary>
    private void Adopt(MqttClient client)
    {
        lock (_gate)
        {
            _client = client;
            _isLost = false;
            _isLossSeen = false;
            _steadyMs = _clock.NowMs + SteadyMs;
            _silence.End(_clock.NowMs);
            for (int i = 0; i < _outbox.Count; i++)
                _outbox.SetId(i, Publish(_outbox.KindAt(i), _outbox.PayloadAt(i)));
        }
        Log.Line("MQTT: connected to " + _login.Place + " as " + _login.Name);
    }

    private void Drop()
    {
        MqttClient client = _client;
        lock (_gate)
        {
            _client = null;
            _outbox.ForgetIds();
            _outbox.RemoveAll(Kind.Hello);
            _outbox.RemoveAll(Kind.Energy);
        }
        client.Close();
    }

    private void Received(object sender, MqttMsgPublishEventArgs e)
    {
        try
        {
            _controller.Receive(e.Topic, e.Message, e.Message == null ? 0 : e.Message.Length);
            lock (_gate)
                _silence.End(_clock.NowMs);
            if (_controller.WantsTick)
                _arrived.Set();
        }
        catch (Exception failure)
        {
            Log.Failure("MQTT receive", failure);
        }
    }

    /// <summary>
    /// The broker has a message, or the client gives it up: it has sent it three times and read no acknowledgement. It
    /// cannot read one of three bytes, as brokers send it when nobody subscribes: id and reason without properties. So the
    /// broker is asked something that it answers readably; it has then taken what was sent before.
    /// </summary>
    private void Published(object sender, MqttMsgPublishedEventArgs e)
    {
        try
        {
            lock (_gate)
            {
                if (sender != _client || !_outbox.TryFind(e.MessageId, out int index))
                    return;
                if (!e.IsPublished)
                {
                    _outbox.SetId(index, Outbox.Unread);
                    _questionId = _login.Subscribe(_client);
                    return;
                }
                _silence.End(_clock.NowMs);
                _controller.Delivered(_outbox.Take(index));
            }
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
        {
            _silence.End(_clock.NowMs);
            if (sender != _client || e.MessageId != _questionId)
                return;
            while (_outbox.TryFind(Outbox.Unread, out int index))
                _controller.Delivered(_outbox.Take(index));
        }
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
    }
}
