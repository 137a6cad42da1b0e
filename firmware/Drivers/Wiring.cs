using Fleet.Core;

namespace Fleet.Drivers;

/// <summary>What one driver works with: its settings, and the one part of the board or network it is reached by.</summary>
public sealed class Wiring
{
    /// <summary>Its name in faults.</summary>
    public string Name;

    /// <summary>Its settings as a load; null for others.</summary>
    public LoadSettings Load;

    /// <summary>Its settings as a meter; null for others.</summary>
    public MeterSettings Meter;

    /// <summary>Its settings as a thermometer; null for others.</summary>
    public ThermometerSettings Thermometer;

    /// <summary>TCP, with <see cref="Host"/> and <see cref="Port"/>, or a serial line of its own in its place.</summary>
    public IDialer Dialer;

    /// <summary>Its network name or address; empty for none.</summary>
    public string Host;

    /// <summary>Its TCP port, the usual one where the settings give none.</summary>
    public int Port;

    /// <summary>The Modbus line it hangs on, serial or behind a bridge.</summary>
    public ModbusBus Bus;

    /// <summary>The output that switches it.</summary>
    public IOutputPin Output;

    /// <summary>The output that dims it.</summary>
    public IAnalogOutput Dimmer;

    /// <summary>The device itself on an I2C bus.</summary>
    public II2cDevice I2c;

    /// <summary>The input that counts its pulses.</summary>
    public IPulseInput Pulses;

    /// <summary>The input for its voltage.</summary>
    public IAnalogInput Analog;

    /// <summary>The 1-Wire bus it hangs on.</summary>
    public IOneWireBus OneWire;
}
