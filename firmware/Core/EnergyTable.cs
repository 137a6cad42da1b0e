using System;

namespace Fleet.Core;

/// <summary>
/// Rows of energy records as bytes, with a head before them, just as they are kept in storage: nothing is copied to be
/// written, and one array costs the device less than an object for each.
/// <code>
/// [ head ][ boot 7 | sequence 4 | start 6 | length 4 | energy 6 | register 7 | earlier 4 | flags 1 | way 1 ][ …
/// </code>
/// </summary>
internal sealed class EnergyTable
{
    // Where a field lies in its row, and how many bytes it has: the place times 8 and the bytes.
    public const int Boot = 0 * 8 + 7;
    public const int Sequence = 7 * 8 + 4;
    public const int StartMs = 11 * 8 + 6;
    public const int LengthMs = 17 * 8 + 4;
    public const int Register = 27 * 8 + 7;
    public const int EarlierSeconds = 34 * 8 + 4;
    public const int Flags = 38 * 8 + 1;
    public const int Way = 39 * 8 + 1;
    public const int RowBytes = 40;

    private const int BiasedEnergy = 21 * 8 + 6;

    /// <summary>Energy may be negative, bytes are not.</summary>
    private const long Bias = 1L << 47;

    private readonly int _headBytes;
    private int _room;

    /// <summary>Rows with room for so many, behind a head of so many bytes.</summary>
    public EnergyTable(int headBytes, int room)
    {
        _headBytes = headBytes;
        _room = room;
        Bytes = new byte[headBytes + room * RowBytes];
    }

    /// <summary>Head and rows; what lies behind <see cref="Length"/> is left over.</summary>
    public byte[] Bytes { get; private set; }

    public int Count { get; private set; }

    public int Length
    {
        get { return _headBytes + Count * RowBytes; }
    }

    public bool IsFull
    {
        get { return Count == _room; }
    }

    public long Get(int row, int field)
    {
        return Records.ReadLong(Bytes, At(row) + field / 8, field % 8);
    }

    public void Set(int row, int field, long value)
    {
        Records.WriteLong(Bytes, At(row) + field / 8, field % 8, value);
    }

    public long EndMs(int row)
    {
        return Get(row, StartMs) + Get(row, LengthMs);
    }

    public long Energy(int row)
    {
        return Get(row, BiasedEnergy) - Bias;
    }

    public void SetEnergy(int row, long milliwattHours)
    {
        Set(row, BiasedEnergy, milliwattHours + Bias);
    }

    public bool Has(int row, int flag)
    {
        return (Bytes[At(row) + Flags / 8] & flag) != 0;
    }

    public void Mark(int row, int flag)
    {
        Bytes[At(row) + Flags / 8] |= (byte)flag;
    }

    /// <summary>Whether the storage has rows of this table, maybe older ones.</summary>
    public bool IsKept { get; private set; }

    /// <summary>The storage has just these rows: takes the flag from them that says that it had others.</summary>
    public void NoteKept(int flag)
    {
        IsKept = true;
        for (int row = 0; row < Count; row++)
            Bytes[At(row) + Flags / 8] &= (byte)~flag;
    }

    /// <summary>Takes up as many rows as were read behind the head.</summary>
    public void Begin(int length)
    {
        Count = (length - _headBytes) / RowBytes;
    }

    /// <summary>A row more, of zeros, for which there is room.</summary>
    public int Add()
    {
        Array.Clear(Bytes, At(Count), RowBytes);
        return Count++;
    }

    /// <summary>Takes rows out.</summary>
    public void Remove(int row, int count)
    {
        Array.Copy(Bytes, At(row + count), Bytes, At(row), At(Count) - At(row + count));
        Count -= count;
    }

    /// <summary>Makes room for so many, no fewer than there are. Where memory is too short for it, nothing has changed.</summary>
    public void Resize(int room)
    {
        if (room == _room)
            return;
        byte[] bytes = new byte[_headBytes + room * RowBytes];
        Array.Copy(Bytes, bytes, Length);
        Bytes = bytes;
        _room = room;
    }

    private int At(int row)
    {
        return _headBytes + row * RowBytes;
    }
}
