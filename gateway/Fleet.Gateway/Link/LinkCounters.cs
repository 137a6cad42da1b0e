using System.Threading;
using Fleet.Wire;

namespace Fleet.Gateway.Link;

/// <summary>What the link has done since it started, live; every message it lost is in here with its reason.</summary>
public sealed class LinkCounters
{
    private readonly KindCounters[] _kinds = new KindCounters[Topics.KindCount];
    private int _connected;
    private long _refusedConnections;
    private long _refusedUplinks;
    private long _failedUplinks;

    public LinkCounters()
    {
        for (var kind = 0; kind < _kinds.Length; kind++)
            _kinds[kind] = new KindCounters();
    }

    /// <summary>Controllers connected now.</summary>
    public int Connected => Volatile.Read(ref _connected);

    /// <summary>Connections turned away: wrong password, wrong client id, too many, not MQTT.</summary>
    public long RefusedConnections => Interlocked.Read(ref _refusedConnections);

    /// <summary>Messages and subscriptions from controllers to topics that are not theirs, and malformed packets.</summary>
    public long RefusedUplinks => Interlocked.Read(ref _refusedUplinks);

    /// <summary>Messages the gateway could not take; at QoS 1 the controller keeps them and sends them again.</summary>
    public long FailedUplinks => Interlocked.Read(ref _failedUplinks);

    /// <summary>The counters of one message kind.</summary>
    public KindCounters Of(Kind kind) => _kinds[(int)kind];

    internal void AddConnected(int change) => Interlocked.Add(ref _connected, change);

    internal void AddRefusedConnection() => Interlocked.Increment(ref _refusedConnections);

    internal void AddRefusedUplink() => Interlocked.Increment(ref _refusedUplinks);

    internal void AddFailedUplink() => Interlocked.Increment(ref _failedUplinks);
}
