namespace Fleet.Wire;

/// <summary>
/// The limits of the coming slots, stored on the controller for when the gateway is silent.
/// <code>{"id":"…","seq":8,"boot":12,"issuedMs":…,"startMs":…,"slotSeconds":900,"limitWatts":[9000,9000,0,…],"mac":"…"}</code>
/// </summary>
public sealed class Schedule : SignedMessage
{
    /// <summary>When the first slot begins, UTC milliseconds.</summary>
    public long StartUtcMs { get; set; }

    /// <summary>Length of every slot; 60 to 3,600.</summary>
    public int SlotSeconds { get; set; }

    /// <summary>Most watts of the controller in each slot; 1 to <see cref="Bounds.Slots"/> of them.</summary>
    public int[] LimitWatts { get; set; } = new int[0];

    /// <inheritdoc/>
    internal override void ListOrder(Fields fields)
    {
        StartUtcMs = fields.Long("startMs", StartUtcMs, 0, Bounds.UtcMs);
        SlotSeconds = fields.Int("slotSeconds", SlotSeconds, Bounds.ShortestSlotSeconds, Bounds.LongestSlotSeconds);
        LimitWatts = fields.Array("limitWatts", LimitWatts, 1, Bounds.Slots, 0, Bounds.Watts);
    }
}
