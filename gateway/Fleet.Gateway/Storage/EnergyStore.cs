using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Dapper;
using Fleet.Gateway.Link;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Fleet.Gateway.Storage;

/// <summary>The energy of every controller, each interval exactly once, whatever is repeated or comes late.</summary>
public sealed class EnergyStore
{
    private const string InsertSql = """
        INSERT INTO energy_records (controller_id, boot_id, sequence, start_utc_ms, end_utc_ms, energy_milliwatt_hours,
            register_milliwatt_hours, quality, received_utc_ms, earlier_seconds)
        VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9)
        ON CONFLICT (controller_id, boot_id, sequence) DO NOTHING
        """;

    // Changes a row only when the one that is there differs.
    private const string ConflictSql = """
        INSERT INTO energy_conflicts (controller_id, boot_id, sequence, start_utc_ms, end_utc_ms, energy_milliwatt_hours,
            register_milliwatt_hours, quality, received_utc_ms, earlier_seconds)
        SELECT @p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9
        FROM energy_records
        WHERE controller_id = @p0 AND boot_id = @p1 AND sequence = @p2
            AND NOT (start_utc_ms = @p3 AND end_utc_ms = @p4 AND energy_milliwatt_hours = @p5
                AND register_milliwatt_hours = @p6 AND quality = @p7 AND earlier_seconds = @p9)
        ON CONFLICT (controller_id, boot_id, sequence, start_utc_ms, end_utc_ms, energy_milliwatt_hours,
            register_milliwatt_hours, quality) DO UPDATE SET received_utc_ms = excluded.received_utc_ms
        """;

    private const string Columns = """
        controller_id AS ControllerId, boot_id AS BootId, sequence AS Sequence, start_utc_ms AS StartUtcMs,
        end_utc_ms AS EndUtcMs, energy_milliwatt_hours AS EnergyMilliwattHours,
        register_milliwatt_hours AS RegisterMilliwattHours, quality AS Quality, earlier_seconds AS EarlierSeconds
        """;

    // A gap is between a record and the one before it, so the range begins with the last record that starts before it.
    private const string GapSql = """
        WITH ordered AS (
            SELECT controller_id, boot_id, sequence, start_utc_ms, end_utc_ms, register_milliwatt_hours, energy_milliwatt_hours,
                LAG(boot_id) OVER before AS last_boot_id,
                LAG(sequence) OVER before AS last_sequence,
                LAG(end_utc_ms) OVER before AS last_end_utc_ms,
                LAG(register_milliwatt_hours) OVER before AS last_register
            FROM energy_records
            WHERE controller_id = @controllerId AND start_utc_ms < @toUtcMs AND start_utc_ms >= COALESCE(
                (SELECT MAX(start_utc_ms) FROM energy_records WHERE controller_id = @controllerId AND start_utc_ms < @fromUtcMs), @fromUtcMs)
            WINDOW before AS (ORDER BY start_utc_ms, boot_id, sequence)
        )
        SELECT controller_id AS ControllerId, last_end_utc_ms AS FromUtcMs, start_utc_ms AS ToUtcMs,
            CASE WHEN boot_id = last_boot_id THEN sequence - last_sequence - 1 END AS MissingRecords,
            register_milliwatt_hours - energy_milliwatt_hours - last_register AS RegisterMilliwattHours
        FROM ordered
        WHERE last_end_utc_ms IS NOT NULL
            AND (start_utc_ms > last_end_utc_ms OR (boot_id = last_boot_id AND sequence > last_sequence + 1))
        ORDER BY start_utc_ms
        """;

    // Eight of each of 12,500 controllers wait while the database fails; beyond it they keep theirs. About 25 MB.
    private const int MostWaiting = 100_000;

    private readonly Database _database;
    private readonly Writer _writer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LogLimit _refusals;
    private readonly Lock _gate = new();
    private (List<EnergyRow> Rows, Task Stored)? _joining;
    private readonly Dictionary<EnergyRow, Task> _waiting = [];

    internal EnergyStore(Database database, Writer writer, TimeProvider time, ILogger logger)
    {
        _database = database;
        _writer = writer;
        _time = time;
        _logger = logger;
        _refusals = new LogLimit(time);
    }

    /// <summary>
    /// Stores records and returns once they are on the disk: acknowledge them to the controller after that, not before.
    /// </summary>
    /// <exception cref="ArgumentException">A record does not end after it begins.</exception>
    /// <exception cref="StorageException">The database fails, or the controller is not enrolled; nothing is stored.</exception>
    public async Task<EnergyOutcome> StoreAsync(IReadOnlyList<EnergyRow> rows, CancellationToken cancellation = default)
    {
        foreach (var row in rows)
            Check(row);
        var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        return Told(await _writer.WriteAsync(session => Insert(session, rows, nowMs), cancellation).ConfigureAwait(false));
    }

    /// <summary>
    /// Stores one record of an enrolled controller, together with all that come until the writer takes them up: one write
    /// and one task for many callers. The task completes once they are on the disk, for however long the database fails; a
    /// record that is sent again meanwhile waits once. One that can never be stored for what it says is logged in its place.
    /// </summary>
    /// <exception cref="StorageException">The gateway stops, or too many records wait already; nothing is stored.</exception>
    public Task StoreTogetherAsync(EnergyRow row)
    {
        if (row.EndUtcMs <= row.StartUtcMs)
        {
            Refuse(row, "it does not end after it begins");
            return Task.CompletedTask;
        }
        lock (_gate)
        {
            if (_waiting.TryGetValue(row, out var already))
                return already;
            if (_waiting.Count >= MostWaiting)
                throw new StorageException($"{MostWaiting} energy records wait for the database {_database.Path}, which fails.");
            if (_joining is not { } group)
            {
                var rows = new List<EnergyRow>();
                group = (rows, StoreGroupAsync(rows));
                _joining = group.Stored.IsCompleted ? null : group;
            }
            group.Rows.Add(row);
            if (!group.Stored.IsCompleted)
                _waiting.Add(row, group.Stored);
            return group.Stored;
        }
    }

