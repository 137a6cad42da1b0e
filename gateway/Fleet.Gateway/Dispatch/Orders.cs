using System;
using System.Collections.Generic;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Dispatch;

/// <summary>A setpoint to be sent now.</summary>
/// <param name="To">The controller.</param>
/// <param name="BootId">The run of the controller it is for.</param>
/// <param name="Setpoint">The setpoint in the book.</param>
/// <param name="LoadWatts">Most watts of each load, in the controller's own order.</param>
/// <param name="RampWattsPerSecond">How fast it may rise; 0 is at once.</param>
/// <param name="Validity">How long it is in force.</param>
public sealed record SetpointOrder(
    ControllerAddress To, long BootId, Setpoint Setpoint, int[] LoadWatts, int RampWattsPerSecond, TimeSpan Validity);

/// <summary>A schedule to be sent now, for the controller to follow when the gateway is silent.</summary>
/// <param name="To">The controller.</param>
/// <param name="BootId">The run of the controller it is for.</param>
/// <param name="Id">The plan's name.</param>
/// <param name="Start">Beginning of the first slot.</param>
/// <param name="SlotLength">Length of each slot.</param>
/// <param name="LimitWatts">Most watts of the controller in each slot.</param>
public sealed record ScheduleOrder(
    ControllerAddress To, long BootId, string Id, DateTimeOffset Start, TimeSpan SlotLength, int[] LimitWatts);

/// <summary>What one tick decided: what to send, and what to write down. The lists are the tick's own and are filled again by the next.</summary>
public sealed class Orders
{
    /// <summary>Setpoints to send.</summary>
    public List<SetpointOrder> Setpoints { get; } = [];

    /// <summary>Schedules to send.</summary>
    public List<ScheduleOrder> Schedules { get; } = [];

    /// <summary>Setpoints that are new or whose life went on, for the record.</summary>
    public List<Setpoint> Changed { get; } = [];

    /// <summary>Curtailments that began, were achieved or ended.</summary>
    public List<Curtailment> Curtailments { get; } = [];

    internal void Clear()
    {
        Setpoints.Clear();
        Schedules.Clear();
        Changed.Clear();
        Curtailments.Clear();
    }
}
