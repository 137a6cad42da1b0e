using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Wire;

namespace Fleet.Virtual;

/// <summary>One boot of a virtual controller: the firmware from its first tick to the power cut.</summary>
internal sealed class ControllerRun : IVitals, IThreadPoolWorkItem, IAsyncDisposable
{
    /// <summary>How often the drivers are offered a step: an order of several exchanges is then done in a second.</summary>
    private const int StepMs = 250;

    private const int StepsATick = 4;

    private const long MinuteMs = 60_000;

    private const int TickMs = StepMs * StepsATick;

    /// <summary>Steps a driver may need for its first reading; the first tick waits for them, to decide on readings and not on ignorance.</summary>
    private const int StepsToRead = 4;

    /// <summary>Longest wait for the first tick: a device that has not answered by then is silent.</summary>
    private const int LongestReadMs = 10_000;

    private readonly Lock _turn = new();
    private readonly VirtualController _host;
    private readonly SpeedClock _clock;
    private readonly DriverPool _drivers;
    private readonly DriverSeat[] _seats;
    private readonly long _bootMs;
    private long _nextStepMs;
    private int _stepsToTick;
    private volatile bool _hasRead;
    private int _isQueued;
    private long _tickedMs = long.MaxValue;
    private bool _isOver;
    private bool _hasCrashed;
    private TimeSpan _longestTick;

    public ControllerRun(VirtualController host, Settings settings, DriverTable table, IStore store, long bootId, Boot boot, VirtualImage image, SpeedClock clock, DriverPool drivers)
    {
        (_host, _clock, _drivers, BootId, Image, _bootMs) = (host, clock, drivers, bootId, image, clock.NowMs);
        _seats = [.. table.Drivers.Select(driver => new DriverSeat(driver, () => NowMs))];
        // Boots of one moment do not tick in one moment.
        _nextStepMs = Random.Shared.Next(StepMs);
        _stepsToTick = StepsToRead + Random.Shared.Next(StepsATick);
        Uplink = new MqttUplink(settings, bootId, clock, host.Certificates);
        Firmware = new Controller(settings, table.Loads, table.Meters, table.Thermometers, store, Uplink, bootId, boot) { Vitals = this };
    }

    public long BootId { get; }

    public VirtualImage Image { get; }

    public Controller Firmware { get; }

    public MqttUplink Uplink { get; }

    /// <summary>How long its next tick is overdue; 0 while it is not, and before the first.</summary>
    public long LateMs => long.Max(0, NowMs - TickMs - long.Min(NowMs, Volatile.Read(ref _tickedMs)));

    /// <summary>Monotonic time of the firmware: it begins with the boot.</summary>
    private long NowMs => _clock.NowMs - _bootMs;

    /// <summary>Begins; the time server answers at once.</summary>
    public void Start(BootReason reason)
    {
        var nowMs = NowMs;
        Firmware.NoteReboot(nowMs, (int)reason);
        Firmware.SetUtc(nowMs, _clock.GetUtcNow().ToUnixTimeMilliseconds());
        if (Image.Connects)
            Uplink.Start(Receive, Firmware.Delivered);
    }

    /// <summary>Does what is due; called again and again by one thread.</summary>
    public void Beat()
    {
        var nowMs = NowMs;
        if (nowMs < _nextStepMs)
            return;
        if (Image.CrashAfterMinutes > 0 && nowMs >= Image.CrashAfterMinutes * MinuteMs && !_hasCrashed)
        {
            _hasCrashed = true;
            _ = _host.CrashAsync();
        }
        // A machine that could not keep up does not run after the steps it missed.
        var steps = 1 + (nowMs - _nextStepMs) / StepMs;
        _nextStepMs += steps * StepMs;
        _stepsToTick -= (int)steps;
        _drivers.Offer(_seats);
        _hasRead = _hasRead || nowMs >= LongestReadMs || _seats.All(seat => seat.Steps >= StepsToRead);
        if (_stepsToTick > 0 || !_hasRead)
            return;
        _stepsToTick = StepsATick - -_stepsToTick % StepsATick;
        QueueTick();
    }

    /// <summary>Has it ticked soon, by a thread that may wait for its disk; once, however often it is asked before that.</summary>
    private void QueueTick()
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
            Volatile.Write(ref _tickedMs, NowMs);
            var began = TimeProvider.System.GetTimestamp();
            Firmware.Tick(NowMs);
            _longestTick = TimeSpan.FromTicks(long.Max(_longestTick.Ticks, TimeProvider.System.GetElapsedTime(began).Ticks));
            while (Firmware.TryTakeCommand(out var action, out _))
                _host.Carry(action);
        }
        _drivers.Offer(_seats);
    }

    /// <summary>Ticks by the machine's clock; its memory is that of many controllers, and not told.</summary>
    void IVitals.Fill(Vitals vitals)
    {
        (vitals.HasTick, vitals.TickMs) = (true, (int)_longestTick.TotalMilliseconds);
        (vitals.HasLinkLosses, vitals.LinkLosses) = (true, Uplink.Losses);
        _longestTick = TimeSpan.Zero;
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
        if (_hasRead && Firmware.WantsTick)
            QueueTick();
    }
}
