using System;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Fleet.Gateway.Sites;
using Fleet.Wire;
using Microsoft.Extensions.Logging;

namespace Fleet.Gateway.Link;

/// <summary>
/// Hands messages of an external broker to the gateway: those of one controller in order, one call at a time, those of
/// different controllers side by side; acknowledges in the order of arrival, as MQTT asks.
/// <code>
///  arrivals ─┬─► lane 0 ─► IUplink ─┐
///            ├─► lane 1 ─► IUplink ─┤ taken?
///            └─► in order ──────────┴─► acknowledge, or start the connection anew so that the broker sends again
/// </code>
/// </summary>
internal sealed class ArrivalLanes(IUplink uplink, LinkCounters counters, ILogger log)
{
    /// <summary>QoS 1 messages the broker may leave unacknowledged: bounds what waits here, with telemetry below.</summary>
    public const int AtLeastOnceLimit = 1024;

    /// <summary>Telemetry that may wait; more is dropped and counted, for newer telemetry follows in a second.</summary>
    public const int AtMostOnceLimit = 8192;

    private const int LaneCount = 16;

    private readonly Channel<Arrival>[] _lanes = [.. Enumerable.Range(0, LaneCount).Select(_ => Channel.CreateUnbounded<Arrival>())];
    private readonly Channel<Arrival> _inOrder = Channel.CreateUnbounded<Arrival>();
    private int _atMostOnceWaiting;

    /// <summary>Takes a message without waiting.</summary>
    public void Add(Arrival arrival)
    {
        if (arrival.IsAtLeastOnce)
            _inOrder.Writer.TryWrite(arrival);
        else if (Interlocked.Increment(ref _atMostOnceWaiting) > AtMostOnceLimit)
        {
            Interlocked.Decrement(ref _atMostOnceWaiting);
            counters.Of(arrival.Kind).AddRefused();
            return;
        }
        _lanes[(uint)arrival.From.GetHashCode() % LaneCount].Writer.TryWrite(arrival);
    }

    /// <summary>Works until cancelled. <paramref name="finish"/> acknowledges what was taken and gives back what was not.</summary>
    public Task RunAsync(Func<Arrival, bool, Task> finish, CancellationToken cancellation)
        => Task.WhenAll([.. _lanes.Select(lane => HandUpAsync(lane.Reader, cancellation)), FinishAsync(finish, cancellation)]);

    private async Task HandUpAsync(ChannelReader<Arrival> lane, CancellationToken cancellation)
    {
        await foreach (var arrival in lane.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            var taken = FinishAsync(arrival);
            if (arrival.IsAtLeastOnce)
                continue; // it may wait for the disk; the controllers' telemetry does not
            await taken.ConfigureAwait(false);
            Interlocked.Decrement(ref _atMostOnceWaiting);
        }
    }

    private async Task FinishAsync(Arrival arrival) => arrival.Finish(await TryHandUpAsync(arrival).ConfigureAwait(false));

    private async Task<bool> TryHandUpAsync(Arrival arrival)
    {
        try
        {
            await uplink.ReceiveAsync(arrival.From, arrival.Kind, arrival.Payload, arrival.IsAtLeastOnce).ConfigureAwait(false);
            counters.Of(arrival.Kind).AddReceived();
            return true;
        }
        catch (Exception failure)
        {
            counters.AddFailedUplink();
            log.LogError(failure, "Could not take {Kind} from {Controller}", arrival.Kind, arrival.From);
            return false;
        }
    }

    private async Task FinishAsync(Func<Arrival, bool, Task> finish, CancellationToken cancellation)
    {
        await foreach (var arrival in _inOrder.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            await finish(arrival, await arrival.Taken.WaitAsync(cancellation).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
