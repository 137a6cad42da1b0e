namespace Fleet.Wire;

/// <summary>
/// What became of a setpoint, schedule, config, command or part of an image.
/// <code>{"id":"…","seq":7,"boot":12,"kind":6,"result":2,"reason":"","watts":8990,"elapsedMs":4200}</code>
/// </summary>
public sealed class Ack : Message
{
    /// <summary>The id of what is answered; empty when it could not be read.</summary>
    public string Id;

    /// <summary>The sequence of what is answered; 0 when it could not be read.</summary>
    public long Sequence;

    /// <summary>The run of the controller that answers.</summary>
    public long BootId;

    /// <summary>The kind of what is answered.</summary>
    public Kind Kind;

    /// <summary>Accepted, refused or achieved.</summary>
    public AckResult Result;

    /// <summary>Why it was refused; empty otherwise.</summary>
    public string Reason;

    /// <summary>Whether <see cref="Watts"/> is a valid reading.</summary>
    public bool HasWatts;

    /// <summary>Measured watts of the controller at this moment.</summary>
    public int Watts;

    /// <summary>Milliseconds since the command arrived.</summary>
    public long ElapsedMs;

    /// <summary>Whether <see cref="StoredBytes"/> is told: where an image is concerned.</summary>
    public bool HasStoredBytes;

    /// <summary>Bytes of the image that are stored: where the next part begins.</summary>
    public int StoredBytes;

    /// <inheritdoc/>
    internal override void List(Fields fields)
    {
        Id = fields.Text("id", Id, 0, Bounds.TextLength);
        Sequence = fields.Long("seq", Sequence, 0, Bounds.Counter);
        BootId = fields.Long("boot", BootId, 0, Bounds.Counter);
        Kind = (Kind)fields.Int("kind", (int)Kind, (int)Kind.Setpoint, (int)Kind.Image);
        Result = (AckResult)fields.Int("result", (int)Result, 0, (int)AckResult.Achieved);
        Reason = fields.Line("reason", Reason);
        HasWatts = fields.Has("watts", HasWatts);
        if (HasWatts)
            Watts = fields.Int("watts", Watts, Bounds.LowestReadingWatts, Bounds.Watts);
        ElapsedMs = fields.Long("elapsedMs", ElapsedMs, 0, Bounds.Counter);
        HasStoredBytes = fields.Has("storedBytes", HasStoredBytes);
        if (HasStoredBytes)
            StoredBytes = fields.Int("storedBytes", StoredBytes, 0, Bounds.ImageBytes);
    }
}
