using System;
using System.Threading;
using Fleet.Hardware;

namespace Fleet.Esp32;

/// <summary>What the lamp tells.</summary>
internal enum LampState
{
    /// <summary>Working without the gateway.</summary>
    Offline = 0,

    /// <summary>In touch with the gateway.</summary>
    Online = 1,

    /// <summary>A technician is looking for this box.</summary>
    Identify = 2,
}

/// <summary>
/// The board's lamp; dark until settings are found. Without one, or where its pin cannot be opened, it does nothing.
/// <code>
/// state      two seconds, an eighth a letter
/// Offline    #.#.....
/// Online     ########
/// Identify   #.#.#.#.
/// </code>
/// </summary>
internal sealed class Lamp
{
    /// <summary>How long the lamp blinks for a technician.</summary>
    public const int IdentifyMs = 60000;

    private const int StepMs = 250;
    private const int Steps = 8;

    private static readonly string[] Patterns = { "#.#.....", "########", "#.#.#.#." };

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
            _timer = new Timer(Blink, null, StepMs, StepMs);
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
        _step = (_step + 1) % Steps;
        try
        {
            _pin.Set(Patterns[(int)Shown()][_step] == '#');
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
