using System;
using System.IO;
using Microsoft.Data.Sqlite;

namespace Fleet.Gateway.Storage;

/// <summary>
/// The gateway's SQLite file in WAL mode: one connection writes, any number read beside it. A lock file keeps a second
/// gateway out, whose numbers would mix with ours.
/// </summary>
public sealed class Database : IDisposable
{
    /// <summary>Longest wait for another program's lock before an attempt counts as failed; the writer tries again.</summary>
    private const int BusySeconds = 1;

    private readonly StorageOptions _options;
    private readonly FileStream _lock;
    private readonly string _readerString;
    private readonly string _writerString;

    private Database(StorageOptions options, string path, FileStream lockFile)
    {
        _options = options;
        _lock = lockFile;
        Path = path;
        _readerString = ConnectionString(path, SqliteOpenMode.ReadOnly, pooling: true);
        _writerString = ConnectionString(path, SqliteOpenMode.ReadWrite, pooling: false);
    }

    /// <summary>The file's full path.</summary>
    public string Path { get; }

    /// <summary>
    /// Opens the file, makes it and its folder when missing, and brings its schema up to date.
    /// </summary>
    /// <exception cref="StorageException">It is damaged, unwritable, in use, or of a newer Fleet.</exception>
    public static Database Open(StorageOptions options, TimeProvider time)
    {
        options.Check();
        var path = System.IO.Path.GetFullPath(options.Path);
        FileStream? lockFile = null;
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            lockFile = Lock(path);
            Create(path, time);
            return new Database(options, path, lockFile);
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException or StorageException)
        {
            lockFile?.Dispose();
            throw StorageException.Of(path, failure);
        }
    }

    /// <summary>A connection that can only read; dispose it after the query, it returns to a pool.</summary>
    public SqliteConnection OpenReader()
    {
        var connection = new SqliteConnection(_readerString);
        connection.Open();
        return connection;
    }

    /// <summary>Lets go of the file; readers that are still open keep theirs until they are disposed.</summary>
    public void Dispose()
    {
        using var pool = new SqliteConnection(_readerString);
        SqliteConnection.ClearPool(pool);
        _lock.Dispose();
    }

    /// <summary>The connection of the one writer. Never makes a missing file: its rows would be gone unnoticed.</summary>
    internal SqliteConnection OpenWriter()
    {
        RequireFile();
        var connection = new SqliteConnection(_writerString);
        try
        {
            connection.Open();
            // A checkpoint every 16 MB instead of 4 writes the hot pages of a busy minute less often.
            Run(connection, "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4096; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -65536;");
            var pageBytes = (long)Run(connection, "PRAGMA page_size")!;
            var pages = _options.MaxFileBytes == 0 ? uint.MaxValue - 1 : _options.MaxFileBytes / pageBytes;
            Run(connection, $"PRAGMA max_page_count = {pages}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A file removed under an open connection would take rows that nobody can ever read.</summary>
    internal void RequireFile()
    {
        if (!File.Exists(Path))
            throw new StorageException($"The database {Path} is gone. Put it back, or stop the gateway and start it again with an empty one.");
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (File.Exists(path + ".lock"))
        {
            throw new StorageException(
                $"The database {path} is in use by another gateway. Stop that one, or give another folder: Fleet:DataFolder, --data for the demo.", failure);
        }
    }

    private static void Create(string path, TimeProvider time)
    {
        // It holds the controllers' secrets: nobody but the gateway's user may read it. SQLite gives its side files the same mode.
        if (!File.Exists(path) && !OperatingSystem.IsWindows())
            new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }).Dispose();
        using var connection = new SqliteConnection(ConnectionString(path, SqliteOpenMode.ReadWriteCreate, pooling: false));
        connection.Open();
        var mode = (string)Run(connection, "PRAGMA journal_mode = WAL")!;
        if (mode != "wal")
            throw new StorageException($"The database {path} cannot keep a write-ahead log on this file system ({mode}). Put it on a local disk.");
        Migrations.Apply(connection, path, time);
    }

    private static string ConnectionString(string path, SqliteOpenMode mode, bool pooling) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = mode,
        Pooling = pooling,
        ForeignKeys = true,
        DefaultTimeout = BusySeconds,
    }.ToString();

    private static object? Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
