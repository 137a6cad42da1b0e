using System.Collections.Generic;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Dispatch;

/// <summary>What one tick decided: what to send, and what to write down. The lists are the tick's own and are filled again by the next.</summary>
public sealed class Orders
{
    /// <summary>Whether to send the heartbeat at once, first: a controller that has just come online takes no setpoint before it.</summary>
    public bool NeedsHeartbeat { get; internal set; }

    /// <summary>Setpoints to send.</summary>
    public List<SetpointCommand> Setpoints { get; } = [];

    /// <summary>Schedules to send.</summary>
    public List<ScheduleCommand> Schedules { get; } = [];

    /// <summary>Parts of images to send.</summary>
    public List<ImageCommand> ImageParts { get; } = [];

    /// <summary>Stored images to have run.</summary>
    public List<UpdateCommand> Updates { get; } = [];

    /// <summary>Updates that were refused, confirmed or given up.</summary>
    public List<Update> EndedUpdates { get; } = [];

    /// <summary>Setpoints that are new or whose life went on, for the record.</summary>
    public List<Setpoint> Changed { get; } = [];

    /// <summary>Curtailments that began, were achieved or ended.</summary>
    public List<Curtailment> Curtailments { get; } = [];

    internal void Clear()
    {
        Setpoints.Clear();
        Schedules.Clear();
        ImageParts.Clear();
        Updates.Clear();
        EndedUpdates.Clear();
        Changed.Clear();
        Curtailments.Clear();
    }
}
