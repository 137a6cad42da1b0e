using System;
using System.Threading;
using Fleet.Wire;

namespace Fleet.Esp32;

/// <summary>
/// Starts the device again when the tick stands still. It watches the program, by a timer of the interpreter: the chip has no
/// watchdog that a program could feed, and the interpreter's images leave its task watchdog off (nf-interpreter,
/// targets/ESP32/_IDF/sdkconfig.default*: CONFIG_ESP_TASK_WDT_INIT=n). An interpreter that hangs as a whole is for a watchdog
/// chip beside it, which the tick feeds through <see cref="Device.Feed"/>.
/// </summary>
internal sealed class Watchdog
{
    /// <summary>How long the tick may take: far above the longest write to flash.</summary>
    public const int StallMs = 60000;

    private const int LookMs = 5000;

    private readonly Clock _clock;
    private readonly Restart _restart;
    private readonly object _lock = new object();
    private readonly Timer _look;
    private long _fedMs;

    /// <summary>Watches from now on.</summary>
    public Watchdog(Clock clock, Restart restart)
    {
        _clock = clock;
        _restart = restart;
        _fedMs = clock.NowMs;
        // A timer and not a thread: the memory of a waiting thread is a kilobyte.
        _look = new Timer(Look, null, LookMs, LookMs);
    }

    /// <summary>The tick has run.</summary>
    public void Feed(long nowMs)
    {
        lock (_lock)
            _fedMs = nowMs;
    }

    private void Look(object state)
    {
        long fedMs;
        lock (_lock)
            fedMs = _fedMs;
        if (_clock.NowMs - fedMs < StallMs)
            return;
        try
        {
            _restart.Do(BootReason.TickStalled, fedMs);
        }
        catch (Exception failure)
        {
            Log.Failure("watchdog", failure);
        }
    }
}
