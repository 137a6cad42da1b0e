namespace Fleet.Wire;

/// <summary>
/// A power limit for a controller, now. No limit, zero and absent are three things: <see cref="IsUnlimited"/> asks
/// for every load at its best, zero for none, and a message with neither field is refused.
/// <code>
/// {"id":"…","seq":7,"boot":12,"issuedMs":…,"limitWatts":9000,"loadWatts":[3500,3500,2000],
///  "rampWattsPerSecond":500,"windowSeconds":0,"validSeconds":900,"reason":"plan","mac":"…"}
/// </code>
/// </summary>
public sealed class Setpoint
{
    /// <summary>The gateway's name for this setpoint, which its acks repeat.</summary>
    public string Id { get; set; }

    /// <summary>Grows with every command to this controller; an older or equal one is refused.</summary>
    public long Sequence { get; set; }

    /// <summary>The boot this command is for, from the controller's hello: after a reboot nothing old can be replayed.</summary>
    public long BootId { get; set; }

    /// <summary>When it was issued, UTC milliseconds; its validity counts from here.</summary>
    public long IssuedUtcMs { get; set; }

    /// <summary>True when the controller is to run without a limit (wire: <c>"unlimited":true</c> in place of limitWatts).</summary>
    public bool IsUnlimited { get; set; }

    /// <summary>Most watts of the whole controller; 0 is none. Meaningless when unlimited.</summary>
    public int LimitWatts { get; set; }

    /// <summary>Optional most watts of each load, in the order of the hello; empty when the controller divides by itself.</summary>
    public int[] LoadWatts { get; set; } = new int[0];

    /// <summary>How fast the limit may rise; 0 is at once. A lower limit is always obeyed at once.</summary>
    public int RampWattsPerSecond { get; set; }

    /// <summary>The controller waits a random part of this many seconds before it raises power.</summary>
    public int WindowSeconds { get; set; }

    /// <summary>How long it is in force from <see cref="IssuedUtcMs"/>; 0 is until replaced.</summary>
    public int ValidSeconds { get; set; }

    /// <summary>Why, in one line for a person.</summary>
    public string Reason { get; set; }
}
