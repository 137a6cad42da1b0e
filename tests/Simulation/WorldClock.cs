using System;

namespace Fleet.Tests.Simulation;

/// <summary>The gateway's clock: the world's true time, and by how much the gateway is wrong about it.</summary>
public sealed class WorldClock(DateTimeOffset start) : TimeProvider
{
    /// <summary>Whole seconds since the world began.</summary>
    public int Second { get; private set; }

    /// <summary>How far the gateway's clock is ahead of the truth.</summary>
    public TimeSpan GatewayError { get; set; }

    /// <summary>The true time.</summary>
    public DateTimeOffset True => start.AddSeconds(Second);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => True + GatewayError;

    /// <summary>A second passes.</summary>
    public void Tick() => Second++;
}
