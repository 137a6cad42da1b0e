using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Gateway.Planning;

/// <summary>One coupling of loads: the watts a site, or the portfolio, leaves to its loads in each slot.</summary>
internal sealed class Coupling(long[] roomWatts, string[] names)
{
    /// <summary>Room of a slot that is not limited.</summary>
    public const long Unlimited = long.MaxValue / 4;

    /// <summary>Watts left to the loads per slot, once fixed watts are taken off the tightest limit.</summary>
    public long[] RoomWatts { get; } = roomWatts;

    /// <summary>The tightest limit per slot in the user's words.</summary>
    public string[] Names { get; } = names;
}

/// <summary>A problem in arrays, ordered by name so that the order of its lists changes nothing, and made feasible.</summary>
/// <remarks>
/// Couplings are numbered: one for each site, then one for the portfolio, so that load i is under
/// <c>Couplings[load.Site]</c> and <c>Couplings[^1]</c>.
/// </remarks>
internal sealed class PlanModel
{
    private const double WattsPerMegawatt = 1e6;

    public PlanModel(PlanProblem problem)
    {
        Problem = problem;
        PlanSite[] sites = problem.Sites.OrderBy(site => site.Id, StringComparer.Ordinal).ToArray();
        Dictionary<string, int> siteIndex = sites.Select((site, index) => (site.Id, index)).ToDictionary(StringComparer.Ordinal);
        SlotCount = problem.Slots.Count;
        Hours = problem.Slots.Select(slot => slot.Duration.TotalHours).ToArray();
        EnergyCost = sites.Select(EnergyCostOf).ToArray();
        IsPriceKnown = sites.Select(site => site.PricePerMwh.Select(price => price is not null).ToArray()).ToArray();
        Loads = problem.Loads
            .OrderBy(load => load.Id, StringComparer.Ordinal)
            .Select(load => LoadModel.From(load, siteIndex[load.SiteId], sites[siteIndex[load.SiteId]].PricePerMwh))
            .ToArray();
        Sites = sites;
        Couplings = sites.Select(SiteCoupling).Append(PortfolioCoupling()).ToArray();
        Conflicts = MakeFeasible();
    }

    public PlanProblem Problem { get; }

    public int SlotCount { get; }

    /// <summary>Length of each slot in hours.</summary>
    public double[] Hours { get; }

    public PlanSite[] Sites { get; }

    /// <summary>Money per watt held over a slot, per site and slot; zero where the price is unknown.</summary>
    public double[][] EnergyCost { get; }

    public bool[][] IsPriceKnown { get; }

    public LoadModel[] Loads { get; }

    public Coupling[] Couplings { get; }

    public IReadOnlyList<Conflict> Conflicts { get; }

    private double[] EnergyCostOf(PlanSite site) =>
        site.PricePerMwh.Select((price, slot) => (double)(price ?? 0) * Hours[slot] / WattsPerMegawatt).ToArray();

    private Coupling SiteCoupling(PlanSite site)
    {
        long[] limits = site.ImportLimitWatts.ToArray();
        string[] names = Enumerable.Repeat($"import limit of site {site.Id}", SlotCount).ToArray();
        Tighten(limits, names, Problem.Caps.Where(cap => cap.SiteId == site.Id));
        for (int slot = 0; slot < SlotCount; slot++)
            limits[slot] -= site.FixedWatts[slot];
        return new Coupling(limits, names);
    }

    private Coupling PortfolioCoupling()
    {
        long[] limits = Enumerable.Repeat(Coupling.Unlimited, SlotCount).ToArray();
        string[] names = Enumerable.Repeat("portfolio", SlotCount).ToArray();
        Tighten(limits, names, Problem.Caps.Where(cap => cap.SiteId is null));
        for (int slot = 0; slot < SlotCount; slot++)
        {
            if (limits[slot] != Coupling.Unlimited)
                limits[slot] -= Sites.Sum(site => site.FixedWatts[slot]);
        }
        return new Coupling(limits, names);
    }

    private void Tighten(long[] limits, string[] names, IEnumerable<PlanCap> caps)
    {
        foreach (PlanCap cap in caps.OrderBy(cap => cap.Name, StringComparer.Ordinal))
        {
            long end = Math.Min(SlotCount, cap.FirstSlot + (long)cap.SlotCount);
            for (long slot = Math.Max(0, cap.FirstSlot); slot < end; slot++)
            {
                if (cap.LimitWatts >= limits[slot])
                    continue;
                limits[slot] = cap.LimitWatts;
                names[slot] = cap.Name;
            }
        }
    }

    // What cannot be kept gives way in the order of harm: minimum on times before limits, those of the least earning
    // loads first; where even "all off" breaks a limit, every load under it is off in that slot: the most restrictive
    // plan there is.
    private List<Conflict> MakeFeasible()
    {
        ILookup<int, LoadModel> atSite = Loads.ToLookup(load => load.Site);
        var conflicts = new List<Conflict>();
        for (int index = 0; index < Couplings.Length; index++)
        {
            LoadModel[] members = (index < Sites.Length ? atSite[index] : Loads).OrderBy(EarningPerWatt).ToArray();
            for (int slot = 0; slot < SlotCount; slot++)
            {
                if (Relieved(Couplings[index], members, slot) is not { } conflict)
                    continue;
                long fixedWatts = index < Sites.Length ? Sites[index].FixedWatts[slot] : Sites.Sum(site => site.FixedWatts[slot]);
                Report(conflicts, conflict with { NeededWatts = conflict.NeededWatts + fixedWatts, AllowedWatts = conflict.AllowedWatts + fixedWatts });
            }
        }
        return conflicts;
    }

    private static double EarningPerWatt(LoadModel load) => load.Watts.Length > 1 ? load.ValuePerHour[1] / load.Watts[1] : 0;

    private Conflict? Relieved(Coupling coupling, LoadModel[] members, int slot)
    {
        long allowed = coupling.RoomWatts[slot];
        long needed = members.Sum(load => (long)load.LeastWatts(slot));
        if (needed <= allowed)
            return null;
        long offWatts = members.Sum(load => (long)load.Watts[0]);
        bool isKept = offWatts <= allowed;
        long left = needed;
        foreach (LoadModel load in members.Where(load => !isKept || load.IsHeld(slot)))
        {
            if (isKept && left <= allowed)
                break;
            left -= load.LeastWatts(slot) - load.Watts[0];
            load.GiveWay(slot, coupling.Names[slot], IsPriceKnown[load.Site]);
        }
        coupling.RoomWatts[slot] = Math.Max(allowed, offWatts);
        PlanSlot when = Problem.Slots[slot];
        return new Conflict(coupling.Names[slot], when.StartUtc, when.EndUtc, isKept ? needed : offWatts, allowed, isKept);
    }

    // One sentence for a run of slots, with the watts of its worst one.
    private static void Report(List<Conflict> conflicts, Conflict next)
    {
        if (conflicts.Count > 0 && conflicts[^1] is var last && last.Limit == next.Limit
            && last.UntilUtc == next.FromUtc && last.CutsMinimumOnTime == next.CutsMinimumOnTime)
        {
            Conflict worst = next.NeededWatts - next.AllowedWatts > last.NeededWatts - last.AllowedWatts ? next : last;
            conflicts[^1] = worst with { FromUtc = last.FromUtc, UntilUtc = next.UntilUtc };
        }
        else
        {
            conflicts.Add(next);
        }
    }
}
