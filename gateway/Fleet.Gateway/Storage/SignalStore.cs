using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Dapper;

namespace Fleet.Gateway.Storage;

/// <summary>What the outside asked over an interval: today a curtailment.</summary>
public sealed record SignalRow
{
    /// <summary>Its name.</summary>
    public required string Id { get; init; }

    /// <summary>The site it is for; null is the whole portfolio.</summary>
    public required string? Site { get; init; }

    /// <summary>Most watts while it lasts; null when percent is given.</summary>
    public required int? TargetWatts { get; init; }

    /// <summary>Most power in percent of what is measured when it begins; null when watts are given.</summary>
    public required int? TargetPercent { get; init; }

    /// <summary>When it begins, UTC milliseconds.</summary>
    public required long StartUtcMs { get; init; }

    /// <summary>When it ends, UTC milliseconds.</summary>
    public required long EndUtcMs { get; init; }

    /// <summary>Why, in one line for a person.</summary>
    public required string Reason { get; init; }

    /// <summary>The lower number goes first.</summary>
    public int Priority { get; init; }

    /// <summary>Who asked.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it was accepted, UTC milliseconds.</summary>
    public required long CreatedUtcMs { get; init; }

    /// <summary>How it stands, in a word of the dispatcher's, such as <c>accepted</c>, <c>cancelled</c> or <c>ended</c>.</summary>
    public required string Status { get; init; }
}

/// <summary>How far a signal has come on one site, or in the whole portfolio.</summary>
public sealed record CurtailmentRow
{
    /// <summary>What stands for a site's name in the row of the whole portfolio: no site is named so.</summary>
    public const string Portfolio = "";

    /// <summary>The signal.</summary>
    public required string SignalId { get; init; }

    /// <summary>The site, or <see cref="Portfolio"/>.</summary>
    public required string Site { get; init; }

    /// <summary>How far it has come, in the dispatcher's word.</summary>
    public required string State { get; init; }

    /// <summary>Since when, UTC milliseconds.</summary>
    public required long ChangedUtcMs { get; init; }

    /// <summary>Measured watts when it began; null before.</summary>
    public int? StartWatts { get; init; }

    /// <summary>The cap in watts; null while it is a percentage of a power not measured yet.</summary>
    public int? RequestedWatts { get; init; }

    /// <summary>Mean measured watts since it was achieved; the lowest so far while it is not; null before.</summary>
    public int? AchievedWatts { get; init; }

    /// <summary>How many measurements <see cref="AchievedWatts"/> is the mean of.</summary>
    public int Measurements { get; init; }

    /// <summary>From its start to the first measurement at or below the cap; null before.</summary>
    public long? TakenMs { get; init; }
}

/// <summary>One signal and all that came of it: its course on each site, and every setpoint with its ack and measured watts.</summary>
/// <param name="Signal">What was asked.</param>
/// <param name="Curtailments">How far it came on each site.</param>
/// <param name="Setpoints">The setpoints it narrowed, by when they were issued, each with its reason and what became of it.</param>
public sealed record Lineage(SignalRow Signal, IReadOnlyList<CurtailmentRow> Curtailments, IReadOnlyList<SetpointRow> Setpoints);

/// <summary>Signals and how they were followed.</summary>
public sealed class SignalStore
{
    private const string Select = """
        SELECT id AS Id, site AS Site, target_watts AS TargetWatts, target_percent AS TargetPercent,
            start_utc_ms AS StartUtcMs, end_utc_ms AS EndUtcMs, reason AS Reason, priority AS Priority,
            created_by AS CreatedBy, created_utc_ms AS CreatedUtcMs, status AS Status
        FROM signals
        """;

    private const string UpsertSql = """
        INSERT INTO signals (id, site, target_watts, target_percent, start_utc_ms, end_utc_ms, reason, priority, created_by,
            created_utc_ms, status)
        VALUES (@Id, @Site, @TargetWatts, @TargetPercent, @StartUtcMs, @EndUtcMs, @Reason, @Priority, @CreatedBy,
            @CreatedUtcMs, @Status)
        ON CONFLICT (id) DO UPDATE SET start_utc_ms = excluded.start_utc_ms, end_utc_ms = excluded.end_utc_ms,
            target_watts = excluded.target_watts, target_percent = excluded.target_percent, reason = excluded.reason,
            priority = excluded.priority, status = excluded.status
        """;

