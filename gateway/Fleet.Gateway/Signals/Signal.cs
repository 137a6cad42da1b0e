using System;

namespace Fleet.Gateway.Signals;

/// <summary>
/// What the outside asks over an interval. Today: a curtailment, a cap on a site's or the portfolio's power. Either
/// watts or percent is given; percent is of the power measured when it begins. A site's part of a signal for the portfolio
/// has neither: its watts come with the division.
/// </summary>
/// <param name="Id">Its name.</param>
/// <param name="Site">The site it is for; null is the whole portfolio.</param>
/// <param name="TargetWatts">Most watts while it lasts; null when percent is given.</param>
/// <param name="TargetPercent">Most power as a percentage, 0 to 100, of what is measured when it begins.</param>
/// <param name="Start">When it begins.</param>
/// <param name="End">When it ends.</param>
/// <param name="Reason">Why, in one line for a person.</param>
/// <param name="CreatedBy">Who asked.</param>
/// <param name="CreatedAt">When it was accepted.</param>
public sealed record Signal(
    string Id, string? Site, int? TargetWatts, int? TargetPercent, DateTimeOffset Start, DateTimeOffset End,
    string Reason, string CreatedBy, DateTimeOffset CreatedAt)
{
    /// <summary>Whether it is in force at an instant; the end does not belong to it.</summary>
    public bool IsActive(DateTimeOffset at) => Start <= at && at < End;
}
