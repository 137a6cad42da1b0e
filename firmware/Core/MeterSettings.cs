using Fleet.Wire;

namespace Fleet.Core;

/// <summary>What the settings file says of one meter; see <see cref="SettingsTable.Meter"/>.</summary>
public sealed class MeterSettings : OptionSet
{
    /// <summary>Settings of which nothing is given yet.</summary>
    public MeterSettings()
        : base(SettingsPart.Meter)
    {
    }

    /// <summary>The driver that reads it.</summary>
    public string Driver { get { return Text(0); } }

    /// <summary>The board's serial line it hangs on; empty for none.</summary>
    public string Serial { get { return Text(1); } }

    /// <summary>Its network name or address; empty for none.</summary>
    public string Host { get { return Text(2); } }

    /// <summary>The board's I2C bus it hangs on; empty for none.</summary>
    public string I2c { get { return Text(3); } }

    /// <summary>The board's input that counts its pulses; empty for none.</summary>
    public string Pulses { get { return Text(4); } }

    /// <summary>Speed of the line.</summary>
    public int Baud { get { return Number(5); } }

    /// <summary>Its address: 1 to 247 on a Modbus line, 8 to 119 on an I2C bus.</summary>
    public int Address { get { return Number(6); } }

    /// <summary>Its TCP port; 0 is the driver's usual one.</summary>
    public int Port { get { return Number(7); } }

    /// <summary>Resistance of the shunt it measures across.</summary>
    public int ShuntMicroOhms { get { return Number(8); } }

    /// <summary>The highest current its shunt carries.</summary>
    public int MaxMilliamps { get { return Number(9); } }

    /// <summary>Pulses of a kilowatt-hour.</summary>
    public int PulsesPerKilowattHour { get { return Number(10); } }

    /// <summary>Reads the object the reader stands on.</summary>
    internal bool TryRead(JsonReader json, out string reason)
    {
        return TryReadObject(json, out reason);
    }
}
