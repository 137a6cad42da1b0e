namespace Fleet.Wire;

/// <summary>
/// One closed interval of energy. (boot, seq) names it: the gateway stores each once, however often it comes.
/// <code>{"boot":12,"seq":4,"startMs":…,"endMs":…,"energyMwh":2250000,"registerMwh":123456789,"quality":0}</code>
/// A record whose date is not known says by how much at most: <code>"earlierSeconds":5400</code>
/// </summary>
public sealed class EnergyRecord : Message
{
    /// <summary>The run of the controller that made it.</summary>
    public long BootId;

    /// <summary>Grows by one a record within a boot.</summary>
    public long Sequence;

    /// <summary>Beginning, UTC milliseconds.</summary>
    public long StartUtcMs;

    /// <summary>End, UTC milliseconds; after the beginning.</summary>
    public long EndUtcMs;

    /// <summary>Energy of the interval in milliwatt-hours; negative when exported.</summary>
    public long EnergyMilliwattHours;

    /// <summary>The energy register at the end, as in <see cref="Telemetry.EnergyMilliwattHours"/>.</summary>
    public long RegisterMilliwattHours;

    /// <summary>How the energy was found.</summary>
    public EnergyQuality Quality;

    /// <summary>
    /// How much earlier the interval may lie than it says: the power was cut before its boot learnt UTC. 0, and left out,
    /// where its date is known.
    /// </summary>
    public int EarlierSeconds;

    /// <inheritdoc/>
    internal override void List(Fields fields)
    {
        BootId = fields.Long("boot", BootId, 0, Bounds.Counter);
        Sequence = fields.Long("seq", Sequence, 0, Bounds.Counter);
        StartUtcMs = fields.Long("startMs", StartUtcMs, 0, Bounds.UtcMs);
        EndUtcMs = fields.Long("endMs", EndUtcMs, StartUtcMs + 1, Bounds.UtcMs);
        EnergyMilliwattHours = fields.Long("energyMwh", EnergyMilliwattHours, -Bounds.Counter, Bounds.Counter);
        RegisterMilliwattHours = fields.Long("registerMwh", RegisterMilliwattHours, 0, Bounds.Counter);
        Quality = (EnergyQuality)fields.Int("quality", (int)Quality, 0, (int)EnergyQuality.Nameplate);
        bool isLate = fields.Has("earlierSeconds", EarlierSeconds > 0);
        EarlierSeconds = isLate ? fields.Int("earlierSeconds", EarlierSeconds, 1, Bounds.EarlierSeconds) : 0;
    }
}
