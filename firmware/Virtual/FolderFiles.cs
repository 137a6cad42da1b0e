using System;
using System.IO;
using Fleet.Core;

namespace Fleet.Virtual;

/// <summary>The flash of a virtual controller: a folder, whose files are written as a board's are.</summary>
public sealed class FolderFiles : IFlashFiles
{
    private readonly string _folder;

    /// <summary>Files in this folder, which is made when it is absent.</summary>
    public FolderFiles(string folder)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
    }

    /// <inheritdoc/>
    public int LengthOf(string name)
    {
        var file = new FileInfo(Path.Combine(_folder, name));
        return file.Exists ? (int)file.Length : 0;
    }

    /// <inheritdoc/>
    public bool TryRead(string name, int offset, byte[] into, int count)
    {
        using var file = File.OpenHandle(Path.Combine(_folder, name));
        return RandomAccess.Read(file, into.AsSpan(0, count), offset) == count;
    }

    /// <inheritdoc/>
    public void Write(string name, byte[] head, byte[] bytes, int count)
    {
        using var file = File.OpenHandle(Path.Combine(_folder, name), FileMode.Create, FileAccess.Write);
        RandomAccess.Write(file, [head, bytes.AsMemory(0, count)], 0);
        RandomAccess.FlushToDisk(file);
    }
}
