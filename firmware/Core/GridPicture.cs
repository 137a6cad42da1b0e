namespace Fleet.Core;

/// <summary>The grid as the tick sees it: of all meters that tell, the worst.</summary>
public sealed class GridPicture
{
    /// <summary>A frequency further from nominal than one part in this is a meter's mistake: no grid would be there.</summary>
    private const int ImplausibleParts = 10;

    /// <summary>Whether a meter tells the frequency now.</summary>
    public bool HasFrequency { get; private set; }

    /// <summary>The lowest frequency.</summary>
    public int MilliHertz { get; private set; }

    /// <summary>Whether a meter tells the voltage of the grid now.</summary>
    public bool HasVoltage { get; private set; }

    /// <summary>The lowest voltage.</summary>
    public int LowMillivolts { get; private set; }

    /// <summary>The highest voltage.</summary>
    public int HighMillivolts { get; private set; }

    /// <summary>When the oldest of these readings was taken.</summary>
    public long AtMs { get; private set; }

    /// <summary>Forgets the tick before.</summary>
    public void Clear(long nowMs)
    {
        HasFrequency = false;
        HasVoltage = false;
        AtMs = nowMs;
    }

    /// <summary>Takes a fresh reading of a meter; one on an I2C bus measures no alternating current.</summary>
    public void Take(MeterReading reading, MeterSettings meter, int nominalMilliHertz)
    {
        if (meter.I2c.Length > 0)
            return;
        int offMilliHertz = reading.MilliHertz - nominalMilliHertz;
        int mostMilliHertz = nominalMilliHertz / ImplausibleParts;
        if (reading.HasFrequency && offMilliHertz >= -mostMilliHertz && offMilliHertz <= mostMilliHertz)
        {
            if (!HasFrequency || reading.MilliHertz < MilliHertz)
                MilliHertz = reading.MilliHertz;
            HasFrequency = true;
        }
        if (reading.HasVoltage)
        {
            if (!HasVoltage || reading.Millivolts < LowMillivolts)
                LowMillivolts = reading.Millivolts;
            if (!HasVoltage || reading.Millivolts > HighMillivolts)
                HighMillivolts = reading.Millivolts;
            HasVoltage = true;
        }
        if (reading.AtMs < AtMs)
            AtMs = reading.AtMs;
    }
}
