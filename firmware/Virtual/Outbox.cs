using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Wire;

namespace Fleet.Virtual;

/// <summary>A message on its way up.</summary>
internal sealed record Outgoing(int Number, Kind Kind, byte[] Payload)
{
    /// <summary>Whether the broker acknowledges it; telemetry is replaced by the next.</summary>
    public bool IsAcknowledged => Kind != Kind.Telemetry;

    /// <summary>Whether the gateway acknowledges it only once it is on its disk.</summary>
    public bool IsForTheRecord => Kind is Kind.Energy or Kind.Event;
}

/// <summary>
/// What a controller has handed to the link and the broker has not acknowledged, in the order it was handed over.
/// <code>
///   acknowledged │ under way ......... │ waiting ........ │ room
///      (gone)    │ 0                 _next            Count   Length
/// </code>
/// A new connection begins at 0 again. What needs no acknowledgement is gone when it is taken.
/// </summary>
internal sealed class Outbox
{
    /// <summary>Most messages: all acks, events and records of a few seconds; beyond that the controller keeps them itself.</summary>
    public const int Length = 64;

    /// <summary>Most for the gateway's record: they may wait for its disk for hours, and the others go on beside them.</summary>
    public const int ForTheRecord = 8;

    private readonly Lock _gate = new();
    private readonly List<Outgoing> _messages = new(Length);
    private readonly SemaphoreSlim _arrived = new(0);
    private int _next;

    /// <summary>Takes a message; false when there is no room for its kind.</summary>
    public bool TryAdd(Outgoing message)
    {
        lock (_gate)
        {
            if (_messages.Count == Length || message.IsForTheRecord && _messages.Count(one => one.IsForTheRecord) >= ForTheRecord)
                return false;
            _messages.Add(message);
        }
        _arrived.Release();
        return true;
    }

    /// <summary>The next message to send, once there is one.</summary>
    public async ValueTask<Outgoing> TakeAsync(CancellationToken cancellation)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_next < _messages.Count)
                {
                    var message = _messages[_next];
                    if (message.IsAcknowledged)
                        _next++;
                    else
                        _messages.RemoveAt(_next);
                    return message;
                }
            }
            await _arrived.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The broker has acknowledged a message taken.</summary>
    public void Remove(Outgoing message)
    {
        lock (_gate)
        {
            if (_messages.Remove(message))
                _next--;
        }
    }

    /// <summary>Begins again with everything not acknowledged; only while nothing is under way.</summary>
    public void Rewind()
    {
        lock (_gate)
        {
            _next = 0;
            _messages.RemoveAll(message => !message.IsAcknowledged);
        }
    }
}
