using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// Takes a new image of the firmware in, part by part, into the slot that nothing runs from. What was stored is read back and
/// hashed a little every tick, whether it came in this boot or an earlier one; only an image that is whole by that hash can
/// be put on trial. So an update that is interrupted goes on where it was, and one that is forged or damaged changes nothing.
/// <code>
/// part ──► slot ──► read back ──► SHA-256 ── as announced ──► command update ──► ImageChoice
///                                     └── another: all of it is forgotten
/// </code>
/// It costs a board that is not updated no buffer: they are made when the first part comes.
/// </summary>
public sealed class UpdateIntake
{
    /// <summary>Bytes read back and hashed in a tick: some tenth of a second on the device.</summary>
    public const int BytesATick = 1024;

    private const string Name = "update";
    private const int LengthBytes = 4;
    private const int SlotAt = Sha256.DigestBytes + LengthBytes;
    private const int RecordBytes = SlotAt + 1;
    private const string StorageFailed = "the image could not be written to the storage";

    private readonly Records _records;
    private readonly IImageSlots _slots;
    private readonly ImageChoice _images;

    // digest | length | slot
    private byte[] _record;
    private byte[] _buffer;
    private Sha256 _hash;
    private int _imageBytes;
    private int _slot;
    private int _storedBytes;
    private int _hashedBytes;
    private bool _isWhole;

    /// <summary>Takes where images go; null slots are none.</summary>
    public UpdateIntake(Records records, IImageSlots slots, ImageChoice images)
    {
        _records = records;
        _slots = slots;
        _images = images;
    }

    /// <summary>Stores a part and tells in the answer how much is stored; why not, when it is refused.</summary>
    public string Take(ImagePart part, Ack answer)
    {
        byte[] digest = new byte[Sha256.DigestBytes];
        byte[] content = new byte[part.Content.Length / 2];
        string problem = Problem();
        if (problem != null)
            return problem;
        if (!Hex.TryRead(part.Sha256, digest) || !Hex.TryRead(part.Content, content))
            return "sha256 or content: is not made of pairs of hex digits";
        if (part.Offset + content.Length > part.ImageBytes)
            return "content: ends behind the image's end";
        if (part.Offset == 0 && _images.IsLikeFlashed(content))
            return "the image's version begins as the flashed one's: the first two numbers must differ";
        bool isKnown = IsTaken(digest) && _imageBytes == part.ImageBytes;
        problem = content.Length > 0 ? Store(part, digest, content, isKnown) : null;
        answer.HasStoredBytes = true;
        answer.StoredBytes = isKnown || (content.Length > 0 && problem == null) ? _storedBytes : 0;
        return problem;
    }

    /// <summary>Puts the image with this digest on trial from the next boot on; null when it is, else why not.</summary>
    public string Put(string digestDigits)
    {
        byte[] digest = new byte[Sha256.DigestBytes];
        string problem = Problem();
        if (problem != null)
            return problem;
        if (!Hex.TryRead(digestDigits, digest) || !IsTaken(digest))
            return "argument: no image with this SHA-256 is stored";
        if (_storedBytes < _imageBytes)
            return "the image is not whole: " + Progress(_storedBytes);
        if (!_isWhole)
            return "the image is being verified: " + Progress(_hashedBytes);
        return _images.TryPut(_slot, _imageBytes) ? null : StorageFailed;
    }

    /// <summary>One tick: reads some of what is stored back and hashes it.</summary>
    public void Step()
    {
        if (_hashedBytes >= _storedBytes || _images.HasTrial)
            return;
        int count = _storedBytes - _hashedBytes < BytesATick ? _storedBytes - _hashedBytes : BytesATick;
        if (!_slots.TryRead(_slot, _hashedBytes, _buffer, count))
        {
            Forget();
            return;
        }
        _hash.Add(_buffer, count);
        _hashedBytes += count;
        if (_hashedBytes < _imageBytes)
            return;
        _isWhole = IsDigest(_hash.End());
        if (!_isWhole)
            Forget();
    }

    private string Problem()
    {
        if (_slots == null)
            return "this board runs the image it was flashed with: flash the new one with nanoff";
        return _images.HasTrial ? "an image is on trial: wait until it is confirmed" : _slots.Refusal;
    }

    private string Store(ImagePart part, byte[] digest, byte[] content, bool isKnown)
    {
        if (!isKnown && part.Offset > 0)
            return "offset: nothing of this image is stored";
        if (!isKnown && !TryBegin(digest, part.ImageBytes))
            return StorageFailed;
        // A part that is stored already: its answer was lost.
        if (part.Offset + content.Length <= _storedBytes)
            return null;
        if (part.Offset != _storedBytes)
            return "offset: " + Progress(_storedBytes);
        if (!_slots.TryWrite(_slot, part.Offset, content, content.Length))
            return StorageFailed;
        _storedBytes += content.Length;
        return null;
    }

    private bool TryBegin(byte[] digest, int imageBytes)
    {
        System.Array.Copy(digest, 0, _record, 0, Sha256.DigestBytes);
        Records.WriteLong(_record, Sha256.DigestBytes, LengthBytes, imageBytes);
        _record[SlotAt] = (byte)_images.Spare;
        _imageBytes = imageBytes;
        _slot = _images.Spare;
        // Emptied first: the record must never name an image over the bytes of another.
        if (Forget() && _records.TryWrite(Name, _record, RecordBytes))
            return true;
        _imageBytes = 0;
        return false;
    }

    /// <summary>Begins the image from its first byte; false when the storage failed.</summary>
    private bool Forget()
    {
        _storedBytes = 0;
        Rehash();
        return _slots.TryWrite(_slot, 0, _buffer, 0);
    }

    private void Rehash()
    {
        _hash = new Sha256();
        _hashedBytes = 0;
        _isWhole = false;
    }

    /// <summary>Whether this is the digest of the image that is being taken, in this boot or an earlier one.</summary>
    private bool IsTaken(byte[] digest)
    {
        if (_record == null)
            Recall();
        return _imageBytes > 0 && IsDigest(digest);
    }

    private void Recall()
    {
        _record = new byte[RecordBytes];
        _buffer = new byte[BytesATick];
        if (!_records.TryRead(Name, _record) || _record[SlotAt] != _images.Spare)
            return;
        _imageBytes = (int)Records.ReadLong(_record, Sha256.DigestBytes, LengthBytes);
        _slot = _record[SlotAt];
        _storedBytes = _slots.LengthOf(_slot);
        Rehash();
        if (_storedBytes > _imageBytes)
            Forget();
    }

    private bool IsDigest(byte[] digest)
    {
        for (int i = 0; i < Sha256.DigestBytes; i++)
        {
            if (_record[i] != digest[i])
                return false;
        }
        return true;
    }

    private string Progress(int bytes)
    {
        return bytes.ToString() + " of " + _imageBytes.ToString() + " bytes";
    }
}
