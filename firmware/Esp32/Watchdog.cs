using System;
using System.Threading;

namespace Fleet.Esp32;

/// <summary>
/// Starts the device again when the tick stands still. It watches the program; that the interpreter itself runs is
/// watched by the firmware's own hardware watchdog, which has no interface to the program.
/// </summary>
internal sealed class Watchdog
{
    /// <summary>How long the tick may take: far above the longest write to flash.</summary>
    public const int StallMs = 60000;

    private const int LookMs = 5000;

    private readonly Clock _clock;
    private readonly Restart _restart;
    private readonly object _lock = new object();
    private long _fedMs;

    /// <summary>Watches from now on.</summary>
    public Watchdog(Clock clock, Restart restart)
    {
        _clock = clock;
        _restart = restart;
        _fedMs = clock.NowMs;
        Thread thread = new Thread(Run);
        thread.Priority = ThreadPriority.AboveNormal;
        thread.Start();
    }

    /// <summary>The tick has run.</summary>
    public void Feed(long nowMs)
    {
        lock (_lock)
            _fedMs = nowMs;
    }

    private void Run()
    {
        while (true)
        {
            Thread.Sleep(LookMs);
            long fedMs;
            lock (_lock)
                fedMs = _fedMs;
            if (_clock.NowMs - fedMs < StallMs)
                continue;
            try
            {
                _restart.Do(RebootReason.TickStalled);
            }
            catch (Exception failure)
            {
                Log.Failure("watchdog", failure);
            }
        }
    }
}
