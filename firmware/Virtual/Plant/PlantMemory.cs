using System.Collections.Generic;

namespace Fleet.Virtual.Plant;

/// <summary>A device at one instant, to go on from when the process that simulates it starts again: a real one does not stop meanwhile.</summary>
/// <param name="State">What it was doing.</param>
/// <param name="StateLeftMs">How long that would have gone on, in milliseconds; below 0 where no time ends it.</param>
/// <param name="IsAsleep">Whether it was ordered to sleep.</param>
/// <param name="LimitMilliwatts">The power limit in force.</param>
/// <param name="YieldPermille">Work as a share of the curve's.</param>
/// <param name="Milliwatts">Power at the wall.</param>
/// <param name="MicroCelsius">Its temperature.</param>
/// <param name="MilliwattHours">Energy it has taken.</param>
/// <param name="Work">Work it has done.</param>
/// <param name="WorkAtBoot">Work it had done when it last booted.</param>
/// <param name="BootId">Its boot.</param>
/// <param name="UptimeMs">How long that is ago, in milliseconds.</param>
/// <param name="Settings">What the device itself keeps besides, see <see cref="LoadDevice.Settings"/>.</param>
public sealed record PlantMemory(
    PlantState State, long StateLeftMs, bool IsAsleep, long LimitMilliwatts, int YieldPermille, long Milliwatts, long MicroCelsius,
    long MilliwattHours, long Work, long WorkAtBoot, long BootId, long UptimeMs, IReadOnlyList<double> Settings);
