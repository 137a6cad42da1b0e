using System.Threading;
using System.Threading.Tasks;
using Dapper;

namespace Fleet.Gateway.Storage;

/// <summary>A plan as it was made.</summary>
public sealed record PlanRow
{
    /// <summary>Its name, which setpoints repeat.</summary>
    public required string Id { get; init; }

    /// <summary>When it was made, UTC milliseconds.</summary>
    public required long MadeUtcMs { get; init; }

    /// <summary>The whole plan.</summary>
    public required string Json { get; init; }

    /// <summary>What it earns, in millionths of the currency.</summary>
    public required long ValueMicros { get; init; }

    /// <summary>The most any plan could earn, in millionths of the currency.</summary>
    public required long BoundMicros { get; init; }

    /// <summary>How far the value may be below the bound, in parts per million.</summary>
    public required long GapPartsPerMillion { get; init; }

    /// <summary>Three letters, such as EUR.</summary>
    public required string Currency { get; init; }
}

/// <summary>The plans of the last weeks.</summary>
public sealed class PlanStore
{
    private const string Select = """
        SELECT id AS Id, made_utc_ms AS MadeUtcMs, json AS Json, value_micros AS ValueMicros, bound_micros AS BoundMicros,
            gap_parts_per_million AS GapPartsPerMillion, currency AS Currency
        FROM plans
        """;

    private readonly Database _database;
    private readonly Writer _writer;

    internal PlanStore(Database database, Writer writer)
    {
        _database = database;
        _writer = writer;
    }

    /// <summary>Stores a plan soon; waits only for a place in the queue. The first of a name stays.</summary>
    public ValueTask QueueAsync(PlanRow plan, CancellationToken cancellation = default) =>
        _writer.QueueAsync(
            session => session.Execute(
                """
                INSERT INTO plans (id, made_utc_ms, json, value_micros, bound_micros, gap_parts_per_million, currency)
                VALUES (@Id, @MadeUtcMs, @Json, @ValueMicros, @BoundMicros, @GapPartsPerMillion, @Currency)
                ON CONFLICT (id) DO NOTHING
                """,
                plan),
            cancellation);

    /// <summary>The plan that was made last; null before the first.</summary>
    public async Task<PlanRow?> NewestAsync(CancellationToken cancellation = default)
    {
        using var connection = _database.OpenReader();
        return await connection.QuerySingleOrDefaultAsync<PlanRow>(new CommandDefinition(
            Select + " ORDER BY made_utc_ms DESC, id DESC LIMIT 1", cancellationToken: cancellation)).ConfigureAwait(false);
    }

    /// <summary>The plan of a name; null when it is unknown or no longer kept.</summary>
    public async Task<PlanRow?> FindAsync(string id, CancellationToken cancellation = default)
    {
        using var connection = _database.OpenReader();
        return await connection.QuerySingleOrDefaultAsync<PlanRow>(new CommandDefinition(
            Select + " WHERE id = @id", new { id }, cancellationToken: cancellation)).ConfigureAwait(false);
    }
}
