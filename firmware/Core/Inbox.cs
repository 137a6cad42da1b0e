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
/// A message is not copied where its array is just as long: whoever offers it does not touch it again.
/// </summary>
public sealed class Inbox
{
    /// <summary>Bytes of waiting messages: the longest schedule, and the setpoint that a gateway sends with it.</summary>
    public const int QueueBytes = Bounds.DownBytes + SetpointBytes;

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
    private readonly byte[] _kinds = new byte[Messages];
    private readonly int[] _deliveries = new int[Deliveries];
    private byte[] _heartbeat;
    private byte[] _setpoint;
    private int _count;
    private int _taken;
    private int _usedBytes;
    private int _heartbeatPlace;
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

    /// <summary>Takes a message.</summary>
    public void Offer(Kind kind, byte[] payload, int length)
    {
        lock (_gate)
        {
            if (kind == Kind.Heartbeat)
                OfferHeartbeat(payload, length);
            else if (_setpoint == null && _count < Messages && _usedBytes + length <= QueueBytes)
                Enqueue(kind, payload, length);
            else if (kind == Kind.Setpoint && length <= SetpointBytes)
            {
                _drops += _setpoint == null ? 0 : 1;
                _setpoint = Cut(payload, length);
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

    /// <summary>Hands over the next message in order of arrival, in an array as long as it is; false when none waits.</summary>
    public bool TryTake(out Kind kind, out byte[] payload)
    {
        lock (_gate)
        {
            if (_heartbeat != null && _taken >= _heartbeatPlace)
            {
                kind = Kind.Heartbeat;
                payload = _heartbeat;
                _heartbeat = null;
                return true;
            }
            if (_taken < _count)
            {
                kind = (Kind)_kinds[_taken];
                payload = _queue[_taken];
                _queue[_taken++] = null;
                return true;
            }
            kind = Kind.Setpoint;
            payload = _setpoint;
            Clear();
            return payload != null;
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
        if (_heartbeat == null)
            _heartbeatPlace = _count;
        _heartbeat = Cut(payload, length);
    }

    private void Enqueue(Kind kind, byte[] payload, int length)
    {
        _queue[_count] = Cut(payload, length);
        _kinds[_count] = (byte)kind;
        _usedBytes += length;
        _count++;
    }

    private static byte[] Cut(byte[] payload, int length)
    {
        if (payload.Length == length)
            return payload;
        byte[] copy = new byte[length];
        Array.Copy(payload, copy, length);
        return copy;
    }

    private void Clear()
    {
        _count = 0;
        _taken = 0;
        _usedBytes = 0;
        _setpoint = null;
        _setpointWaits = false;
    }
}
