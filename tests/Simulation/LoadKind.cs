using System;
using System.Collections.Generic;
using Fleet.Virtual.Plant;

namespace Fleet.Tests.Simulation;

/// <summary>A kind of load a world can have: its physics, its protocol, and the levels a plan chooses from.</summary>
/// <param name="Driver">The driver that speaks to it.</param>
/// <param name="Rating">Its physics.</param>
/// <param name="LevelWatts">The powers of a plan, rising; off not included.</param>
/// <param name="Weight">How common it is.</param>
/// <param name="NewDevice">Its protocol; null when it only hangs behind a relay.</param>
public sealed record LoadKind(
    string Driver, PlantRating Rating, int[] LevelWatts, int Weight, Func<PlantModel, int, LoadDevice>? NewDevice)
{
    /// <summary>Every kind.</summary>
    public static readonly IReadOnlyList<LoadKind> All =
    [
        new("luxos", PlantRatings.AntminerS21, [1_575, 2_100, 2_625, 3_150, 3_500], 40, (model, seed) => new LuxOsDevice(model, seed)),
        new("luxos", PlantRatings.AntminerS19jPro, [1_380, 1_840, 2_301, 2_761, 3_068], 15, (model, seed) => new LuxOsDevice(model, seed)),
        new("aibox", PlantRatings.AiBox300, [100, 140, 180, 220, 260, 300], 20, (model, _) => new AiBoxDevice(model)),
        new("axeos", PlantRatings.BitaxeGamma, [10, 13, 17], 5, (model, _) => new AxeOsDevice(model)),
        new("relay", Heater, [2_000], 15, null),
    ];

    // A plain resistance behind a contactor.
    private static PlantRating Heater => PlantRatings.AntminerS19jPro with
    {
        Model = "Heater",
        MinWatts = 2_000,
        MaxWatts = 2_000,
        NominalWatts = 2_000,
        IdleWatts = 0,
        SleepWatts = 0,
        BootMs = 0,
        StartMs = 1_000,
        RampUpWattsPerSecond = 2_000,
        RampDownWattsPerSecond = 2_000,
        StopWattsPerSecond = 2_000,
        NoiseMilliwatts = 5_000,
        RiseMilliCelsius = 20_000,
        Curve = [new(0, 0), new(2_000, 1_000)],
    };

    /// <summary>Most watts it can take whatever it is told.</summary>
    public int NameplateWatts => Rating.MaxWatts;

    /// <summary>Watts it takes at rest, whatever it is told.</summary>
    public int RestWatts => Rating.SleepWatts;

    /// <summary>Whether it knows only the powers of <see cref="LevelWatts"/>.</summary>
    public bool HasOnlyLevels => !Rating.CapsWatts.IsEmpty;

    /// <summary>Longest time from a wake-up to work.</summary>
    public int StartSeconds => (Rating.BootMs + Rating.StartMs * 3 / 2) / 1000;

    /// <summary>The watts at which it works within a limit; 0 when it rests.</summary>
    public int FloorWatts(int limitWatts)
    {
        var floor = 0;
        foreach (var level in LevelWatts)
            floor = level <= limitWatts ? level : floor;
        return HasOnlyLevels || floor == 0 ? floor : Math.Min(limitWatts, LevelWatts[^1]);
    }
}
