using System;
using System.Collections.Generic;
using Fleet.Core;

namespace Fleet.Tests.Harness;

/// <summary>Image slots for tests of the firmware's core, which can fail, be cut in the middle of a write, and survive the controllers that use them.</summary>
public sealed class FirmwareImages : IImageSlots
{
    public Dictionary<int, byte[]> Slots { get; } = [];

    public string? Refusal { get; set; }

    public bool Fails { get; set; }

    /// <summary>Whether a bit turns over in every write.</summary>
    public bool Damages { get; set; }

    /// <summary>Bytes that may still be written before the power is cut; null is no cut.</summary>
    public int? CutAfterBytes { get; set; }

    public int Writes { get; private set; }

    public int LengthOf(int slot) => Slots.TryGetValue(slot, out byte[]? image) ? image.Length : 0;

    public bool TryRead(int slot, int offset, byte[] buffer, int count)
    {
        if (Fails || LengthOf(slot) < offset + count)
            return false;
        Slots[slot].AsSpan(offset, count).CopyTo(buffer);
        return true;
    }

    public bool TryWrite(int slot, int offset, byte[] bytes, int count)
    {
        if (slot is not (1 or 2) || offset > LengthOf(slot))
            throw new ArgumentOutOfRangeException(nameof(slot), $"{slot} at {offset} of {LengthOf(slot)}");
        if (Fails)
            return false;
        Writes++;
        int written = Math.Min(count, CutAfterBytes ?? count);
        CutAfterBytes -= written;
        Slots[slot] = [.. LengthOf(slot) == 0 ? [] : Slots[slot][..offset], .. bytes[..written]];
        if (Damages && written > 0)
            Slots[slot][offset] ^= 1;
        return written == count ? true : throw new PowerCut();
    }

    /// <summary>The power is gone, in the middle of a write.</summary>
    public sealed class PowerCut : Exception;
}
