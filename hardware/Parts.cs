namespace Fleet.Hardware;

/// <summary>One digital line: its pin, and the level at which it is on.</summary>
public sealed class Line
{
    /// <summary>A line on this pin.</summary>
    public Line(int pin, bool isActiveHigh)
    {
        Pin = pin;
        IsActiveHigh = isActiveHigh;
    }

    /// <summary>The pin.</summary>
    public readonly int Pin;

    /// <summary>Whether the high level is on, pressed or closed.</summary>
    public readonly bool IsActiveHigh;
}

/// <summary>A digital output with, where wired, the auxiliary contact of what it switches.</summary>
public sealed class Output
{
    /// <summary>An output without feedback: give null.</summary>
    public Output(string name, Line drive, Line feedback)
    {
        Name = name;
        Drive = drive;
        Feedback = feedback;
    }

    /// <summary>The name in settings files.</summary>
    public readonly string Name;

    /// <summary>The line that is driven.</summary>
    public readonly Line Drive;

    /// <summary>The line that is on while the load is connected; null when none is wired.</summary>
    public readonly Line Feedback;
}

/// <summary>
/// A serial line. With a direction pin the transceiver is told when to send: the pin is high then. Without one the
/// transceiver finds out by itself.
/// </summary>
public sealed class SerialLine
{
    /// <summary>A line whose transceiver finds its direction by itself.</summary>
    public SerialLine(string name, int port, int txPin, int rxPin)
    {
        Name = name;
        Port = port;
        TxPin = txPin;
        RxPin = rxPin;
    }

    /// <summary>A line whose transceiver is told its direction.</summary>
    public SerialLine(string name, int port, int txPin, int rxPin, int directionPin)
        : this(name, port, txPin, rxPin)
    {
        HasDirectionPin = true;
        DirectionPin = directionPin;
    }

    /// <summary>The name in settings files.</summary>
    public readonly string Name;

    /// <summary>The chip's port: 2 for COM2, 3 for COM3. COM1 is the console.</summary>
    public readonly int Port;

    /// <summary>The pin that sends.</summary>
    public readonly int TxPin;

    /// <summary>The pin that receives.</summary>
    public readonly int RxPin;

    /// <summary>Whether the transceiver is told its direction.</summary>
    public readonly bool HasDirectionPin;

    /// <summary>The pin that is high while sending; meaningless without one.</summary>
    public readonly int DirectionPin;
}

/// <summary>An I2C bus.</summary>
public sealed class I2cBus
{
    /// <summary>A bus on these pins.</summary>
    public I2cBus(string name, int bus, int dataPin, int clockPin)
    {
        Name = name;
        Bus = bus;
        DataPin = dataPin;
        ClockPin = clockPin;
    }

    /// <summary>The name in settings files.</summary>
    public readonly string Name;

    /// <summary>The chip's bus: 1 or 2.</summary>
    public readonly int Bus;

    /// <summary>SDA.</summary>
    public readonly int DataPin;

    /// <summary>SCL.</summary>
    public readonly int ClockPin;
}

/// <summary>An input for a voltage, by the chip's ADC1, which works beside Wi-Fi (ADC2 does not).</summary>
public sealed class AdcInput
{
    /// <summary>An input on this pin.</summary>
    public AdcInput(string name, int channel, int pin)
    {
        Name = name;
        Channel = channel;
        Pin = pin;
    }

    /// <summary>The name in settings files.</summary>
    public readonly string Name;

    /// <summary>The channel of ADC1.</summary>
    public readonly int Channel;

    /// <summary>The pin.</summary>
    public readonly int Pin;
}

/// <summary>An input that counts pulses of a meter in the chip's own counter: a contact to ground under a resistor to 3.3 V.</summary>
public sealed class PulseInput
{
    /// <summary>An input on this pin.</summary>
    public PulseInput(string name, int pin)
    {
        Name = name;
        Pin = pin;
    }

    /// <summary>The name in settings files.</summary>
    public readonly string Name;

    /// <summary>The pin.</summary>
    public readonly int Pin;
}

/// <summary>An output of a settable duty cycle, which a module outside makes 0–10 V; low is off.</summary>
public sealed class DimmerOutput
{
    /// <summary>An output on this pin.</summary>
    public DimmerOutput(string name, int channel, int pin)
    {
        Name = name;
        Channel = channel;
        Pin = pin;
    }

    /// <summary>The name in settings files.</summary>
    public readonly string Name;

    /// <summary>The chip's PWM channel: 1 to 4.</summary>
    public readonly int Channel;

    /// <summary>The pin.</summary>
    public readonly int Pin;
}

/// <summary>
/// The 1-Wire bus, which the framework drives by the chip's third serial port: both pins go to the wire, the one that sends
/// through a diode, its cathode at the pin.
/// </summary>
public sealed class OneWirePins
{
    /// <summary>A bus on these pins.</summary>
    public OneWirePins(string name, int txPin, int rxPin)
    {
        Name = name;
        TxPin = txPin;
        RxPin = rxPin;
    }

    /// <summary>The name in settings files.</summary>
    public readonly string Name;

    /// <summary>The pin that sends.</summary>
    public readonly int TxPin;

    /// <summary>The pin that receives.</summary>
    public readonly int RxPin;
}
