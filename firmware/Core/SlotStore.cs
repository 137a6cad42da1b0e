using System;

namespace Fleet.Core;

/// <summary>
/// Records in flash that a cut of the power at any byte leaves whole. Each has two files that are written in turn: the one
/// that is written is not the one that counts, until it is whole.
/// <code>
/// name.0  [ magic 4 | sequence 4 | length 4 | checksum 4 ][ record ]   the newest that is whole counts,
/// name.1  [ magic 4 | sequence 4 | length 4 | checksum 4 ][ record ]   the other is written next
///
/// cut while name.1 is written:   old name.1 │ empty │ head only │ half a record │ whole
/// what is read after it:         name.0       name.0  name.0      name.0          name.1
/// </code>
/// The checksum is over head and record; a head is only a hint until it agrees. Damage of the one that counts leaves the one
/// before it.
/// </summary>
public sealed class SlotStore : IStore
{
    private const int HeadBytes = 16;
    private const int ChecksumAt = 12;

    /// <summary>How often is looked for a record while a reading fails: one that fails once must not make an older record count.</summary>
    private const int Tries = 3;

    private const long Magic = 0x3154464C;

    private readonly IFlashFiles _files;
    private readonly object _lock = new object();
    private readonly byte[] _head = new byte[HeadBytes];
    private Slot _slots;
    private bool _isAny;
    private bool _hasThrown;

    /// <summary>Keeps records in these files.</summary>
    public SlotStore(IFlashFiles files)
    {
        _files = files;
    }

    /// <inheritdoc/>
    public bool TryRead(string name, byte[] buffer, out int length)
    {
        lock (_lock)
        {
            if (TryFindAgain(SlotOf(name), buffer, out length))
                return true;
            length = _isAny || _hasThrown ? buffer.Length + 1 : 0;
            return false;
        }
    }

    /// <inheritdoc/>
    public bool TryWrite(string name, byte[] buffer, int length)
    {
        lock (_lock)
        {
            try
            {
                Slot slot = SlotOf(name);
                // While it cannot be seen which file counts, neither is written over.
                if (!slot.IsKnown && !TryFindAgain(slot, new byte[LongestOf(slot)], out _) && _hasThrown)
                    return false;
                Records.WriteLong(_head, 0, 4, Magic);
                Records.WriteLong(_head, 4, 4, slot.Sequence + 1);
                Records.WriteLong(_head, 8, 4, length);
                Records.WriteLong(_head, ChecksumAt, 4, Checksum(buffer, length));
                _files.Write(PathOf(slot, 1 - slot.Index), _head, buffer, length);
                slot.Index = 1 - slot.Index;
                slot.Sequence++;
                slot.IsKnown = true;
                return true;
            }
            catch (Exception)
            {
                return false;
            }
        }
    }

    private bool TryFindAgain(Slot slot, byte[] buffer, out int length)
    {
        bool isFound = TryFind(slot, buffer, out length);
        for (int tries = 1; tries < Tries && _hasThrown; tries++)
            isFound = TryFind(slot, buffer, out length);
        return isFound;
    }

    /// <summary>Reads the newest that is whole and takes it for the one that counts. One too long for the buffer is not stood in for by the one before it.</summary>
    private bool TryFind(Slot slot, byte[] buffer, out int length)
    {
        _isAny = false;
        _hasThrown = false;
        bool hasFirst = TryRead(slot, 0, null, out long first, out _);
        bool hasSecond = TryRead(slot, 1, null, out long second, out _);
        int index = hasFirst && (!hasSecond || first > second) ? 0 : 1;
        bool isWhole = TryRead(slot, index, buffer, out long sequence, out length);
        if (!isWhole && length <= buffer.Length)
        {
            index = 1 - index;
            isWhole = TryRead(slot, index, buffer, out sequence, out length);
        }
        slot.IsKnown = isWhole;
        slot.Index = isWhole ? index : 1;
        slot.Sequence = isWhole ? sequence : 0;
        return isWhole;
    }

    private int LongestOf(Slot slot)
    {
        TryRead(slot, 0, null, out _, out int first);
        TryRead(slot, 1, null, out _, out int second);
        return first > second ? first : second;
    }

    /// <summary>Reads a file's head, and the record behind it, which must be whole, where there is a buffer for it.</summary>
    private bool TryRead(Slot slot, int index, byte[] buffer, out long sequence, out int length)
    {
        sequence = 0;
        length = 0;
        try
        {
            string path = PathOf(slot, index);
            int size = _files.LengthOf(path);
            _isAny |= size > 0;
            bool hasHead = size >= HeadBytes && _files.TryRead(path, 0, _head, HeadBytes)
                && Records.ReadLong(_head, 0, 4) == Magic && Records.ReadLong(_head, 8, 4) == size - HeadBytes;
            if (!hasHead)
                return false;
            sequence = Records.ReadLong(_head, 4, 4);
            length = size - HeadBytes;
            return buffer == null || (length <= buffer.Length && _files.TryRead(path, HeadBytes, buffer, length)
                && Records.ReadLong(_head, ChecksumAt, 4) == Checksum(buffer, length));
        }
        catch (Exception)
        {
            _hasThrown = true;
            return false;
        }
    }

    private long Checksum(byte[] buffer, int length)
    {
        return Crc32.Of(buffer, 0, length) ^ Crc32.Of(_head, 0, ChecksumAt);
    }

    private static string PathOf(Slot slot, int index)
    {
        return slot.Name + "." + index.ToString();
    }

    private Slot SlotOf(string name)
    {
        for (Slot slot = _slots; slot != null; slot = slot.Next)
        {
            if (slot.Name == name)
                return slot;
        }
        _slots = new Slot { Name = name, Index = 1, Next = _slots };
        return _slots;
    }

    /// <summary>Which file of a record counts, and its sequence.</summary>
    private sealed class Slot
    {
        public string Name;
        public Slot Next;
        public bool IsKnown;
        public int Index;
        public long Sequence;
    }
}
