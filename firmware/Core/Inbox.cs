using System;
using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// Where everything from other threads waits for the tick; the only place of the core that is safe to use from any.
/// Messages keep their order of arrival. What is full drops the newest and counts it, with two exceptions, because a
/// flood must not keep a controller from hearing what matters most: the newest heartbeat has a place of its own, and so
/// has the newest setpoint once the queue is full (an older one there is replaced: it would be superseded anyway).
/// <code>
/// queue      [ schedule ][ setpoint ][ config ]……   drained whole by every tick
/// heartbeat  [ newest, at the place of the first ]
/// setpoint   [ newest of those that found the queue full ]
/// </code>
/// </summary>
public sealed class Inbox
{
    /// <summary>Bytes of waiting messages: the longest schedule, or one of a day with a setpoint and a command.</summary>
    public const int QueueBytes = Bounds.DownBytes;

    /// <summary>Most waiting messages: what the broker sends before the first is acknowledged.</summary>
    public const int Messages = 8;

    /// <summary>Longest setpoint that has a place of its own: every field at its longest, in ASCII.</summary>
    public const int SetpointBytes = 560;

    /// <summary>Longest heartbeat; an honest one has under a hundred bytes.</summary>
    public const int HeartbeatBytes = 128;

    /// <summary>Most waiting delivery numbers: above what can be under way at once.</summary>
    public const int Deliveries = 24;

    private readonly object _gate = new object();
    private readonly byte[][] _queue = new byte[Messages][];
    private readonly Kind[] _kinds = new Kind[Messages];
    private readonly int[] _lengths = new int[Messages];
    private readonly int[] _arrivals = new int[Messages];
    private readonly byte[] _heartbeat = new byte[HeartbeatBytes];
    private byte[] _setpoint;
    private readonly int[] _deliveries = new int[Deliveries];
    private int _count;
    private int _taken;
    private int _usedBytes;
    private int _arrival;
    private int _heartbeatLength;
    private int _heartbeatArrival;
    private int _setpointLength;
    private int _deliveryCount;
    private bool _setpointWaits;
    private bool _utcWaits;
    private long _utcAtMs;
    private long _utcMs;
    private bool _resetWaits;
    private int _drops;

    /// <summary>How many messages were dropped since boot.</summary>
    public int Drops
    {
        get
        {
            lock (_gate)
                return _drops;
        }
    }

    /// <summary>Whether a setpoint waits.</summary>
    public bool SetpointWaits
    {
        get
        {
            lock (_gate)
                return _setpointWaits;
        }
    }

    /// <summary>Takes a copy of a message.</summary>
    public void Offer(Kind kind, byte[] payload, int length)
    {
        lock (_gate)
        {
            if (kind == Kind.Heartbeat)
                OfferHeartbeat(payload, length);
            else if (_setpointLength == 0 && _count < Messages && _usedBytes + length <= QueueBytes)
                Enqueue(kind, payload, length);
            else if (kind == Kind.Setpoint && length <= SetpointBytes)
            {
                _drops += _setpointLength == 0 ? 0 : 1;
                _setpoint = Copy(payload, length);
                _setpointLength = length;
            }
            else
                _drops++;
            _setpointWaits |= kind == Kind.Setpoint;
        }
    }

    /// <summary>Counts a message that cannot be taken at all.</summary>
    public void Drop()
    {
        lock (_gate)
            _drops++;
    }

    /// <summary>Hands over the next message in order of arrival, copied into a buffer of <see cref="Bounds.DownBytes"/>; false when none waits.</summary>
    public bool TryTake(byte[] into, out Kind kind, out int length)
    {
        lock (_gate)
        {
            bool queued = _taken < _count;
            if (_heartbeatLength > 0 && (!queued || _heartbeatArrival < _arrivals[_taken]))
            {
                kind = Kind.Heartbeat;
                length = _heartbeatLength;
                Array.Copy(_heartbeat, into, length);
                _heartbeatLength = 0;
                return true;
            }
            if (queued)
            {
                kind = _kinds[_taken];
                length = _lengths[_taken];
                Array.Copy(_queue[_taken], into, length);
                _queue[_taken++] = null;
                return true;
            }
            kind = Kind.Setpoint;
            length = _setpointLength;
            if (length > 0)
                Array.Copy(_setpoint, into, length);
            Clear();
            return length > 0;
        }
    }

    /// <summary>Takes the number of a message that has arrived; when full it is lost, and the message is sent again.</summary>
    public void OfferDelivery(int number)
    {
        lock (_gate)
        {
            if (_deliveryCount < Deliveries)
                _deliveries[_deliveryCount++] = number;
        }
    }

    /// <summary>Hands over a delivery number; false when none waits.</summary>
    public bool TryTakeDelivery(out int number)
    {
        lock (_gate)
        {
            number = _deliveryCount > 0 ? _deliveries[--_deliveryCount] : 0;
            return number != 0;
        }
    }

    /// <summary>Takes a time server's answer; the newest wins.</summary>
    public void OfferUtc(long nowMs, long utcMs)
    {
        lock (_gate)
        {
            _utcWaits = true;
            _utcAtMs = nowMs;
            _utcMs = utcMs;
        }
    }

    /// <summary>Hands over a time server's answer; false when none waits.</summary>
    public bool TryTakeUtc(out long nowMs, out long utcMs)
    {
        lock (_gate)
        {
            nowMs = _utcAtMs;
            utcMs = _utcMs;
            bool waited = _utcWaits;
            _utcWaits = false;
            return waited;
        }
    }

    /// <summary>Takes a local wish to clear latched trips.</summary>
    public void OfferReset()
    {
        lock (_gate)
            _resetWaits = true;
    }

    /// <summary>Whether a local wish to clear latched trips waited; it no longer does.</summary>
    public bool TakeReset()
    {
        lock (_gate)
        {
            bool waited = _resetWaits;
            _resetWaits = false;
            return waited;
        }
    }

    private void OfferHeartbeat(byte[] payload, int length)
    {
        if (length > HeartbeatBytes)
        {
            _drops++;
            return;
        }
        if (_heartbeatLength == 0)
            _heartbeatArrival = _arrival++;
        Array.Copy(payload, _heartbeat, length);
        _heartbeatLength = length;
    }

    private void Enqueue(Kind kind, byte[] payload, int length)
    {
        _queue[_count] = Copy(payload, length);
        _kinds[_count] = kind;
        _lengths[_count] = length;
        _arrivals[_count] = _arrival++;
        _usedBytes += length;
        _count++;
    }

    /// <summary>An array as long as the message: room for the longest would cost the device 2 kB for good.</summary>
    private static byte[] Copy(byte[] payload, int length)
    {
        byte[] copy = new byte[length];
        Array.Copy(payload, copy, length);
        return copy;
    }

    private void Clear()
    {
        _count = 0;
        _taken = 0;
        _usedBytes = 0;
        _arrival = 0;
        _setpoint = null;
        _setpointLength = 0;
        _setpointWaits = false;
    }
}
