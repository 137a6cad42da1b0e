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
    /// <summary>Most waiting answers: what one full inbox can ask for at once, and the setpoint achieved.</summary>
    public const int Capacity = Inbox.Messages + 2;

    private const byte Measured = 0x80;

    // Parallel arrays, because as many objects would cost the device three times the memory.
    private readonly Ring _ring = new Ring(Capacity);
    private readonly string[] _ids = new string[Capacity];
    private readonly long[] _sequences = new long[Capacity];
    private readonly byte[] _kinds = new byte[Capacity];
    private readonly byte[] _results = new byte[Capacity];
    private readonly string[] _reasons = new string[Capacity];
    private readonly int[] _watts = new int[Capacity];
    private readonly long[] _elapsedMs = new long[Capacity];
    private readonly Ack _first;

    /// <summary>Begins empty.</summary>
    public AckQueue(long bootId, Codec codec)
    {
        _first = new Ack { BootId = bootId, Codec = codec };
    }

    /// <summary>How many wait.</summary>
    public int Count
    {
        get { return _ring.Count; }
    }

    /// <summary>The oldest, in an object that is filled again and again.</summary>
    public Ack First
    {
        get
        {
            int i = _ring.First;
            _first.Id = _ids[i];
            _first.Sequence = _sequences[i];
            _first.Kind = (Kind)_kinds[i];
            _first.Result = (AckResult)(_results[i] & ~Measured);
            _first.Reason = _reasons[i];
            _first.HasWatts = (_results[i] & Measured) != 0;
            _first.Watts = _watts[i];
            _first.ElapsedMs = _elapsedMs[i];
            return _first;
        }
    }

    /// <summary>Takes a copy of all but the boot id.</summary>
    public void Add(Ack answer)
    {
        int i = _ring.Add();
        _ids[i] = answer.Id;
        _sequences[i] = answer.Sequence;
        _kinds[i] = (byte)answer.Kind;
        _results[i] = (byte)((int)answer.Result | (answer.HasWatts ? Measured : 0));
        _reasons[i] = answer.Reason;
        _watts[i] = answer.Watts;
        _elapsedMs[i] = answer.ElapsedMs;
    }

    /// <summary>Removes the oldest.</summary>
    public void Remove()
    {
        _ring.Remove();
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

    // Parallel arrays, as in the queue of answers.
    private readonly Ring _ring;
    private readonly long[] _atMs;
    private readonly byte[] _types;
    private readonly int[] _codes;
    private readonly string[] _loads;
    private readonly ControllerEvent _first;
    private long _sequence;

    /// <summary>Begins empty, with room for so many loads.</summary>
    public EventQueue(int loads, long bootId, Codec codec)
    {
        int capacity = OwnEvents + loads * LoadEvents;
        _ring = new Ring(capacity);
        _atMs = new long[capacity];
        _types = new byte[capacity];
        _codes = new int[capacity];
        _loads = new string[capacity];
        _first = new ControllerEvent { BootId = bootId, Codec = codec };
    }

    /// <summary>How many wait.</summary>
    public int Count
    {
        get { return _ring.Count; }
    }

    /// <summary>The oldest, in an object that is filled again and again.</summary>
    public ControllerEvent First(long nowMs, UtcClock clock)
    {
        int i = _ring.First;
        _first.Sequence = _sequence - _ring.Count + 1;
        _first.MonotonicMs = _atMs[i];
        _first.HasUtc = clock.TryStamp(nowMs, out long utcMs);
        _first.UtcMs = utcMs - nowMs + _atMs[i];
        _first.Type = (EventType)_types[i];
        _first.Code = _codes[i];
        _first.Load = _loads[i];
        bool isFault = _first.Type == EventType.FaultRaised || _first.Type == EventType.FaultCleared;
        _first.Detail = isFault ? Fault.NameOf(_codes[i]) : "";
        return _first;
    }

    /// <summary>Adds an event of now; the load is empty when it concerns the controller itself.</summary>
    public void Add(long nowMs, EventType type, int code, string load)
    {
        int i = _ring.Add();
        _sequence++;
        _atMs[i] = nowMs;
        _types[i] = (byte)type;
        _codes[i] = code;
        _loads[i] = load;
    }

    /// <summary>Removes the oldest.</summary>
    public void Remove()
    {
        _ring.Remove();
    }
}
