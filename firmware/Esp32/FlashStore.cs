using System;
using System.Collections;
using System.IO;
using Fleet.Core;

namespace Fleet.Esp32;

/// <summary>
/// Records in the board's flash. Each has two files that are written in turn, because a file cannot be replaced at one
/// stroke here: a power cut in the middle of a write costs that write and leaves the record before it.
/// <code>
/// I:\name.0  [ magic 4 | sequence 4 | length 4 | checksum 4 | payload ]   the newest that is whole counts,
/// I:\name.1  [ magic 4 | sequence 4 | length 4 | checksum 4 | payload ]   the other is written next
/// </code>
/// </summary>
internal sealed class FlashStore : IStore
{
    private const string Root = "I:\\";
    private const int HeaderBytes = 16;
    private const long Magic = 0x3154464C;

    /// <summary>Longest record: a schedule as it arrived.</summary>
    private const int RecordBytes = Fleet.Wire.Bounds.DownBytes;

    private readonly object _lock = new object();
    private readonly byte[] _header = new byte[HeaderBytes];
    private readonly Hashtable _slots = new Hashtable();
    private bool _hasComplained;
    private bool _isAbsent;

    public bool TryRead(string name, byte[] buffer, out int length)
    {
        length = 0;
        lock (_lock)
            return !_isAbsent && TryReadNewest(name, buffer, out length);
    }

    public bool TryWrite(string name, byte[] buffer, int length)
    {
        lock (_lock)
        {
            if (_isAbsent)
                return false;
            try
            {
                Slot slot = (Slot)_slots[name];
                if (slot == null)
                {
                    TryReadNewest(name, new byte[RecordBytes], out _);
                    slot = (Slot)_slots[name];
                }
                if (slot == null)
                    return false;
                Write(PathOf(name, 1 - slot.Index), slot.Sequence + 1, buffer, length);
                slot.Index = 1 - slot.Index;
                slot.Sequence++;
                return true;
            }
            catch (Exception failure)
            {
                Complain(name, failure);
                return false;
            }
        }
    }

    private bool TryReadNewest(string name, byte[] buffer, out int length)
    {
        length = 0;
        try
        {
            bool hasFirst = TryReadHeader(PathOf(name, 0), out long first, out _);
            bool hasSecond = TryReadHeader(PathOf(name, 1), out long second, out _);
            int newer = hasSecond && (!hasFirst || second > first) ? 1 : 0;
            _slots[name] = new Slot { Index = 1, Sequence = first > second ? first : second };
            return TryReadSlot(name, newer, buffer, out length) || TryReadSlot(name, 1 - newer, buffer, out length);
        }
        catch (Exception failure)
        {
            Complain(name, failure);
            return false;
        }
    }

    private bool TryReadSlot(string name, int index, byte[] buffer, out int length)
    {
        string path = PathOf(name, index);
        if (!TryReadHeader(path, out long sequence, out length) || length > buffer.Length)
            return false;
        FileStream stream = new FileStream(path, FileMode.Open, FileAccess.Read);
        try
        {
            if (!TryFill(stream, _header, HeaderBytes) || !TryFill(stream, buffer, length))
                return false;
        }
        finally
        {
            stream.Close();
        }
        if (Records.ReadLong(_header, 12, 4) != Checksum(buffer, length))
            return false;
        _slots[name] = new Slot { Index = index, Sequence = sequence };
        return true;
    }

    private bool TryReadHeader(string path, out long sequence, out int length)
    {
        sequence = 0;
        length = 0;
        if (!File.Exists(path))
            return false;
        FileStream stream = new FileStream(path, FileMode.Open, FileAccess.Read);
        try
        {
            if (!TryFill(stream, _header, HeaderBytes) || Records.ReadLong(_header, 0, 4) != Magic)
                return false;
            sequence = Records.ReadLong(_header, 4, 4);
            long said = Records.ReadLong(_header, 8, 4);
            length = said <= RecordBytes ? (int)said : 0;
            return said == length && stream.Length == HeaderBytes + length;
        }
        finally
        {
            stream.Close();
        }
    }

    private void Write(string path, long sequence, byte[] buffer, int length)
    {
        Records.WriteLong(_header, 0, 4, Magic);
        Records.WriteLong(_header, 4, 4, sequence);
        Records.WriteLong(_header, 8, 4, length);
        Records.WriteLong(_header, 12, 4, Checksum(buffer, length));
        FileStream stream = new FileStream(path, FileMode.Create, FileAccess.Write);
        try
        {
            stream.Write(_header, 0, HeaderBytes);
            stream.Write(buffer, 0, length);
            stream.Flush();
        }
        finally
        {
            stream.Close();
        }
    }

    /// <summary>Over the payload and what the header says before the checksum.</summary>
    private long Checksum(byte[] buffer, int length)
    {
        return Crc32.Of(buffer, 0, length) ^ Crc32.Of(_header, 0, HeaderBytes - 4);
    }

    private static bool TryFill(FileStream stream, byte[] buffer, int length)
    {
        int filled = 0;
        while (filled < length)
        {
            int count = stream.Read(buffer, filled, length - filled);
            if (count <= 0)
                return false;
            filled += count;
        }
        return true;
    }

    private static string PathOf(string name, int index)
    {
        return Root + name + "." + index.ToString();
    }

    private void Complain(string name, Exception failure)
    {
        if (!_hasComplained)
            Log.Failure("storage: " + name, failure);
        _hasComplained = true;
        // An interpreter without storage keeps a stack frame of every such call for ever: it is asked once.
        _isAbsent |= failure is NotSupportedException;
    }

    /// <summary>Which file of a record is the newest that is whole, and its sequence.</summary>
    private sealed class Slot
    {
        public int Index;
        public long Sequence;
    }
}
