using System;
using Fleet.Wire;

namespace Fleet.Esp32;

/// <summary>
/// Messages of QoS 1 that the broker has not acknowledged, oldest first, each with the delivery number the controller
/// knows and the id the connection gave it. Bounded in number and bytes. Its user locks.
/// </summary>
internal sealed class Outbox
{
    /// <summary>Most messages: what one tick sends in all but a storm of faults; what finds no room waits in the controller.</summary>
    public const int Messages = 12;

    /// <summary>In place of the id: the broker may have it, but its acknowledgement was not read.</summary>
    public const int Unread = -1;

    /// <summary>Most bytes of payload: one of the longest messages.</summary>
    public const int Bytes = Bounds.PayloadBytes;

    private readonly int[] _numbers = new int[Messages];
    private readonly int[] _ids = new int[Messages];
    private readonly Kind[] _kinds = new Kind[Messages];
    private readonly byte[][] _payloads = new byte[Messages][];
    private int _bytes;

    public int Count { get; private set; }

    /// <summary>Whether there is room for a message of this kind: energy and events may wait for hours for the gateway's disk, and leave a third to the others.</summary>
    public bool HasRoom(Kind kind, int length)
    {
        return Count < Messages && _bytes + length <= Bytes && (!IsForTheRecord(kind) || HasRoomForTheRecord(length));
    }

    /// <summary>Adds a message for which there is room.</summary>
    public void Add(int number, int id, Kind kind, byte[] payload)
    {
        _numbers[Count] = number;
        _ids[Count] = id;
        _kinds[Count] = kind;
        _payloads[Count] = payload;
        _bytes += payload.Length;
        Count++;
    }

    public Kind KindAt(int index)
    {
        return _kinds[index];
    }

    public byte[] PayloadAt(int index)
    {
        return _payloads[index];
    }

    /// <summary>Removes a message and answers its delivery number.</summary>
    public int Take(int index)
    {
        int number = _numbers[index];
        Remove(index);
        return number;
    }

    public void SetId(int index, int id)
    {
        _ids[index] = id;
    }

    /// <summary>Position of the message that the connection gave this id; false when there is none.</summary>
    public bool TryFind(int id, out int index)
    {
        for (index = 0; index < Count; index++)
        {
            if (_ids[index] == id)
                return true;
        }
        return false;
    }

    private void Remove(int index)
    {
        _bytes -= _payloads[index].Length;
        Count--;
        Array.Copy(_numbers, index + 1, _numbers, index, Count - index);
        Array.Copy(_ids, index + 1, _ids, index, Count - index);
        Array.Copy(_kinds, index + 1, _kinds, index, Count - index);
        Array.Copy(_payloads, index + 1, _payloads, index, Count - index);
        _payloads[Count] = null;
    }

    /// <summary>Removes every message of a kind: a newer hello replaces the older, and a new link asks for energy anew.</summary>
    public void RemoveAll(Kind kind)
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            if (_kinds[i] == kind)
                Remove(i);
        }
    }

    private static bool IsForTheRecord(Kind kind)
    {
        return kind == Kind.Energy || kind == Kind.Event;
    }

    private bool HasRoomForTheRecord(int length)
    {
        int count = 1;
        int bytes = length;
        for (int i = 0; i < Count; i++)
        {
            if (!IsForTheRecord(_kinds[i]))
                continue;
            count++;
            bytes += _payloads[i].Length;
        }
        return count <= Messages * 2 / 3 && bytes <= Bytes * 2 / 3;
    }

    /// <summary>The connection is gone, and its ids with it.</summary>
    public void ForgetIds()
    {
        Array.Clear(_ids, 0, Messages);
    }
}
