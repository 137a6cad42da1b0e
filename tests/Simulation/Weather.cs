namespace Fleet.Tests.Simulation;

/// <summary>What every link does to its packets now.</summary>
/// <param name="LossPermille">Lost; what must arrive comes late instead.</param>
/// <param name="DelaySeconds">Longest delay.</param>
/// <param name="DuplicatePermille">Delivered twice.</param>
/// <param name="ReorderPermille">May overtake others of its kind.</param>
public sealed record Weather(int LossPermille, int DelaySeconds, int DuplicatePermille, int ReorderPermille)
{
    /// <summary>A sound network.</summary>
    public static readonly Weather Fair = new(0, 0, 0, 0);

    /// <summary>Everything twice.</summary>
    public static readonly Weather Double = new(0, 2, 1000, 200);
}
