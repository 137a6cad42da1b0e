namespace Fleet.Core;

/// <summary>One option of the settings file: its key, bounds, default, unit and meaning.</summary>
public sealed class Option
{
    private Option()
    {
    }

    /// <summary>The key in the file.</summary>
    public string Name { get; private set; }

    /// <summary>What its number counts; empty for text and for plain numbers.</summary>
    public string Unit { get; private set; }

    /// <summary>What it is, for a technician who has left it out; null where it may be left out.</summary>
    public string Doc { get; private set; }

    /// <summary>Whether it is text; its bounds are then lengths in characters.</summary>
    public bool IsText { get; private set; }

    /// <summary>Whether the file must give it; <see cref="Default"/> then has no meaning.</summary>
    public bool IsRequired { get; private set; }

    /// <summary>Whether a signed <see cref="Fleet.Wire.Config"/> may change it from afar.</summary>
    public bool IsRemote { get; private set; }

    /// <summary>Its value when the file does not give it.</summary>
    public int Default { get; private set; }

    /// <summary>The lowest value, or shortest text.</summary>
    public int Least { get; private set; }

    /// <summary>The highest value, or longest text.</summary>
    public int Most { get; private set; }

    /// <summary>Text that must be given.</summary>
    public static Option Text(string name, int least, int most, string doc)
    {
        return new Option { Name = name, IsText = true, IsRequired = true, Least = least, Most = most, Unit = "", Doc = doc };
    }

    /// <summary>Text that is empty when not given.</summary>
    public static Option OptionalText(string name, int most)
    {
        return new Option { Name = name, IsText = true, Most = most, Unit = "" };
    }

    /// <summary>A whole number with a default.</summary>
    public static Option Whole(string name, int byDefault, int least, int most, string unit)
    {
        return new Option { Name = name, Default = byDefault, Least = least, Most = most, Unit = unit };
    }

    /// <summary>A whole number that must be given.</summary>
    public static Option Required(string name, int least, int most, string unit, string doc)
    {
        return new Option { Name = name, IsRequired = true, Least = least, Most = most, Unit = unit, Doc = doc };
    }

    /// <summary>The same option, open to change from afar.</summary>
    public Option Remote()
    {
        IsRemote = true;
        return this;
    }
}
