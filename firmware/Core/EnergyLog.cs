using System;
using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// The intervals of energy that the gateway has not acknowledged, oldest first. They are held in monotonic time until UTC
/// is known and then dated once, so that a record sent again is the same; neighbours stay neighbours though the clock was
/// corrected between them. When full, the oldest neighbours that were never sent and lie within one quarter of an hour become
/// one; where there are none, within half an hour, and so on: nothing is lost but detail.
/// <code>
/// the newest 8 h   ▏▏▏▏▏▏▏▏▏▏▏▏   as they were measured
/// a day            ▏  ▏  ▏  ▏     a record a quarter of an hour
/// two days         ▏     ▏        half an hour
/// </code>
/// </summary>
public sealed class EnergyLog
{
    /// <summary>Most records: 8 h of 5 min intervals, or a day of slots and the parts of the newest; 33 bytes each.</summary>
    public const int Capacity = 100;

    /// <summary>Most records on their way at once.</summary>
    public const int UnderWay = 8;

    /// <summary>How long a record may be on its way before it is sent again.</summary>
    public const int AgainMs = 30000;

    private const int SlotMs = 900000;

    private const byte QualityBits = 3;
    private const byte Dated = 4;
    private const byte Sent = 8;
    private const byte Done = 16;
    private const byte Follows = 32;

    /// <summary>Records there is room for while the gateway takes each within the interval of the next.</summary>
    private const int LeastRoom = 4;

    // Parallel arrays of primitives, because as many objects would cost the device twice the memory. They grow in an outage,
    // when nothing is held for the connection, and are small again after it.
    private int[] _sequences;
    private long[] _startMs;
    private int[] _lengthMs;
    private long[] _energy;
    private long[] _register;
    private byte[] _flags;
    private int _room;

    private readonly int[] _wayNumbers = new int[UnderWay];
    private readonly int[] _waySequences = new int[UnderWay];
    private readonly long[] _waySentMs = new long[UnderWay];
    private int _nextSequence = 1;
    private long _lastEndMs;
    private long _lastEndUtcMs;

    /// <summary>Begins empty.</summary>
    public EnergyLog()
    {
        Resize(LeastRoom);
    }

    /// <summary>How many records wait to be acknowledged.</summary>
    public int Count { get; private set; }

    /// <summary>See <see cref="Fault.EnergyStoreFull"/>.</summary>
    public bool HasOverflowed { get; private set; }

    /// <summary>Takes a closed interval in monotonic time.</summary>
    public void Append(long startMs, long endMs, long energyMilliwattHours, long registerMilliwattHours, EnergyQuality quality)
    {
        if (Count == _room && !TryResize(_room < Capacity / 2 ? _room * 2 : Capacity))
            MakeRoom();
        int i = Count++;
        _sequences[i] = _nextSequence++;
        _startMs[i] = startMs;
        _lengthMs[i] = (int)(endMs - startMs);
        _energy[i] = energyMilliwattHours;
        _register[i] = registerMilliwattHours;
        _flags[i] = (byte)((int)quality | (_sequences[i] > 1 && startMs == _lastEndMs ? Follows : 0));
        _lastEndMs = endMs;
    }

    /// <summary>Dates what has no date yet, if UTC is known.</summary>
    public void Date(long nowMs, UtcClock clock)
    {
        if (Count == 0 || (_flags[Count - 1] & Dated) != 0 || !clock.TryStamp(nowMs, out long utcMs))
            return;
        for (int i = 0; i < Count; i++)
        {
            if ((_flags[i] & Dated) != 0)
                continue;
            long startUtcMs = _startMs[i] + utcMs - nowMs;
            long endUtcMs = startUtcMs + _lengthMs[i];
            if ((_flags[i] & Follows) != 0 && _lastEndUtcMs > 0 && endUtcMs > _lastEndUtcMs && endUtcMs - _lastEndUtcMs < int.MaxValue)
                startUtcMs = _lastEndUtcMs;
            _startMs[i] = startUtcMs;
            _lengthMs[i] = (int)(endUtcMs - startUtcMs);
            _lastEndUtcMs = endUtcMs;
            _flags[i] |= Dated;
        }
    }

    /// <summary>Fills the oldest record that is dated and not on its way; false when there is none or enough are under way.</summary>
    public bool TryNext(long nowMs, EnergyRecord into)
    {
        if (FreeWay(nowMs) < 0)
            return false;
        for (int i = 0; i < Count; i++)
        {
            if ((_flags[i] & Dated) == 0)
                return false;
            if ((_flags[i] & Done) != 0 || IsUnderWay(_sequences[i]))
                continue;
            into.Sequence = _sequences[i];
            into.StartUtcMs = _startMs[i];
            into.EndUtcMs = _startMs[i] + _lengthMs[i];
            into.EnergyMilliwattHours = _energy[i];
            into.RegisterMilliwattHours = _register[i];
            into.Quality = (EnergyQuality)(_flags[i] & QualityBits);
            return true;
        }
        return false;
    }

