using System.Threading;

namespace Fleet.Gateway.Link;

/// <summary>The counters of one message kind.</summary>
public sealed class KindCounters
{
    private long _received;
    private long _sent;
    private long _superseded;
    private long _expired;
    private long _refused;
    private int _pending;

    /// <summary>Messages of this kind taken from controllers.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Messages of this kind acknowledged by controllers; at QoS 0, written to them.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Messages replaced by a newer one before they were sent.</summary>
    public long Superseded => Interlocked.Read(ref _superseded);

    /// <summary>Messages dropped because they expired before they were sent.</summary>
    public long Expired => Interlocked.Read(ref _expired);

    /// <summary>Messages not taken: unknown controller, too long, queue full, or controller too slow.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Messages waiting to be sent, or sent and not yet acknowledged.</summary>
    public int Pending => Volatile.Read(ref _pending);

    internal void AddReceived() => Interlocked.Increment(ref _received);

    internal void AddSent() => Interlocked.Increment(ref _sent);

    internal void AddSuperseded() => Interlocked.Increment(ref _superseded);

    internal void AddExpired() => Interlocked.Increment(ref _expired);

    internal void AddRefused() => Interlocked.Increment(ref _refused);

    internal void AddPending(int change) => Interlocked.Add(ref _pending, change);
}
