using Fleet.Wire;

namespace Fleet.Core;

/// <summary>Positions of a bounded queue over arrays that are filled again and again; the oldest gives way when it is full.</summary>
internal sealed class Ring
{
    private readonly int _capacity;
    private int _first;

    public Ring(int capacity)
    {
        _capacity = capacity;
    }

    public int Count { get; private set; }

    /// <summary>Position of the oldest.</summary>
    public int First
    {
        get { return _first; }
    }

    /// <summary>Position for one more.</summary>
    public int Add()
    {
        if (Count == _capacity)
            Remove();
        return (_first + Count++) % _capacity;
    }

    /// <summary>Removes the oldest.</summary>
    public void Remove()
    {
        _first = (_first + 1) % _capacity;
        Count--;
    }
}

/// <summary>Answers that wait for the link. The oldest gives way when it is full: its command is sent again and answered again.</summary>
public sealed class AckQueue
{
    /// <summary>Most waiting answers: what one full inbox can ask for at once.</summary>
    public const int Capacity = 16;

    private readonly Ring _ring = new Ring(Capacity);
    private readonly Ack[] _acks = new Ack[Capacity];

    /// <summary>Begins empty.</summary>
    public AckQueue()
    {
        for (int i = 0; i < Capacity; i++)
            _acks[i] = new Ack();
    }

    /// <summary>How many wait.</summary>
    public int Count
    {
        get { return _ring.Count; }
    }

    /// <summary>The oldest.</summary>
    public Ack First
    {
        get { return _acks[_ring.First]; }
    }

    /// <summary>One more, to be filled whole.</summary>
    public Ack Add()
    {
        return _acks[_ring.Add()];
    }

    /// <summary>Removes the oldest.</summary>
    public void Remove()
    {
        _ring.Remove();
    }
}

/// <summary>Events that wait for the link. The oldest gives way when it is full; the gap in their sequence shows it.</summary>
public sealed class EventQueue
{
    /// <summary>Most waiting events: every load silent and back again, and a few changes of state.</summary>
    public const int Capacity = 24;

    private readonly Ring _ring = new Ring(Capacity);
    private readonly ControllerEvent[] _events = new ControllerEvent[Capacity];
    private readonly long _bootId;
    private long _sequence;

    /// <summary>Begins empty.</summary>
    public EventQueue(long bootId)
    {
        _bootId = bootId;
        for (int i = 0; i < Capacity; i++)
            _events[i] = new ControllerEvent();
    }

    /// <summary>How many wait.</summary>
    public int Count
    {
        get { return _ring.Count; }
    }

    /// <summary>The oldest.</summary>
    public ControllerEvent First
    {
        get { return _events[_ring.First]; }
    }

    /// <summary>Adds an event of now.</summary>
    public void Add(long nowMs, UtcClock clock, EventType type, int code, string load, string detail)
    {
        ControllerEvent one = _events[_ring.Add()];
        one.BootId = _bootId;
        one.Sequence = ++_sequence;
        one.MonotonicMs = nowMs;
        one.HasUtc = clock.TryStamp(nowMs, out long utcMs);
        one.UtcMs = utcMs;
        one.Type = type;
        one.Code = code;
        one.Load = load;
        one.Detail = detail;
    }

    /// <summary>Removes the oldest.</summary>
    public void Remove()
    {
        _ring.Remove();
    }
}
