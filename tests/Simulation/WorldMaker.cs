using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Sites;
using Fleet.Virtual.Ports;

namespace Fleet.Tests.Simulation;

/// <summary>Draws the controllers and the site of a world from its seed.</summary>
public static class WorldMaker
{
    /// <summary>The controllers; those with a time server that is late or missing among them.</summary>
    public static IReadOnlyList<ControllerDesign> Controllers(WorldDesign design, Chance chance, PlantNetwork network)
    {
        var kinds = design.Kinds ?? LoadKind.All;
        var controllers = new ControllerDesign[chance.Between(design.LeastControllers, design.MostControllers)];
        for (var i = 0; i < controllers.Length; i++)
        {
            var loads = new SimulatedLoad[chance.Between(1, design.MostLoads)];
            for (var load = 0; load < loads.Length; load++)
                loads[load] = new SimulatedLoad($"load-{load + 1}", chance.Pick(kinds, kind => kind.Weight), chance.Between(1, 1_000_000), network);
            var plain = new ControllerDesign
            {
                Name = $"c-{i + 1}",
                Secret = Convert.ToHexStringLower(chance.Bytes(32)),
                Loads = loads,
                FailSafeWatts = FailSafe(loads, chance),
                HeartbeatTimeoutSeconds = 60,
            };
            controllers[i] = design.Adjust(design.IsPlain ? plain : Vary(plain, chance));
        }
        return controllers;
    }

    /// <summary>The site, whose limit its controllers' fail-safe limits keep by themselves.</summary>
    public static Site Site(World world, IReadOnlyList<ControllerDesign> designs)
    {
        var chance = world.Chance;
        var fixedWatts = chance.Between(0, 5) * 100;
        var most = designs.Sum(design => design.MaxWatts);
        var least = designs.Sum(design => design.FailSafeWatts);
        var limit = world.Design.IsPlain ? most + fixedWatts : fixedWatts + Math.Max(least, most * chance.Between(50, 105) / 100);
        var ramp = world.Design.IsPlain ? 500 : chance.Pick<int>([0, 200, 1_000]);
        return new Site(
            new SiteTerms(world.Site, "Hill", "Etc/UTC", limit, fixedWatts, ramp, 0),
            [.. designs.Select(design => ControllerOf(world.Site, design))]);
    }

    private static int FailSafe(SimulatedLoad[] loads, Chance chance)
    {
        var most = loads.Sum(load => load.Kind.LevelWatts[^1]);
        return chance.Pick<int>([0, loads[0].Kind.LevelWatts[0], most * 3 / 10, most / 2]);
    }

    private static ControllerDesign Vary(ControllerDesign plain, Chance chance) => plain with
    {
        SyncAfterSeconds = chance.Pick<int>([0, 0, 0, 3, 90, int.MaxValue]),
        HasMeter = chance.Of(750),
        HeartbeatTimeoutSeconds = chance.Pick<int>([30, 60, 120]),
        RampWattsPerSecond = chance.Pick<int>([0, 100, 500]),
        WindowSeconds = chance.Between(0, 20),
        StaggerSeconds = chance.Between(0, 20),
        MinOnSeconds = chance.Pick<int>([0, 60, 180]),
        MinOffSeconds = chance.Pick<int>([0, 30, 60]),
    };

    private static Controller ControllerOf(string site, ControllerDesign design) => new(
        new ControllerAddress(site, design.Name),
        [.. design.Loads.Select(load => new Load(
            load.Name, load.Kind.Rating.Model, WorkKind.Hashes, [.. load.Kind.LevelWatts.Select(watts => new WorkLevel(watts, watts))],
            TimeSpan.Zero, TimeSpan.Zero, 0))]);
}
