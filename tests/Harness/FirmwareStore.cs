using System;
using System.Collections.Generic;
using Fleet.Core;

namespace Fleet.Tests.Harness;

/// <summary>A storage for tests of the firmware's core, which can fail, and survives the controllers that use it.</summary>
public sealed class FirmwareStore : IStore
{
    public Dictionary<string, byte[]> Records { get; } = [];

    public int Writes { get; private set; }

    public bool Fails { get; set; }

    public bool TryRead(string name, byte[] buffer, out int length)
    {
        length = Fails ? buffer.Length + 1 : 0;
        if (Fails || !Records.TryGetValue(name, out byte[]? record) || record.Length > buffer.Length)
            return false;
        record.CopyTo(buffer, 0);
        length = record.Length;
        return true;
    }

    public bool TryWrite(string name, byte[] buffer, int length)
    {
        if (Fails)
            return false;
        Writes++;
        if (!Records.TryGetValue(name, out byte[]? record) || record.Length != length)
            Records[name] = record = new byte[length];
        Array.Copy(buffer, record, length);
        return true;
    }
}
