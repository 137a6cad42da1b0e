using System;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Fleet.Gateway.Storage;

/// <summary>
/// A compiled statement of the writer, for tables that take thousands of rows a second: it binds without an object for each
/// value, which a command of the database library needs. It runs in whatever transaction its connection is in.
/// </summary>
public sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    internal Statement(SqliteConnection connection, string sql, int parameters)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("The connection is closed.");
        Check(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
        if (raw.sqlite3_bind_parameter_count(_statement) != parameters)
            throw new ArgumentException($"The statement has {raw.sqlite3_bind_parameter_count(_statement)} parameters, not {parameters}: {sql}", nameof(parameters));
    }

    /// <summary>Runs it with these values in the order of its parameters and says how many rows it changed.</summary>
    public int Run(params ReadOnlySpan<Cell> cells)
    {
        try
        {
            for (var i = 0; i < cells.Length; i++)
                Check(cells[i].Bind(_statement, i + 1));
            var outcome = raw.sqlite3_step(_statement);
            if (outcome != raw.SQLITE_DONE)
                Check(outcome);
            return raw.sqlite3_changes(_database);
        }
        finally
        {
            _ = raw.sqlite3_reset(_statement);
        }
    }

    /// <summary>Lets go of the compiled form.</summary>
    public void Dispose() => _statement.Dispose();

    private void Check(int outcome) => SqliteException.ThrowExceptionForRC(outcome, _database);
}

/// <summary>One value of a row on its way into the database: a whole number, a text, bytes, or unknown.</summary>
public readonly struct Cell
{
    private readonly object? _bytesOrText;
    private readonly long _number;
    private readonly bool _isNumber;

    private Cell(long number)
    {
        _number = number;
        _isNumber = true;
    }

    private Cell(object? bytesOrText)
    {
        _bytesOrText = bytesOrText;
    }

    /// <summary>A number.</summary>
    public static implicit operator Cell(long number) => new(number);

    /// <summary>A number, or unknown.</summary>
    public static implicit operator Cell(long? number) => number is { } known ? new Cell(known) : default;

    /// <summary>A text, or unknown.</summary>
    public static implicit operator Cell(string? text) => new((object?)text);

    /// <summary>Bytes, or unknown.</summary>
    public static implicit operator Cell(byte[]? bytes) => new((object?)bytes);

    internal int Bind(sqlite3_stmt statement, int index) => _bytesOrText switch
    {
        string text => raw.sqlite3_bind_text(statement, index, text),
        byte[] bytes => raw.sqlite3_bind_blob(statement, index, bytes),
        _ => _isNumber ? raw.sqlite3_bind_int64(statement, index, _number) : raw.sqlite3_bind_null(statement, index),
    };
}
