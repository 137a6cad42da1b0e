using System;
using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// The intervals of energy that the gateway has not acknowledged, oldest first, whichever boot they are of. They are held in
/// monotonic time until UTC is known and then dated once, so that a record sent again is the same; neighbours stay
/// neighbours though the clock was corrected between them. When full, the oldest neighbours that were never sent and lie within
/// one quarter of an hour become one; where there are none, within half an hour, and so on: nothing is lost but detail.
/// <code>
/// the newest 8 h   ▏▏▏▏▏▏▏▏▏▏▏▏   as they were measured
/// a day            ▏  ▏  ▏  ▏     a record a quarter of an hour
/// two days         ▏     ▏        half an hour
/// </code>
/// They are kept in storage with the register that they add up to, in one write an interval, and before a record is sent the
/// first time; a cut of the power costs the interval that was open. What a boot that never learnt UTC has left is dated by the
/// next one that does, at the latest it can have been, and says how much earlier:
/// <code>
///          dated │ cut │ undated      │ cut │ this boot learns UTC
/// true        ───┤     ├──1──┬──2──┤        │
/// told        ───┤            ├──1──┬──2──┤ │      earlier = from the end of what is dated to the beginning of 1
/// </code>
/// </summary>
public sealed class EnergyLog
{
    /// <summary>Most records: 8 h of 5 min intervals, or a day of slots and the parts of the newest.</summary>
    public const int Capacity = 100;

    /// <summary>Most records on their way at once.</summary>
    public const int UnderWay = 8;

    /// <summary>How long a record may be on its way before it is sent again.</summary>
    public const int AgainMs = 30000;

    /// <summary>Rows of another form need another name: an image that is given up leaves its storage to the one before it.</summary>
    private const string Name = "energy";
    private const int SlotMs = 900000;

    private const int QualityBits = 3;
    private const int Dated = 4;
    private const int Sent = 8;
    private const int Follows = 32; // 16 was another's
    private const int Joined = 64; // since it was kept: the storage may still have its parts

    /// <summary>Records there is room for while the gateway takes each within the interval of the next.</summary>
    private const int LeastRoom = 4;

    // The head: register 8 | its carry 2 | end of the newest record that is dated 6.
    private const int CarryAt = 8;
    private const int LastEndAt = 10;
    private const int HeadBytes = 16;

    private readonly Records _records;
    private readonly long _bootId;
    private readonly EnergyTable _table;
    private readonly EnergyWays _ways;
    private int _nextSequence = 1;
    private int _next;
    private bool _isUnkept;
    private bool _hasBegun;
    private long _beganMs;
    private long _lastEndMs;
    private long _lastEndUtcMs;

    /// <summary>Takes up the records and the register where they were kept; without them, nothing and 0.</summary>
    public EnergyLog(Records records, long bootId)
    {
        _records = records;
        _bootId = bootId;
        _table = new EnergyTable(HeadBytes, Capacity);
        _ways = new EnergyWays(_table);
        if (_records.TryRead(Name, _table.Bytes, out int length) && length >= HeadBytes)
        {
            _table.Begin(length);
            Register.Begin(Records.ReadLong(_table.Bytes, 0, CarryAt), (int)Records.ReadLong(_table.Bytes, CarryAt, 2));
            _lastEndUtcMs = Records.ReadLong(_table.Bytes, LastEndAt, 6);
            _ways.Forget();
            _table.NoteKept(Joined);
        }
        else
            Array.Clear(_table.Bytes, 0, HeadBytes); // What a damaged file has left there is no date.
        _table.Resize(_table.Count > LeastRoom ? _table.Count : LeastRoom);
    }

    /// <summary>The register.</summary>
    public readonly EnergyRegister Register = new EnergyRegister();

    /// <summary>How many records wait to be acknowledged.</summary>
    public int Count
    {
        get { return _table.Count; }
    }

    /// <summary>See <see cref="Fault.EnergyStoreFull"/>.</summary>
    public bool HasOverflowed { get; private set; }

