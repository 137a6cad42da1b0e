using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Gateway.Planning;

/// <summary>Says what is wrong with a problem before anything is planned from it.</summary>
public static class PlanProblemCheck
{
    /// <summary>Most slots in a horizon: a week of quarters.</summary>
    public const int MaxSlots = 672;

    /// <summary>Most levels of a load: they are stored in a byte.</summary>
    public const int MaxLevels = 100;

    /// <summary>Every fault of the problem, each naming what and where; empty when it can be planned.</summary>
    public static IReadOnlyList<string> Faults(PlanProblem problem)
    {
        HashSet<string> siteIds = problem.Sites.Select(site => site.Id).ToHashSet(StringComparer.Ordinal);
        return SlotFaults(problem.Slots)
                .Concat(Repeated("site", problem.Sites.Select(site => site.Id)))
                .Concat(Repeated("load", problem.Loads.Select(load => load.Id)))
                .Concat(problem.Sites.SelectMany(site => SiteFaults(site, problem.Slots.Count)))
                .Concat(problem.Loads.SelectMany(load => LoadFaults(load, siteIds, problem.Slots.Count)))
                .Concat(problem.Caps.SelectMany(cap => CapFaults(cap, siteIds)))
                .Concat(IsMoney(problem.SwitchingCost) ? [] : [$"the switching cost {problem.SwitchingCost} must be finite and not negative"])
                .ToArray();
    }

    private static bool IsMoney(double value) => double.IsFinite(value) && value >= 0;

    private static IEnumerable<string> Repeated(string kind, IEnumerable<string> ids) =>
        ids.GroupBy(id => id, StringComparer.Ordinal).Where(group => group.Count() > 1)
            .Select(group => $"{kind} {group.Key} is named {group.Count()} times");

    private static IEnumerable<string> SlotFaults(IReadOnlyList<PlanSlot> slots)
    {
        if (slots.Count is 0 or > MaxSlots)
            yield return $"the horizon has {slots.Count} slots; it needs 1 to {MaxSlots}";
        for (int index = 0; index < slots.Count; index++)
        {
            if (slots[index].Duration <= TimeSpan.Zero)
                yield return $"slot {index} lasts {slots[index].Duration}";
            if (index > 0 && slots[index].StartUtc != slots[index - 1].EndUtc)
                yield return $"slot {index} begins at {slots[index].StartUtc:u}, not when slot {index - 1} ends";
        }
    }

    private static IEnumerable<string> SiteFaults(PlanSite site, int slotCount)
    {
        if (site.ImportLimitWatts.Count != slotCount)
            yield return $"site {site.Id} has {site.ImportLimitWatts.Count} limits for {slotCount} slots";
        if (site.PricePerMwh.Count != slotCount)
            yield return $"site {site.Id} has {site.PricePerMwh.Count} prices for {slotCount} slots";
        if (site.FixedWatts.Count != slotCount)
            yield return $"site {site.Id} has {site.FixedWatts.Count} fixed watts for {slotCount} slots";
    }

    private static IEnumerable<string> LoadFaults(PlanLoad load, HashSet<string> siteIds, int slotCount)
    {
        if (!siteIds.Contains(load.SiteId))
            yield return $"load {load.Id} is at site {load.SiteId}, which is not in the problem";
        if (load.Levels.Count is 0 or > MaxLevels)
            yield return $"load {load.Id} has {load.Levels.Count} levels; it needs 1 to {MaxLevels}";
        else if (load.Levels[0] is not { Watts: >= 0, ValuePerHour: 0 })
            yield return $"load {load.Id} must begin with its off level, which earns nothing";
        for (int level = 1; level < load.Levels.Count; level++)
        {
            if (load.Levels[level].Watts <= load.Levels[level - 1].Watts)
                yield return $"level {level} of load {load.Id} must draw more than level {level - 1}";
            if (!double.IsFinite(load.Levels[level].ValuePerHour))
                yield return $"level {level} of load {load.Id} earns {load.Levels[level].ValuePerHour}, which is not a finite number";
        }
        if (load.MinOnSlots < 1 || load.MinOffSlots < 1)
            yield return $"load {load.Id} has minimum times {load.MinOnSlots} on and {load.MinOffSlots} off; each is at least 1 slot";
        if (!IsMoney(load.StartCost))
            yield return $"the start cost {load.StartCost} of load {load.Id} must be finite and not negative";
        if (load.InitialLevel < 0 || load.InitialLevel >= Math.Max(1, load.Levels.Count) || load.InitialSlotsInState < 0)
            yield return $"load {load.Id} begins at level {load.InitialLevel} since {load.InitialSlotsInState} slots; levels are 0 to {load.Levels.Count - 1}";
        if (load.MustOff.Any(range => range.SlotCount < 0))
            yield return $"load {load.Id} has a must-off range of negative length";
        if (load.CommittedLevels.Count != 0 && load.CommittedLevels.Count != slotCount)
            yield return $"load {load.Id} has {load.CommittedLevels.Count} committed levels for {slotCount} slots";
        if (load.CommittedLevels.Any(level => level < 0 || level >= load.Levels.Count))
            yield return $"load {load.Id} is committed to a level it does not have";
    }

    private static IEnumerable<string> CapFaults(PlanCap cap, HashSet<string> siteIds)
    {
        if (cap.SiteId is not null && !siteIds.Contains(cap.SiteId))
            yield return $"{cap.Name} is for site {cap.SiteId}, which is not in the problem";
        if (cap.SlotCount < 0)
            yield return $"{cap.Name} covers {cap.SlotCount} slots";
    }
}
