using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Dapper;

namespace Fleet.Gateway.Storage;

/// <summary>Something that happened on a controller. (ControllerId, BootId, Sequence) names it.</summary>
public sealed record EventRow
{
    /// <summary>The controller's number in the database.</summary>
    public required long ControllerId { get; init; }

    /// <summary>The run of the controller.</summary>
    public required long BootId { get; init; }

    /// <summary>Grows within a boot.</summary>
    public required long Sequence { get; init; }

    /// <summary>When, UTC milliseconds.</summary>
    public required long UtcMs { get; init; }

    /// <summary>What happened, such as <c>fault-raised</c>.</summary>
    public required string What { get; init; }

    /// <summary>Which one, such as <c>meter-stale</c>.</summary>
    public required string Code { get; init; }

    /// <summary>The load concerned; empty for the controller itself.</summary>
    public required string LoadName { get; init; }

    /// <summary>One line for a person; may be empty.</summary>
    public required string Detail { get; init; }
}

/// <summary>What happened on the controllers, each event once.</summary>
public sealed class EventStore
{
    /// <summary>Most events of one answer.</summary>
    public const int MostRows = 1_000;

    // Eight of each of 12,500 controllers wait while the database fails; beyond it they keep theirs.
    private const int MostWaiting = 100_000;

    private const string InsertSql = """
        INSERT INTO controller_events (controller_id, boot_id, sequence, utc_ms, what, code, load_name, detail)
        VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7)
        ON CONFLICT (controller_id, boot_id, sequence) DO NOTHING
        """;

    private readonly Database _database;
    private readonly Writer _writer;
    private readonly Lock _gate = new();
    private readonly Dictionary<(long Controller, long Boot, long Sequence), Task> _waiting = [];

    internal EventStore(Database database, Writer writer)
    {
        _database = database;
        _writer = writer;
    }

    /// <summary>Stores events that are not there yet and returns how many were new, once they are on the disk, for however long the database fails.</summary>
    /// <exception cref="StorageException">A controller is not enrolled, or the gateway stops; nothing is stored.</exception>
    public Task<int> StoreAsync(IReadOnlyList<EventRow> events, CancellationToken cancellation = default) =>
        _writer.WriteInTimeAsync(
            session =>
            {
                var insert = session.Prepare(InsertSql, 8);
                return events.Sum(row => insert.Run(
                    row.ControllerId, row.BootId, row.Sequence, row.UtcMs, row.What, row.Code, row.LoadName, row.Detail));
            },
            cancellation);

    /// <summary>As <see cref="StoreAsync"/> for one event of a controller, which may send it again meanwhile: it waits once.</summary>
    /// <exception cref="StorageException">Too many wait already; as <see cref="StoreAsync"/> otherwise.</exception>
    public Task StoreOnceAsync(EventRow row)
    {
        var name = (row.ControllerId, row.BootId, row.Sequence);
        lock (_gate)
        {
            if (_waiting.TryGetValue(name, out var already))
                return already;
            if (_waiting.Count >= MostWaiting)
                throw new StorageException($"{MostWaiting} events wait for the database {_database.Path}, which fails.");
            var stored = StoreAsync(name, row);
            if (!stored.IsCompleted)
                _waiting.Add(name, stored);
            return stored;
        }
    }

    private async Task StoreAsync((long Controller, long Boot, long Sequence) name, EventRow row)
    {
        try
        {
            await StoreAsync([row]).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
                _waiting.Remove(name);
        }
    }

    /// <summary>A site's events from an instant until before another, the newest first, at most <see cref="MostRows"/>.</summary>
    /// <remarks>CROSS JOIN: by time first, not each controller's whole history.</remarks>
    public async Task<IReadOnlyList<EventRow>> OfSiteAsync(string site, long fromUtcMs, long toUtcMs, CancellationToken cancellation = default)
    {
        using var connection = _database.OpenReader();
        return (await connection.QueryAsync<EventRow>(new CommandDefinition(
            """
            SELECT e.controller_id AS ControllerId, e.boot_id AS BootId, e.sequence AS Sequence, e.utc_ms AS UtcMs,
                e.what AS What, e.code AS Code, e.load_name AS LoadName, e.detail AS Detail
            FROM controller_events AS e CROSS JOIN controllers AS c
            WHERE c.id = e.controller_id AND c.site = @site AND e.utc_ms >= @fromUtcMs AND e.utc_ms < @toUtcMs
            ORDER BY e.utc_ms DESC, e.controller_id, e.boot_id, e.sequence DESC
            LIMIT @MostRows
            """,
            new { site, fromUtcMs, toUtcMs, MostRows }, cancellationToken: cancellation)).ConfigureAwait(false)).AsList();
    }
}
