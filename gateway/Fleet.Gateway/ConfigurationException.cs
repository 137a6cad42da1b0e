using System;
using System.Collections.Generic;

namespace Fleet.Gateway;

/// <summary>The configuration cannot be used; the message lists every mistake, a line each.</summary>
public sealed class ConfigurationException : Exception
{
    /// <summary>An exception for these mistakes.</summary>
    public ConfigurationException(IReadOnlyList<string> mistakes)
        : base("The configuration cannot be used:\n  " + string.Join("\n  ", mistakes))
    {
        Mistakes = mistakes;
    }

    /// <summary>Every mistake, with its place and what to do.</summary>
    public IReadOnlyList<string> Mistakes { get; }
}
