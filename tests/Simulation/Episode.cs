using System;

namespace Fleet.Tests.Simulation;

/// <summary>A fault or an event that lasts: it has begun, and is mended when its time is over.</summary>
/// <param name="What">What it is, for the trace.</param>
/// <param name="Seconds">How long it lasts.</param>
/// <param name="Mend">Ends it.</param>
/// <param name="Each">What it does in every second.</param>
public sealed record Episode(string What, int Seconds, Action? Mend = null, Action? Each = null)
{
    /// <summary>When it is over.</summary>
    public int EndSecond { get; set; }
}
