using System;
using Fleet.Core;
using Fleet.Hardware;

namespace Fleet.Esp32;

/// <summary>
/// The board's button: held for five seconds it clears latched trips, which nobody can do from afar. Without one, or
/// where its pin cannot be read, it does nothing.
/// </summary>
internal sealed class ResetButton
{
    private const int HoldMs = 5000;

    private readonly Controller _controller;
    private readonly GpioLine _pin;
    private long _heldSince;
    private bool _hasActed;

    public ResetButton(Line line, Controller controller)
    {
        _controller = controller;
        try
        {
            if (line != null)
                _pin = GpioLine.ForInput(line);
        }
        catch (Exception failure)
        {
            Log.Failure("button", failure);
        }
    }

    /// <summary>Looks at the button; called at every tick.</summary>
    public void Step(long nowMs)
    {
        bool isHeld = Condition.HasLasted(ref _heldSince, _pin != null && _pin.IsOn, nowMs, HoldMs);
        if (isHeld && !_hasActed)
        {
            Log.Line("button: latched trips are cleared");
            _controller.ResetTrips();
        }
        _hasActed = isHeld;
    }
}
