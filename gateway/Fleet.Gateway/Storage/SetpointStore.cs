using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Dapper;

namespace Fleet.Gateway.Storage;

/// <summary>A power limit given to a controller, why, and what has become of it.</summary>
public sealed record SetpointRow
{
    /// <summary>Its name, which the acks repeat.</summary>
    public required string Id { get; init; }

    /// <summary>The controller's number in the database.</summary>
    public required long ControllerId { get; init; }

    /// <summary>The command number it was last sent with; null while the link has not taken it.</summary>
    public required long? Sequence { get; init; }

    /// <summary>When it was first sent, UTC milliseconds.</summary>
    public required long IssuedUtcMs { get; init; }

    /// <summary>Most watts of the controller; null is no limit.</summary>
    public required int? LimitWatts { get; init; }

    /// <summary>The decision in one line for a person.</summary>
    public required string Reason { get; init; }

    /// <summary>The signal that narrowed it; null when none did.</summary>
    public required string? SignalId { get; init; }

    /// <summary>The plan it began with; null without one.</summary>
    public required string? PlanId { get; init; }

    /// <summary>Where it is in its life, in the dispatcher's word: sent, acked, achieved, refused or expired.</summary>
    public required string State { get; init; }

    /// <summary>How often it was sent.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>When the controller took it; null before.</summary>
    public long? AckedUtcMs { get; init; }

    /// <summary>When measured watts were at or below it; null before.</summary>
    public long? AchievedUtcMs { get; init; }

    /// <summary>Milliseconds on the controller from its arrival until it was achieved; null before.</summary>
    public long? ElapsedMs { get; init; }

    /// <summary>Measured watts when it was achieved; null before.</summary>
    public int? Watts { get; init; }

    /// <summary>Why it was refused; null when it was not.</summary>
    public string? Refusal { get; init; }
}

/// <summary>Every setpoint in its newest state.</summary>
public sealed class SetpointStore
{
    internal const string Select = """
        SELECT id AS Id, controller_id AS ControllerId, sequence AS Sequence, issued_utc_ms AS IssuedUtcMs,
            limit_watts AS LimitWatts, reason AS Reason, signal_id AS SignalId, plan_id AS PlanId, state AS State,
            attempts AS Attempts, acked_utc_ms AS AckedUtcMs, achieved_utc_ms AS AchievedUtcMs, elapsed_ms AS ElapsedMs,
            watts AS Watts, refusal AS Refusal
        FROM setpoints
        """;

    private const string UpsertSql = """
        INSERT INTO setpoints (id, controller_id, sequence, issued_utc_ms, limit_watts, reason, signal_id, plan_id, state,
            attempts, acked_utc_ms, achieved_utc_ms, elapsed_ms, watts, refusal)
        VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9, @p10, @p11, @p12, @p13, @p14)
        ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, state = excluded.state, attempts = excluded.attempts,
            acked_utc_ms = excluded.acked_utc_ms, achieved_utc_ms = excluded.achieved_utc_ms,
            elapsed_ms = excluded.elapsed_ms, watts = excluded.watts, refusal = excluded.refusal
        """;

    private readonly Database _database;
    private readonly Writer _writer;

    internal SetpointStore(Database database, Writer writer)
    {
        _database = database;
        _writer = writer;
    }

    /// <summary>
    /// Stores setpoints that are new or whose life went on, soon and in the order of the calls; waits only for a place in
    /// the queue. The list must not change afterwards.
    /// </summary>
    public ValueTask QueueAsync(IReadOnlyList<SetpointRow> setpoints, CancellationToken cancellation = default) =>
        _writer.QueueAsync(
            session =>
            {
                var upsert = session.Prepare(UpsertSql, 15);
                foreach (var row in setpoints)
                {
                    upsert.Run(
                        row.Id, row.ControllerId, row.Sequence, row.IssuedUtcMs, row.LimitWatts, row.Reason, row.SignalId,
                        row.PlanId, row.State, row.Attempts, row.AckedUtcMs, row.AchievedUtcMs, row.ElapsedMs, row.Watts, row.Refusal);
                }
            },
            cancellation);

    /// <summary>A controller's setpoints from an instant until before another, by when they were issued.</summary>
    public async Task<IReadOnlyList<SetpointRow>> OfControllerAsync(long controllerId, long fromUtcMs, long toUtcMs, CancellationToken cancellation = default)
    {
        using var connection = _database.OpenReader();
        return (await connection.QueryAsync<SetpointRow>(new CommandDefinition(
            Select + " WHERE controller_id = @controllerId AND issued_utc_ms >= @fromUtcMs AND issued_utc_ms < @toUtcMs ORDER BY issued_utc_ms, id",
            new { controllerId, fromUtcMs, toUtcMs }, cancellationToken: cancellation)).ConfigureAwait(false)).AsList();
    }
}
