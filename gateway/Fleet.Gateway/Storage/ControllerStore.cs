using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Dapper;

namespace Fleet.Gateway.Storage;

/// <summary>An enrolled controller.</summary>
public sealed record ControllerRow
{
    /// <summary>Its number in every other table.</summary>
    public required long Id { get; init; }

    /// <summary>The site it is on.</summary>
    public required string Site { get; init; }

    /// <summary>Its name on the site.</summary>
    public required string Controller { get; init; }

    /// <summary>What it shares with the gateway: its password, and the key of its commands.</summary>
    public required string Secret { get; init; }

    /// <summary>When it was enrolled, UTC milliseconds.</summary>
    public required long CreatedUtcMs { get; init; }

    /// <summary>Its address; the secret never reaches a log.</summary>
    public override string ToString() => $"{Site}/{Controller} ({Id})";
}

/// <summary>The controllers that may connect.</summary>
public sealed class ControllerStore
{
    private const string Select =
        "SELECT id AS Id, site AS Site, controller AS Controller, secret AS Secret, created_utc_ms AS CreatedUtcMs FROM controllers";

    private readonly Database _database;
    private readonly Writer _writer;
    private readonly TimeProvider _time;

    internal ControllerStore(Database database, Writer writer, TimeProvider time)
    {
        _database = database;
        _writer = writer;
        _time = time;
    }

    /// <summary>
    /// The controllers of these names, each enrolled with its secret if it is new; one that is known keeps the secret it
    /// has. In the order given, in one transaction.
    /// </summary>
    public Task<IReadOnlyList<ControllerRow>> EnrolAsync(
        IReadOnlyList<(string Site, string Controller, string Secret)> controllers, CancellationToken cancellation = default)
    {
        var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        return _writer.WriteAsync<IReadOnlyList<ControllerRow>>(
            session =>
            {
                var rows = new List<ControllerRow>(controllers.Count);
                foreach (var (site, controller, secret) in controllers)
                {
                    session.Execute(
                        """
                        INSERT INTO controllers (id, site, controller, secret, created_utc_ms)
                        SELECT COALESCE(MAX(id), 0) + 1, @site, @controller, @secret, @nowMs FROM controllers WHERE true
                        ON CONFLICT (site, controller) DO NOTHING
                        """,
                        new { site, controller, secret, nowMs });
                    rows.Add(session.Query<ControllerRow>(Select + " WHERE site = @site AND controller = @controller", new { site, controller }).Single());
                }
                return rows;
            },
            cancellation);
    }

    /// <summary>Gives a controller a new secret; false when it is not enrolled.</summary>
    public Task<bool> ChangeSecretAsync(long id, string secret, CancellationToken cancellation = default) =>
        _writer.WriteAsync(session => session.Execute("UPDATE controllers SET secret = @secret WHERE id = @id", new { id, secret }) == 1, cancellation);

    /// <summary>One controller; null when it is not enrolled.</summary>
    public async Task<ControllerRow?> FindAsync(string site, string controller, CancellationToken cancellation = default)
    {
        using var connection = _database.OpenReader();
        return await connection.QuerySingleOrDefaultAsync<ControllerRow>(new CommandDefinition(
            Select + " WHERE site = @site AND controller = @controller", new { site, controller }, cancellationToken: cancellation)).ConfigureAwait(false);
    }

    /// <summary>All controllers, in the order they were enrolled.</summary>
    public async Task<IReadOnlyList<ControllerRow>> AllAsync(CancellationToken cancellation = default)
    {
        using var connection = _database.OpenReader();
        return (await connection.QueryAsync<ControllerRow>(new CommandDefinition(
            Select + " ORDER BY id", cancellationToken: cancellation)).ConfigureAwait(false)).AsList();
    }
}
