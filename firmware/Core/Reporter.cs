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

    private readonly Settings _settings;
    private readonly IUplink _uplink;
    private readonly UtcClock _clock;
    private readonly byte[] _buffer;
    private readonly HelloWatch _hello;
    private readonly AckQueue _acks;
    private readonly EventQueue _events;
    private readonly EnergyLog _log;
    private readonly Telemetry _telemetry;
    private readonly EnergyRecord _record;
    private bool _wasConnected;
    private bool _owesHello;
    private bool _hasSentTelemetry;
    private long _telemetryMs;

    /// <summary>Takes the link, what waits for it, and the buffer to write in.</summary>
    public Reporter(
        Settings settings, IUplink uplink, UtcClock clock, byte[] buffer, HelloWatch hello, AckQueue acks, EventQueue events, EnergyLog log)
    {
        _clock = clock;
        _settings = settings;
        _uplink = uplink;
        _buffer = buffer;
        _hello = hello;
        _acks = acks;
        _events = events;
        _log = log;
        int loads = settings.LoadList.Length;
        _telemetry = new Telemetry(loads, loads) { BootId = hello.Hello.BootId, Codec = hello.Hello.Codec };
        _record = new EnergyRecord { BootId = hello.Hello.BootId, Codec = hello.Hello.Codec };
    }

    /// <summary>The telemetry of this tick, filled by the controller before <see cref="Send"/>.</summary>
    public Telemetry Telemetry
    {
        get { return _telemetry; }
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

    /// <summary>Sends what is due and fits.</summary>
    public void Send(long nowMs, LoadPicture[] loads)
    {
        _owesHello |= _hello.Update(loads);
        bool isConnected = _uplink.IsConnected;
        if (isConnected && !_wasConnected)
        {
            _owesHello = true;
            _log.ForgetWay();
        }
        _wasConnected = isConnected;
        if (!isConnected)
            return;
        if (_owesHello)
            _owesHello = !TrySend(Kind.Hello, _hello.Hello.Write(_buffer));
        SendAcks();
        SendTelemetry(nowMs);
        SendEvents(nowMs);
        SendRecords(nowMs);
    }

    private void SendAcks()
    {
        for (int i = 0; i < AcksATick && _acks.Count > 0; i++)
        {
            if (!TrySend(Kind.Ack, _acks.First.Write(_buffer)))
                return;
            _acks.Remove();
        }
    }

    private void SendTelemetry(long nowMs)
    {
        if (!IsTelemetryDue(nowMs))
            return;
        _telemetry.Sequence++;
        _hasSentTelemetry = TrySend(Kind.Telemetry, _telemetry.Write(_buffer));
        _telemetryMs = nowMs;
    }

    private void SendEvents(long nowMs)
    {
        for (int i = 0; i < EventsATick && _events.Count > 0; i++)
        {
            if (!TrySend(Kind.Event, _events.First(nowMs, _clock).Write(_buffer)))
                return;
            _events.Remove();
        }
    }

    private void SendRecords(long nowMs)
    {
        for (int i = 0; i < RecordsATick && _log.TryNext(nowMs, _record); i++)
        {
            int number = _uplink.Send(Kind.Energy, _buffer, _record.Write(_buffer));
            if (number == 0)
                return;
            _log.NoteSent(_record.Sequence, number, nowMs);
        }
    }

    private bool TrySend(Kind kind, int length)
    {
        return _uplink.Send(kind, _buffer, length) != 0;
    }
}
