using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Market;
using Fleet.Gateway.Planning;

namespace Fleet.Tests.Gateway.Planning;

/// <summary>Seeded problems whose limits do not fall on "everyone one level down", which would flatter any method.</summary>
/// <remarks>
/// Levels 0/1.85/2.50/3.30 kW at 0/133/166/200 TH/s with a power factor of 0.95 to 1.08 per load, 0.05 money per TH/s and
/// day; minimum on 4 and off 2 slots; start cost 0.10 to 0.40; 80 % on at first; prices with two peaks, a midday dip, noise
/// and some below zero; each site at 80 % of its greatest draw, the portfolio at 40 % in slots 40 to 47.
/// </remarks>
public static class FamilyB
{
    private static readonly DateTimeOffset Start = new(2026, 1, 12, 0, 0, 0, TimeSpan.Zero);
    private static readonly (int Watts, double Terahashes)[] Levels = [(0, 0), (1850, 133), (2500, 166), (3300, 200)];

    /// <summary>A problem of <paramref name="loadCount"/> loads spread evenly over the sites.</summary>
    public static PlanProblem Problem(int loadCount, int siteCount, int seed, int slotCount = 144)
    {
        var random = new Random(seed);
        PlanLoad[] loads = Enumerable.Range(0, loadCount).Select(index => Load(index, index % siteCount, random)).ToArray();
        PlanSite[] sites = Enumerable.Range(0, siteCount)
            .Select(site => PlanSite.Steady($"s{site:000}", (long)(0.8 * GreatestDraw(loads.Where(load => load.SiteId == $"s{site:000}"))), Prices(slotCount, random)))
            .ToArray();
        return new PlanProblem
        {
            Slots = PlanProblem.Quarters(Start, slotCount),
            Sites = sites,
            Loads = loads,
            Caps = [new PlanCap("curtailment E1", null, 40, 8, (long)(0.4 * GreatestDraw(loads)))],
        };
    }

    private static long GreatestDraw(IEnumerable<PlanLoad> loads) => loads.Sum(load => (long)load.Levels[^1].Watts);

    private static PlanLoad Load(int index, int site, Random random)
    {
        double factor = 0.95 + (0.13 * random.NextDouble());
        return new PlanLoad
        {
            Id = $"l{index:00000}",
            SiteId = $"s{site:000}",
            Levels = Levels.Select(level => new PowerLevel((int)Math.Round(level.Watts * factor), level.Terahashes * 0.05 / 24)).ToArray(),
            MinOnSlots = 4,
            MinOffSlots = 2,
            StartCost = 0.10 + (0.30 * random.NextDouble()),
            InitialLevel = random.NextDouble() < 0.8 ? 3 : 0,
        };
    }

    private static decimal?[] Prices(int slotCount, Random random)
    {
        double level = 55 + (20 * random.NextDouble());
        return Enumerable.Range(0, slotCount).Select(slot =>
        {
            double hour = slot / 4.0 % 24;
            double price = level + (60 * Bell(hour, 8, 1.5)) + (90 * Bell(hour, 19, 2)) - (75 * Bell(hour, 13, 2.2)) + (24 * (random.NextDouble() - 0.5));
            return (decimal?)Math.Round((decimal)price, 2);
        }).ToArray();
    }

    private static double Bell(double hour, double centre, double width) => Math.Exp(-(hour - centre) * (hour - centre) / (2 * width * width));
}
