using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Fleet.Core;

namespace Fleet.Tests.Harness;

/// <summary>What the flash holds of a file in the middle of whose write the power was cut.</summary>
public enum Tear
{
    /// <summary>As many of the new bytes as were written; of none, an empty file.</summary>
    Short,

    /// <summary>The new bytes, and what the cells happen to hold up to the new length.</summary>
    Noise,

    /// <summary>The new bytes over those of the old file.</summary>
    Over,

    /// <summary>The old file: the file system had not yet put the new one in its place.</summary>
    Old,
}

/// <summary>One write of a file, and the flash before it.</summary>
public sealed record FlashWrite(string File, byte[] Bytes, IReadOnlyDictionary<string, byte[]> Before)
{
    /// <summary>The record whose file it is.</summary>
    public string Name => File[..^2];

    /// <summary>The flash when the power was cut after so many of its bytes.</summary>
    public TornFlash CutAt(int count, Tear tear)
    {
        byte[] old = Before.GetValueOrDefault(File, []);
        byte[] torn = tear switch
        {
            Tear.Short => new byte[count],
            Tear.Noise => new byte[Bytes.Length],
            Tear.Over => [.. old, .. new byte[Math.Max(0, count - old.Length)]],
            _ => [.. old],
        };
        if (tear == Tear.Noise)
            new Random(count).NextBytes(torn);
        if (tear != Tear.Old)
            Array.Copy(Bytes, torn, count);
        TornFlash flash = new(Before);
        flash.Files[File] = torn;
        return flash;
    }
}

/// <summary>Files in flash that remember each write, so that the power can be cut in any of them at any byte afterwards, and can fail.</summary>
public sealed class TornFlash : IFlashFiles
{
    public TornFlash()
    {
    }

    public TornFlash(IReadOnlyDictionary<string, byte[]> files) => Files = files.ToDictionary(file => file.Key, file => (byte[])file.Value.Clone());

    /// <summary>Every file there is.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Every write so far.</summary>
    public List<FlashWrite> Writes { get; } = [];

    /// <summary>Called at the beginning of a write.</summary>
    public Action? Writing { get; set; }

    public bool FailsToRead { get; set; }

    /// <summary>How many of the next readings fail.</summary>
    public int FailingReads { get; set; }

    public bool FailsToWrite { get; set; }

    /// <inheritdoc/>
    public int LengthOf(string name)
    {
        CheckRead();
        return Files.TryGetValue(name, out byte[]? file) ? file.Length : 0;
    }

    /// <inheritdoc/>
    public bool TryRead(string name, int offset, byte[] into, int count)
    {
        CheckRead();
        if (!Files.TryGetValue(name, out byte[]? file) || offset + count > file.Length)
            return false;
        Array.Copy(file, offset, into, 0, count);
        return true;
    }

    /// <inheritdoc/>
    public void Write(string name, byte[] head, byte[] bytes, int count)
    {
        if (FailsToWrite)
            throw new IOException("the flash is full");
        Writing?.Invoke();
        byte[] whole = [.. head, .. bytes[..count]];
        Writes.Add(new FlashWrite(name, whole, new Dictionary<string, byte[]>(Files)));
        Files[name] = whole;
    }

    private void CheckRead()
    {
        if (FailsToRead || FailingReads-- > 0)
            throw new IOException("the flash is broken");
    }
}
