using System;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Fleet.Cli;

/// <summary>Reads the value of an option, and says in a user's words what it should have been.</summary>
internal static class OptionValue
{
    /// <summary>The value, or the default and an error that names the option and what to give.</summary>
    public static T Read<T>(ArgumentResult given, string what)
        where T : struct, IParsable<T>
    {
        var text = given.Tokens.Count == 1 ? given.Tokens[0].Value : "";
        if (!T.TryParse(text, CultureInfo.InvariantCulture, out var value))
            given.AddError($"{((OptionResult)given.Parent!).Option.Name} is '{text}': give {what}");
        return value;
    }

    /// <summary>A whole number.</summary>
    public static int Whole(ArgumentResult given) => Read<int>(given, "a whole number");

    /// <summary>A whole number, where one need not be given.</summary>
    public static int? MaybeWhole(ArgumentResult given) => Whole(given);

    /// <summary>A number.</summary>
    public static double Number(ArgumentResult given) => Read<double>(given, "a number such as 1.5");

    /// <summary>A time.</summary>
    public static DateTimeOffset? Time(ArgumentResult given) => Read<DateTimeOffset>(given, "a time such as 2026-03-01T18:00:00Z");
}
