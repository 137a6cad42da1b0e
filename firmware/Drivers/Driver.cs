namespace Fleet.Drivers;

/// <summary>
/// What every driver of a load or meter is to its host: something to be stepped. The host steps each driver from one
/// thread at a time, away from the tick; a step makes at most one exchange with the device and may block for its
/// time-out. Readings and orders pass between the step and the tick under the driver's own lock.
/// </summary>
public abstract class Driver
{
    /// <summary>The name in settings and faults.</summary>
    public string Name { get; protected set; }

    /// <summary>Whether the device did not answer last time: its next exchange may take the whole of its time-out.</summary>
    public bool IsSilent { get; protected set; }

    /// <summary>Does what is due: an order not yet confirmed, or a poll. Never throws.</summary>
    public abstract void Step(long nowMs);
}

/// <summary>What one exchange with a device came to.</summary>
public enum Outcome
{
    /// <summary>No answer, or none that can be believed.</summary>
    Silent = 0,

    /// <summary>Answered; what was begun needs another exchange, at the next step.</summary>
    Continues = 1,

    /// <summary>Answered; what was begun is complete.</summary>
    Complete = 2,
}
