using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Market;

namespace Fleet.Gateway.Planning;

/// <summary>Everything a plan is made from, and nothing else: equal problems give equal plans.</summary>
/// <remarks>Per-slot lists have one entry for each of <see cref="Slots"/>. Money is in one currency throughout.</remarks>
public sealed record PlanProblem
{
    /// <summary>The horizon: intervals that follow one another; 144 quarters by default, other lengths may be mixed in.</summary>
    public required IReadOnlyList<PlanSlot> Slots { get; init; }

    /// <summary>The grid connections.</summary>
    public required IReadOnlyList<PlanSite> Sites { get; init; }

    /// <summary>The loads at them.</summary>
    public required IReadOnlyList<PlanLoad> Loads { get; init; }

    /// <summary>Limits known ahead on a site or on all of them, such as accepted curtailments.</summary>
    public IReadOnlyList<PlanCap> Caps { get; init; } = [];

    /// <summary>Money that must be gained for each slot in which a load leaves its commitment.</summary>
    public double SwitchingCost { get; init; }

    /// <summary>A horizon of 15-minute slots from the one that holds <paramref name="fromUtc"/>.</summary>
    public static IReadOnlyList<PlanSlot> Quarters(DateTimeOffset fromUtc, int count) =>
        Slot.Starts(fromUtc, count).Select(start => new PlanSlot(start, Slot.Duration)).ToArray();
}

/// <summary>One interval of the horizon.</summary>
/// <param name="StartUtc">Start in UTC.</param>
/// <param name="Duration">Length.</param>
public readonly record struct PlanSlot(DateTimeOffset StartUtc, TimeSpan Duration)
{
    /// <summary>First instant after the slot.</summary>
    public DateTimeOffset EndUtc => StartUtc + Duration;
}

/// <summary>A site as the planner sees it.</summary>
public sealed record PlanSite
{
    /// <summary>Name, unique among the sites; used in reasons.</summary>
    public required string Id { get; init; }

    /// <summary>Most watts the site may import, per slot.</summary>
    public required IReadOnlyList<long> ImportLimitWatts { get; init; }

    /// <summary>Price of electricity per MWh, per slot; null where nobody knows it.</summary>
    public required IReadOnlyList<decimal?> PricePerMwh { get; init; }

    /// <summary>Watts the site takes whatever is planned, per slot; below zero where it generates.</summary>
    public required IReadOnlyList<long> FixedWatts { get; init; }

    /// <summary>A site with the same limit and fixed watts in every slot.</summary>
    public static PlanSite Steady(string id, long importLimitWatts, IReadOnlyList<decimal?> pricePerMwh, long fixedWatts = 0) => new()
    {
        Id = id,
        ImportLimitWatts = Enumerable.Repeat(importLimitWatts, pricePerMwh.Count).ToArray(),
        PricePerMwh = pricePerMwh,
        FixedWatts = Enumerable.Repeat(fixedWatts, pricePerMwh.Count).ToArray(),
    };
}

/// <summary>A limit on what a site, or the whole portfolio, imports over a range of slots; fixed watts count, slots outside the horizon are ignored.</summary>
/// <param name="Name">What users call it, such as <c>curtailment E-17</c>; used in reasons.</param>
/// <param name="SiteId">The site; null for the portfolio.</param>
/// <param name="FirstSlot">Index of the first slot.</param>
/// <param name="SlotCount">Number of slots.</param>
/// <param name="LimitWatts">Most watts over the range.</param>
public sealed record PlanCap(string Name, string? SiteId, int FirstSlot, int SlotCount, long LimitWatts);
