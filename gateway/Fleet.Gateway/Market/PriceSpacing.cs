using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Gateway.Market;

/// <summary>The resolutions at which markets publish prices.</summary>
internal static class PriceSpacing
{
    /// <summary>The resolutions in words, for messages.</summary>
    public const string Words = "60, 30, 15 or 5";

    /// <summary>The finest resolution.</summary>
    public static readonly TimeSpan Finest = TimeSpan.FromMinutes(5);

    // Less than half a day of one spacing may as well be a finer series with most of its rows missing.
    private static readonly TimeSpan MostOfADay = TimeSpan.FromHours(12);

    private static readonly TimeSpan[] Known = [Finest, TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(60)];

    /// <summary>The known resolution that is met most often, the finer of equals; null when there is none.</summary>
    public static TimeSpan? MostCommon(IEnumerable<TimeSpan> spacings) =>
        spacings.Where(spacing => Array.IndexOf(Known, spacing) >= 0)
            .GroupBy(spacing => spacing)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key)
            .Select(group => (TimeSpan?)group.Key)
            .FirstOrDefault();

    /// <summary>The most common resolution of a day's rows if it makes up most of the day; else null.</summary>
    public static TimeSpan? OfDay(IReadOnlyCollection<TimeSpan> spacings) =>
        MostCommon(spacings) is { } spacing && spacing * spacings.Count(other => other == spacing) >= MostOfADay ? spacing : null;
}
