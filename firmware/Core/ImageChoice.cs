namespace Fleet.Core;

/// <summary>
/// Which image of the firmware runs. A new one is on trial until it has proved itself; until then every boot is counted
/// before it is handed over to, so that one that does not even tick is given up too.
/// <code>
///              put on trial               a healthy hour
/// confirmed ────────────────► on trial ──────────────────► confirmed
///     ▲                          │
///     └──────── returned ◄───────┘  cannot be loaded, crashes, three boots or two hours without a healthy hour
/// </code>
/// Healthy is: the gateway is heard and no tick fails. Both confirmed and trial image lie in slots of their own, and neither
/// is written while it is one of them. A board that is flashed with another version runs that: whoever came with a cable means it.
/// </summary>
public sealed class ImageChoice
{
    /// <summary>The slot of the image the board was flashed with.</summary>
    public const int Flashed = 0;

    /// <summary>Boots in which an image may prove itself: the power may be cut twice.</summary>
    public const int MostAttempts = 3;

    /// <summary>How long it must be healthy without a break.</summary>
    public const int HealthyMs = 3600000;

    /// <summary>How long it may take for that in one boot: an image that cannot reach the gateway must not stay.</summary>
    public const int DeadlineMs = 7200000;

    private const string Name = "image";
    private const int LengthBytes = 4;
    private const int NumberBytes = 6;
    private const int NumberAt = 4 + 2 * LengthBytes;
    // Whatever is flashed writes it and whatever is stored reads it: its form stays.
    private const int RecordBytes = NumberAt + NumberBytes;

    /// <summary>Where an assembly's head has its number, and how much of it must differ from the flashed image's.</summary>
    private const int HeadNumberAt = 28;
    private const int HeadNumberBytes = 4;

    private readonly Records _records;

    // confirmed | trial | attempts | returned | length of slot 1 | length of slot 2 | number of the flashed image
    private readonly byte[] _buffer = new byte[RecordBytes];
    private long _healthySince;

    /// <summary>Takes up what the last boot left; without it the flashed image is confirmed.</summary>
    public ImageChoice(Records records)
    {
        _records = records;
        if (!_records.TryRead(Name, _buffer) || _buffer[0] > 2 || _buffer[1] > 2)
            System.Array.Clear(_buffer, 0, _buffer.Length);
        Running = Confirmed;
    }

    /// <summary>The slot of the image that runs.</summary>
    public int Running { get; private set; }

    /// <summary>Whether an image is on trial, running or about to be started.</summary>
    public bool HasTrial
    {
        get { return Trial != 0; }
    }

    /// <summary>Whether the image that runs is on trial.</summary>
    public bool IsOnTrial
    {
        get { return HasTrial && Running == Trial; }
    }

    /// <summary>Whether the newest image was given up, and the one before it has not been healthy for an hour since.</summary>
    public bool HasReturned
    {
        get { return _buffer[3] != 0; }
    }

    /// <summary>The slot that a new image may be written to: the one that is not confirmed.</summary>
    public int Spare
    {
        get { return Confirmed == 1 ? 2 : 1; }
    }

    private int Confirmed
    {
        get { return _buffer[0]; }
    }

    private int Trial
    {
        get { return _buffer[1]; }
    }

    /// <summary>
    /// In the flashed image, of this number: chooses the slot to run at a boot, and counts the attempt. One that cannot be
    /// counted is not made, and the image is given up.
    /// </summary>
    public int Choose(long flashed = Controller.FirmwareNumber)
    {
        long before = Records.ReadLong(_buffer, NumberAt, NumberBytes);
        Records.WriteLong(_buffer, NumberAt, NumberBytes, flashed);
        if (before != flashed && before != 0)
        {
            System.Array.Clear(_buffer, 0, NumberAt);
            TryWrite();
        }
        Running = Confirmed;
        if (!HasTrial)
            return Running;
        if (_buffer[2]++ < MostAttempts && TryWrite())
            Running = Trial;
        else
            GiveUp();
        return Running;
    }

    /// <summary>In the program of a slot, which the flashed one has chosen: tells which it is. Throws when that cannot be read any more: what is not known to be on trial must not run.</summary>
    public void TakeUp(int slot)
    {
        if (slot != Trial && slot != Confirmed)
            throw new System.ArgumentException(Name);
        Running = slot;
    }

    /// <summary>Whether an image that begins so cannot be told from the flashed one: references go by the first two numbers of the version.</summary>
    public bool IsLikeFlashed(byte[] head)
    {
        return head.Length >= HeadNumberAt + HeadNumberBytes
            && Records.ReadLong(head, HeadNumberAt, HeadNumberBytes) == Records.ReadLong(_buffer, NumberAt, HeadNumberBytes);
    }

    /// <summary>The slot that was chosen cannot be run; answers the next to try.</summary>
    public int Fail()
    {
        bool wasOnTrial = IsOnTrial;
        if (wasOnTrial)
            GiveUp();
        _buffer[3] = 1;
        // A confirmed image is not given up for good: it may have been memory that was short.
        Running = wasOnTrial ? Confirmed : Flashed;
        return Running;
    }

    /// <summary>Bytes of the image in a slot.</summary>
    public int LengthOf(int slot)
    {
        return (int)Records.ReadLong(_buffer, 4 + (slot - 1) * LengthBytes, LengthBytes);
    }

    /// <summary>Puts the image of a slot on trial, from the next boot on; false when that could not be kept.</summary>
    public bool TryPut(int slot, int imageBytes)
    {
        _buffer[1] = (byte)slot;
        _buffer[2] = 0;
        _buffer[3] = 0;
        Records.WriteLong(_buffer, 4 + (slot - 1) * LengthBytes, LengthBytes, imageBytes);
        if (TryWrite())
            return true;
        _buffer[1] = 0;
        return false;
    }

    /// <summary>The program has crashed: an image on trial is given up, if it was ever started.</summary>
    public void NoteCrash()
    {
        if (HasTrial && _buffer[2] > 0)
            GiveUp();
    }

    /// <summary>One tick, at this time since boot; true, once, when it is given up and the host is to start the one before it.</summary>
    public bool Step(long nowMs, bool isHealthy)
    {
        bool isProving = IsOnTrial || (HasReturned && Running == Confirmed);
        if (Condition.HasLasted(ref _healthySince, isProving && isHealthy, nowMs, HealthyMs))
            Confirm();
        if (!IsOnTrial || nowMs < DeadlineMs)
            return false;
        GiveUp();
        return true;
    }

    /// <summary>What runs has proved itself: nothing else is on trial, and what was given up before it is history.</summary>
    private void Confirm()
    {
        long before = Records.ReadLong(_buffer, 0, LengthBytes);
        Records.WriteLong(_buffer, 0, LengthBytes, Running);
        if (TryWrite())
            return;
        Records.WriteLong(_buffer, 0, LengthBytes, before);
        _healthySince = 0;
    }

    private void GiveUp()
    {
        _buffer[1] = 0;
        _buffer[3] = 1;
        TryWrite();
    }

    private bool TryWrite()
    {
        return _records.TryWrite(Name, _buffer, RecordBytes);
    }
}
