using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Fleet.Gateway.Storage;

/// <summary>
/// What the controllers measured. Appended without waiting; readable a quarter of a second later (live values are in the
/// sites' memory, not here).
/// </summary>
public sealed class TelemetryStore
{
    /// <summary>Most rows of one answer: a day of one controller at one a second.</summary>
    public const int MostRows = 86_400;

    /// <summary>A row further in the future than this comes from a wrong clock and would never be pruned.</summary>
    private const long LongestAheadMs = 3_600_000;

    private const string Columns =
        "t.controller_id, t.utc_ms, t.boot_id, t.sequence, t.watts, t.energy_milliwatt_hours, t.state, t.limit_watts, t.faults, t.loads";

    // One seek for each minute and controller: the key begins with the minute.
    private const string Minutes = """
        WITH RECURSIVE minutes (utc_minute) AS (
            SELECT @FirstMinute
            UNION ALL
            SELECT utc_minute + 1 FROM minutes WHERE utc_minute < @LastMinute
        )
        """;

    private const string ControllerSql = Minutes + $"""

        SELECT {Columns}
        FROM minutes AS m CROSS JOIN telemetry AS t
        WHERE t.utc_minute = m.utc_minute AND t.controller_id = @ControllerId AND t.utc_ms >= @FromUtcMs AND t.utc_ms < @ToUtcMs
        ORDER BY t.utc_ms
        LIMIT @Most
        """;

    private const string SiteSql = Minutes + $"""

        SELECT {Columns}
        FROM minutes AS m CROSS JOIN controllers AS c CROSS JOIN telemetry AS t
        WHERE c.site = @Site AND t.utc_minute = m.utc_minute AND t.controller_id = c.id AND t.utc_ms >= @FromUtcMs AND t.utc_ms < @ToUtcMs
        LIMIT @Most
        """;

    private readonly Database _database;
    private readonly Writer _writer;
    private readonly StorageOptions _options;
    private readonly TimeProvider _time;

    internal TelemetryStore(Database database, Writer writer, StorageOptions options, TimeProvider time)
    {
        _database = database;
        _writer = writer;
        _options = options;
        _time = time;
    }

    /// <summary>
    /// Takes a row; never waits and never throws. A row from the future or older than what is kept is refused, and with a
    /// full queue the oldest row is dropped; <see cref="WriterHealth.DroppedTelemetryRows"/> counts both.
    /// </summary>
    public void Append(in TelemetryRow row)
    {
        if (row.UtcMs < EarliestMs || row.UtcMs >= LatestMs)
            _writer.RefuseTelemetry();
        else
            _writer.Append(row);
    }

    /// <summary>Completes when there is room for more rows: who can wait for it loses none, unless the database fails.</summary>
    public ValueTask WhenRoomAsync() => _writer.WhenTelemetryHasRoomAsync();

    /// <summary>One controller's rows from an instant until before another, oldest first, at most <see cref="MostRows"/>.</summary>
    public Task<IReadOnlyList<TelemetryRow>> OfControllerAsync(long controllerId, long fromUtcMs, long toUtcMs, CancellationToken cancellation = default) =>
        ReadAsync(ControllerSql, fromUtcMs, toUtcMs, "@ControllerId", controllerId, cancellation);

    /// <summary>All rows of a site from an instant until before another, by minute, then controller, at most <see cref="MostRows"/>.</summary>
    public Task<IReadOnlyList<TelemetryRow>> OfSiteAsync(string site, long fromUtcMs, long toUtcMs, CancellationToken cancellation = default) =>
        ReadAsync(SiteSql, fromUtcMs, toUtcMs, "@Site", site, cancellation);

    /// <summary>A site's minutes from an instant until before another, oldest first; the running minute comes when it is over.</summary>
    public async Task<IReadOnlyList<SiteMinute>> MinutesAsync(string site, long fromUtcMs, long toUtcMs, CancellationToken cancellation = default)
    {
        using var connection = _database.OpenReader();
        return (await connection.QueryAsync<SiteMinute>(new CommandDefinition(
            """
            SELECT utc_minute * 60000 AS UtcMs, average_watts AS AverageWatts, controllers_heard AS ControllersHeard
            FROM site_minutes
            WHERE site = @site AND utc_minute * 60000 >= @fromUtcMs AND utc_minute >= @firstMinute AND utc_minute * 60000 < @toUtcMs
            ORDER BY utc_minute
            """,
            new { site, fromUtcMs, toUtcMs, firstMinute = fromUtcMs / TelemetryTable.MinuteMs },
            cancellationToken: cancellation)).ConfigureAwait(false)).AsList();
    }

    private long EarliestMs => _time.GetUtcNow().ToUnixTimeMilliseconds() - _options.KeepTelemetryDays * 86_400_000L;

    private long LatestMs => _time.GetUtcNow().ToUnixTimeMilliseconds() + LongestAheadMs;

    private async Task<IReadOnlyList<TelemetryRow>> ReadAsync(
        string sql, long fromUtcMs, long toUtcMs, string name, object value, CancellationToken cancellation)
    {
        var rows = new List<TelemetryRow>();
        fromUtcMs = Math.Max(fromUtcMs, EarliestMs);
        toUtcMs = Math.Min(toUtcMs, LatestMs);
        if (toUtcMs <= fromUtcMs)
            return rows;
        using var connection = _database.OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue(name, value);
        command.Parameters.AddWithValue("@FromUtcMs", fromUtcMs);
        command.Parameters.AddWithValue("@ToUtcMs", toUtcMs);
        command.Parameters.AddWithValue("@FirstMinute", fromUtcMs / TelemetryTable.MinuteMs);
        command.Parameters.AddWithValue("@LastMinute", (toUtcMs - 1) / TelemetryTable.MinuteMs);
        command.Parameters.AddWithValue("@Most", MostRows);
        using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            rows.Add(RowOf(reader));
        return rows;
    }

    private static TelemetryRow RowOf(SqliteDataReader reader) => new(
        reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3),
        reader.IsDBNull(4) ? null : reader.GetInt32(4), reader.GetInt64(5), reader.GetInt32(6),
        reader.IsDBNull(7) ? null : reader.GetInt32(7), reader.GetInt32(8),
        reader.IsDBNull(9) ? null : LoadSamples.Unpack(reader.GetFieldValue<byte[]>(9)));
}
