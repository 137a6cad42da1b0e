using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// Sends what the gateway is to know, in this order, each tick while the link is up:
/// <code>
/// hello       once a connection, and when it has changed
/// answers     at most AcksATick
/// telemetry   every telemetrySeconds, and at once when the state has changed
/// events      at most EventsATick
/// energy      at most RecordsATick, oldest first
/// </code>
/// so that a day of stored records never holds up an answer. What the link does not take waits for the next tick.
/// </summary>
public sealed class Reporter
{
    /// <summary>Most answers a tick.</summary>
    public const int AcksATick = 8;

    /// <summary>Most events a tick.</summary>
    public const int EventsATick = 4;

    /// <summary>Most energy records a tick: a day of them leaves within three minutes.</summary>
    public const int RecordsATick = 2;

    /// <summary>What all but the longest messages fit; the buffer grows by as much when one does not, up to what the longest hello takes.</summary>
    private const int LeastBytes = 384;

    private readonly Settings _settings;
    private readonly IUplink _uplink;
    private readonly UtcClock _clock;
    private readonly AckQueue _acks;
    private readonly EventQueue _events;
    private readonly EnergyLog _log;
    private readonly Telemetry _telemetry;
    private readonly EnergyRecord _record;
    private readonly int _mostBytes;
    private uint _helloHash;
    private byte[] _buffer = new byte[LeastBytes];
    private bool _hasBootReason;
    private BootReason _bootReason;
    private bool _wasConnected;
    private bool _owesHello;
    private bool _hasSentTelemetry;
    private long _telemetryMs;

    /// <summary>Takes the link and what waits for it; the telemetry is filled before <see cref="Send"/>.</summary>
    public Reporter(
        Settings settings, IUplink uplink, UtcClock clock, Telemetry telemetry, AckQueue acks, EventQueue events, EnergyLog log)
    {
        _clock = clock;
        _settings = settings;
        _uplink = uplink;
        _acks = acks;
        _events = events;
        _log = log;
        int loads = settings.LoadList.Length;
        int helloBytes = Bounds.HelloBytes + loads * Bounds.HelloLoadBytes;
        _mostBytes = helloBytes > Bounds.DownBytes ? helloBytes : Bounds.DownBytes;
        _telemetry = telemetry;
        _record = new EnergyRecord();
    }

    /// <summary>The version that the hello tells.</summary>
    public string Firmware { get; init; }

    /// <summary>What the hello tells of why this run began.</summary>
    public void NoteReboot(BootReason reason)
    {
        _hasBootReason = true;
        _bootReason = reason;
    }

    /// <summary>Asks for telemetry at once: something has changed that a person may be watching.</summary>
    public void Hurry()
    {
        _hasSentTelemetry = false;
    }

    /// <summary>Whether telemetry is due, so that it is worth filling.</summary>
    public bool IsTelemetryDue(long nowMs)
    {
        return _uplink.IsConnected && (!_hasSentTelemetry || nowMs - _telemetryMs >= _settings.TelemetrySeconds * 1000);
    }

    /// <summary>Sends what is due and fits; vitals are null where the host tells none.</summary>
    public void Send(long nowMs, LoadPicture[] loads, IVitals vitals)
    {
        bool isConnected = _uplink.IsConnected;
        if (isConnected && !_wasConnected)
        {
            _owesHello = true;
            _log.ForgetWay();
        }
        _wasConnected = isConnected;
        if (!isConnected)
            return;
        SendHello(loads);
        SendAcks();
        SendTelemetry(nowMs, vitals);
        SendEvents(nowMs);
        SendRecords(nowMs);
    }

    private void SendHello(LoadPicture[] loads)
    {
        uint hash = HelloForm.HashOf(_settings, loads);
        _owesHello |= hash != _helloHash;
        _helloHash = hash;
        if (!_owesHello)
            return;
        Hello hello = HelloForm.New(_settings, loads, _telemetry.BootId, Firmware);
        hello.HasBootReason = _hasBootReason;
        hello.BootReason = _bootReason;
        _owesHello = Send(Kind.Hello, hello) == 0;
    }

    private void SendAcks()
    {
        for (int i = 0; i < AcksATick && _acks.Count > 0; i++)
        {
            if (Send(Kind.Ack, _acks.First) == 0)
                return;
            _acks.Remove();
        }
    }

    private void SendTelemetry(long nowMs, IVitals vitals)
    {
        if (!IsTelemetryDue(nowMs))
            return;
        if (vitals != null)
            vitals.Fill(_telemetry.Vitals);
        _telemetry.Sequence++;
        _hasSentTelemetry = Send(Kind.Telemetry, _telemetry) != 0;
        _telemetryMs = nowMs;
    }

    private void SendEvents(long nowMs)
    {
        for (int i = 0; i < EventsATick && _events.Count > 0; i++)
        {
            if (Send(Kind.Event, _events.First(nowMs, _clock)) == 0)
                return;
            _events.Remove();
        }
    }

    private void SendRecords(long nowMs)
    {
        for (int i = 0; i < RecordsATick && _log.TryNext(nowMs, _record); i++)
        {
            int number = Send(Kind.Energy, _record);
            if (number == 0)
                return;
            _log.NoteSent(number, nowMs);
        }
    }

    private int Send(Kind kind, Message message)
    {
        message.Codec = _telemetry.Codec;
        int length = message.Write(_buffer, out _);
        while (length == 0 && _buffer.Length < _mostBytes)
        {
            _buffer = new byte[_buffer.Length + LeastBytes];
            length = message.Write(_buffer, out _);
        }
        return _uplink.Send(kind, _buffer, length);
    }
}
