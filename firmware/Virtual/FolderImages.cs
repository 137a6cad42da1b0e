using System;
using System.IO;
using Fleet.Core;

namespace Fleet.Virtual;

/// <summary>The image slots of a virtual controller: a folder with a file for each.</summary>
public sealed class FolderImages : IImageSlots
{
    private readonly string _folder;

    /// <summary>Slots in this folder, which is made when it is absent.</summary>
    public FolderImages(string folder)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
    }

    /// <inheritdoc/>
    public string? Refusal => null;

    /// <inheritdoc/>
    public int LengthOf(int slot) => new FileInfo(PathOf(slot)) is { Exists: true } file ? (int)file.Length : 0;

    /// <inheritdoc/>
    public bool TryRead(int slot, int offset, byte[] buffer, int count)
    {
        try
        {
            using var file = File.OpenHandle(PathOf(slot));
            return RandomAccess.Read(file, buffer.AsSpan(0, count), offset) == count;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public bool TryWrite(int slot, int offset, byte[] bytes, int count)
    {
        try
        {
            using var file = File.OpenHandle(PathOf(slot), offset == 0 ? FileMode.Create : FileMode.Open, FileAccess.Write);
            RandomAccess.Write(file, bytes.AsSpan(0, count), offset);
            RandomAccess.FlushToDisk(file);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string PathOf(int slot) => Path.Combine(_folder, $"firmware.{slot}");
}
