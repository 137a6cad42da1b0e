using System;
using System.Collections.Generic;
using Fleet.Core;

namespace Fleet.Tests.Simulation;

/// <summary>How large a world is and how long it lives; everything else follows from its seed.</summary>
public sealed record WorldDesign
{
    /// <summary>The seed of everything random.</summary>
    public required int Seed { get; init; }

    /// <summary>When faults no longer begin, and all of them are mended.</summary>
    public int HealSecond { get; init; } = 900;

    /// <summary>When the world ends; between the two lies the time to converge.</summary>
    public int EndSecond { get; init; } = 1_800;

    /// <summary>Fewest controllers.</summary>
    public int LeastControllers { get; init; } = 2;

    /// <summary>Most controllers.</summary>
    public int MostControllers { get; init; } = 4;

    /// <summary>Most loads of a controller.</summary>
    public int MostLoads { get; init; } = 2;

    /// <summary>Seconds between two faults, on average; 0 is none but those of a test.</summary>
    public int FaultEverySeconds { get; init; } = 25;

    /// <summary>Seconds between two plans, on average; 0 is none but the first.</summary>
    public int PlanEverySeconds { get; init; } = 150;

    /// <summary>The true time when the world begins; null is by seed.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>The kinds of loads there are; null is all.</summary>
    public IReadOnlyList<LoadKind>? Kinds { get; init; }

    /// <summary>Whether every controller has a meter and fail-safe, heartbeat and ramps are as usual, not by seed.</summary>
    public bool IsPlain { get; init; }

    /// <summary>What is changed of a controller after it was drawn.</summary>
    public Func<ControllerDesign, ControllerDesign> Adjust { get; init; } = drawn => drawn;

    /// <summary>What can go wrong.</summary>
    public IReadOnlyList<WorldFault> Faults { get; init; } = WorldFaults.All;

    /// <summary>What stands between firmware and driver: the driver, unless a test breaks it to see that a checker notices.</summary>
    public Func<ILoad, ILoad> LoadOf { get; init; } = load => load;

    /// <summary>The record of energy, unless a test breaks it.</summary>
    public Func<EnergyBook> NewBook { get; init; } = () => new EnergyBook();

    /// <summary>Who reads every line of the trace.</summary>
    public Action<string>? Listener { get; init; }
}
