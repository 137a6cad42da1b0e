using System;
using Fleet.Wire;

namespace Fleet.Core;

/// <summary>Answers that wait for the link. The oldest gives way when it is full: its command is sent again and answered again.</summary>
public sealed class AckQueue
{
    /// <summary>Most waiting answers: what one full inbox can ask for at once, and the setpoint achieved.</summary>
    public const int Capacity = Inbox.Messages + 2;

    private readonly Ack[] _waiting = new Ack[Capacity];

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>The oldest.</summary>
    public Ack First
    {
        get { return _waiting[0]; }
    }

    /// <summary>Adds an answer.</summary>
    public void Add(Ack answer)
    {
        if (Count == Capacity)
            Remove();
        _waiting[Count++] = answer;
    }

    /// <summary>Removes the oldest.</summary>
    public void Remove()
    {
        Array.Copy(_waiting, 1, _waiting, 0, --Count);
        _waiting[Count] = null;
    }
}

/// <summary>
/// Events that wait for the link; dated when they leave, by what is known of UTC then. The oldest gives way when it is full;
/// the gap in their sequence shows it.
/// </summary>
public sealed class EventQueue
{
    /// <summary>Room for a few changes of state and faults of the controller …</summary>
    public const int OwnEvents = 8;

    /// <summary>… and for each load silent and back again.</summary>
    public const int LoadEvents = 2;

    /// <summary>The controller itself, in place of a load's position.</summary>
    public const int Own = -1;

    private readonly LoadSettings[] _loads;
    private readonly long _bootId;

    // Parallel arrays of primitives, because as many objects would cost the device eight times the memory in an outage.
    private readonly long[] _atMs;
    private readonly int[] _codes;
    private readonly byte[] _types;

    /// <summary>0 is the controller itself, every other the position of a load and one.</summary>
    private readonly byte[] _places;
    private long _sequence;

    /// <summary>Begins empty, with room for so many loads.</summary>
    public EventQueue(LoadSettings[] loads, long bootId)
    {
        int capacity = OwnEvents + loads.Length * LoadEvents;
        _loads = loads;
        _bootId = bootId;
        _atMs = new long[capacity];
        _codes = new int[capacity];
        _types = new byte[capacity];
        _places = new byte[capacity];
    }

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>The oldest.</summary>
    public ControllerEvent First(long nowMs, UtcClock clock)
    {
        EventType type = (EventType)_types[0];
        bool isFault = type == EventType.FaultRaised || type == EventType.FaultCleared;
        return new ControllerEvent
        {
            BootId = _bootId,
            Sequence = _sequence - Count + 1,
            MonotonicMs = _atMs[0],
            HasUtc = clock.TryStamp(nowMs, out long utcMs),
            UtcMs = utcMs - nowMs + _atMs[0],
            Type = type,
            Code = _codes[0],
            Load = _places[0] == 0 ? "" : _loads[_places[0] - 1].Name,
            Detail = isFault ? Fault.NameOf(_codes[0]) : "",
        };
    }

    /// <summary>Adds an event of now, of the load at this position or of the controller's own.</summary>
    public void Add(long nowMs, EventType type, int code, int position)
    {
        if (Count == _atMs.Length)
            Remove();
        _sequence++;
        _atMs[Count] = nowMs;
        _codes[Count] = code;
        _types[Count] = (byte)type;
        _places[Count] = (byte)(position + 1);
        Count++;
    }

    /// <summary>Removes the oldest.</summary>
    public void Remove()
    {
        Count--;
        Array.Copy(_atMs, 1, _atMs, 0, Count);
        Array.Copy(_codes, 1, _codes, 0, Count);
        Array.Copy(_types, 1, _types, 0, Count);
        Array.Copy(_places, 1, _places, 0, Count);
    }
}
