namespace Fleet.Wire;

/// <summary>
/// The limits of the coming slots, stored on the controller for when the gateway is silent. With what electricity costs in
/// the first of them and what hashing earns, the controller can also put a miner to rest that would not pay.
/// <code>
/// {"id":"…","seq":8,"boot":12,"issuedMs":…,"startMs":…,"slotSeconds":900,"limitWatts":[9000,9000,0,…],
///  "hashpriceMicrosPerTerahashDay":38200,"pricePerMegawattHour":[87,112,-3,…],"mac":"…"}
/// </code>
/// Prices are in whole units of the gateway's currency: what is lost is far below what a start costs, and 36 h fit.
/// </summary>
public sealed class Schedule : SignedMessage
{
    private static readonly int[] Unpriced = new int[0];

    /// <summary>When the first slot begins, UTC milliseconds.</summary>
    public long StartUtcMs;

    /// <summary>Length of every slot; 60 to 3,600.</summary>
    public int SlotSeconds;

    /// <summary>Most watts of the controller in each slot; 1 to <see cref="Bounds.Slots"/> of them.</summary>
    public int[] LimitWatts = new int[0];

    /// <summary>Whether <see cref="HashpriceMicros"/> is known.</summary>
    public bool HasHashprice;

    /// <summary>What one terahash a second earns in a day, after fees, in millionths of the currency of the prices.</summary>
    public int HashpriceMicros;

    /// <summary>What a megawatt-hour costs in the first slots, in whole units of a currency; at most one a slot, and none where nobody knows. Below zero is ordinary.</summary>
    public int[] PricePerMegawattHour = Unpriced;

    /// <inheritdoc/>
    internal override void ListOrder(Fields fields)
    {
        StartUtcMs = fields.Long("startMs", StartUtcMs, 0, Bounds.UtcMs);
        SlotSeconds = fields.Int("slotSeconds", SlotSeconds, Bounds.ShortestSlotSeconds, Bounds.LongestSlotSeconds);
        LimitWatts = fields.Array("limitWatts", LimitWatts, 1, Bounds.Slots, 0, Bounds.Watts);
        HasHashprice = fields.Has("hashpriceMicrosPerTerahashDay", HasHashprice);
        HashpriceMicros = HasHashprice ? fields.Int("hashpriceMicrosPerTerahashDay", HashpriceMicros, 0, Bounds.HashpriceMicros) : 0;
        bool isPriced = fields.Has("pricePerMegawattHour", PricePerMegawattHour.Length > 0);
        PricePerMegawattHour = isPriced
            ? fields.Array("pricePerMegawattHour", PricePerMegawattHour, 1, LimitWatts.Length, -Bounds.PricePerMegawattHour, Bounds.PricePerMegawattHour)
            : Unpriced;
    }
}
