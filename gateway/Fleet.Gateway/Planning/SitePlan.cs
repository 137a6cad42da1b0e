using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Planning;

/// <summary>One site's part of a plan, in the order of the site's loads.</summary>
public sealed class SitePlan
{
    private readonly Wanted[] _slots;

    /// <summary>A plan of equal slots.</summary>
    /// <param name="id">The plan's name.</param>
    /// <param name="madeAt">When it was made.</param>
    /// <param name="start">Beginning of the first slot.</param>
    /// <param name="slotLength">Length of each slot.</param>
    /// <param name="slots">What is wanted in each slot.</param>
    public SitePlan(string id, DateTimeOffset madeAt, DateTimeOffset start, TimeSpan slotLength, IReadOnlyList<Wanted> slots)
    {
        Id = id;
        MadeAt = madeAt;
        Start = start;
        SlotLength = slotLength;
        _slots = [.. slots];
    }

    /// <summary>The plan's name.</summary>
    public string Id { get; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset MadeAt { get; }

    /// <summary>Beginning of the first slot.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>Length of each slot.</summary>
    public TimeSpan SlotLength { get; }

    /// <summary>What is wanted in each slot.</summary>
    public IReadOnlyList<Wanted> Slots => _slots;

    /// <summary>What its slots cost and hashing earns; null where one of them is not known, or nothing hashes.</summary>
    public SchedulePrices? Prices { get; init; }

    /// <summary>What is wanted at an instant; null outside the plan's horizon.</summary>
    public Wanted? At(DateTimeOffset at)
    {
        var slot = (at - Start).Ticks / SlotLength.Ticks;
        return at < Start || slot >= _slots.Length ? null : _slots[slot];
    }
}

/// <summary>What is wanted of a site's loads before anything narrows it.</summary>
/// <param name="Watts">Watts of every load, in the site's order.</param>
/// <param name="Worth">What a megawatt-hour of each load earns, in the price's currency: the least worth is lowered first.</param>
/// <param name="PlanId">The plan it comes from.</param>
/// <param name="Reason">Why, in one line for a person.</param>
/// <param name="ReasonOf">Why for a single load, where there is more to say.</param>
public sealed record Wanted(int[] Watts, double[] Worth, string PlanId, string Reason, Func<int, string>? ReasonOf = null)
{
    /// <summary>Watts of all loads together.</summary>
    public long TotalWatts { get; } = Watts.Sum(watts => (long)watts);
}
