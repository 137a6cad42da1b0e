using System;
using System.Collections.Generic;
using Fleet.Wire;

namespace Fleet.Gateway.Link;

/// <summary>
/// The messages to one controller, in the order they were given; numbered commands must not overtake each other.
/// Not thread-safe: its owner locks.
/// <code>
///  kind      | while one waits, a newer one   | when full
///  setpoint  | takes its place (at the end)   | cannot be: at most one waits
///  schedule  | takes its place (at the end)   | cannot be: at most one waits
///  config    | waits behind it                | is refused and counted
///  command   | waits behind it                | is refused and counted
/// </code>
/// Nothing is ever dropped but by expiry or by a newer message of the same kind; both are counted.
/// </summary>
internal sealed class Outbox(LinkCounters counters, TimeProvider time, int window)
{
    /// <summary>Configs and commands that may wait for one controller: more than a technician gives before looking.</summary>
    public const int QueuedPerKind = 16;

    private readonly List<Outgoing> _messages = [];
    private ushort _lastPacketId;

    /// <summary>How many messages may be in flight: ours, or fewer when the controller asks for fewer.</summary>
    public int Window { get; set; } = window;

    /// <summary>Takes a message; false when the queue of its kind is full.</summary>
    public bool TryAdd(Kind kind, ReadOnlyMemory<byte> payload, TimeSpan expiry)
    {
        DropExpired();
        if (NewestWins(kind))
            DropSuperseded(kind, keep: 0);
        else if (Waiting(kind) >= QueuedPerKind)
        {
            counters.Of(kind).AddRefused();
            return false;
        }
        _messages.Add(new Outgoing(kind, payload, time.GetUtcNow() + expiry));
        counters.Of(kind).AddPending(1);
        return true;
    }

    /// <summary>
    /// The next message to write, now in flight; null when none waits or the window is full. A message that was
    /// already sent on this session keeps its packet identifier and is marked as a duplicate.
    /// </summary>
    public Outgoing? TakeNext(KindSet subscribed, out bool duplicate)
    {
        DropExpired();
        duplicate = false;
        Outgoing? next = null;
        var inFlight = 0;
        foreach (var message in _messages)
        {
            if (message.IsInFlight)
                inFlight++;
            else if (subscribed.Contains(message.Kind))
                next ??= message;
        }
        if (next is null || inFlight >= Window)
            return null;
        duplicate = next.PacketId != 0;
        next.PacketId = duplicate ? next.PacketId : NextPacketId();
        next.IsInFlight = true;
        return next;
    }

    /// <summary>Neither waiting nor in flight.</summary>
    public bool IsEmpty => _messages.Count == 0;

    /// <summary>The other side has taken a message, or has refused it; either way it is done with.</summary>
    public void Acknowledge(ushort packetId, bool accepted)
    {
        var index = _messages.FindIndex(m => m.IsInFlight && m.PacketId == packetId);
        if (index < 0)
            return;
        var kind = counters.Of(_messages[index].Kind);
        if (accepted)
            kind.AddSent();
        else
            kind.AddRefused();
        RemoveAt(index);
    }

    /// <summary>
    /// A new connection: what was in flight waits again, unless a newer message made it needless. On a new session the
    /// controller knows no packet identifier of before.
    /// </summary>
    public void Rewind(bool sessionPresent)
    {
        foreach (var message in _messages)
        {
            message.IsInFlight = false;
            if (!sessionPresent)
                message.PacketId = 0;
        }
        DropSuperseded(Kind.Setpoint, keep: 1);
        DropSuperseded(Kind.Schedule, keep: 1);
    }

    /// <summary>Forgets everything, counted as refused: the controller is no longer ours.</summary>
    public void Clear()
    {
        foreach (var message in _messages)
        {
            counters.Of(message.Kind).AddPending(-1);
            counters.Of(message.Kind).AddRefused();
        }
        _messages.Clear();
    }

    private static bool NewestWins(Kind kind) => kind is Kind.Setpoint or Kind.Schedule;

    private int Waiting(Kind kind)
    {
        var count = 0;
        foreach (var message in _messages)
            count += message.Kind == kind && !message.IsInFlight ? 1 : 0;
        return count;
    }

    private void DropSuperseded(Kind kind, int keep)
    {
        for (var i = _messages.Count - 1; i >= 0; i--)
        {
            if (_messages[i].Kind != kind || _messages[i].IsInFlight || keep-- > 0)
                continue;
            counters.Of(kind).AddSuperseded();
            RemoveAt(i);
        }
    }

    private void DropExpired()
    {
        var now = time.GetUtcNow();
        for (var i = _messages.Count - 1; i >= 0; i--)
        {
            if (_messages[i].IsInFlight || _messages[i].Deadline > now)
                continue;
            counters.Of(_messages[i].Kind).AddExpired();
            RemoveAt(i);
        }
    }

    private void RemoveAt(int index)
    {
        counters.Of(_messages[index].Kind).AddPending(-1);
        _messages.RemoveAt(index);
    }

    private ushort NextPacketId()
    {
        do
            _lastPacketId = _lastPacketId == ushort.MaxValue ? (ushort)1 : (ushort)(_lastPacketId + 1);
        while (_messages.Exists(m => m.PacketId == _lastPacketId));
        return _lastPacketId;
    }
}
