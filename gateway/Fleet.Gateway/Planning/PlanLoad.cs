using System.Collections.Generic;
using Fleet.Gateway.Market;

namespace Fleet.Gateway.Planning;

/// <summary>A load as the planner sees it.</summary>
public sealed record PlanLoad
{
    /// <summary>More slots than any minimum time: the load has been in its state for long.</summary>
    public const int LongAgo = 1_000_000;

    /// <summary>Name, unique among all loads.</summary>
    public required string Id { get; init; }

    /// <summary>The site it draws from.</summary>
    public required string SiteId { get; init; }

    /// <summary>The controller that owns it; carried through to the plan.</summary>
    public string ControllerId { get; init; } = "";

    /// <summary>Its power levels by rising watts with what each earns in an hour; the first is off and earns nothing.</summary>
    public required IReadOnlyList<PowerLevel> Levels { get; init; }

    /// <summary>Slots it must stay on once started, at any level; at least 1.</summary>
    public int MinOnSlots { get; init; } = 1;

    /// <summary>Slots it must stay off once stopped; at least 1.</summary>
    public int MinOffSlots { get; init; } = 1;

    /// <summary>Money each start costs: wear, and power drawn before it earns.</summary>
    public double StartCost { get; init; }

    /// <summary>Level it is at when the horizon begins.</summary>
    public int InitialLevel { get; init; }

    /// <summary>Slots it has been on, or off, when the horizon begins.</summary>
    public int InitialSlotsInState { get; init; } = LongAgo;

    /// <summary>When it must be off: faults, maintenance, a thermal trip. Stronger than its minimum on time.</summary>
    public IReadOnlyList<MustOff> MustOff { get; init; } = [];

    /// <summary>Level already promised per slot, null where none is; empty without a commitment.</summary>
    public IReadOnlyList<int?> CommittedLevels { get; init; } = [];
}

/// <summary>A range of slots in which a load must be off; what lies outside the horizon is ignored.</summary>
/// <param name="FirstSlot">Index of the first slot; below zero when it began before the horizon.</param>
/// <param name="SlotCount">Number of slots.</param>
/// <param name="Reason">Why, in the user's words.</param>
public readonly record struct MustOff(int FirstSlot, int SlotCount, string Reason);
