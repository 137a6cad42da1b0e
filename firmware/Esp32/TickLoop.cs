using System;
using System.Threading;
using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Esp32;

/// <summary>
/// Ticks the controller every second, and at once when a setpoint waits; carries out what it is commanded; starts the
/// device again when ticks keep failing.
/// </summary>
internal sealed class TickLoop
{
    private const int TickMs = 1000;

    /// <summary>Ticks that threw in a row, or one after another without a quiet minute, before the device is started again.</summary>
    private const int MostFailures = 300;

    /// <summary>How often the free heap is measured.</summary>
    private const int HeapMs = 600000;

    private readonly Controller _controller;
    private readonly Clock _clock;
    private readonly Restart _restart;
    private int _failures;
    private long _dueMs;
    private long _heapDueMs;

    public TickLoop(Controller controller, Clock clock, Restart restart)
    {
        _controller = controller;
        _clock = clock;
        _restart = restart;
    }

    /// <summary>Set when something has arrived for which a tick had better come at once.</summary>
    public AutoResetEvent Arrived { get; init; }

    public MqttLink Link { get; init; }

    public Device Device { get; init; }

    public TimeServer Time { get; init; }

    public Watchdog Watchdog { get; init; }

    public DeviceVitals Vitals { get; init; }

    /// <summary>Ticks once; answers how many milliseconds the next tick can wait if no setpoint comes, 0 for none.</summary>
    public int Step()
    {
        long nowMs = _clock.NowMs;
        if (nowMs >= _dueMs)
            _dueMs = nowMs - _dueMs < TickMs ? _dueMs + TickMs : nowMs + TickMs;
        bool failed = true;
        try
        {
            _controller.Tick(nowMs);
            Vitals.NoteTick(_clock.NowMs - nowMs);
            failed = (_controller.Faults & Fault.TickThrew) != 0;
        }
        catch (Exception failure)
        {
            Log.Failure("tick", failure);
        }
        _failures = failed ? _failures + 1 : 0;
        if (_failures >= MostFailures)
            _restart.Do(BootReason.TicksThrew, nowMs);
        Attend(nowMs);
        Watchdog.Feed(nowMs);
        long restMs = _dueMs - _clock.NowMs;
        return restMs <= 0 || _controller.WantsTick ? 0 : (int)restMs;
    }

    private void Attend(long nowMs)
    {
        try
        {
            Device.Feed();
            CarryOut();
            Time.Step(nowMs);
            MeasureHeap(nowMs);
            // Last, as it is what fails where memory is short.
            bool isUp = Link.Watch(nowMs);
            Vitals.NoteLink(isUp);
            Device.Step(nowMs, isUp);
        }
        catch (Exception failure)
        {
            Log.Failure("beside the tick", failure);
        }
    }

    private void CarryOut()
    {
        if (!_controller.TryTakeCommand(out CommandAction action, out string argument))
            return;
        switch (action)
        {
            case CommandAction.Identify:
                Log.Line("command: identify");
                Device.Identify();
                break;
            case CommandAction.Reboot:
                _restart.Do(BootReason.Command, 0);
                break;
            default:
                _restart.Do(BootReason.Update, 0);
                break;
        }
    }

    private void MeasureHeap(long nowMs)
    {
        if (nowMs < _heapDueMs)
            return;
        _heapDueMs = nowMs + HeapMs;
        Vitals.Measure();
    }
}