    /// <summary>Takes a closed interval in monotonic time, and the register as it is at its end.</summary>
    public void Append(long startMs, long endMs, long energyMilliwattHours, EnergyQuality quality)
    {
        if (_table.IsFull && !TryResize(Count < Capacity / 2 ? Count * 2 : Capacity))
            MakeRoom();
        int i = _table.Add();
        bool follows = _nextSequence > 1 && startMs == _lastEndMs;
        _table.Set(i, EnergyTable.Boot, _bootId);
        _table.Set(i, EnergyTable.Sequence, _nextSequence++);
        _table.Set(i, EnergyTable.StartMs, startMs);
        _table.Set(i, EnergyTable.LengthMs, endMs - startMs);
        _table.SetEnergy(i, energyMilliwattHours);
        _table.Set(i, EnergyTable.Register, Register.MilliwattHours);
        _table.Mark(i, (int)quality | (follows ? Follows : 0));
        _lastEndMs = endMs;
        Records.WriteLong(_table.Bytes, 0, CarryAt, Register.MilliwattHours);
        Records.WriteLong(_table.Bytes, CarryAt, 2, Register.Carry);
        _isUnkept = true;
    }

    /// <summary>Dates what has no date yet, if UTC is known; called at every tick.</summary>
    public void Date(long nowMs, UtcClock clock)
    {
        if (!_hasBegun)
            _beganMs = nowMs;
        _hasBegun = true;
        int first = Count;
        while (first > 0 && !_table.Has(first - 1, Dated))
            first--;
        if (first == Count || !clock.TryStamp(nowMs, out long utcMs))
            return;
        int own = first;
        while (own < Count && _table.Get(own, EnergyTable.Boot) != _bootId)
            own++;
        if (own > first)
            DateLate(first, own, _beganMs + utcMs - nowMs);
        for (int i = own; i < Count; i++)
        {
            long startUtcMs = _table.Get(i, EnergyTable.StartMs) + utcMs - nowMs;
            long endUtcMs = startUtcMs + _table.Get(i, EnergyTable.LengthMs);
            if (_table.Has(i, Follows) && _lastEndUtcMs > 0 && endUtcMs > _lastEndUtcMs && endUtcMs - _lastEndUtcMs < int.MaxValue)
                startUtcMs = _lastEndUtcMs;
            Date(i, startUtcMs, endUtcMs);
            _lastEndUtcMs = endUtcMs;
        }
        Records.WriteLong(_table.Bytes, LastEndAt, 6, _lastEndUtcMs);
        _isUnkept = true;
    }

    /// <summary>Dates records of boots that never knew UTC, which were over before this one began.</summary>
    private void DateLate(int first, int end, long beganUtcMs)
    {
        long startUtcMs = beganUtcMs;
        for (int i = end - 1; i >= first; i--)
        {
            long endUtcMs = startUtcMs;
            startUtcMs -= _table.Get(i, EnergyTable.LengthMs);
            Date(i, startUtcMs, endUtcMs);
        }
        // Clocks that contradict each other bound nothing.
        bool isBounded = _lastEndUtcMs > 0 && _lastEndUtcMs <= startUtcMs;
        long earlierSeconds = (startUtcMs - (isBounded ? _lastEndUtcMs : UtcClock.EarliestUtcMs) + 999) / 1000;
        if (earlierSeconds > Bounds.EarlierSeconds)
            earlierSeconds = Bounds.EarlierSeconds;
        for (int i = first; i < end; i++)
            _table.Set(i, EnergyTable.EarlierSeconds, earlierSeconds < 1 ? 1 : earlierSeconds);
        _lastEndUtcMs = beganUtcMs;
    }

    private void Date(int i, long startUtcMs, long endUtcMs)
    {
        _table.Set(i, EnergyTable.StartMs, startUtcMs);
        _table.Set(i, EnergyTable.LengthMs, endUtcMs - startUtcMs);
        _table.Mark(i, Dated);
    }

    /// <summary>
    /// Writes register and records to the storage, unless nothing is new since they were written. One that fails is not tried
    /// again before something is new: a storage that is broken must not hold up every tick.
    /// </summary>
    public void Keep()
    {
        if (_isUnkept && _records.TryWrite(Name, _table.Bytes, _table.Length))
            _table.NoteKept(Joined);
        _isUnkept = false;
    }

