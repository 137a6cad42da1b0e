namespace Fleet.Gateway.Storage;

/// <summary>One closed interval of a controller's energy. (ControllerId, BootId, Sequence) names it.</summary>
public sealed record EnergyRow
{
    /// <summary>The controller's number in the database.</summary>
    public required long ControllerId { get; init; }

    /// <summary>The run of the controller that made it.</summary>
    public required long BootId { get; init; }

    /// <summary>Grows by one within a boot.</summary>
    public required long Sequence { get; init; }

    /// <summary>Beginning, UTC milliseconds.</summary>
    public required long StartUtcMs { get; init; }

    /// <summary>End, UTC milliseconds; after the beginning.</summary>
    public required long EndUtcMs { get; init; }

    /// <summary>Energy of the interval; negative when exported.</summary>
    public required long EnergyMilliwattHours { get; init; }

    /// <summary>The energy register at the end.</summary>
    public required long RegisterMilliwattHours { get; init; }

    /// <summary>How it was found, best first: 0 metered, 1 reported, 2 nameplate.</summary>
    public required int Quality { get; init; }

    /// <summary>How much earlier it may lie than it says, because its boot ended without knowing UTC; 0 where its date is known.</summary>
    public long EarlierSeconds { get; init; }
}

/// <summary>What became of a batch of energy records; all of it is on the disk.</summary>
/// <param name="Stored">New records.</param>
/// <param name="Duplicates">Records that were there already, the same in every field.</param>
/// <param name="Conflicts">Records that differ from the one that was there: kept aside, not counted.</param>
public readonly record struct EnergyOutcome(int Stored, int Duplicates, int Conflicts);

/// <summary>
/// Time between two consecutive records of a controller that no record covers, or records that never came. Marked, never
/// filled.
/// </summary>
public sealed record EnergyGap
{
    /// <summary>The controller's number in the database.</summary>
    public required long ControllerId { get; init; }

    /// <summary>End of the record before.</summary>
    public required long FromUtcMs { get; init; }

    /// <summary>Beginning of the record after; not after <see cref="FromUtcMs"/> when only the numbers jump.</summary>
    public required long ToUtcMs { get; init; }

    /// <summary>How many numbers are missing between the two; null when they are of different boots.</summary>
    public required long? MissingRecords { get; init; }

    /// <summary>What the register counted between the two records: how much energy the gap may hold.</summary>
    public required long RegisterMilliwattHours { get; init; }
}
