using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Virtual.Plant;

namespace Fleet.Virtual.Demo;

/// <summary>What a load of the demo does.</summary>
public enum DemoWork
{
    /// <summary>Hashes; rates are in terahash per second.</summary>
    Hashes,

    /// <summary>Tokens; rates are in tokens per second.</summary>
    Tokens,
}

/// <summary>One step of an efficiency curve: the work done at a power.</summary>
public sealed record DemoLevel(int Watts, double WorkRate);

/// <summary>A kind of load in the demo: its physics, the driver that speaks to it, and what its owner says of it.</summary>
public sealed class DemoModel
{
    private readonly PlantRating _rating;
    private readonly Func<PlantModel, int, LoadDevice> _newDevice;

    private DemoModel(PlantRating rating, Func<PlantModel, int, LoadDevice> newDevice) => (_rating, _newDevice) = (rating, newDevice);

    /// <summary>Antminer S21 with LuxOS.</summary>
    public static readonly DemoModel S21 = Antminer(PlantRatings.AntminerS21);

    /// <summary>Antminer S19 XP with LuxOS.</summary>
    public static readonly DemoModel S19Xp = Antminer(PlantRatings.AntminerS19Xp);

    /// <summary>Antminer S19j Pro with LuxOS.</summary>
    public static readonly DemoModel S19jPro = Antminer(PlantRatings.AntminerS19jPro);

    /// <summary>Bitaxe Gamma with AxeOS.</summary>
    public static readonly DemoModel Gamma = new(PlantRatings.BitaxeGamma, (model, _) => new AxeOsDevice(model))
    {
        Driver = "axeos",
        Work = DemoWork.Hashes,
        LevelWatts = [10, 13, 17],
        MinimumMinutes = 15,
        StartCost = 0.001,
    };

    /// <summary>AI box of 300 W.</summary>
    public static readonly DemoModel Box300 = Box(PlantRatings.AiBox300, 0.004);

    /// <summary>AI box of 60 W.</summary>
    public static readonly DemoModel Box60 = Box(PlantRatings.AiBox60, 0.001);

    /// <summary>Maker's model, for people.</summary>
    public string Name => _rating.Model;

    /// <summary>The driver that speaks to it.</summary>
    public required string Driver { get; init; }

    /// <summary>What it does.</summary>
    public required DemoWork Work { get; init; }

    /// <summary>The powers a plan may choose from, rising; off not included.</summary>
    public required IReadOnlyList<int> LevelWatts { get; init; }

    /// <summary>How long it stays on once on, and off once off.</summary>
    public required int MinimumMinutes { get; init; }

    /// <summary>What one start costs in wear and lost work, in the currency of the prices.</summary>
    public required double StartCost { get; init; }

    /// <summary>Its efficiency curve.</summary>
    public IReadOnlyList<DemoLevel> Levels => [.. LevelWatts.Select(watts => new DemoLevel(watts, WorkRateAt(watts)))];

    /// <summary>Fewest watts at which it works.</summary>
    public int MinWatts => LevelWatts[0];

    /// <summary>Most watts it is asked to take.</summary>
    public int MaxWatts => LevelWatts[^1];

    /// <summary>Most watts it can take whatever it is told.</summary>
    public int NameplateWatts => _rating.MaxWatts;

    /// <summary>Longest time from a wake-up to work.</summary>
    public int StartSeconds => (_rating.BootMs + _rating.StartMs * 3 / 2) / 1000;

    /// <summary>Its rank among the loads of a controller: joules per unit of work, so that the most efficient is on first.</summary>
    public int Rank => (int)(MaxWatts / WorkRateAt(MaxWatts) * 1000);

    /// <summary>Whether it knows only the powers of <see cref="LevelWatts"/>.</summary>
    public bool HasOnlyLevels => !_rating.CapsWatts.IsEmpty;

    /// <summary>A device of this kind that has worked at its lowest power for so long that it is warm.</summary>
    internal (PlantModel Model, LoadDevice Device) Build(int seed, long nowMs)
    {
        const int WarmMs = 10 * 60_000;
        var model = new PlantModel(_rating, seed, nowMs - WarmMs);
        var device = _newDevice(model, seed);
        model.Advance(nowMs - WarmMs / 2);
        model.Limit(MinWatts);
        model.Advance(nowMs);
        return (model, device);
    }

    private double WorkRateAt(int watts) =>
        _rating.MilliworkPerSecondAt(watts * 1000L) / (Work == DemoWork.Hashes ? 1e6 : 1e3);

    private static DemoModel Antminer(PlantRating rating) => new(rating, (model, seed) => new LuxOsDevice(model, seed))
    {
        Driver = "luxos",
        Work = DemoWork.Hashes,
        LevelWatts = [.. new[] { 45, 60, 75, 90, 100 }.Select(percent => rating.MaxWatts * percent / 100)],
        MinimumMinutes = 30,
        StartCost = 0.05,
    };

    private static DemoModel Box(PlantRating rating, double startCost) => new(rating, (model, _) => new AiBoxDevice(model))
    {
        Driver = "aibox",
        Work = DemoWork.Tokens,
        LevelWatts = rating.CapsWatts,
        MinimumMinutes = 15,
        StartCost = startCost,
    };
}
