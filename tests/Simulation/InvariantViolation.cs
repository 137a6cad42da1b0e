using System;

namespace Fleet.Tests.Simulation;

/// <summary>An invariant of the design does not hold; the message says which, where, and how to see it again.</summary>
public sealed class InvariantViolation : Exception
{
    internal InvariantViolation(int seed, int second, IChecker checker, string what, Trace trace)
        : base($"""
            seed {seed}, second {second}: {what}
            invariant: {checker.Invariant}
            again, with every line: FLEET_SEED={seed}
            {string.Join('\n', trace.Newest)}
            """)
    {
        Checker = checker;
    }

    /// <summary>The checker that found it.</summary>
    public IChecker Checker { get; }
}

/// <summary>Watches one invariant of the design, from the truth of the world and not from what the product says.</summary>
public interface IChecker
{
    /// <summary>The invariant's text.</summary>
    string Invariant { get; }

    /// <summary>Looks at a second; what is wrong, or null.</summary>
    string? Step(World world);

    /// <summary>Looks back when the world has ended; what is wrong, or null.</summary>
    string? End(World world);
}
