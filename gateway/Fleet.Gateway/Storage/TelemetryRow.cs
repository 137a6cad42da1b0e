using System.Collections.Generic;

namespace Fleet.Gateway.Storage;

/// <summary>What one controller measured at one moment.</summary>
/// <param name="ControllerId">Its number in the database.</param>
/// <param name="UtcMs">When, UTC milliseconds; with the controller it names the row, a second one is ignored.</param>
/// <param name="BootId">The run of the controller.</param>
/// <param name="Sequence">The number of the message within the boot.</param>
/// <param name="Watts">Power of the whole controller; null without a valid reading.</param>
/// <param name="EnergyMilliwattHours">Its energy register.</param>
/// <param name="State">Whose limit it followed, as on the wire.</param>
/// <param name="LimitWatts">The limit in force; null when unlimited.</param>
/// <param name="Faults">Bits of its faults.</param>
/// <param name="Loads">Its loads in the order of the hello; null when not told.</param>
public readonly record struct TelemetryRow(
    long ControllerId, long UtcMs, long BootId, long Sequence, int? Watts, long EnergyMilliwattHours, int State,
    int? LimitWatts, int Faults, IReadOnlyList<LoadSample>? Loads = null);

/// <summary>One load's part of a telemetry row.</summary>
/// <param name="Watts">Its power; null without a valid reading.</param>
/// <param name="LimitWatts">The order it was given last; null when unlimited.</param>
/// <param name="State">What it was doing, as on the wire.</param>
/// <param name="Faults">Bits of its faults.</param>
/// <param name="WorkRate">Gigahash per second or thousandths of a token per second; null when unknown.</param>
public readonly record struct LoadSample(int? Watts, int? LimitWatts, int State, int Faults, long? WorkRate);

/// <summary>A site's power over one minute: the sum of its controllers' averages.</summary>
/// <param name="UtcMs">Beginning of the minute, UTC milliseconds.</param>
/// <param name="AverageWatts">Average watts of the controllers that were heard.</param>
/// <param name="ControllersHeard">How many had a valid reading; fewer than the site has means that watts are missing.</param>
public sealed record SiteMinute(long UtcMs, long AverageWatts, long ControllersHeard);
