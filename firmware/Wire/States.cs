namespace Fleet.Wire;

/// <summary>Whose limit a controller follows.</summary>
public enum ControllerState
{
    /// <summary>The persisted fail-safe limit: at power-up, and when neither setpoint nor schedule is good.</summary>
    FailSafe = 0,

    /// <summary>The stored schedule's slot of now.</summary>
    Scheduled = 1,

    /// <summary>A live, authentic, unexpired setpoint.</summary>
    Commanded = 2,
}

/// <summary>Why a controller has started, as far as its last run or its machine can tell.</summary>
public enum BootReason
{
    /// <summary>No last words: power came back, the reset button, a crash of the machine's own software, or the storage does not work.</summary>
    Unknown = 0,

    /// <summary>The gateway's command.</summary>
    Command = 1,

    /// <summary>Too many ticks in a row threw.</summary>
    TicksThrew = 2,

    /// <summary>The tick stood still.</summary>
    TickStalled = 3,

    /// <summary>Another image was to start: a new one, or the one before it.</summary>
    Update = 4,

    /// <summary>The program found no memory to begin.</summary>
    MemoryShort = 5,
}

/// <summary>What a load is doing.</summary>
public enum LoadState
{
    /// <summary>It has not answered yet, or no longer does.</summary>
    Unknown = 0,

    /// <summary>Its supply is cut.</summary>
    Off = 1,

    /// <summary>It has power and does no work.</summary>
    Sleeping = 2,

    /// <summary>It is on its way to work: booting, preheating, tuning.</summary>
    Starting = 3,

    /// <summary>It works.</summary>
    Running = 4,

    /// <summary>It finishes the work it has and takes no new.</summary>
    Draining = 5,

    /// <summary>It reports a fault of its own.</summary>
    Faulted = 6,
}

/// <summary>What a load's work is counted in.</summary>
public enum WorkUnit
{
    /// <summary>The load's work is not counted: a plain relay.</summary>
    None = 0,

    /// <summary>Hashes: the rate is in gigahash per second.</summary>
    Gigahash = 1,

    /// <summary>Tokens: the rate is in thousandths of a token per second.</summary>
    Millitoken = 2,
}

/// <summary>What became of a command.</summary>
public enum AckResult
{
    /// <summary>It is authentic and in force.</summary>
    Accepted = 0,

    /// <summary>It changed nothing; the reason says why.</summary>
    Refused = 1,

    /// <summary>Measured watts are at or below the limit.</summary>
    Achieved = 2,
}

/// <summary>How an interval's energy was found, best first.</summary>
public enum EnergyQuality
{
    /// <summary>By a dedicated meter throughout.</summary>
    Metered = 0,

    /// <summary>At least partly by the loads' own reports.</summary>
    Reported = 1,

    /// <summary>At least partly from nameplates: an upper estimate.</summary>
    Nameplate = 2,
}
