namespace Fleet.Wire;

/// <summary>
/// A power limit for a controller, now. No limit, zero and absent are three things: <see cref="IsUnlimited"/> asks
/// for every load at its best, zero for none, and a message with neither field is refused.
/// <code>
/// {"id":"…","seq":7,"boot":12,"issuedMs":…,"limitWatts":9000,"loadWatts":[3500,3500,2000],
///  "rampWattsPerSecond":500,"windowSeconds":0,"validSeconds":900,"reason":"plan","mac":"…"}
/// </code>
/// </summary>
public sealed class Setpoint : SignedMessage
{
    private static readonly int[] Undivided = new int[0];

    /// <summary>True when the controller is to run without a limit (wire: <c>"unlimited":true</c> in place of limitWatts).</summary>
    public bool IsUnlimited;

    /// <summary>Most watts of the whole controller; 0 is none. Meaningless when unlimited.</summary>
    public int LimitWatts;

    /// <summary>Optional most watts of each load, in the order of the hello; empty when the controller divides by itself.</summary>
    public int[] LoadWatts = Undivided;

    /// <summary>How fast the limit may rise; 0 is at once. A lower limit is always obeyed at once.</summary>
    public int RampWattsPerSecond;

    /// <summary>The controller waits a random part of this many seconds before it raises power.</summary>
    public int WindowSeconds;

    /// <summary>How long it is in force from <see cref="SignedMessage.IssuedUtcMs"/>; 0 is until replaced.</summary>
    public int ValidSeconds;

    /// <summary>Why, in one line for a person.</summary>
    public string Reason;

    /// <inheritdoc/>
    internal override void ListOrder(Fields fields)
    {
        bool limited = fields.Has("limitWatts", !IsUnlimited);
        IsUnlimited = fields.Has("unlimited", IsUnlimited) && fields.Bool("unlimited", true);
        if (limited == IsUnlimited)
            fields.Refuse("limitWatts", "exactly one of limitWatts and \"unlimited\":true is needed");
        LimitWatts = limited ? fields.Int("limitWatts", LimitWatts, 0, Bounds.Watts) : 0;
        bool divided = fields.Has("loadWatts", LoadWatts.Length > 0);
        LoadWatts = divided ? fields.Array("loadWatts", LoadWatts, 1, Bounds.Loads, 0, Bounds.Watts) : Undivided;
        RampWattsPerSecond = fields.Int("rampWattsPerSecond", RampWattsPerSecond, 0, Bounds.Watts);
        WindowSeconds = fields.Int("windowSeconds", WindowSeconds, 0, Bounds.WindowSeconds);
        ValidSeconds = fields.Int("validSeconds", ValidSeconds, 0, Bounds.ValidSeconds);
        Reason = fields.Line("reason", Reason);
    }
}
