using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// What is kept from boot to boot: how many there were, and why the next comes. The boot id is the count with random bits
/// below it, so that it grows, and differs too where damage of the newest count leaves the one before it; where nothing can be
/// kept it is random alone, in a range of its own. An id is used only once its count is kept: a cut before that costs no id.
/// <code>
/// kept       0 | count 31 | random 21
/// not kept   1 |       random 52
/// </code>
/// </summary>
public sealed class BootRecord
{
    /// <summary>Random bytes that a boot id takes.</summary>
    public const int RandomBytes = 7;

    private const string Name = "boot";
    private const int CountBytes = 4;
    private const int RecordBytes = CountBytes + 1;
    private const int RandomBits = 21;
    private const int CountBits = 31;

    private readonly Records _records;
    private readonly byte[] _buffer = new byte[RecordBytes];
    private readonly long _count;

    /// <summary>Counts this boot; the random bytes are as good as the host has them.</summary>
    public BootRecord(IStore store, byte[] random)
    {
        _records = new Records(store);
        if (_records.TryRead(Name, _buffer))
        {
            _count = Records.ReadLong(_buffer, 0, CountBytes);
            Reason = (BootReason)_buffer[CountBytes];
        }
        _count++;
        long bits = Records.ReadLong(random, 0, RandomBytes);
        bool isKept = TryWrite(BootReason.Unknown) && _count < 1L << CountBits;
        BootId = isKept
            ? (_count << RandomBits) | (bits & ((1L << RandomBits) - 1))
            : (1L << (RandomBits + CountBits)) | (bits & ((1L << (RandomBits + CountBits)) - 1));
    }

    /// <summary>In the program of an image from storage: the boot that the flashed one has counted.</summary>
    public BootRecord(IStore store, long bootId, BootReason reason)
    {
        _records = new Records(store);
        _count = bootId >> RandomBits;
        BootId = bootId;
        Reason = reason;
    }

    /// <summary>A number that no other boot has: below 2^53.</summary>
    public readonly long BootId;

    /// <summary>Why this boot came.</summary>
    public readonly BootReason Reason;

    /// <summary>Leaves the last words for the next boot.</summary>
    public void Note(BootReason reason)
    {
        // The count of a boot that could not be kept is not known to the program of an image.
        if (_count < 1L << CountBits)
            TryWrite(reason);
    }

    private bool TryWrite(BootReason reason)
    {
        Records.WriteLong(_buffer, 0, CountBytes, _count);
        _buffer[CountBytes] = (byte)reason;
        return _records.TryWrite(Name, _buffer, RecordBytes);
    }
}
