using System;
using Fleet.Drivers;
using Fleet.Hardware;

namespace Fleet.Esp32;

/// <summary>
/// An output of the board. Its pins are opened at their first use, so that until the first order the pin floats and what
/// it switches is off by its own pull-down. A pin that cannot be opened throws, which the driver takes for silence.
/// </summary>
internal sealed class GpioOutput : IOutputPin
{
    private readonly Output _output;
    private GpioLine _drive;
    private GpioLine _feedback;
    private bool _hasComplained;

    public GpioOutput(Output output)
    {
        _output = output;
    }

    public bool HasFeedback
    {
        get { return _output.Feedback != null; }
    }

    public bool Feedback
    {
        get
        {
            Open();
            return _feedback.IsOn;
        }
    }

    public void Set(bool on)
    {
        Open();
        _drive.Set(on);
    }

    private void Open()
    {
        if (_drive != null)
            return;
        try
        {
            if (_output.Feedback != null)
                _feedback = GpioLine.ForInput(_output.Feedback);
            _drive = GpioLine.ForOutput(_output.Drive);
        }
        catch (Exception failure)
        {
            if (!_hasComplained)
                Log.Failure("output " + _output.Name, failure);
            _hasComplained = true;
            throw;
        }
    }
}
