namespace Fleet.Drivers;

/// <summary>The ways a device is reached, one bit each; a driver's line in the table says which of them it can use.</summary>
public static class Reach
{
    /// <summary>TCP to a host.</summary>
    public const int Host = 1 << 0;

    /// <summary>A serial line.</summary>
    public const int Serial = 1 << 1;

    /// <summary>A digital output.</summary>
    public const int Output = 1 << 2;

    /// <summary>An output of a settable voltage or duty cycle.</summary>
    public const int Dimmer = 1 << 3;

    /// <summary>An I2C bus.</summary>
    public const int I2c = 1 << 4;

    /// <summary>An input that counts pulses.</summary>
    public const int Pulses = 1 << 5;

    /// <summary>An input for a voltage.</summary>
    public const int Analog = 1 << 6;

    /// <summary>A 1-Wire bus.</summary>
    public const int OneWire = 1 << 7;

    /// <summary>A Modbus line: a serial one, or TCP to a bridge.</summary>
    public const int Modbus = Serial | Host;

    /// <summary>How many ways there are.</summary>
    public const int Count = 8;

    /// <summary>The key in the settings file of the way with this bit number.</summary>
    public static string KeyOf(int bit)
    {
        return bit switch
        {
            0 => "host",
            1 => "serial",
            2 => "output",
            3 => "dimmer",
            4 => "i2c",
            5 => "pulses",
            6 => "analog",
            _ => "oneWire",
        };
    }

    /// <summary>What the board has none of, in a message.</summary>
    public static string PartOf(int bit)
    {
        return bit switch
        {
            1 => "serial line",
            2 => "output",
            3 => "dimmer",
            4 => "I2C bus",
            5 => "pulse input",
            6 => "analog input",
            _ => "1-Wire bus",
        };
    }
}
