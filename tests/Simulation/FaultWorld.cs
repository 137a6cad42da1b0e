using System;
using System.Linq;
using Fleet.Core;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Simulation;

/// <summary>Worlds in which nothing goes wrong but what a test does to their first controller, and what its faults are as the gateway hears it.</summary>
internal static class FaultWorld
{
    /// <summary>A price at which no load of a world pays.</summary>
    public const int Dear = 1_000;

    /// <summary>When everything works at what the plan gave it.</summary>
    private const int SteadySeconds = 420;

    /// <summary>A miner of which the driver reads watts and temperatures.</summary>
    public static readonly LoadKind Miner = LoadKind.All[0];

    /// <summary>A heater behind a contactor.</summary>
    public static readonly LoadKind Heater = LoadKind.All.Single(kind => kind.Driver == "relay");

    /// <summary>A world of controllers with a load of this kind each, all at work.</summary>
    public static World Steady(LoadKind kind, Func<ControllerDesign, ControllerDesign>? adjust = null) => Steady(DesignOf(kind, 1) with { Adjust = adjust ?? (drawn => drawn) });

    /// <summary>A world whose drivers stand behind something else.</summary>
    public static World Steady(LoadKind kind, Func<ILoad, ILoad> loadOf) => Steady(DesignOf(kind, 1) with { LoadOf = loadOf });

    /// <summary>A world whose first controller's contactor has a feedback contact, or none.</summary>
    public static World Steady(LoadKind kind, bool hasFeedback) =>
        Steady(Enumerable.Range(1, 50).Select(seed => DesignOf(kind, seed)).First(design => First(new World(design)).Relay!.HasFeedback == hasFeedback));

    /// <summary>The load that things are done to.</summary>
    public static SimulatedLoad First(World world) => world.Controllers[0].Design.Loads[0];

    /// <summary>Whether the first controller, or its load, has this fault, as far as the gateway has heard.</summary>
    public static bool IsRaised(World world, int fault) =>
        world.Gateway.Events.LastOrDefault(one => one.From.Controller == world.Controllers[0].Design.Name && one.Code == NameOf(fault))?.What == "fault-raised";

    /// <summary>The fault is not there and comes within so many seconds.</summary>
    public static void Comes(World world, int fault, int withinSeconds)
    {
        Assert.False(IsRaised(world, fault), $"{NameOf(fault)} is there already");
        Await(world, fault, withinSeconds, isRaised: true);
    }

    /// <summary>The fault goes within so many seconds.</summary>
    public static void Goes(World world, int fault, int withinSeconds) => Await(world, fault, withinSeconds, isRaised: false);

    private static World Steady(WorldDesign design)
    {
        var world = new World(design).RunTo(20);
        world.Replan(world.Plans.Steady(price: 0));
        world.RunTo(SteadySeconds);
        Assert.True(world.Controllers[0].Watts >= First(world).Kind.LevelWatts[0] * 9 / 10, "the load does not work");
        Assert.Equal(0, world.Controllers[0].Firmware!.Faults);
        return world;
    }

    private static WorldDesign DesignOf(LoadKind kind, int seed) => new()
    {
        Seed = seed,
        IsPlain = true,
        Kinds = [kind],
        MostControllers = 2,
        MostLoads = 1,
        FaultEverySeconds = 0,
        PlanEverySeconds = 0,
        HealSecond = int.MaxValue,
    };

    private static void Await(World world, int fault, int withinSeconds, bool isRaised)
    {
        for (var second = 0; second < withinSeconds && IsRaised(world, fault) != isRaised; second++)
            world.RunFor(1);
        Assert.True(IsRaised(world, fault) == isRaised, $"{NameOf(fault)} has not {(isRaised ? "come" : "gone")} in {withinSeconds} s:\n{string.Join('\n', world.Newest)}");
    }

    private static string NameOf(int fault) => Fault.NameOf(int.TrailingZeroCount(fault));
}

/// <summary>A driver that throws when it is read, on demand.</summary>
internal sealed class Brittle(ILoad load) : ILoad
{
    /// <summary>Whether it throws.</summary>
    public bool Throws { get; set; }

    /// <inheritdoc/>
    public LoadAbility Ability => load.Ability;

    /// <inheritdoc/>
    public bool TryRead(LoadReading into) => Throws ? throw new InvalidOperationException("the driver broke") : load.TryRead(into);

    /// <inheritdoc/>
    public void Apply(int limitWatts) => load.Apply(limitWatts);
}
