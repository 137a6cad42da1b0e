using System;

namespace Fleet.Esp32;

/// <summary>
/// Monotonic milliseconds. The chip's tick counter has 32 bits and begins again after some weeks; where it does, this
/// clock goes on from where it was. From any thread.
/// </summary>
internal sealed class Clock
{
    private readonly object _lock = new object();
    private long _lastMs;
    private long _addedMs;

    public long NowMs
    {
        get
        {
            lock (_lock)
            {
                long ms = Environment.TickCount64;
                if (ms < _lastMs)
                    _addedMs += _lastMs - ms;
                _lastMs = ms;
                return ms + _addedMs;
            }
        }
    }
}
