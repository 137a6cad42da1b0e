using System;
using System.IO;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Fleet.Gateway.Storage;

/// <summary>The database cannot do what was asked; the message says what, where, and what to do.</summary>
public sealed class StorageException : Exception
{
    /// <summary>With a message for a person.</summary>
    public StorageException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The same failure in words for the person who runs the gateway.</summary>
    internal static StorageException Of(string path, Exception failure)
    {
        if (failure is StorageException known)
            return known;
        var todo = failure switch
        {
            SqliteException sqlite => ToDo(sqlite.SqliteErrorCode),
            UnauthorizedAccessException => "Give the gateway's user the right to read and write the file and its folder.",
            IOException => "Check that the disk is there and that the path names a file in a folder.",
            _ => "The write is kept and tried again.",
        };
        return new StorageException($"The database {path} fails: {failure.Message} {todo}", failure);
    }

    private static string ToDo(int sqliteErrorCode) => sqliteErrorCode switch
    {
        raw.SQLITE_FULL => "Free disk space, or raise Storage:MaxFileBytes.",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "Another program holds it; close that program.",
        raw.SQLITE_CANTOPEN => "Check that its folder exists, is a folder, and may be written by the gateway's user.",
        raw.SQLITE_READONLY or raw.SQLITE_PERM =>
            "Give the gateway's user the right to write the file and its folder.",
        raw.SQLITE_NOTADB or raw.SQLITE_CORRUPT =>
            "It is damaged or no database: move it and its -wal and -shm files away, then put a backup in its place or start empty.",
        raw.SQLITE_IOERR => "The disk fails; check it and the system's log.",
        _ => "See the SQLite error code; the file may need a backup put in its place.",
    };
}
