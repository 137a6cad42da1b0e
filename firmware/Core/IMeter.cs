namespace Fleet.Core;

/// <summary>A dedicated source of power readings. The loads' own reports are meters too, of lower rank, and come through <see cref="ILoad"/>.</summary>
public interface IMeter
{
    /// <summary>Copies the newest reading; false when there has been none since boot. Its age is the caller's to judge.</summary>
    bool TryRead(MeterReading into);
}

/// <summary>What a meter last read.</summary>
public sealed class MeterReading
{
    /// <summary>When it was read, monotonic milliseconds.</summary>
    public long AtMs;

    /// <summary>Active power; negative when exporting.</summary>
    public int Watts;

    /// <summary>Whether <see cref="EnergyMilliwattHours"/> is a reading.</summary>
    public bool HasEnergy;

    /// <summary>The meter's own import register.</summary>
    public long EnergyMilliwattHours;

    /// <summary>Whether <see cref="MilliHertz"/> is a reading.</summary>
    public bool HasFrequency;

    /// <summary>Grid frequency in thousandths of a hertz.</summary>
    public int MilliHertz;

    /// <summary>Whether <see cref="Millivolts"/> is a reading.</summary>
    public bool HasVoltage;

    /// <summary>Grid voltage to neutral of the first phase; of a DC meter, its bus.</summary>
    public int Millivolts;
}
