using System;
using System.Collections.Generic;
using NodaTime;

namespace Fleet.Gateway.Market;

/// <summary>A calendar day at a site: 96 slots, 92 when clocks go forward, 100 when they go back.</summary>
/// <param name="Date">The calendar date as people at the site name it.</param>
/// <param name="Zone">The site's time zone.</param>
public readonly record struct LocalDay(LocalDate Date, DateTimeZone Zone)
{
    /// <summary>The local day in which <paramref name="instant"/> falls.</summary>
    public static LocalDay At(DateTimeOffset instant, DateTimeZone zone) =>
        new(Instant.FromDateTimeOffset(instant).InZone(zone).Date, zone);

    /// <summary>Start of the day; the first valid instant where midnight itself is skipped.</summary>
    public DateTimeOffset StartUtc => Zone.AtStartOfDay(Date).ToInstant().ToDateTimeOffset();

    /// <summary>Start of the next day.</summary>
    public DateTimeOffset EndUtc => Zone.AtStartOfDay(Date.PlusDays(1)).ToInstant().ToDateTimeOffset();

    /// <summary>Number of 15-minute slots in the day.</summary>
    public int SlotCount => (int)((EndUtc - StartUtc).Ticks / Slot.Duration.Ticks);

    /// <summary>Starts of the day's slots in UTC.</summary>
    public IReadOnlyList<DateTimeOffset> SlotStarts() => Slot.Starts(StartUtc, SlotCount);
}
