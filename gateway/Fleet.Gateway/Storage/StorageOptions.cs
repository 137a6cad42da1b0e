namespace Fleet.Gateway.Storage;

/// <summary>Where the gateway keeps what it must remember, and how much of it.</summary>
public sealed record StorageOptions
{
    /// <summary>The database file, made with its folder when missing. Default: <c>./data/fleet.db</c>.</summary>
    public string Path { get; init; } = "./data/fleet.db";

    /// <summary>
    /// Most bytes of the database file, 1 MiB and up; 0 is no bound but the disk. Read again whenever the writer opens
    /// the file, so that raising it heals a full database without a restart.
    /// </summary>
    public long MaxFileBytes { get; set; }

    /// <summary>
    /// Most telemetry rows waiting for the writer, 1 to 10,000,000. From half of it on, controllers are slowed down while
    /// the database works; while it fails nobody waits, and beyond the whole the oldest are dropped and counted.
    /// Default 200,000: two seconds of the highest measured rate, about 20 MB.
    /// </summary>
    public int TelemetryQueueRows { get; init; } = 200_000;

    /// <summary>Most other writes waiting, 1 to 1,000,000; beyond it the callers wait. Default 10,000.</summary>
    public int WriteQueueLength { get; init; } = 10_000;

    /// <summary>
    /// Most telemetry rows in one transaction, 1 to 1,000,000. Default 20,000: 0.1 s of work, so that an energy record
    /// behind it does not wait long for its commit.
    /// </summary>
    public int BatchRows { get; init; } = 20_000;

    /// <summary>Longest time telemetry waits for company before it is written, in milliseconds, 1 to 60,000. Default 250.</summary>
    public int FlushMs { get; init; } = 250;

    /// <summary>
    /// How long a caller waits for a database that fails before it gets a <see cref="StorageException"/>, in seconds,
    /// 1 to 3,600. Default 30.
    /// </summary>
    public int WaitSeconds { get; init; } = 30;

    /// <summary>Days telemetry is kept, 1 to 3,650. Default 14.</summary>
    public int KeepTelemetryDays { get; init; } = 14;

    /// <summary>Days the sites' minute averages are kept, 1 to 36,500. Default 400: a year to compare with.</summary>
    public int KeepMinutesDays { get; init; } = 400;

    /// <summary>Days plans, and setpoints that no signal asked for, are kept, 1 to 3,650. Default 30.</summary>
    public int KeepPlansDays { get; init; } = 30;

    /// <summary>Days controller events are kept, 1 to 36,500. Default 400.</summary>
    public int KeepEventsDays { get; init; } = 400;

    /// <summary>Refuses a value outside its range, with the option's name, its range and the value.</summary>
    internal void Check()
    {
        if (string.IsNullOrWhiteSpace(Path))
            throw new StorageException("The database has no place. Give a folder: Fleet:DataFolder, --data for the demo.");
        if (MaxFileBytes != 0)
            Within(nameof(MaxFileBytes), MaxFileBytes, 1 << 20, long.MaxValue);
        Within(nameof(TelemetryQueueRows), TelemetryQueueRows, 1, 10_000_000);
        Within(nameof(WriteQueueLength), WriteQueueLength, 1, 1_000_000);
        Within(nameof(BatchRows), BatchRows, 1, 1_000_000);
        Within(nameof(FlushMs), FlushMs, 1, 60_000);
        Within(nameof(WaitSeconds), WaitSeconds, 1, 3_600);
        Within(nameof(KeepTelemetryDays), KeepTelemetryDays, 1, 3_650);
        Within(nameof(KeepMinutesDays), KeepMinutesDays, 1, 36_500);
        Within(nameof(KeepPlansDays), KeepPlansDays, 1, 3_650);
        Within(nameof(KeepEventsDays), KeepEventsDays, 1, 36_500);
    }

    private static void Within(string name, long value, long lowest, long highest)
    {
        if (value < lowest || value > highest)
            throw new StorageException($"Storage:{name} is {value}. Give a number from {lowest} to {highest}.");
    }
}
