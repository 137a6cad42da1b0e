using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Core;

namespace Fleet.Tests.Simulation;

/// <summary>A controller's flash, which survives its boots. Power can be cut in the middle of a write, at any of its bytes.</summary>
public sealed class SimulatedFlash(Chance chance) : IFlashFiles
{
    private readonly Dictionary<string, byte[]> _files = [];
    private readonly HashSet<string> _refused = [];

    /// <summary>Whether the next write is the last thing that happens before the power is gone.</summary>
    public bool CutsNextWrite { get; set; }

    /// <summary>Fault: nothing can be written.</summary>
    public bool Fails { get; set; }

    /// <summary>Whether something was not written that the controller has gone on from.</summary>
    public bool IsBehind => _refused.Count > 0;

    /// <summary>Whether the power is gone.</summary>
    public bool IsCut { get; set; }

    /// <inheritdoc/>
    public int LengthOf(string name)
    {
        Check();
        return _files.TryGetValue(name, out var file) ? file.Length : 0;
    }

    /// <inheritdoc/>
    public bool TryRead(string name, int offset, byte[] into, int count)
    {
        Check();
        if (!_files.TryGetValue(name, out var file) || offset + count > file.Length)
            return false;
        Array.Copy(file, offset, into, 0, count);
        return true;
    }

    /// <inheritdoc/>
    public void Write(string name, byte[] head, byte[] bytes, int count)
    {
        Check();
        // A record's two files differ in their last letter.
        if (Fails)
            _refused.Add(name[..^1]);
        if (Fails)
            throw new InvalidOperationException("the flash takes nothing");
        byte[] whole = [.. head, .. bytes[..count]];
        IsCut = CutsNextWrite;
        CutsNextWrite = false;
        if (!IsCut)
            _refused.Remove(name[..^1]);
        _files[name] = IsCut ? Torn(whole, _files.GetValueOrDefault(name, [])) : whole;
        Check();
    }

    /// <summary>What a cut at any byte may leave: a part of the new file, with garbage or the old one behind it, or the old one.</summary>
    private byte[] Torn(byte[] whole, byte[] old)
    {
        var tear = new Chance(chance.Between(0, 1_000_000));
        var count = tear.Between(0, whole.Length);
        return tear.Between(0, 3) switch
        {
            0 => whole[..count],
            1 => [.. whole[..count], .. tear.Bytes(whole.Length - count)],
            2 => [.. whole[..count], .. old.Skip(count)],
            _ => old,
        };
    }

    private void Check()
    {
        if (IsCut)
            throw new InvalidOperationException("the power is gone");
    }
}
