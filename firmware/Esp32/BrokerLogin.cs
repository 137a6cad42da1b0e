using System;
using System.Text;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Wire;
using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Messages;

namespace Fleet.Esp32;

/// <summary>
/// How this controller presents itself to the broker: its name, password, will and topics. The session is persistent, so
/// that commands wait for a controller that is away until they expire.
/// </summary>
internal sealed class BrokerLogin
{
    /// <summary>The broker misses a dead controller after one and a half times this.</summary>
    public const int KeepAliveSeconds = 10;

    /// <summary>How long the broker keeps the session of a controller that is away: as long as a schedule lasts.</summary>
    private const uint SessionSeconds = Bounds.ValidSeconds;

    /// <summary>Most commands the broker may send before they are acknowledged: each is in the heap until it is taken.</summary>
    private const ushort ReceiveMaximum = 4;

    /// <summary>Longest packet the broker may send: a payload with its topic and properties.</summary>
    private const uint PacketBytes = Bounds.DownBytes + 512;

    /// <summary>Most packets in the client's queue, both directions together.</summary>
    private const int QueuedPackets = 32;

    private readonly string _host;
    private readonly int _port;
    private readonly bool _isTls;
    private readonly string _password;
    private readonly string _will;
    private readonly string[] _upTopics = new string[(int)Kind.Event + 1];
    private readonly string _site;
    private readonly string _controller;

    public BrokerLogin(Settings settings, string password, long bootId)
    {
        _host = settings.BrokerHost;
        _port = settings.BrokerPort;
        _isTls = settings.BrokerTls != 0;
        Name = settings.Site + "/" + settings.Controller;
        _password = password;
        _will = WillOf(bootId);
        for (int i = 0; i < _upTopics.Length; i++)
            _upTopics[i] = Topics.Of(settings.Site, settings.Controller, (Kind)i);
        _site = settings.Site;
        _controller = settings.Controller;
    }

    /// <summary>Client id and user name.</summary>
    public readonly string Name;

    /// <summary>Where the broker is, for a message.</summary>
    public string Place
    {
        get { return _host + ":" + _port.ToString() + (_isTls ? " by TLS" : ""); }
    }

    /// <summary>The topic of a kind that goes up.</summary>
    public string TopicOf(Kind kind)
    {
        return _upTopics[(int)kind];
    }

    /// <summary>
    /// Whether a connection may be begun. By TLS only once the clock is set, by which certificates are judged, and with a
    /// server that answers a greeting. When not, the log says why; nothing else is ever tried in its place.
    /// </summary>
    public bool MayConnect()
    {
        if (!_isTls)
            return true;
        string problem = "is put off until a time server has set the clock, by which certificates are judged";
        if (DateTime.UtcNow.Year >= TimeServer.EarliestYear)
        {
            TlsAnswer answer = TlsKnock.At(new SocketDialer(), _host, _port);
            if (answer == TlsAnswer.Tls)
                return true;
            problem = answer == TlsAnswer.None ? "is not answered" : "is not spoken there";
        }
        Log.Line("MQTT: " + Place + " " + problem);
        return false;
    }

    /// <summary>Says why no connection came about.</summary>
    public void Explain(Exception failure)
    {
        Log.Failure("MQTT: " + Place, failure.InnerException ?? failure);
        if (_isTls)
            Log.Line("MQTT: does the device's store hold the broker's CA, and this device's certificate with its key? "
                + "Is the broker's certificate in date, and made out to " + _host + "?");
    }

    /// <summary>
    /// A client for one connection; it looks up the broker's name. Throws when that fails. By TLS, no certificates given are
    /// those of the device's store (nanoframework/nanoFramework.m2mqtt, M2Mqtt/Net/MqttNetworkChannel.cs), and the firmware
    /// refuses a server whose chain, dates or host name do not hold.
    /// </summary>
    public MqttClient NewClient()
    {
        MqttSslProtocols version = _isTls ? MqttSslProtocols.TLSv1_2 : MqttSslProtocols.None;
        MqttClient client = new MqttClient(_host, _port, _isTls, null, null, version);
        client.Settings.ValidateServerCertificate = true;
        client.ProtocolVersion = MqttProtocolVersion.Version_5;
        client.SessionExpiryInterval = SessionSeconds;
        client.ReceiveMaximum = ReceiveMaximum;
        client.MaximumPacketSize = PacketBytes;
        client.Settings.InflightQueueSize = QueuedPackets;
        return client;
    }

    /// <summary>Connects and asks for its topics; false, with a line in the log, when the broker refuses. Throws when it cannot be reached.</summary>
    public bool TryConnect(MqttClient client)
    {
        MqttReasonCode code = client.Connect(
            Name, Name, _password, true, MqttQoSLevel.AtLeastOnce, true, TopicOf(Kind.Hello), _will, false, KeepAliveSeconds);
        if (code == MqttReasonCode.Success)
        {
            Subscribe(client);
            return true;
        }
        bool isUnknown = code == MqttReasonCode.BadUserNameOrPassword || code == MqttReasonCode.NotAuthorized;
        Log.Line("MQTT: " + Place + " refuses " + Name + ", reason " + ((int)code).ToString()
            + (isUnknown ? ": is it commissioned there with this secret?" : ""));
        return false;
    }

    /// <summary>Asks for its topics, under the id it answers; asking again changes nothing and is answered all the same.</summary>
    public int Subscribe(MqttClient client)
    {
        string[] topics = new string[Topics.KindCount - (int)Kind.Heartbeat];
        MqttQoSLevel[] levels = new MqttQoSLevel[topics.Length];
        for (int i = 0; i < topics.Length; i++)
        {
            Kind kind = (Kind)((int)Kind.Heartbeat + i);
            topics[i] = kind == Kind.Heartbeat ? Topics.HeartbeatOf(_site) : Topics.Of(_site, _controller, kind);
            levels[i] = kind == Kind.Heartbeat ? MqttQoSLevel.AtMostOnce : MqttQoSLevel.AtLeastOnce;
        }
        return client.Subscribe(topics, levels);
    }

    private static string WillOf(long bootId)
    {
        byte[] buffer = new byte[Bounds.TopicLength];
        int length = new Hello { IsOnline = false, BootId = bootId }.Write(buffer);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
