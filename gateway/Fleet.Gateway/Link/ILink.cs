using System;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Sites;
using Fleet.Wire;

namespace Fleet.Gateway.Link;

/// <summary>
/// The gateway's connection to its controllers: an embedded broker, or an external one. Safe to call from any
/// thread; nothing here blocks on a slow controller.
/// </summary>
public interface ILink : IAsyncDisposable
{
    /// <summary>Messages taken, sent, waiting and lost since the start.</summary>
    LinkCounters Counters { get; }

    /// <summary>Starts receiving into <paramref name="uplink"/>. Throws when the endpoint cannot be opened.</summary>
    Task StartAsync(IUplink uplink, CancellationToken cancellation);

    /// <summary>Stops receiving and closes every connection.</summary>
    Task StopAsync(CancellationToken cancellation);

    /// <summary>
    /// Queues a message of a down <paramref name="kind"/> for one controller, QoS 1. It waits while the controller is
    /// away, and is dropped and counted once <paramref name="expiry"/> has passed undelivered. A newer setpoint,
    /// schedule or config takes the place of one still waiting. False when it was refused (unknown controller, too
    /// long, or its queue is full); the refusal is counted.
    /// </summary>
    bool Send(ControllerAddress to, Kind kind, ReadOnlyMemory<byte> payload, TimeSpan expiry);

    /// <summary>Sends a heartbeat to every connected controller of a site, QoS 0; slow controllers may miss it.</summary>
    void Broadcast(string site, ReadOnlyMemory<byte> payload);

    /// <summary>The controller's connection as the link sees it; false when it has never been seen.</summary>
    bool TryGetPresence(ControllerAddress controller, out Presence presence);
}
