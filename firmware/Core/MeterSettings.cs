using Fleet.Wire;

namespace Fleet.Core;

/// <summary>What the settings file says of one meter; see <see cref="SettingsTable.Meter"/>.</summary>
public sealed class MeterSettings
{
    private readonly OptionSet _options = new OptionSet(SettingsPart.Meter);

    /// <summary>The driver that reads it.</summary>
    public string Driver { get { return _options.Text(0); } }

    /// <summary>The board's serial line it hangs on; empty for none.</summary>
    public string Serial { get { return _options.Text(1); } }

    /// <summary>Speed of the line.</summary>
    public int Baud { get { return _options.Number(3); } }

    /// <summary>Its address on the line, 1 to 247.</summary>
    public int Address { get { return _options.Number(4); } }

    /// <summary>Its network name or address; empty for none.</summary>
    public string Host { get { return _options.Text(2); } }

    /// <summary>Its TCP port; 0 is the driver's usual one.</summary>
    public int Port { get { return _options.Number(5); } }

    /// <summary>Reads the object the reader stands on.</summary>
    internal bool TryRead(JsonReader json, out string reason)
    {
        if (!json.EnterObject())
        {
            reason = "must be an object";
            return false;
        }
        while (json.NextField())
        {
            if (!json.TryName(Bounds.TextLength, out string name))
                name = "?";
            if (!_options.TryReadField(json, name, out reason))
                return false;
        }
        reason = _options.Missing();
        return reason == null;
    }
}
