namespace Fleet.Wire;

/// <summary>
/// Settings to change on a controller, by their names in the controller's settings file; whole numbers only.
/// <code>{"id":"…","seq":9,"boot":12,"issuedMs":…,"settings":{"failSafeWatts":4200},"mac":"…"}</code>
/// </summary>
public sealed class Config
{
    /// <summary>The gateway's name for this change.</summary>
    public string Id { get; set; }

    /// <summary>As in <see cref="Setpoint.Sequence"/>.</summary>
    public long Sequence { get; set; }

    /// <summary>As in <see cref="Setpoint.BootId"/>.</summary>
    public long BootId { get; set; }

    /// <summary>When it was issued, UTC milliseconds.</summary>
    public long IssuedUtcMs { get; set; }

    /// <summary>Names of the settings.</summary>
    public string[] Names { get; set; } = new string[0];

    /// <summary>Their new values, in the same order.</summary>
    public long[] Values { get; set; } = new long[0];
}
