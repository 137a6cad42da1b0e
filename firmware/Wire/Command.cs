namespace Fleet.Wire;

/// <summary>What a command asks for.</summary>
public enum CommandAction
{
    /// <summary>Blink the lamp for a minute, so that a technician finds the box.</summary>
    Identify = 0,

    /// <summary>Start again, in fail-safe.</summary>
    Reboot = 1,

    /// <summary>Start the stored image whose SHA-256 the argument is, as 64 hex digits, on trial.</summary>
    Update = 2,
}

/// <summary>
/// Something to do once.
/// <code>{"id":"…","seq":10,"boot":12,"issuedMs":…,"action":0,"argument":"","mac":"…"}</code>
/// </summary>
public sealed class Command : SignedMessage
{
    /// <summary>What to do.</summary>
    public CommandAction Action;

    /// <summary>With what; may be empty.</summary>
    public string Argument;

    /// <inheritdoc/>
    internal override void ListOrder(Fields fields)
    {
        Action = (CommandAction)fields.Int("action", (int)Action, 0, (int)CommandAction.Update);
        Argument = fields.Text("argument", Argument, 0, Bounds.TextLength);
    }
}
