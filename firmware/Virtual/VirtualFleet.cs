using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Virtual.Plant;

namespace Fleet.Virtual;

/// <summary>
/// Gives many controllers and their plant their seconds, in one process without a thread for each.
/// <code>
/// clock ──► beat ─┬──► plant models live on            by the beat itself, in memory
///                 ├──► drivers are offered a step      DriverPool: bounded threads, which may wait for devices
///                 └──► controllers tick                thread pool: a tick may wait for its disk
/// </code>
/// A controller ticks once a second of the clock, at a moment of the second of its own, and at once when a setpoint waits.
/// </summary>
public sealed class VirtualFleet(SpeedClock clock) : IAsyncDisposable
{
    /// <summary>How finely the second is divided; at high speeds the machine's timers are coarser than that.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentQueue<PlantModel> _plant = [];
    private readonly ConcurrentQueue<VirtualController> _controllers = [];
    private readonly DriverPool _drivers = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _beating = Task.CompletedTask;

    /// <summary>The one clock of everything here.</summary>
    public SpeedClock Clock => clock;

    /// <summary>Adds a device's physics, to live on with the clock.</summary>
    public void Add(PlantModel model) => _plant.Enqueue(model);

    /// <summary>Adds a controller, which stays off until it is switched on.</summary>
    public void Add(VirtualController controller)
    {
        controller.Join(clock, _drivers);
        _controllers.Enqueue(controller);
    }

    /// <summary>Begins to beat and switches every controller on that was added so far.</summary>
    public async Task StartAsync()
    {
        _beating = BeatAsync();
        await Task.WhenAll(_controllers.Select(controller => controller.PowerOnAsync())).ConfigureAwait(false);
    }

    /// <summary>Switches every controller off and ends every thread.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_controllers.Select(controller => controller.PowerOffAsync())).ConfigureAwait(false);
        _drivers.Dispose();
        _stopping.Dispose();
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(Beat, clock);
        while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
        {
            var nowMs = clock.NowMs;
            foreach (var model in _plant)
                model.Advance(nowMs);
            foreach (var controller in _controllers)
                controller.Run?.Beat();
        }
    }
}