    /// <summary>The record of this sequence has been handed to the link under this number.</summary>
    public void NoteSent(long sequence, int number, long nowMs)
    {
        int way = FreeWay(nowMs);
        _wayNumbers[way] = number;
        _waySequences[way] = (int)sequence;
        _waySentMs[way] = nowMs;
        _flags[IndexOf((int)sequence)] |= Sent;
    }

    /// <summary>The message of this number has arrived; a number of another kind or an older link is ignored.</summary>
    public void NoteDelivered(int number)
    {
        for (int way = 0; way < UnderWay; way++)
        {
            if (_wayNumbers[way] != number)
                continue;
            _wayNumbers[way] = 0;
            int i = IndexOf(_waySequences[way]);
            if (i >= 0)
                _flags[i] |= Done;
        }
        int done = 0;
        while (done < Count && (_flags[done] & Done) != 0)
            done++;
        if (done > 0)
            Remove(0, done);
        if (Count > 0)
            return;
        HasOverflowed = false;
        TryResize(LeastRoom);
    }

    /// <summary>The link is new: nothing is on its way any more.</summary>
    public void ForgetWay()
    {
        Array.Clear(_wayNumbers, 0, UnderWay);
    }

    private int FreeWay(long nowMs)
    {
        for (int way = 0; way < UnderWay; way++)
        {
            if (_wayNumbers[way] == 0 || nowMs - _waySentMs[way] > AgainMs)
            {
                _wayNumbers[way] = 0;
                return way;
            }
        }
        return -1;
    }

    private bool IsUnderWay(int sequence)
    {
        for (int way = 0; way < UnderWay; way++)
        {
            if (_wayNumbers[way] != 0 && _waySequences[way] == sequence)
                return true;
        }
        return false;
    }

    private int IndexOf(int sequence)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_sequences[i] == sequence)
                return i;
        }
        return -1;
    }

    /// <summary>Whether there is room now; where memory is too short for it, records are joined early, which loses nothing but detail.</summary>
    private bool TryResize(int room)
    {
        try
        {
            if (room != _room)
                Resize(room);
            return Count < _room;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }

    /// <summary>When memory is short in the midst of it, nothing has changed and what was made is free again.</summary>
    private void Resize(int room)
    {
        Array sequences = Moved(_sequences, new int[room]);
        Array startMs = Moved(_startMs, new long[room]);
        Array lengthMs = Moved(_lengthMs, new int[room]);
        Array energy = Moved(_energy, new long[room]);
        Array register = Moved(_register, new long[room]);
        _flags = (byte[])Moved(_flags, new byte[room]);
        _sequences = (int[])sequences;
        _startMs = (long[])startMs;
        _lengthMs = (int[])lengthMs;
        _energy = (long[])energy;
        _register = (long[])register;
        _room = room;
    }

    private Array Moved(Array from, Array to)
    {
        if (Count > 0)
            Array.Copy(from, to, Count);
        return to;
    }

    private void MakeRoom()
    {
        HasOverflowed = true;
        for (long spanMs = SlotMs; spanMs <= int.MaxValue; spanMs *= 2)
        {
            for (int i = 0; i + 1 < Count; i++)
            {
                bool isWithin = _startMs[i] / spanMs == (_startMs[i + 1] + _lengthMs[i + 1] - 1) / spanMs;
                if (!isWithin || !MayJoin(i))
                    continue;
                Join(i);
                return;
            }
        }
        // Nothing can be joined: the oldest goes, and its sequence and the step of the register show that it is missing.
        Remove(0, 1);
    }

    /// <summary>A record once sent may be in the store under its sequence already and must not change; across a gap nothing is joined.</summary>
    private bool MayJoin(int i)
    {
        bool unsent = ((_flags[i] | _flags[i + 1]) & Sent) == 0;
        bool alike = (_flags[i] & Dated) == (_flags[i + 1] & Dated) && (_flags[i + 1] & Follows) != 0;
        return unsent && alike && _startMs[i] + _lengthMs[i] == _startMs[i + 1];
    }

    private void Join(int i)
    {
        _lengthMs[i] += _lengthMs[i + 1];
        _energy[i] += _energy[i + 1];
        _register[i] = _register[i + 1];
        _flags[i] = (byte)((_flags[i] & ~QualityBits) | Worse(_flags[i], _flags[i + 1]));
        Remove(i + 1, 1);
    }

    private static int Worse(byte flags, byte otherFlags)
    {
        int quality = flags & QualityBits;
        int otherQuality = otherFlags & QualityBits;
        return quality > otherQuality ? quality : otherQuality;
    }

    private void Remove(int at, int count)
    {
        int rest = Count - at - count;
        Array.Copy(_sequences, at + count, _sequences, at, rest);
        Array.Copy(_startMs, at + count, _startMs, at, rest);
        Array.Copy(_lengthMs, at + count, _lengthMs, at, rest);
        Array.Copy(_energy, at + count, _energy, at, rest);
        Array.Copy(_register, at + count, _register, at, rest);
        Array.Copy(_flags, at + count, _flags, at, rest);
        Count -= count;
    }
}
