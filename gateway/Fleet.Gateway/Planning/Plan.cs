using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Gateway.Planning;

/// <summary>Watts per load for every slot of the horizon, with the plan's value and how far it may be from the best.</summary>
public sealed class Plan
{
    private readonly Dictionary<string, LoadPlan> _byLoad;
    private readonly ILookup<string, LoadPlan> _bySite;

    internal Plan(PlanModel model, Schedule schedule, double bound, DateTimeOffset madeAtUtc)
    {
        MadeAtUtc = madeAtUtc;
        Slots = model.Problem.Slots;
        Conflicts = model.Conflicts;
        var reasons = new PlanReasons(model, schedule.FreeWatts);
        Loads = model.Loads.Select((load, index) => new LoadPlan(model, load, schedule.Levels(index).ToArray(), reasons)).ToArray();
        _byLoad = Loads.ToDictionary(load => load.LoadId, StringComparer.Ordinal);
        _bySite = Loads.ToLookup(load => load.SiteId, StringComparer.Ordinal);
        Value = Loads.Sum(load => load.Value);
        SwitchingPenalty = Loads.Sum(load => load.SwitchingPenalty);
        Bound = Math.Max(bound, Value - SwitchingPenalty);
        Gap = Planner.Gap(Bound, Value - SwitchingPenalty);
    }

    /// <summary>When it was made, as told to the planner.</summary>
    public DateTimeOffset MadeAtUtc { get; }

    /// <summary>The horizon.</summary>
    public IReadOnlyList<PlanSlot> Slots { get; }

    /// <summary>The plan of each load, by name.</summary>
    public IReadOnlyList<LoadPlan> Loads { get; }

    /// <summary>Money earned over the horizon: revenue less energy and starts. Slots with an unknown price count nothing.</summary>
    public double Value { get; }

    /// <summary>Switching cost of the slots that leave a commitment; a weight in the choice, not money spent.</summary>
    public double SwitchingPenalty { get; }

    /// <summary>No plan's value less its switching penalty exceeds this.</summary>
    public double Bound { get; }

    /// <summary>(Bound − (Value − SwitchingPenalty)) relative to the latter: certified, so 0.001 means at most 0.1 % from the best.</summary>
    public double Gap { get; }

    /// <summary>Limits that no plan can keep, each saying so in a sentence; empty for a feasible problem.</summary>
    public IReadOnlyList<Conflict> Conflicts { get; }

    /// <summary>Whether every limit is kept without cutting a minimum on time short.</summary>
    public bool IsFeasible => Conflicts.Count == 0;

    /// <summary>The plan of one load; null when it is not in the plan.</summary>
    public LoadPlan? For(string loadId) => _byLoad.GetValueOrDefault(loadId);

    /// <summary>Index of the slot that holds an instant; null outside the horizon.</summary>
    public int? SlotAt(DateTimeOffset instant)
    {
        for (int slot = 0; slot < Slots.Count; slot++)
        {
            if (instant >= Slots[slot].StartUtc && instant < Slots[slot].EndUtc)
                return slot;
        }
        return null;
    }

    /// <summary>Watts of all loads at a site in a slot, without its fixed watts.</summary>
    public long SiteWatts(string siteId, int slot) => _bySite[siteId].Sum(load => (long)load.WattsAt(slot));

    /// <summary>This plan's levels as commitments for the slots of a new horizon that begin before <paramref name="untilUtc"/>.</summary>
    /// <returns>A level where a slot of this plan has the same start and length; null elsewhere.</returns>
    public IReadOnlyList<int?> Commitments(string loadId, IReadOnlyList<PlanSlot> slots, DateTimeOffset untilUtc)
    {
        var levels = new int?[slots.Count];
        if (For(loadId) is not { } load)
            return levels;
        for (int slot = 0; slot < slots.Count; slot++)
        {
            if (slots[slot].StartUtc < untilUtc && SlotAt(slots[slot].StartUtc) is { } own && Slots[own] == slots[slot])
                levels[slot] = load.LevelAt(own);
        }
        return levels;
    }
}

/// <summary>The plan of one load.</summary>
public sealed class LoadPlan
{
    private readonly LoadModel _load;
    private readonly byte[] _levels;
    private readonly PlanReasons _reasons;

    internal LoadPlan(PlanModel model, LoadModel load, byte[] levels, PlanReasons reasons)
    {
        _load = load;
        _levels = levels;
        _reasons = reasons;
        Value = PlanMoney.Earned(model, load, levels);
        SwitchingPenalty = PlanMoney.SwitchingPenalty(model, load, levels);
    }

    /// <summary>The load.</summary>
    public string LoadId => _load.Source.Id;

    /// <summary>Its site.</summary>
    public string SiteId => _load.Source.SiteId;

    /// <summary>Its controller.</summary>
    public string ControllerId => _load.Source.ControllerId;

    /// <summary>Money it earns over the horizon.</summary>
    public double Value { get; }

    /// <summary>Switching cost of the slots in which it leaves its commitment.</summary>
    public double SwitchingPenalty { get; }

    /// <summary>Number of starts over the horizon.</summary>
    public int Starts => _levels.Where((level, slot) => level > 0 && !(slot == 0 ? _load.BeginsOn : _levels[slot - 1] > 0)).Count();

    /// <summary>Index of the level in a slot; 0 is off.</summary>
    public int LevelAt(int slot) => _levels[slot];

    /// <summary>Watts in a slot.</summary>
    public int WattsAt(int slot) => _load.Watts[_levels[slot]];

    /// <summary>Why it has this level in a slot, in one line such as <c>strike 71.2 &gt; price 64.0</c>.</summary>
    public string ReasonAt(int slot) => _reasons.Of(_load, _levels, slot);
}
