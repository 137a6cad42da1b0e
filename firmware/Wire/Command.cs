namespace Fleet.Wire;

/// <summary>What a command asks for.</summary>
public enum CommandAction
{
    /// <summary>Blink the lamp for a minute, so that a technician finds the box.</summary>
    Identify = 0,

    /// <summary>Start again, in fail-safe.</summary>
    Reboot = 1,

    /// <summary>Fetch and install the firmware the argument names.</summary>
    Update = 2,
}

/// <summary>
/// Something to do once.
/// <code>{"id":"…","seq":10,"boot":12,"issuedMs":…,"action":0,"argument":"","mac":"…"}</code>
/// </summary>
public sealed class Command
{
    /// <summary>The gateway's name for this command.</summary>
    public string Id { get; set; }

    /// <summary>As in <see cref="Setpoint.Sequence"/>.</summary>
    public long Sequence { get; set; }

    /// <summary>As in <see cref="Setpoint.BootId"/>.</summary>
    public long BootId { get; set; }

    /// <summary>When it was issued, UTC milliseconds.</summary>
    public long IssuedUtcMs { get; set; }

    /// <summary>What to do.</summary>
    public CommandAction Action { get; set; }

    /// <summary>With what; may be empty.</summary>
    public string Argument { get; set; }
}
