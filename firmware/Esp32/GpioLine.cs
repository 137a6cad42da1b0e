using System.Device.Gpio;
using Fleet.Hardware;

namespace Fleet.Esp32;

/// <summary>One opened pin, spoken of as on and off.</summary>
internal sealed class GpioLine
{
    /// <summary>From this pin on the chip has neither outputs nor pull-ups.</summary>
    private const int FirstInputOnlyPin = 34;

    private readonly GpioPin _pin;
    private readonly bool _isActiveHigh;

    private GpioLine(Line line, PinMode mode)
    {
        _pin = new GpioController().OpenPin(line.Pin, mode);
        _isActiveHigh = line.IsActiveHigh;
    }

    public bool IsOn
    {
        get { return (_pin.Read() == PinValue.High) == _isActiveHigh; }
    }

    /// <summary>Opens an output; it is off.</summary>
    public static GpioLine ForOutput(Line line)
    {
        GpioLine opened = new GpioLine(line, PinMode.Output);
        opened.Set(false);
        return opened;
    }

    /// <summary>Opens an input, pulled to its off level where the chip can.</summary>
    public static GpioLine ForInput(Line line)
    {
        PinMode pulled = line.IsActiveHigh ? PinMode.InputPullDown : PinMode.InputPullUp;
        return new GpioLine(line, line.Pin >= FirstInputOnlyPin ? PinMode.Input : pulled);
    }

    public void Set(bool on)
    {
        _pin.Write(on == _isActiveHigh ? PinValue.High : PinValue.Low);
    }
}
