using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Fleet.Gateway.Link;

/// <summary>What the link has done since it started, live; every message it lost is in here with its reason.</summary>
public sealed class LinkCounters(IEnumerable<string> kinds)
{
    private int _connected;
    private long _refusedConnections;
    private long _refusedUplinks;
    private long _failedUplinks;

    /// <summary>Counters by message kind.</summary>
    public IReadOnlyDictionary<string, KindCounters> Kinds { get; } = kinds.ToFrozenDictionary(kind => kind, _ => new KindCounters());

    /// <summary>Controllers connected now.</summary>
    public int Connected => Volatile.Read(ref _connected);

    /// <summary>Connections turned away: wrong password, wrong client id, too many, not MQTT.</summary>
    public long RefusedConnections => Interlocked.Read(ref _refusedConnections);

    /// <summary>Messages and subscriptions from controllers to topics that are not theirs, and malformed packets.</summary>
    public long RefusedUplinks => Interlocked.Read(ref _refusedUplinks);

    /// <summary>Messages the gateway could not take; at QoS 1 the controller keeps them and sends them again.</summary>
    public long FailedUplinks => Interlocked.Read(ref _failedUplinks);

    internal void AddConnected(int change) => Interlocked.Add(ref _connected, change);

    internal void AddRefusedConnection() => Interlocked.Increment(ref _refusedConnections);

    internal void AddRefusedUplink() => Interlocked.Increment(ref _refusedUplinks);

    internal void AddFailedUplink() => Interlocked.Increment(ref _failedUplinks);
}
