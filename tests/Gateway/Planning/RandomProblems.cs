using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Market;
using Fleet.Gateway.Planning;

namespace Fleet.Tests.Gateway.Planning;

/// <summary>Small seeded problems with a bit of everything: uneven curves, standby watts, gaps, must-off ranges, caps, commitments.</summary>
public static class RandomProblems
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 6, 0, 0, TimeSpan.Zero);

    /// <summary>A problem of 1 to <paramref name="mostLoads"/> loads at one or two sites.</summary>
    public static PlanProblem Problem(int seed, int slotCount, int mostLoads)
    {
        var random = new Random(seed);
        int siteCount = random.Next(1, 3);
        PlanLoad[] loads = Enumerable.Range(0, random.Next(1, mostLoads + 1)).Select(index => Load(index, siteCount, slotCount, random)).ToArray();
        PlanSite[] sites = Enumerable.Range(0, siteCount).Select(site => Site(site, loads, slotCount, random)).ToArray();
        return new PlanProblem
        {
            Slots = PlanProblem.Quarters(Start, slotCount),
            Sites = sites,
            Loads = loads,
            Caps = Caps(loads, slotCount, random),
            SwitchingCost = random.Next(2) == 0 ? 0 : 0.05 * random.NextDouble(),
        };
    }

    private static PlanLoad Load(int index, int siteCount, int slotCount, Random random)
    {
        var levels = new List<PowerLevel> { new(random.Next(4) == 0 ? random.Next(1, 80) : 0, 0) };
        int levelCount = random.Next(1, 4);
        for (int level = 0; level < levelCount; level++)
        {
            int watts = levels[^1].Watts + random.Next(400, 2000);
            levels.Add(new PowerLevel(watts, watts * (40 + (90 * random.NextDouble())) / 1e6));
        }
        return new PlanLoad
        {
            Id = $"l{index}",
            SiteId = $"s{random.Next(siteCount)}",
            Levels = levels,
            MinOnSlots = random.Next(1, 6),
            MinOffSlots = random.Next(1, 4),
            StartCost = 0.05 * random.NextDouble(),
            InitialLevel = random.Next(levels.Count),
            InitialSlotsInState = random.Next(2) == 0 ? PlanLoad.LongAgo : random.Next(0, 6),
            MustOff = random.Next(3) == 0 ? [new MustOff(random.Next(-2, slotCount), random.Next(0, 5), "maintenance")] : [],
            CommittedLevels = random.Next(3) == 0
                ? Enumerable.Range(0, slotCount).Select(slot => slot < slotCount / 2 ? random.Next(levels.Count) : (int?)null).ToArray()
                : [],
        };
    }

    private static PlanSite Site(int index, PlanLoad[] loads, int slotCount, Random random)
    {
        string id = $"s{index}";
        long most = loads.Where(load => load.SiteId == id).Sum(load => (long)load.Levels[^1].Watts);
        long fixedWatts = random.Next(3) == 0 ? random.Next(-500, 1000) : 0;
        double share = 0.5 + (0.6 * random.NextDouble());
        decimal?[] prices = Enumerable.Range(0, slotCount)
            .Select(_ => random.Next(25) == 0 ? null : (decimal?)Math.Round((decimal)(-20 + (150 * random.NextDouble())), 2)).ToArray();
        return PlanSite.Steady(id, (long)(share * most) + fixedWatts, prices, fixedWatts);
    }

    private static PlanCap[] Caps(PlanLoad[] loads, int slotCount, Random random)
    {
        long most = loads.Sum(load => (long)load.Levels[^1].Watts);
        int first = random.Next(slotCount / 2);
        return random.Next(3) switch
        {
            0 => [],
            1 => [new PlanCap("curtailment E1", null, first, 4, (long)(most * (0.4 + (0.4 * random.NextDouble()))) + 500)],
            _ => [new PlanCap("curtailment E1", null, first, 6, most / 2), new PlanCap("curtailment E2", "s0", first + 3, 4, most / 3)],
        };
    }
}
