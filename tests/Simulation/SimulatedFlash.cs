using System.Collections.Generic;
using Fleet.Core;

namespace Fleet.Tests.Simulation;

/// <summary>A controller's storage, which survives its boots. Power can be cut in the middle of a write: the old record stays or the new one is there, whole.</summary>
public sealed class SimulatedFlash(Chance chance) : IStore
{
    private readonly Dictionary<string, byte[]> _records = [];

    /// <summary>Whether the next write is the last thing that happens before the power is gone.</summary>
    public bool CutsNextWrite { get; set; }

    /// <summary>Whether the power is gone.</summary>
    public bool IsCut { get; set; }

    /// <inheritdoc/>
    public bool TryRead(string name, byte[] buffer, out int length)
    {
        length = 0;
        if (IsCut || !_records.TryGetValue(name, out var record) || record.Length > buffer.Length)
            return false;
        record.CopyTo(buffer, 0);
        length = record.Length;
        return true;
    }

    /// <inheritdoc/>
    public bool TryWrite(string name, byte[] buffer, int length)
    {
        if (IsCut)
            return false;
        IsCut = CutsNextWrite;
        CutsNextWrite = false;
        if (!IsCut || chance.Of(500))
            _records[name] = buffer[..length];
        return !IsCut;
    }
}
