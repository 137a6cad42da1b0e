namespace Fleet.Wire;

/// <summary>
/// What a controller measured and does, every few seconds. One instance is filled again and again.
/// <code>
/// {"seq":31,"boot":12,"monoMs":310000,"utcMs":…,"watts":8990,"energyMwh":123456789,"state":2,"faults":0,
///  "limitWatts":9000,"setpoint":"…","temperatureMilliC":[41250],
///  "heapFreeBytes":38000,"largestFreeBytes":61000,"tickMs":120,"linkLosses":1,
///  "loads":[{"watts":3490,"limitWatts":3500,"state":4,"faults":0,"workRate":199000}]}
/// </code>
/// Absent fields are unknown: no utcMs before the clock is set, no watts without a valid reading, no limitWatts when unlimited.
/// </summary>
public class Telemetry : Message
{
    /// <summary>Telemetry with room for as much as any controller tells.</summary>
    public Telemetry()
        : this(Bounds.Loads, Bounds.Temperatures)
    {
    }

    /// <summary>Telemetry with room for so many loads at a time, and temperatures.</summary>
    protected Telemetry(int loads, int temperatures)
    {
        TemperatureMilliC = new int[temperatures];
        Loads = new LoadTelemetry[loads];
        for (int i = 0; i < loads; i++)
            Loads[i] = new LoadTelemetry();
    }

    /// <summary>Grows by one a message within a boot.</summary>
    public long Sequence;

    /// <summary>The run of the controller this belongs to.</summary>
    public long BootId;

    /// <summary>Milliseconds since boot.</summary>
    public long MonotonicMs;

    /// <summary>Whether <see cref="UtcMs"/> is known.</summary>
    public bool HasUtc;

    /// <summary>UTC milliseconds of the reading.</summary>
    public long UtcMs;

    /// <summary>Whether <see cref="Watts"/> is a valid reading.</summary>
    public bool HasWatts;

    /// <summary>Power of the whole controller.</summary>
    public int Watts;

    /// <summary>Energy register since the controller was commissioned, in milliwatt-hours; never goes back.</summary>
    public long EnergyMilliwattHours;

    /// <summary>Whose limit is followed.</summary>
    public ControllerState State;

    /// <summary>Bits of <see cref="Fault"/> of the controller.</summary>
    public int Faults;

    /// <summary>True when no limit is in force.</summary>
    public bool IsUnlimited;

    /// <summary>The limit in force after ramps.</summary>
    public int LimitWatts;

    /// <summary>Id of the setpoint or schedule in force; null in fail-safe.</summary>
    public string SetpointId;

    /// <summary>How many entries of <see cref="TemperatureMilliC"/> are filled.</summary>
    public int TemperatureCount;

    /// <summary>Temperatures in thousandths of a degree Celsius; entries beyond the count are left over.</summary>
    public readonly int[] TemperatureMilliC;

    /// <summary>How its machine is doing.</summary>
    public readonly Vitals Vitals = new Vitals();

    /// <summary>How many entries of <see cref="Loads"/> are filled.</summary>
    public int LoadCount;

    /// <summary>The loads, in the order of the hello; entries beyond the count are left over.</summary>
    public readonly LoadTelemetry[] Loads;

    /// <inheritdoc/>
    internal override void List(Fields fields)
    {
        Sequence = fields.Long("seq", Sequence, 0, Bounds.Counter);
        BootId = fields.Long("boot", BootId, 0, Bounds.Counter);
        MonotonicMs = fields.Long("monoMs", MonotonicMs, 0, Bounds.Counter);
        HasUtc = fields.Has("utcMs", HasUtc);
        if (HasUtc)
            UtcMs = fields.Long("utcMs", UtcMs, 0, Bounds.UtcMs);
        HasWatts = fields.Has("watts", HasWatts);
        if (HasWatts)
            Watts = fields.Int("watts", Watts, Bounds.LowestReadingWatts, Bounds.Watts);
        EnergyMilliwattHours = fields.Long("energyMwh", EnergyMilliwattHours, 0, Bounds.Counter);
        State = (ControllerState)fields.Int("state", (int)State, 0, (int)ControllerState.Commanded);
        Faults = fields.Int("faults", Faults, 0, int.MaxValue);
        IsUnlimited = !fields.Has("limitWatts", !IsUnlimited);
        if (!IsUnlimited)
            LimitWatts = fields.Int("limitWatts", LimitWatts, 0, Bounds.Watts);
        bool ordered = fields.Has("setpoint", SetpointId != null);
        SetpointId = ordered ? fields.Text("setpoint", SetpointId, 1, Bounds.TextLength) : null;
        TemperatureCount = fields.Ints(
            "temperatureMilliC", TemperatureMilliC, TemperatureCount, Bounds.LowestMilliC, Bounds.HighestMilliC);
        Vitals.List(fields);
        int count = fields.BeginItems("loads", LoadCount, Bounds.Loads);
        for (int i = 0; i < count; i++)
        {
            fields.BeginItem();
            LoadAt(i).List(fields);
            fields.EndItem();
        }
        fields.EndItems();
        if (fields.Problem == null)
            LoadCount = count;
    }

    /// <summary>The part of the load at this position, when its turn has come to be read or written.</summary>
    protected virtual LoadTelemetry LoadAt(int index)
    {
        return Loads[index];
    }
}

/// <summary>One load's part of a telemetry message.</summary>
public sealed class LoadTelemetry
{
    /// <summary>Whether <see cref="Watts"/> is a valid reading.</summary>
    public bool HasWatts;

    /// <summary>Its power, by its meter or its own report.</summary>
    public int Watts;

    /// <summary>The order it was given last.</summary>
    public int LimitWatts;

    /// <summary>What it is doing.</summary>
    public LoadState State;

    /// <summary>Bits of <see cref="Fault"/>.</summary>
    public int Faults;

    /// <summary>Whether <see cref="WorkRate"/> is known.</summary>
    public bool HasWorkRate;

    /// <summary>Gigahash per second or thousandths of a token per second, as its hello says.</summary>
    public long WorkRate;

    /// <summary>Lists the fields of its entry in the telemetry.</summary>
    internal void List(Fields fields)
    {
        HasWatts = fields.Has("watts", HasWatts);
        if (HasWatts)
            Watts = fields.Int("watts", Watts, Bounds.LowestReadingWatts, Bounds.Watts);
        LimitWatts = fields.Int("limitWatts", LimitWatts, 0, Bounds.Watts);
        State = (LoadState)fields.Int("state", (int)State, 0, (int)LoadState.Faulted);
        Faults = fields.Int("faults", Faults, 0, int.MaxValue);
        HasWorkRate = fields.Has("workRate", HasWorkRate);
        if (HasWorkRate)
            WorkRate = fields.Long("workRate", WorkRate, 0, Bounds.Counter);
    }
}