    private const string UpsertCurtailmentSql = """
        INSERT INTO curtailments (signal_id, site, state, changed_utc_ms, start_watts, requested_watts, achieved_watts, measurements, taken_ms)
        VALUES (@SignalId, @Site, @State, @ChangedUtcMs, @StartWatts, @RequestedWatts, @AchievedWatts, @Measurements, @TakenMs)
        ON CONFLICT (signal_id, site) DO UPDATE SET state = excluded.state, changed_utc_ms = excluded.changed_utc_ms,
            start_watts = excluded.start_watts, requested_watts = excluded.requested_watts,
            achieved_watts = excluded.achieved_watts, measurements = excluded.measurements, taken_ms = excluded.taken_ms
        """;

    private readonly Database _database;
    private readonly Writer _writer;

    internal SignalStore(Database database, Writer writer)
    {
        _database = database;
        _writer = writer;
    }

    /// <summary>Stores a new signal, or what changed of it; returns once it is on the disk. Act on a signal after that.</summary>
    public Task StoreAsync(SignalRow signal, CancellationToken cancellation = default) =>
        _writer.WriteAsync(session => session.Execute(UpsertSql, signal), cancellation);

    /// <summary>
    /// Stores a signal with its curtailments and the audit line that tells of it (<see cref="AuditStore.Line"/>), all or none;
    /// returns once they are on the disk. Act on a signal after that.
    /// </summary>
    internal Task StoreAsync(SignalRow signal, IReadOnlyList<CurtailmentRow> curtailments, Func<WriterSession, long> auditLine) =>
        _writer.WriteAsync(session => session.Execute(UpsertSql, signal) + session.Execute(UpsertCurtailmentSql, curtailments) + auditLine(session));

    /// <summary>Stores how far a signal has come on a site, soon; waits only for a place in the queue.</summary>
    public ValueTask QueueAsync(CurtailmentRow curtailment, CancellationToken cancellation = default) =>
        _writer.QueueAsync(session => session.Execute(UpsertCurtailmentSql, curtailment), cancellation);

    /// <summary>Signals that end after an instant, by beginning: what a restarted gateway takes up again.</summary>
    public async Task<IReadOnlyList<SignalRow>> EndingAfterAsync(long utcMs, CancellationToken cancellation = default)
    {
        using var connection = _database.OpenReader();
        return (await connection.QueryAsync<SignalRow>(new CommandDefinition(
            Select + " WHERE end_utc_ms > @utcMs ORDER BY start_utc_ms, id", new { utcMs }, cancellationToken: cancellation)).ConfigureAwait(false)).AsList();
    }

    /// <summary>A signal and all that came of it; null when there is none of this name.</summary>
    public async Task<Lineage?> LineageAsync(string signalId, CancellationToken cancellation = default)
    {
        using var connection = _database.OpenReader();
        var signal = await connection.QuerySingleOrDefaultAsync<SignalRow>(new CommandDefinition(
            Select + " WHERE id = @signalId", new { signalId }, cancellationToken: cancellation)).ConfigureAwait(false);
        if (signal is null)
            return null;
        var curtailments = await connection.QueryAsync<CurtailmentRow>(new CommandDefinition(
            """
            SELECT signal_id AS SignalId, site AS Site, state AS State, changed_utc_ms AS ChangedUtcMs, start_watts AS StartWatts,
                requested_watts AS RequestedWatts, achieved_watts AS AchievedWatts, measurements AS Measurements, taken_ms AS TakenMs
            FROM curtailments WHERE signal_id = @signalId ORDER BY site
            """,
            new { signalId }, cancellationToken: cancellation)).ConfigureAwait(false);
        var setpoints = await connection.QueryAsync<SetpointRow>(new CommandDefinition(
            SetpointStore.Select + " WHERE signal_id = @signalId ORDER BY issued_utc_ms, id",
            new { signalId }, cancellationToken: cancellation)).ConfigureAwait(false);
        return new Lineage(signal, curtailments.AsList(), setpoints.AsList());
    }
}
