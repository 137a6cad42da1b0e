using System.Collections.Generic;
using System.Linq;

namespace Fleet.Gateway.Storage;

/// <summary>The writer's side of telemetry: rows in, minutes rolled up, old rows out.</summary>
internal static class TelemetryTable
{
    public const long MinuteMs = 60_000;

    private const string InsertSql = """
        INSERT INTO telemetry (utc_minute, controller_id, utc_ms, boot_id, sequence, watts, energy_milliwatt_hours,
            state, limit_watts, faults, loads)
        VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9, @p10)
        ON CONFLICT DO NOTHING
        """;

    private const string RollUpSql = """
        INSERT INTO site_minutes (site, utc_minute, average_watts, controllers_heard)
        SELECT c.site, a.utc_minute, CAST(ROUND(SUM(a.watts)) AS BIGINT), COUNT(*)
        FROM (
            SELECT controller_id, utc_minute, AVG(watts) AS watts
            FROM telemetry
            WHERE utc_minute = @p0 AND watts IS NOT NULL
            GROUP BY controller_id, utc_minute
        ) AS a
        JOIN controllers AS c ON c.id = a.controller_id
        WHERE true
        GROUP BY c.site, a.utc_minute
        ON CONFLICT (site, utc_minute) DO UPDATE
        SET average_watts = excluded.average_watts, controllers_heard = excluded.controllers_heard
        """;

    public static void Insert(WriterSession session, List<TelemetryRow> rows)
    {
        if (rows.Count == 0)
            return;
        var insert = session.Prepare(InsertSql, 11);
        foreach (var row in rows)
        {
            insert.Run(
                row.UtcMs / MinuteMs, row.ControllerId, row.UtcMs, row.BootId, row.Sequence, row.Watts,
                row.EnergyMilliwattHours, row.State, row.LimitWatts, row.Faults, LoadSamples.Pack(row.Loads));
        }
    }

    /// <summary>
    /// Averages every minute before <paramref name="beforeMinute"/> that is not rolled up yet, and again the newest that
    /// is, for rows that came late. At most <paramref name="most"/> minutes; true when there may be more.
    /// </summary>
    public static bool RollUp(WriterSession session, long beforeMinute, int most)
    {
        var newest = session.Scalar<long?>("SELECT MAX(utc_minute) FROM site_minutes") ?? 0;
        var minutes = session.Query<long>(
            """
            WITH RECURSIVE minutes (utc_minute) AS (
                SELECT MIN(utc_minute) FROM telemetry WHERE utc_minute > @After
                UNION ALL
                SELECT (SELECT MIN(t.utc_minute) FROM telemetry AS t WHERE t.utc_minute > m.utc_minute)
                FROM minutes AS m
                WHERE m.utc_minute IS NOT NULL
            )
            SELECT utc_minute FROM minutes WHERE utc_minute < @Before LIMIT @Most
            """,
            new { After = newest - 1, Before = beforeMinute, Most = most }).ToList();
        var rollUp = session.Prepare(RollUpSql, 1);
        foreach (var minute in minutes)
            rollUp.Run(minute);
        return minutes.Count == most;
    }

    /// <summary>Deletes at most <paramref name="most"/> rows older than a minute, the oldest first; true when there may be more.</summary>
    public static bool Prune(WriterSession session, long beforeMinute, int most)
    {
        var deleted = session.Execute(
            """
            DELETE FROM telemetry WHERE (utc_minute, controller_id, utc_ms) IN (
                SELECT utc_minute, controller_id, utc_ms FROM telemetry
                WHERE utc_minute < @Before
                ORDER BY utc_minute, controller_id, utc_ms
                LIMIT @Most)
            """,
            new { Before = beforeMinute, Most = most });
        return deleted == most;
    }
}
