using System;
using System.Collections.Generic;

namespace Fleet.Gateway.Market;

/// <summary>The grid of 15-minute intervals of UTC on which Fleet plans.</summary>
public static class Slot
{
    /// <summary>Length of a slot: the market time unit of the coupled European day-ahead auction.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromMinutes(15);

    /// <summary>Start of the slot that holds <paramref name="instant"/>.</summary>
    public static DateTimeOffset Floor(DateTimeOffset instant)
    {
        long ticks = instant.UtcTicks;
        return new DateTimeOffset(ticks - (ticks % Duration.Ticks), TimeSpan.Zero);
    }

    /// <summary>Starts of <paramref name="count"/> slots, beginning with the one that holds <paramref name="fromUtc"/>.</summary>
    public static IReadOnlyList<DateTimeOffset> Starts(DateTimeOffset fromUtc, int count)
    {
        var starts = new DateTimeOffset[count];
        DateTimeOffset first = Floor(fromUtc);
        for (int index = 0; index < count; index++)
            starts[index] = first + (index * Duration);
        return starts;
    }
}
