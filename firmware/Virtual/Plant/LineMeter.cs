using System;
using System.Collections.Generic;

namespace Fleet.Virtual.Plant;

/// <summary>A meter on a Modbus line, measuring what the devices behind it really take.</summary>
public abstract class LineMeter(byte unit, IReadOnlyList<PlantModel> loads)
{
    /// <summary>Exception 2 of Modbus.</summary>
    protected const byte IllegalAddress = 2;

    /// <summary>Exception 3 of Modbus.</summary>
    protected const byte IllegalValue = 3;

    private long _forgotten;

    /// <summary>Modbus address, 1 to 247.</summary>
    public byte Unit { get; } = unit;

    /// <summary>Line voltage now.</summary>
    public double Volts { get; set; } = 230;

    /// <summary>Grid frequency now.</summary>
    public double Hertz { get; set; } = 50;

    /// <summary>Fault: so many thousandths of the truth are shown as power.</summary>
    public int ShownPermille { get; set; } = 1000;

    /// <summary>Fault: it begins to count energy again from 0, as after a change of the meter.</summary>
    public void Reset() => _forgotten = CountedMilliwattHours();

    /// <summary>The loads behind it.</summary>
    protected IReadOnlyList<PlantModel> Loads { get; } = loads;

    /// <summary>Writes input registers, two bytes each, high byte first.</summary>
    /// <returns>0, or the exception of Modbus.</returns>
    public abstract byte Read(int start, int count, Span<byte> into);

    /// <summary>Power of all loads.</summary>
    protected long Milliwatts()
    {
        long milliwatts = 0;
        foreach (var load in Loads)
            milliwatts += load.Milliwatts;
        return milliwatts * ShownPermille / 1000;
    }

    /// <summary>Energy of all loads.</summary>
    protected long MilliwattHours() => CountedMilliwattHours() - _forgotten;

    private long CountedMilliwattHours()
    {
        long milliwattHours = 0;
        foreach (var load in Loads)
            milliwattHours += load.MilliwattHours;
        return milliwattHours;
    }
}
