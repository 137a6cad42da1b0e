namespace Fleet.Wire;

/// <summary>What kind of thing happened.</summary>
public enum EventType
{
    /// <summary>A fault bit was set; the code is its bit number.</summary>
    FaultRaised = 0,

    /// <summary>A fault bit was cleared; the code is its bit number.</summary>
    FaultCleared = 1,

    /// <summary>The state changed; the code is the new <see cref="ControllerState"/>.</summary>
    StateChanged = 2,

    /// <summary>The controller has started; the code is a <see cref="BootReason"/>.</summary>
    Rebooted = 3,

    /// <summary>A load rests because electricity costs more than its hashing earns; the code is the price per megawatt-hour, or 0 when it may work again.</summary>
    PriceRest = 4,

    /// <summary>The watts have come down after the grid's frequency or voltage went out of bounds; the code is milliseconds from the meter's reading that lowered the limit to the one that shows it kept. Set hold times come before.</summary>
    GridAnswered = 5,
}

/// <summary>
/// Something that happened on a controller, worth keeping.
/// <code>{"seq":3,"boot":12,"monoMs":…,"utcMs":…,"type":0,"code":1,"load":"s21-1","detail":"no answer for 30 s"}</code>
/// </summary>
public sealed class ControllerEvent : Message
{
    /// <summary>Grows by one an event within a boot.</summary>
    public long Sequence;

    /// <summary>The run of the controller.</summary>
    public long BootId;

    /// <summary>Milliseconds since boot.</summary>
    public long MonotonicMs;

    /// <summary>Whether <see cref="UtcMs"/> is known.</summary>
    public bool HasUtc;

    /// <summary>UTC milliseconds.</summary>
    public long UtcMs;

    /// <summary>What kind of thing happened.</summary>
    public EventType Type;

    /// <summary>Which one; see <see cref="EventType"/>.</summary>
    public int Code;

    /// <summary>The load it concerns; empty for the controller itself.</summary>
    public string Load;

    /// <summary>One line for a person; may be empty.</summary>
    public string Detail;

    /// <inheritdoc/>
    internal override void List(Fields fields)
    {
        Sequence = fields.Long("seq", Sequence, 0, Bounds.Counter);
        BootId = fields.Long("boot", BootId, 0, Bounds.Counter);
        MonotonicMs = fields.Long("monoMs", MonotonicMs, 0, Bounds.Counter);
        HasUtc = fields.Has("utcMs", HasUtc);
        if (HasUtc)
            UtcMs = fields.Long("utcMs", UtcMs, 0, Bounds.UtcMs);
        Type = (EventType)fields.Int("type", (int)Type, 0, (int)EventType.GridAnswered);
        Code = fields.Int("code", Code, 0, int.MaxValue);
        Load = fields.Text("load", Load, 0, Bounds.NameLength);
        Detail = fields.Line("detail", Detail);
    }
}
