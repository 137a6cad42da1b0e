using System;
using System.Collections.Generic;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Fleet.Gateway.Storage;

/// <summary>The one writing connection within its transaction: what a write may use, and nothing else.</summary>
public sealed class WriterSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);
    private SqliteTransaction? _transaction;
    private bool _isSynced;

    internal WriterSession(SqliteConnection connection)
    {
        _connection = connection;
    }

    /// <summary>Runs a statement and says how many rows it changed; parameters as in Dapper.</summary>
    public int Execute(string sql, object? parameters = null) => _connection.Execute(sql, parameters, _transaction);

    /// <summary>The rows of a query; parameters as in Dapper.</summary>
    public IEnumerable<T> Query<T>(string sql, object? parameters = null) => _connection.Query<T>(sql, parameters, _transaction);

    /// <summary>The first column of the first row, or the type's default when there is none.</summary>
    public T? Scalar<T>(string sql, object? parameters = null) => _connection.ExecuteScalar<T>(sql, parameters, _transaction);

    /// <summary>
    /// A statement for many rows, compiled once and kept; its parameters are <c>@p0</c>, <c>@p1</c> and so on.
    /// </summary>
    public Statement Prepare(string sql, int parameters)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = new Statement(_connection, sql, parameters);
            _statements.Add(sql, statement);
        }
        return statement;
    }

    /// <summary>Closes the connection; an open transaction is undone.</summary>
    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _transaction?.Dispose();
        _connection.Dispose();
    }

    internal bool IsOpen => _connection.State == System.Data.ConnectionState.Open;

    /// <summary>
    /// Begins a transaction. One that somebody waits for is on the disk itself when it commits (FULL: the log is synced).
    /// Others survive the end of the process, but not always a power cut (NORMAL: the log is synced at a checkpoint or by
    /// the next synced commit).
    /// </summary>
    internal void Begin(bool isSynced)
    {
        if (isSynced != _isSynced)
            _connection.Execute(isSynced ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        _isSynced = isSynced;
        _transaction = _connection.BeginTransaction();
    }

    internal void Commit()
    {
        _transaction!.Commit();
        _transaction.Dispose();
        _transaction = null;
    }

    internal void Rollback()
    {
        _transaction?.Dispose();
        _transaction = null;
    }
}
