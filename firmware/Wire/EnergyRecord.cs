namespace Fleet.Wire;

/// <summary>
/// One closed interval of energy. (boot, seq) names it: the gateway stores each once, however often it comes.
/// <code>{"boot":12,"seq":4,"startMs":…,"endMs":…,"energyMwh":2250000,"registerMwh":123456789,"quality":0}</code>
/// </summary>
public sealed class EnergyRecord
{
    /// <summary>The run of the controller that made it.</summary>
    public long BootId { get; set; }

    /// <summary>Grows by one a record within a boot.</summary>
    public long Sequence { get; set; }

    /// <summary>Beginning, UTC milliseconds.</summary>
    public long StartUtcMs { get; set; }

    /// <summary>End, UTC milliseconds; after the beginning.</summary>
    public long EndUtcMs { get; set; }

    /// <summary>Energy of the interval in milliwatt-hours; negative when exported.</summary>
    public long EnergyMilliwattHours { get; set; }

    /// <summary>The energy register at the end, as in <see cref="Telemetry.EnergyMilliwattHours"/>.</summary>
    public long RegisterMilliwattHours { get; set; }

    /// <summary>How the energy was found.</summary>
    public EnergyQuality Quality { get; set; }
}
