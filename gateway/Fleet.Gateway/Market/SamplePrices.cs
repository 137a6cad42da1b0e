using System;
using System.Collections.Generic;

namespace Fleet.Gateway.Market;

/// <summary>Made-up prices for trying Fleet without a feed; everything that shows them calls them a sample.</summary>
/// <remarks>
/// A week of quarters with a morning and an evening peak, a midday dip that goes below zero at the weekend, and a small
/// fixed unevenness. The shape follows the day of the week and the hour in UTC, so it fits any date.
/// <code>
/// price      _            __
///           / \          /  \
///     _____/   \        /    \___
///               \______/
///     0h    8h    13h     19h   24h
/// </code>
/// </remarks>
public static class SamplePrices
{
    private const int SlotsPerDay = 96;
    private const int SlotsPerWeek = 7 * SlotsPerDay;

    /// <summary>What users are shown as the source.</summary>
    public const string Source = "sample prices bundled with Fleet (made up)";

    /// <summary>Sample prices for whole slots from the one that holds <paramref name="fromUtc"/>.</summary>
    public static PriceSeries From(DateTimeOffset fromUtc, int slotCount, string currency)
    {
        var slots = new List<PriceSlot>(slotCount);
        foreach (DateTimeOffset start in Slot.Starts(fromUtc, slotCount))
            slots.Add(new PriceSlot(start, Slot.Duration, PriceAt(start)));
        return new PriceSeries(currency, new PriceProvenance(Source, IsSample: true), slots);
    }

    private static decimal PriceAt(DateTimeOffset start)
    {
        int quarter = (int)(start.TimeOfDay.Ticks / Slot.Duration.Ticks);
        double hour = quarter / 4.0;
        int slotOfWeek = ((int)start.DayOfWeek * SlotsPerDay) + quarter;
        bool isWeekend = start.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        double price = isWeekend ? 52 : 64;
        price += (isWeekend ? 18 : 52) * Bell(hour, centre: 8, width: 1.6);
        price += (isWeekend ? 38 : 74) * Bell(hour, centre: 19, width: 2.0);
        price -= (isWeekend ? 66 : 46) * Bell(hour, centre: 13, width: 2.4);
        price += Unevenness(slotOfWeek);
        return Math.Round((decimal)price, 2);
    }

    private static double Bell(double hour, double centre, double width) =>
        Math.Exp(-(hour - centre) * (hour - centre) / (2 * width * width));

    // A multiplicative hash of the slot of the week, spread over ±5: the same every week, without a visible pattern.
    private static double Unevenness(int slotOfWeek) =>
        ((((slotOfWeek % SlotsPerWeek) + 1) * 2_654_435_761L % 1_001) / 100.1) - 5;
}
