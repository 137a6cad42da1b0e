using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Wire;

namespace Fleet.Virtual;

/// <summary>One boot of a virtual controller: the firmware from its first tick to the power cut.</summary>
internal sealed class ControllerRun : IThreadPoolWorkItem, IAsyncDisposable
{
    private readonly Lock _turn = new();
    private readonly VirtualController _host;
    private readonly SpeedClock _clock;
    private readonly DriverPool _drivers;
    private readonly DriverSeat[] _seats;
    private int _isQueued;
    private bool _isOver;

    public ControllerRun(VirtualController host, Settings settings, DriverTable table, IStore store, long bootId, SpeedClock clock, DriverPool drivers)
    {
        (_host, _clock, _drivers, BootId) = (host, clock, drivers, bootId);
        _seats = [.. table.Drivers.Select(driver => new DriverSeat(driver, clock))];
        Uplink = new MqttUplink(settings, bootId, clock);
        Firmware = new Controller(settings, table.Loads, table.Meters, store, Uplink, bootId);
    }

    public long BootId { get; }

    public Controller Firmware { get; }

    public MqttUplink Uplink { get; }

    /// <summary>Begins; the time server answers at once.</summary>
    public void Start(int rebootReason)
    {
        var nowMs = _clock.NowMs;
        Firmware.NoteReboot(nowMs, rebootReason);
        Firmware.SetUtc(nowMs, _clock.GetUtcNow().ToUnixTimeMilliseconds());
        Uplink.Start(Receive, Firmware.Delivered);
    }

    /// <summary>Has the drivers stepped.</summary>
    public void StepDrivers() => _drivers.Offer(_seats);

    /// <summary>Has it ticked soon, by a thread that may wait for its disk; once, however often it is asked before that.</summary>
    public void QueueTick()
    {
        if (Interlocked.Exchange(ref _isQueued, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _isQueued, 0);
        lock (_turn)
        {
            if (_isOver)
                return;
            Firmware.Tick(_clock.NowMs);
            while (Firmware.TryTakeCommand(out var action, out var argument))
                _host.Carry(action, argument);
        }
        StepDrivers();
    }

    /// <summary>The power is cut.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_turn)
            _isOver = true;
        await Uplink.DisposeAsync().ConfigureAwait(false);
    }

    private void Receive(string topic, byte[] payload)
    {
        Firmware.Receive(topic, payload, payload.Length);
        if (Firmware.WantsTick)
            QueueTick();
    }
}
