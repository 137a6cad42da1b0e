using System;
using Fleet.Core;

namespace Fleet.Esp32;

/// <summary>
/// UTC from public time servers. The firmware asks them once it has an address, and sets its clock (nf-interpreter,
/// targets/ESP32/_common/targetHAL_Network.cpp, initialize_sntp); this tells the controller what the clock says, once it has
/// been set. Without internet it stays silent, and heartbeats date the records.
/// </summary>
internal sealed class TimeServer
{
    /// <summary>How often the controller is told: the crystal drifts some milliseconds in that time.</summary>
    private const int TellMs = 60000;

    /// <summary>A clock before this year has not been set.</summary>
    public const int EarliestYear = 2025;

    private readonly Controller _controller;
    private long _dueMs;

    public TimeServer(Controller controller)
    {
        _controller = controller;
    }

    public void Step(long nowMs)
    {
        if (nowMs < _dueMs)
            return;
        DateTime utc = DateTime.UtcNow;
        if (utc.Year < EarliestYear)
            return;
        if (_dueMs == 0)
            Log.Line("the clock is set");
        _dueMs = nowMs + TellMs;
        _controller.SetUtc(nowMs, (utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond);
    }
}
