using Fleet.Wire;

namespace Fleet.Core;

/// <summary>What the settings file says of one thermometer; see <see cref="SettingsTable.Thermometer"/>.</summary>
public sealed class ThermometerSettings : OptionSet
{
    /// <summary>Settings of which nothing is given yet.</summary>
    public ThermometerSettings()
        : base(SettingsPart.Thermometer)
    {
    }

    /// <summary>The driver that reads it.</summary>
    public string Driver { get { return Text(0); } }

    /// <summary>The board's input for its voltage; empty for none.</summary>
    public string Analog { get { return Text(1); } }

    /// <summary>The board's 1-Wire bus it hangs on; empty for none.</summary>
    public string OneWire { get { return Text(2); } }

    /// <summary>Its 64-bit number on the bus as 16 hex digits, family first; empty when it is alone there.</summary>
    public string Rom { get { return Text(3); } }

    /// <summary>The load it sits on; empty when it stands for all.</summary>
    public string Load { get { return Text(4); } }

    /// <summary>The resistor between it and the supply.</summary>
    public int PullUpOhms { get { return Number(5); } }

    /// <summary>Its resistance at 25 °C.</summary>
    public int OhmsAt25C { get { return Number(6); } }

    /// <summary>Its B constant between 25 and 85 °C.</summary>
    public int BetaKelvin { get { return Number(7); } }

    /// <summary>Reads the object the reader stands on.</summary>
    internal bool TryRead(JsonReader json, out string reason)
    {
        return TryReadObject(json, out reason);
    }
}
