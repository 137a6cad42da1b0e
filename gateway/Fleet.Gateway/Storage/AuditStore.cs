using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Dapper;

namespace Fleet.Gateway.Storage;

/// <summary>Who did what, why and when.</summary>
public sealed record AuditRow
{
    /// <summary>Its number; grows by one a line.</summary>
    public required long Id { get; init; }

    /// <summary>When, UTC milliseconds.</summary>
    public required long UtcMs { get; init; }

    /// <summary>Who: a person, a partner or the gateway itself.</summary>
    public required string Who { get; init; }

    /// <summary>What was done.</summary>
    public required string What { get; init; }

    /// <summary>The reason given; may be empty.</summary>
    public required string Why { get; init; }
}

/// <summary>The audit log: lines are added, never changed or removed.</summary>
public sealed class AuditStore
{
    /// <summary>Most lines of one answer.</summary>
    public const int MostRows = 1_000;

    private readonly Database _database;
    private readonly Writer _writer;
    private readonly TimeProvider _time;

    internal AuditStore(Database database, Writer writer, TimeProvider time)
    {
        _database = database;
        _writer = writer;
        _time = time;
    }

    /// <summary>Adds a line of now and returns its number once it is on the disk.</summary>
    public Task<long> AddAsync(string who, string what, string why, CancellationToken cancellation = default) =>
        _writer.WriteAsync(Line(who, what, why), cancellation);

    /// <summary>The write of a line of now, which answers its number: for one that is made together with what it tells of.</summary>
    internal Func<WriterSession, long> Line(string who, string what, string why)
    {
        var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        return session => session.Scalar<long>(
            """
            INSERT INTO audit_lines (id, utc_ms, who, what, why)
            SELECT COALESCE(MAX(id), 0) + 1, @nowMs, @who, @what, @why FROM audit_lines
            RETURNING id
            """,
            new { nowMs, who, what, why });
    }

    /// <summary>The lines from an instant until before another, the newest first, at most <see cref="MostRows"/>.</summary>
    public async Task<IReadOnlyList<AuditRow>> RangeAsync(long fromUtcMs, long toUtcMs, CancellationToken cancellation = default)
    {
        using var connection = _database.OpenReader();
        return (await connection.QueryAsync<AuditRow>(new CommandDefinition(
            """
            SELECT id AS Id, utc_ms AS UtcMs, who AS Who, what AS What, why AS Why
            FROM audit_lines WHERE utc_ms >= @fromUtcMs AND utc_ms < @toUtcMs ORDER BY id DESC LIMIT @MostRows
            """,
            new { fromUtcMs, toUtcMs, MostRows }, cancellationToken: cancellation)).ConfigureAwait(false)).AsList();
    }
}
