using System;
using System.Threading;
using Fleet.Core;
using Fleet.Hardware;

namespace Fleet.Esp32;

/// <summary>
/// The board's lamp, in the language of <see cref="LampCode"/>; dark until settings are found. Without one, or where its pin
/// cannot be opened, it does nothing.
/// </summary>
internal sealed class Lamp
{
    /// <summary>How long the lamp blinks for a technician.</summary>
    public const int IdentifyMs = 60000;

    private readonly GpioLine _pin;
    private readonly Clock _clock;
    private readonly object _lock = new object();
    private readonly Timer _timer;
    private LampState _state;
    private long _identifyUntilMs;
    private int _step;

    public Lamp(Line line, Clock clock)
    {
        _clock = clock;
        if (line == null)
            return;
        try
        {
            _pin = GpioLine.ForOutput(line);
            // A timer and not a thread: the memory of a waiting thread is a kilobyte.
            _timer = new Timer(Blink, null, LampCode.StepMs, LampCode.StepMs);
        }
        catch (Exception failure)
        {
            Log.Failure("lamp", failure);
        }
    }

    /// <summary>Shows this from now on.</summary>
    public void Show(LampState state)
    {
        lock (_lock)
            _state = state;
    }

    /// <summary>Blinks for a minute, whatever it shows otherwise.</summary>
    public void Identify()
    {
        lock (_lock)
            _identifyUntilMs = _clock.NowMs + IdentifyMs;
    }

    private void Blink(object state)
    {
        _step = (_step + 1) % LampCode.Steps;
        try
        {
            _pin.Set(LampCode.IsLit(Shown(), _step));
        }
        catch (Exception)
        {
            // The next step is soon.
        }
    }

    private LampState Shown()
    {
        lock (_lock)
            return _clock.NowMs < _identifyUntilMs ? LampState.Identify : _state;
    }
}
