using System.Collections.Generic;
using System.IO;
using Fleet.Gateway.Sites;

namespace Fleet.Tests.Simulation;

/// <summary>The gateway's record of energy, by the same rule as its database: the first interval of a name stays, a repetition changes nothing.</summary>
public class EnergyBook
{
    private readonly HashSet<(ControllerAddress, long, long)> _names = [];

    /// <summary>Every row, in the order of arrival.</summary>
    public List<EnergyInterval> Rows { get; } = [];

    /// <summary>Fault: the disk takes nothing.</summary>
    public bool Fails { get; set; }

    /// <summary>Stores an interval.</summary>
    /// <exception cref="IOException">The disk takes nothing.</exception>
    public virtual void Store(EnergyInterval interval)
    {
        if (Fails)
            throw new IOException("the disk takes nothing");
        if (_names.Add((interval.From, interval.BootId, interval.Sequence)))
            Rows.Add(interval);
    }
}
