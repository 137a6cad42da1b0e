using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Fleet.Gateway.Storage;

/// <summary>
/// The steps from an empty file to today's schema: <c>Migrations/NNN_name.sql</c>, numbered from 1 without a gap, each
/// applied in one transaction and written down. A step that has been released is never edited; the next one mends it.
/// The SQL keeps to what SQLite and PostgreSQL share, but for <c>WITHOUT ROWID</c> and <c>BLOB</c>.
/// </summary>
public static class Migrations
{
    private const string Prefix = "Fleet.Gateway.Storage.Migrations.";

    private const string VersionTable = """
        CREATE TABLE IF NOT EXISTS schema_versions (
            version BIGINT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            applied_utc_ms BIGINT NOT NULL
        ) WITHOUT ROWID
        """;

    private static readonly Step[] Steps = Load();

    /// <summary>The schema this program needs.</summary>
    public static int Latest => Steps.Length;

    /// <summary>Applies what is missing, up to <paramref name="version"/> or the latest.</summary>
    /// <exception cref="StorageException">The file is of a newer Fleet.</exception>
    public static void Apply(SqliteConnection connection, string path, TimeProvider time, int? version = null)
    {
        connection.Execute(VersionTable);
        var current = connection.ExecuteScalar<int>("SELECT COALESCE(MAX(version), 0) FROM schema_versions");
        if (current > Latest)
        {
            throw new StorageException(
                $"The database {path} has schema {current}, and this Fleet knows schemas up to {Latest}. Start the newer Fleet that made it, or give another folder: Fleet:DataFolder, --data for the demo.");
        }
        foreach (var step in Steps.Where(step => step.Version > current && step.Version <= (version ?? Latest)))
        {
            using var transaction = connection.BeginTransaction();
            connection.Execute(step.Sql, transaction: transaction);
            connection.Execute(
                "INSERT INTO schema_versions (version, name, applied_utc_ms) VALUES (@Version, @Name, @At)",
                new { step.Version, step.Name, At = time.GetUtcNow().ToUnixTimeMilliseconds() },
                transaction);
            transaction.Commit();
        }
    }

    private static Step[] Load()
    {
        var assembly = typeof(Migrations).Assembly;
        var steps = new List<Step>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var name = resource[Prefix.Length..^".sql".Length];
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            steps.Add(new Step(int.Parse(name.AsSpan(0, 3)), name[4..], reader.ReadToEnd()));
        }
        var ordered = steps.OrderBy(step => step.Version).ToArray();
        for (var i = 0; i < ordered.Length; i++)
        {
            if (ordered[i].Version != i + 1)
                throw new InvalidOperationException($"Migration {i + 1} is missing or given twice.");
        }
        return ordered;
    }

    private sealed record Step(int Version, string Name, string Sql);
}
