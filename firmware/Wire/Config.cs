namespace Fleet.Wire;

/// <summary>
/// Settings to change on a controller, by their names in the controller's settings file; whole numbers only.
/// <code>{"id":"…","seq":9,"boot":12,"issuedMs":…,"settings":{"failSafeWatts":4200},"mac":"…"}</code>
/// </summary>
public sealed class Config : SignedMessage
{
    /// <summary>Names of the settings.</summary>
    public string[] Names = new string[0];

    /// <summary>Their new values, in the same order.</summary>
    public long[] Values = new long[0];

    /// <inheritdoc/>
    internal override void ListOrder(Fields fields)
    {
        string[] names = Names;
        long[] values = Values;
        fields.Pairs("settings", ref names, ref values, Bounds.Settings);
        Names = names;
        Values = values;
    }
}
