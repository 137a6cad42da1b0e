using System.Text;
using Fleet.Core;
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
    private readonly string _password;
    private readonly string _will;
    private readonly string[] _upTopics = new string[(int)Kind.Event + 1];
    private readonly string _site;
    private readonly string _controller;

    public BrokerLogin(Settings settings, string password, long bootId)
    {
        _host = settings.BrokerHost;
        _port = settings.BrokerPort;
        Name = settings.Site + "/" + settings.Controller;
        _password = password;
        _will = WillOf(bootId);
        for (int i = 0; i < _upTopics.Length; i++)
            _upTopics[i] = Topics.Of(settings.Site, settings.Controller, (Kind)i);
        _site = settings.Site;
        _controller = settings.Controller;
    }

    /// <summary>Client id and user name.</summary>
    public string Name { get; }

    /// <summary>Where the broker is, for a message.</summary>
    public string Place
    {
        get { return _host + ":" + _port.ToString(); }
    }

    /// <summary>The topic of a kind that goes up.</summary>
    public string TopicOf(Kind kind)
    {
        return _upTopics[(int)kind];
    }

    /// <summary>A client for one connection; it looks up the broker's name. Throws when that fails.</summary>
    public MqttClient NewClient()
    {
        MqttClient client = new MqttClient(_host, _port, false, null, null, MqttSslProtocols.None);
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
