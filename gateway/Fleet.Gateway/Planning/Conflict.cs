using System;
using System.Globalization;

namespace Fleet.Gateway.Planning;

/// <summary>A limit that no plan can keep, and what was done about it.</summary>
/// <param name="Limit">The limit in the user's words, such as <c>import limit of site north</c>.</param>
/// <param name="FromUtc">Start of the first slot concerned.</param>
/// <param name="UntilUtc">End of the last.</param>
/// <param name="NeededWatts">Most watts needed in one of the slots.</param>
/// <param name="AllowedWatts">Watts allowed in that slot.</param>
/// <param name="CutsMinimumOnTime">
/// True when switching loads off before their minimum on time is over keeps the limit; false when even with every load
/// off the rest takes more than the limit.
/// </param>
public sealed record Conflict(
    string Limit, DateTimeOffset FromUtc, DateTimeOffset UntilUtc, long NeededWatts, long AllowedWatts, bool CutsMinimumOnTime)
{
    /// <summary>The conflict as a sentence: which limit, when, how much, and what the plan does.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Limit} allows {AllowedWatts} W from {FromUtc:yyyy-MM-dd HH:mm} to {UntilUtc:yyyy-MM-dd HH:mm} UTC, but {Cause} {NeededWatts} W: {Effect}");

    private string Cause => CutsMinimumOnTime ? "loads within their minimum on time need" : "what cannot be switched off takes";

    private string Effect => CutsMinimumOnTime
        ? "as many as needed are switched off early"
        : "every load under it is planned off; raise the limit or lower the fixed watts";
}
