using System;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Link;
using Fleet.Gateway.Sites;
using Fleet.Wire;

namespace Fleet.Tests.Simulation;

/// <summary>The gateway's end of all links of a world; it notes every command that the gateway made.</summary>
public sealed class SimulatedBroker(World world) : ILink
{
    /// <summary>How many commands somebody who listens can remember.</summary>
    private const int MostOverheard = 8_000;

    /// <inheritdoc/>
    public LinkCounters Counters { get; } = new();

    /// <inheritdoc/>
    public bool Send(ControllerAddress to, Kind kind, ReadOnlyMemory<byte> payload, TimeSpan expiry)
    {
        var controller = world.Find(to);
        var bytes = payload.ToArray();
        controller.Entitlement.Issue(bytes);
        if (world.Overheard.Count >= MostOverheard)
            world.Overheard.RemoveRange(0, MostOverheard / 4);
        world.Overheard.Add((controller, kind, bytes));
        controller.Link.SendDown(kind, bytes, world.Clock.Second + (int)expiry.TotalSeconds);
        return true;
    }

    /// <inheritdoc/>
    public void Broadcast(string site, ReadOnlyMemory<byte> payload)
    {
        var bytes = payload.ToArray();
        foreach (var controller in world.Controllers)
            controller.Link.Beat(bytes);
    }

    /// <inheritdoc/>
    public bool TryGetPresence(ControllerAddress controller, out Presence presence)
    {
        presence = default;
        return false;
    }

    /// <inheritdoc/>
    public Task StartAsync(IUplink uplink, CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