    /// <summary>Fills the oldest record that is dated and not on its way; false when there is none or enough are under way.</summary>
    public bool TryNext(long nowMs, EnergyRecord into)
    {
        if (!_ways.HasFree(nowMs))
            return false;
        for (int i = 0; i < Count && _table.Has(i, Dated); i++)
        {
            if (_table.Get(i, EnergyTable.Way) != 0)
                continue;
            if (!_table.Has(i, Sent))
                Offer(i);
            if (_table.Has(i, Joined))
                continue;
            _next = i;
            into.BootId = _table.Get(i, EnergyTable.Boot);
            into.Sequence = _table.Get(i, EnergyTable.Sequence);
            into.StartUtcMs = _table.Get(i, EnergyTable.StartMs);
            into.EndUtcMs = _table.EndMs(i);
            into.EnergyMilliwattHours = _table.Energy(i);
            into.RegisterMilliwattHours = _table.Get(i, EnergyTable.Register);
            into.EarlierSeconds = (int)_table.Get(i, EnergyTable.EarlierSeconds);
            into.Quality = (EnergyQuality)(_table.Get(i, EnergyTable.Flags) & QualityBits);
            return true;
        }
        return false;
    }

    /// <summary>
    /// Keeps a record and the next few as sent before the first of them is: after a cut of the power nothing may be joined that
    /// the gateway may have. The few at once are what spares the flash when a day of records leaves. While the flash takes
    /// nothing, what was joined waits: the next boot may send its parts.
    /// </summary>
    private void Offer(int first)
    {
        for (int i = first; i < Count && i < first + UnderWay && _table.Has(i, Dated); i++)
            _table.Mark(i, Sent);
        _isUnkept = true;
        Keep();
    }

    /// <summary>The record filled last has been handed to the link under this number.</summary>
    public void NoteSent(int number, long nowMs)
    {
        _ways.Begin(_next, number, nowMs);
    }

    /// <summary>The message of this number has arrived; a number of another kind or an older link is ignored.</summary>
    public void NoteDelivered(int number)
    {
        if (_ways.TryEnd(number, out int i))
            _table.Remove(i, 1);
        if (Count > 0)
            return;
        HasOverflowed = false;
        TryResize(LeastRoom);
    }

    /// <summary>The link is new: nothing is on its way any more.</summary>
    public void ForgetWay()
    {
        _ways.Forget();
    }

    /// <summary>Whether there is room now; where memory is too short for it, records are joined early, which loses nothing but detail.</summary>
    private bool TryResize(int room)
    {
        try
        {
            _table.Resize(room);
            return !_table.IsFull;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }

    private void MakeRoom()
    {
        HasOverflowed = true;
        for (long spanMs = SlotMs; spanMs <= int.MaxValue; spanMs *= 2)
        {
            for (int i = 0; i + 1 < Count; i++)
            {
                if (!MayJoin(i) || _table.Get(i, EnergyTable.StartMs) / spanMs != (_table.EndMs(i + 1) - 1) / spanMs)
                    continue;
                Join(i);
                return;
            }
        }
        // Nothing can be joined: the oldest goes, and its sequence and the step of the register show that it is missing.
        _table.Remove(0, 1);
    }

    /// <summary>A record once sent may be in the store under its sequence already and must not change; across a gap or a boot nothing is joined.</summary>
    private bool MayJoin(int i)
    {
        bool unsent = !_table.Has(i, Sent) && !_table.Has(i + 1, Sent);
        bool alike = _table.Has(i, Dated) == _table.Has(i + 1, Dated) && _table.Has(i + 1, Follows);
        return unsent && alike && _table.EndMs(i) == _table.Get(i + 1, EnergyTable.StartMs)
            && _table.Get(i, EnergyTable.Boot) == _table.Get(i + 1, EnergyTable.Boot);
    }

    private void Join(int i)
    {
        _table.Set(i, EnergyTable.LengthMs, _table.EndMs(i + 1) - _table.Get(i, EnergyTable.StartMs));
        _table.SetEnergy(i, _table.Energy(i) + _table.Energy(i + 1));
        _table.Set(i, EnergyTable.Register, _table.Get(i + 1, EnergyTable.Register));
        long flags = _table.Get(i, EnergyTable.Flags);
        long quality = flags & QualityBits;
        long otherQuality = _table.Get(i + 1, EnergyTable.Flags) & QualityBits;
        _table.Set(i, EnergyTable.Flags, (flags & ~QualityBits) | (quality > otherQuality ? quality : otherQuality) | (_table.IsKept ? Joined : 0L));
        _table.Remove(i + 1, 1);
    }
}
