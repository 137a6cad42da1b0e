using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Fleet.Gateway.Sites;
using Fleet.Wire;

namespace Fleet.Gateway.Link;

/// <summary>
/// The messages to every controller behind an external broker: one in flight to each controller, so that numbered
/// commands keep their order, and several controllers at once.
/// </summary>
internal sealed class Departures(LinkCounters counters, TimeProvider time)
{
    private readonly ConcurrentDictionary<ControllerAddress, Box> _boxes = new();
    private readonly Channel<Box> _ready = Channel.CreateUnbounded<Box>();

    public bool TryAdd(ControllerAddress to, Kind kind, ReadOnlyMemory<byte> payload, TimeSpan expiry)
    {
        var box = _boxes.GetOrAdd(to, _ => new Box(to, new Outbox(counters, time, window: 1)));
        lock (box)
        {
            if (!box.Outbox.TryAdd(kind, payload, expiry))
                return false;
            if (box.IsReady)
                return true;
            box.IsReady = true;
        }
        return _ready.Writer.TryWrite(box);
    }

    /// <summary>
    /// Gives messages to <paramref name="publish"/> one after the other until cancelled; several may run side by side.
    /// A message whose publishing throws waits again, and the exception ends this run.
    /// </summary>
    public async Task RunAsync(Func<ControllerAddress, Outgoing, Task<bool>> publish, CancellationToken cancellation)
    {
        await foreach (var box in _ready.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            try
            {
                if (Next(box) is { } message)
                    Finish(box, message, await publish(box.To, message).ConfigureAwait(false));
            }
            catch
            {
                lock (box)
                    box.Outbox.Rewind(sessionPresent: false);
                throw;
            }
            finally
            {
                lock (box)
                    box.IsReady = !box.Outbox.IsEmpty;
                if (box.IsReady)
                    _ready.Writer.TryWrite(box);
            }
        }
    }

    private static Outgoing? Next(Box box)
    {
        lock (box)
            return box.Outbox.TakeNext(KindSet.All, out _);
    }

    private static void Finish(Box box, Outgoing message, bool accepted)
    {
        lock (box)
            box.Outbox.Acknowledge(message.PacketId, accepted);
    }

    private sealed class Box(ControllerAddress to, Outbox outbox)
    {
        public ControllerAddress To { get; } = to;

        public Outbox Outbox { get; } = outbox;

        /// <summary>In the ready queue or being published: at most one run holds a box.</summary>
        public bool IsReady { get; set; }
    }
}
