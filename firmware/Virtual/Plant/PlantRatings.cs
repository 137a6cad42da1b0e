using System.Collections.Immutable;

namespace Fleet.Virtual.Plant;

/// <summary>The devices a simulated plant can be built of.</summary>
/// <remarks>
/// Nominal power and hash rate are the makers' published figures. The shape of the curves is our model: an ASIC at
/// 45 % of its power needs 16 % less energy per hash, an AI box gives most tokens per joule at about two thirds.
/// </remarks>
public static class PlantRatings
{
    /// <summary>Single-chip home miner with ESP-Miner firmware (Bitaxe Gamma, BM1370).</summary>
    public static readonly PlantRating BitaxeGamma = new()
    {
        Model = "Gamma",
        MinWatts = 5,
        MaxWatts = 25,
        NominalWatts = 17,
        IdleWatts = 3,
        SleepWatts = 3,
        BootMs = 4_000,
        StartMs = 10_000,
        RampUpWattsPerSecond = 2,
        RampDownWattsPerSecond = 4,
        StopWattsPerSecond = 20,
        NoiseMilliwatts = 150,
        RiseMilliCelsius = 45_000,
        ThermalMs = 60_000,
        TripMilliCelsius = 75_000,
        LimitSurvivesReboot = true,
        Curve = [new(3, 0), new(10, 816_000), new(17, 1_071_000), new(25, 1_300_000)],
    };

    /// <summary>Antminer S21: 200 TH/s at 3,500 W.</summary>
    public static readonly PlantRating AntminerS21 = Antminer("Antminer S21", 3_500, 200);

    /// <summary>Antminer S19 XP: 140 TH/s at 3,010 W.</summary>
    public static readonly PlantRating AntminerS19Xp = Antminer("Antminer S19 XP", 3_010, 140);

    /// <summary>Antminer S19j Pro: 104 TH/s at 3,068 W.</summary>
    public static readonly PlantRating AntminerS19jPro = Antminer("Antminer S19j Pro", 3_068, 104);

    /// <summary>Avalon Q: 53, 80 and 90 TH/s at its three work modes.</summary>
    public static readonly PlantRating AvalonQ = Antminer("Avalon Q", 1_674, 90) with
    {
        MinWatts = 800,
        IdleWatts = 100,
        SleepWatts = 17,
        Curve = [new(100, 0), new(800, 53_000_000), new(1_300, 80_000_000), new(1_674, 90_000_000)],
        CapsWatts = [800, 1_300, 1_674],
    };

    /// <summary>Whatsminer M30S++ of the VH70 kind: 101 TH/s at 3,268 W; forgets to rest over a reboot.</summary>
    public static readonly PlantRating WhatsminerM30S = Antminer("M30S++_VH70", 3_268, 101) with { SleepSurvivesReboot = false };

    /// <summary>Module-class AI box of 60 W with four power modes.</summary>
    public static readonly PlantRating AiBox60 = Box("AI box 60", [15, 25, 40, 60], idleWatts: 8, slots: 4, topTokensPerSecond: 42);

    /// <summary>AI box with one graphics card, 300 W, six caps.</summary>
    public static readonly PlantRating AiBox300 = Box("AI box 300", [100, 140, 180, 220, 260, 300], idleWatts: 45, slots: 16, topTokensPerSecond: 620);

    /// <summary>What a site takes besides its loads: fans, pumps, lights. It does no work and follows nobody.</summary>
    public static PlantRating BaseLoad(int watts) => new()
    {
        Model = "base load",
        MinWatts = watts,
        MaxWatts = watts,
        NominalWatts = watts,
        IdleWatts = watts,
        SleepWatts = watts,
        BootMs = 0,
        StartMs = 0,
        RampUpWattsPerSecond = watts,
        RampDownWattsPerSecond = watts,
        StopWattsPerSecond = watts,
        NoiseMilliwatts = 0,
        RiseMilliCelsius = 0,
        ThermalMs = 60_000,
        TripMilliCelsius = int.MaxValue,
        Curve = [new(0, 0), new(watts, 0)],
    };

    private static PlantRating Antminer(string model, int watts, int terahashesPerSecond)
    {
        var megahashesPerSecond = terahashesPerSecond * 1_000_000L;
        return new()
        {
            Model = model,
            MinWatts = watts * 45 / 100,
            MaxWatts = watts,
            NominalWatts = watts,
            IdleWatts = 180,
            SleepWatts = 25,
            BootMs = 30_000,
            StartMs = 120_000,
            RampUpWattsPerSecond = 40,
            RampDownWattsPerSecond = 150,
            StopWattsPerSecond = 1_000,
            NoiseMilliwatts = 15_000,
            RiseMilliCelsius = 40_000,
            ThermalMs = 120_000,
            TripMilliCelsius = 95_000,
            SleepSurvivesReboot = true,
            LimitSurvivesReboot = true,
            Curve =
            [
                new(180, 0),
                new(watts * 45 / 100, megahashesPerSecond * 536 / 1000),
                new(watts * 70 / 100, megahashesPerSecond * 769 / 1000),
                new(watts, megahashesPerSecond),
            ],
        };
    }

    private static PlantRating Box(string model, ImmutableArray<int> capsWatts, int idleWatts, int slots, int topTokensPerSecond)
    {
        var top = topTokensPerSecond * 1_000L;
        var max = capsWatts[^1];
        return new()
        {
            Model = model,
            MinWatts = capsWatts[0],
            MaxWatts = max,
            NominalWatts = max,
            IdleWatts = idleWatts,
            SleepWatts = idleWatts / 4,
            BootMs = 20_000,
            StartMs = 4_000,
            RampUpWattsPerSecond = max,
            RampDownWattsPerSecond = max,
            StopWattsPerSecond = max,
            NoiseMilliwatts = max * 10,
            RiseMilliCelsius = 45_000,
            ThermalMs = 45_000,
            TripMilliCelsius = 97_000,
            Curve = [new(idleWatts, 0), new(max * 40 / 100, top * 52 / 100), new(max * 65 / 100, top * 84 / 100), new(max, top)],
            CapsWatts = capsWatts,
            Slots = slots,
        };
    }
}
