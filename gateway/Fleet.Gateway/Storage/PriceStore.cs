using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Dapper;

namespace Fleet.Gateway.Storage;

/// <summary>One electricity price of a series, as loaded.</summary>
public sealed record PriceRow
{
    /// <summary>Longest interval of one price: a day.</summary>
    public const long LongestMs = 86_400_000;

    /// <summary>The series' name, such as the file it came from.</summary>
    public required string Series { get; init; }

    /// <summary>Beginning, UTC milliseconds.</summary>
    public required long StartUtcMs { get; init; }

    /// <summary>How long it holds, above 0 and at most <see cref="LongestMs"/>.</summary>
    public required long DurationMs { get; init; }

    /// <summary>Price in millionths of the currency; may be negative.</summary>
    public required long PriceMicrosPerMegawattHour { get; init; }

    /// <summary>Three letters, such as EUR.</summary>
    public required string Currency { get; init; }
}

/// <summary>The prices that plans were made with and energy is charged with.</summary>
public sealed class PriceStore
{
    private const string UpsertSql = """
        INSERT INTO prices (series, start_utc_ms, duration_ms, price_micros_per_megawatt_hour, currency, loaded_utc_ms)
        VALUES (@p0, @p1, @p2, @p3, @p4, @p5)
        ON CONFLICT (series, start_utc_ms) DO UPDATE SET duration_ms = excluded.duration_ms,
            price_micros_per_megawatt_hour = excluded.price_micros_per_megawatt_hour, currency = excluded.currency,
            loaded_utc_ms = excluded.loaded_utc_ms
        """;

    private readonly Database _database;
    private readonly Writer _writer;
    private readonly TimeProvider _time;

    internal PriceStore(Database database, Writer writer, TimeProvider time)
    {
        _database = database;
        _writer = writer;
        _time = time;
    }

    /// <summary>Stores prices; a price of the same series and beginning is replaced. Returns once they are on the disk.</summary>
    /// <exception cref="ArgumentException">A duration is out of range.</exception>
    public Task StoreAsync(IReadOnlyList<PriceRow> rows, CancellationToken cancellation = default)
    {
        foreach (var row in rows)
        {
            if (row.DurationMs is <= 0 or > PriceRow.LongestMs)
                throw new ArgumentException($"The price of {row.Series} from {row.StartUtcMs} lasts {row.DurationMs} ms; give 1 to {PriceRow.LongestMs}.", nameof(rows));
        }
        var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        return _writer.WriteAsync(
            session =>
            {
                var upsert = session.Prepare(UpsertSql, 6);
                foreach (var row in rows)
                    upsert.Run(row.Series, row.StartUtcMs, row.DurationMs, row.PriceMicrosPerMegawattHour, row.Currency, nowMs);
                return rows.Count;
            },
            cancellation);
    }

    /// <summary>A series' prices that touch a range, by beginning.</summary>
    public async Task<IReadOnlyList<PriceRow>> RangeAsync(string series, long fromUtcMs, long toUtcMs, CancellationToken cancellation = default)
    {
        using var connection = _database.OpenReader();
        return (await connection.QueryAsync<PriceRow>(new CommandDefinition(
            """
            SELECT series AS Series, start_utc_ms AS StartUtcMs, duration_ms AS DurationMs,
                price_micros_per_megawatt_hour AS PriceMicrosPerMegawattHour, currency AS Currency
            FROM prices
            WHERE series = @series AND start_utc_ms > @fromUtcMs - @LongestMs AND start_utc_ms < @toUtcMs
                AND start_utc_ms + duration_ms > @fromUtcMs
            ORDER BY start_utc_ms
            """,
            new { series, fromUtcMs, toUtcMs, PriceRow.LongestMs }, cancellationToken: cancellation)).ConfigureAwait(false)).AsList();
    }
}
