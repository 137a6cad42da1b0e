using System;
using System.IO;
using Fleet.Core;

namespace Fleet.Virtual;

/// <summary>The storage of a virtual controller: a folder with a file for each record.</summary>
/// <remarks>
/// A write goes to a file beside the record, is brought to the disk, and takes the record's place in one move; so a cut
/// leaves the old record or the new one whole, and what it leaves beside them is written over by the next write.
/// </remarks>
public sealed class FolderStore : IStore
{
    private const string UnfinishedSuffix = ".new";

    private readonly string _folder;

    /// <summary>Stores in this folder, which is made when it is absent.</summary>
    public FolderStore(string folder)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
    }

    /// <inheritdoc/>
    public bool TryRead(string name, byte[] buffer, out int length)
    {
        length = 0;
        try
        {
            using var file = File.OpenHandle(Path.Combine(_folder, name));
            if (RandomAccess.GetLength(file) > buffer.Length)
                return false;
            length = RandomAccess.Read(file, buffer, 0);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public bool TryWrite(string name, byte[] buffer, int length)
    {
        var path = Path.Combine(_folder, name);
        try
        {
            using (var file = File.OpenHandle(path + UnfinishedSuffix, FileMode.Create, FileAccess.Write))
            {
                RandomAccess.Write(file, buffer.AsSpan(0, length), 0);
                RandomAccess.FlushToDisk(file);
            }
            File.Move(path + UnfinishedSuffix, path, overwrite: true);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
