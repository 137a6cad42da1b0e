using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Gateway.Planning;

/// <summary>What a load may do in a slot before any money is counted.</summary>
internal enum SlotUse : byte
{
    /// <summary>On or off as pays best.</summary>
    Free,

    /// <summary>Stays on: its minimum on time reaches from before the horizon.</summary>
    Held,

    /// <summary>Stays on at its lowest level for its minimum on time; the price is unknown and no money is counted.</summary>
    HeldBlind,

    /// <summary>Stays off: its minimum off time reaches from before the horizon.</summary>
    Resting,

    /// <summary>Off: nobody knows the price. No load is run on a price that was made up.</summary>
    PriceUnknown,

    /// <summary>Off: a must-off range of the load.</summary>
    MustOff,

    /// <summary>Off: a limit cannot be kept otherwise.</summary>
    Conflict,
}

/// <summary>A load with everything the planner's inner loops need, in arrays.</summary>
internal sealed class LoadModel
{
    /// <summary>Marks a slot without a commitment.</summary>
    public const byte NotCommitted = byte.MaxValue;

    private LoadModel(PlanLoad source, int site, int slotCount)
    {
        Source = source;
        Site = site;
        Watts = source.Levels.Select(level => level.Watts).ToArray();
        ValuePerHour = source.Levels.Select(level => level.ValuePerHour).ToArray();
        Uses = new SlotUse[slotCount];
    }

    /// <summary>The load as given.</summary>
    public PlanLoad Source { get; }

    /// <summary>Index of its site.</summary>
    public int Site { get; }

    /// <summary>Watts per level.</summary>
    public int[] Watts { get; }

    /// <summary>Money per hour and level.</summary>
    public double[] ValuePerHour { get; }

    /// <summary>What it may do in each slot.</summary>
    public SlotUse[] Uses { get; }

    /// <summary>Committed level per slot or <see cref="NotCommitted"/>; null without a commitment.</summary>
    public byte[]? Committed { get; private set; }

    /// <summary>The limit it gave way to, per slot; null when it never did.</summary>
    public string[]? GaveWayTo { get; private set; }

    /// <summary>Whether it is on when the horizon begins.</summary>
    public bool BeginsOn => Source.InitialLevel > 0;

    /// <summary>Builds the model of one load: initial obligations, must-off ranges and unknown prices per slot.</summary>
    public static LoadModel From(PlanLoad load, int site, IReadOnlyList<decimal?> prices)
    {
        int slotCount = prices.Count;
        var model = new LoadModel(load, site, slotCount);
        foreach (MustOff range in load.MustOff)
        {
            long end = Math.Min(slotCount, range.FirstSlot + (long)range.SlotCount);
            for (long slot = Math.Max(0, range.FirstSlot); slot < end; slot++)
                model.Uses[slot] = SlotUse.MustOff;
        }
        int minimum = model.BeginsOn ? load.MinOnSlots : load.MinOffSlots;
        int obliged = Math.Min(slotCount, Math.Max(0, minimum - load.InitialSlotsInState));
        bool isHeld = model.BeginsOn;
        for (int slot = 0; slot < slotCount; slot++)
        {
            bool isKnown = prices[slot] is not null;
            if (model.Uses[slot] == SlotUse.MustOff)
                isHeld = false;
            else if (slot < obliged && isHeld)
                model.Uses[slot] = isKnown ? SlotUse.Held : SlotUse.HeldBlind;
            else if (slot < obliged && !model.BeginsOn)
                model.Uses[slot] = SlotUse.Resting;
            else if (!isKnown)
                model.Uses[slot] = SlotUse.PriceUnknown;
        }
        if (load.CommittedLevels.Count > 0)
            model.Committed = load.CommittedLevels.Select(level => level is { } committed ? (byte)committed : NotCommitted).ToArray();
        return model;
    }

    /// <summary>Least watts it can be planned at in a slot: its lowest level while held, else what it draws when off.</summary>
    public int LeastWatts(int slot) => IsHeld(slot) ? Watts[1] : Watts[0];

    /// <summary>Whether its minimum on time keeps it on in a slot.</summary>
    public bool IsHeld(int slot) => Uses[slot] is SlotUse.Held or SlotUse.HeldBlind;

    /// <summary>Switches it off in a slot in which a limit cannot be kept otherwise, and ends what was left of its minimum on time.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="limit">The limit in the user's words.</param>
    /// <param name="isPriceKnown">Whether the price is known, per slot.</param>
    public void GiveWay(int slot, string limit, bool[] isPriceKnown)
    {
        if (Uses[slot] != SlotUse.MustOff)
            Uses[slot] = SlotUse.Conflict;
        GaveWayTo ??= new string[Uses.Length];
        GaveWayTo[slot] = limit;
        for (int later = slot + 1; later < Uses.Length && IsHeld(later); later++)
            Uses[later] = isPriceKnown[later] ? SlotUse.Free : SlotUse.PriceUnknown;
    }

    /// <summary>Money of one slot at a level: revenue less energy; nothing where it is held on without a price.</summary>
    public double Money(int slot, int level, double hours, double energyCostPerWatt) =>
        Uses[slot] == SlotUse.HeldBlind ? 0 : (hours * ValuePerHour[level]) - (energyCostPerWatt * Watts[level]);

    /// <summary>Whether equal dual prices give this load and another the same schedule.</summary>
    public bool PlansLike(LoadModel other) =>
        Site == other.Site && BeginsOn == other.BeginsOn
        && Source.MinOnSlots == other.Source.MinOnSlots && Source.MinOffSlots == other.Source.MinOffSlots
        && Source.StartCost.Equals(other.Source.StartCost)
        && Watts.AsSpan().SequenceEqual(other.Watts) && ValuePerHour.AsSpan().SequenceEqual(other.ValuePerHour)
        && Uses.AsSpan().SequenceEqual(other.Uses)
        && (Committed is null ? other.Committed is null : other.Committed is not null && Committed.AsSpan().SequenceEqual(other.Committed));
}