    private async Task StoreGroupAsync(List<EnergyRow> rows)
    {
        try
        {
            var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
            var refused = new List<(EnergyRow Row, string Reason)>();
            Told(await _writer.WriteInTimeAsync(session =>
            {
                refused.Clear(); // of a try before this one
                return Insert(session, Close(rows), nowMs, refused);
            }).ConfigureAwait(false));
            foreach (var (row, reason) in refused)
                Refuse(row, reason);
        }
        finally
        {
            Close(rows);
            lock (_gate)
                rows.ForEach(row => _waiting.Remove(row));
        }
    }

    /// <summary>Lets nobody join this group any more.</summary>
    private List<EnergyRow> Close(List<EnergyRow> rows)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_joining?.Rows, rows))
                _joining = null;
        }
        return rows;
    }

    private static void Check(EnergyRow row)
    {
        if (row.EndUtcMs <= row.StartUtcMs)
            throw new ArgumentException($"Energy record {row.BootId}/{row.Sequence} of controller {row.ControllerId} does not end after it begins.", nameof(row));
    }

    private EnergyOutcome Told(Inserted inserted)
    {
        foreach (var (controller, conflicts) in inserted.Conflicts.CountBy(controller => controller))
        {
            _logger.LogWarning(
                "{Conflicts} energy records of controller {Controller} differ from the stored ones of the same name; the first stay, the others are in energy_conflicts.",
                conflicts, controller);
        }
        return new EnergyOutcome(inserted.Stored, inserted.Rows - inserted.Stored - inserted.Conflicts.Count, inserted.Conflicts.Count);
    }

    /// <summary>A controller's records that touch a range, by beginning.</summary>
    public async Task<IReadOnlyList<EnergyRow>> OfControllerAsync(long controllerId, long fromUtcMs, long toUtcMs, CancellationToken cancellation = default)
    {
        using var connection = _database.OpenReader();
        return (await connection.QueryAsync<EnergyRow>(new CommandDefinition(
            $"""
            SELECT {Columns} FROM energy_records
            WHERE controller_id = @controllerId AND start_utc_ms < @toUtcMs AND end_utc_ms > @fromUtcMs
            ORDER BY start_utc_ms, boot_id, sequence
            """,
            new { controllerId, fromUtcMs, toUtcMs }, cancellationToken: cancellation)).ConfigureAwait(false)).AsList();
    }

    /// <summary>A controller's gaps that end in a range, by time.</summary>
    public async Task<IReadOnlyList<EnergyGap>> GapsAsync(long controllerId, long fromUtcMs, long toUtcMs, CancellationToken cancellation = default)
    {
        using var connection = _database.OpenReader();
        var gaps = await connection.QueryAsync<EnergyGap>(new CommandDefinition(
            GapSql, new { controllerId, fromUtcMs, toUtcMs }, cancellationToken: cancellation)).ConfigureAwait(false);
        return gaps.Where(gap => gap.ToUtcMs >= fromUtcMs).ToList();
    }

    /// <summary>Records kept aside because another of the same name came first, by when they were received.</summary>
    public async Task<IReadOnlyList<EnergyRow>> ConflictsAsync(long controllerId, CancellationToken cancellation = default)
    {
        using var connection = _database.OpenReader();
        return (await connection.QueryAsync<EnergyRow>(new CommandDefinition(
            $"SELECT {Columns} FROM energy_conflicts WHERE controller_id = @controllerId ORDER BY received_utc_ms",
            new { controllerId }, cancellationToken: cancellation)).ConfigureAwait(false)).AsList();
    }

    private void Refuse(EnergyRow row, string reason)
    {
        if (_refusals.TryTake(out var left))
            _logger.LogError("An energy record can never be stored and is left out: {Reason}. {Record}; {Left} before it were not logged.", reason, row, left);
    }

    /// <summary>Inserts them; one the database refuses for what it says goes to <paramref name="refused"/>, or without that undoes all.</summary>
    private static Inserted Insert(WriterSession session, IReadOnlyList<EnergyRow> rows, long nowMs, List<(EnergyRow, string)>? refused = null)
    {
        var insert = session.Prepare(InsertSql, 10);
        var stored = 0;
        var conflicts = new List<long>();
        foreach (var row in rows)
        {
            try
            {
                if (Run(insert, row, nowMs) == 1)
                    stored++;
                else if (Run(session.Prepare(ConflictSql, 10), row, nowMs) == 1)
                    conflicts.Add(row.ControllerId);
            }
            catch (SqliteException wrong) when (refused is not null && wrong.SqliteErrorCode is (raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH))
            {
                refused.Add((row, wrong.Message));
            }
        }
        return new Inserted(rows.Count - (refused?.Count ?? 0), stored, conflicts);
    }

    private static int Run(Statement statement, EnergyRow row, long nowMs) => statement.Run(
        row.ControllerId, row.BootId, row.Sequence, row.StartUtcMs, row.EndUtcMs, row.EnergyMilliwattHours,
        row.RegisterMilliwattHours, row.Quality, nowMs, row.EarlierSeconds);

    private readonly record struct Inserted(int Rows, int Stored, IReadOnlyList<long> Conflicts);
}
