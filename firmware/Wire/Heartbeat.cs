namespace Fleet.Wire;

/// <summary>
/// The gateway is alive. It carries no authority: it can keep a limit that a signed message gave, never give one.
/// <code>{"utcMs":…,"epoch":5}</code>
/// </summary>
public sealed class Heartbeat : Message
{
    /// <summary>The gateway's UTC milliseconds.</summary>
    public long UtcMs;

    /// <summary>Grows by one with every start of the gateway.</summary>
    public long Epoch;

    /// <inheritdoc/>
    internal override void List(Fields fields)
    {
        UtcMs = fields.Long("utcMs", UtcMs, 0, Bounds.UtcMs);
        Epoch = fields.Long("epoch", Epoch, 0, Bounds.Counter);
    }
}
