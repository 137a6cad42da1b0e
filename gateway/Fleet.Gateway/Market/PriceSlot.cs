using System;

namespace Fleet.Gateway.Market;

/// <summary>One interval of one price, at the resolution the market published.</summary>
/// <remarks>
/// The price is a decimal because it is somebody's printed figure: what is shown, stored and settled must be that
/// figure, and a decimal can hold neither NaN nor infinity. The planner turns it into a double once, to calculate.
/// Negative prices are ordinary: nothing clamps them.
/// </remarks>
/// <param name="StartUtc">Start, in UTC.</param>
/// <param name="Duration">Length: 60, 30, 15 or 5 minutes as published; shorter where the next price begins earlier.</param>
/// <param name="PricePerMwh">Price per megawatt-hour in the series' currency.</param>
public readonly record struct PriceSlot(DateTimeOffset StartUtc, TimeSpan Duration, decimal PricePerMwh)
{
    /// <summary>First instant after the interval.</summary>
    public DateTimeOffset EndUtc => StartUtc + Duration;
}

/// <summary>The price of one planning slot, or its absence.</summary>
/// <param name="StartUtc">Start of the 15-minute slot.</param>
/// <param name="PricePerMwh">Price per megawatt-hour; null where the series has a gap anywhere in the slot.</param>
public readonly record struct SlotPrice(DateTimeOffset StartUtc, decimal? PricePerMwh);

/// <summary>A stretch of time for which a series has no price.</summary>
/// <param name="StartUtc">First instant without a price.</param>
/// <param name="EndUtc">First instant with a price again.</param>
public readonly record struct PriceGap(DateTimeOffset StartUtc, DateTimeOffset EndUtc);

/// <summary>Where prices come from, as shown to users.</summary>
/// <param name="Source">Name of the feed or file.</param>
/// <param name="IsSample">True when the figures are made up and bundled with Fleet.</param>
public sealed record PriceProvenance(string Source, bool IsSample);
