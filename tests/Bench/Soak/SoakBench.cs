using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading.Tasks;
using Fleet.Tests.Simulation;

namespace Fleet.Bench.Soak;

/// <summary>
/// Days of a whole site in minutes: the real firmware and drivers, the plant by its devices' own bytes, flash, links and
/// the real site logic, with everything that can go wrong at random from a seed. A storm of hours is followed by a calm in
/// which all is mended, the world must come to its plan, and the record of energy is held against the plant.
/// <code>
/// storm ~~~~~~~~~~~~~~ calm ____ storm ~~~~~~ calm ____ …     every invariant in every second, all of them in every calm
/// </code>
/// </summary>
internal static class SoakBench
{
    private const int DaySeconds = 86_400;
    private const int Hour = 3_600;

    /// <summary>Until what was hot is cool.</summary>
    private const int CoolSeconds = 900;

    /// <summary>Until a world that is whole has come to its plan: orders that once showed too much are kept away from for an hour.</summary>
    private const int RestSeconds = Fleet.Core.Trim.ForgetMs / 1000 + 600;

    /// <summary>A healthy hour ends the minimal mode.</summary>
    private const int HealthySeconds = Hour + 60;

    public static Task<int> RunAsync(string[] arguments)
    {
        var (days, seed, controllers) = (Number(arguments, "--days", 30), Number(arguments, "--seed", 1), Number(arguments, "--controllers", 3));
        Console.WriteLine($"seed {seed}, {controllers} controllers, {days} days");
        var tally = new SoakTally();
        var world = new World(DesignOf(seed, controllers), tally.Checkers);
        var violations = 0;
        try
        {
            while (world.Clock.Second < days * DaySeconds)
            {
                LiveOn(world, tally, days * DaySeconds);
                Report(world, tally);
            }
        }
        catch (InvariantViolation violation)
        {
            violations = 1;
            Console.WriteLine($"day {Day(world):F3}: {violation.Message}");
        }
        foreach (var line in tally.Lines)
            Console.WriteLine(line);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"soak days={(violations == 0 ? days : (int)Day(world))} violations={violations} energy_error_percent={tally.ErrorPercent:F3} lost={tally.Lost} doubled={tally.Doubled}"));
        return Task.FromResult(violations == 0 && tally.IsSound ? 0 : 1);
    }

    /// <summary>One storm, and the calm after it.</summary>
    private static void LiveOn(World world, SoakTally tally, int endSecond)
    {
        var stormSeconds = world.Chance.Pick<int>([2 * Hour, 4 * Hour, 8 * Hour, 12 * Hour, 24 * Hour, 60 * Hour]);
        world.RunTo(Math.Max(world.Clock.Second + Hour / 2, Math.Min(world.Clock.Second + stormSeconds, endSecond - CoolSeconds - RestSeconds)));
        world.Heal();
        world.RunFor(CoolSeconds);
        LongFaults.ResetTrips(world);
        world.RunFor(world.IsAnyMinimal ? HealthySeconds : RestSeconds);
        tally.Take(world);
        world.LookBack();
        world.GoOn();
    }

    private static void Report(World world, SoakTally tally) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"day {Day(world),7:F2}  records {tally.Records,7}  energy error {tally.ErrorPercent:F4} %  lost {tally.Lost}  doubled {tally.Doubled}"));

    private static double Day(World world) => world.Clock.Second / (double)DaySeconds;

    private static WorldDesign DesignOf(int seed, int controllers) => new()
    {
        Seed = seed,
        HealSecond = int.MaxValue,
        LeastControllers = controllers,
        MostControllers = controllers,
        FaultEverySeconds = 300,
        PlanEverySeconds = 600,
        Faults = LongFaults.All,
        // A circuit that bears all its loads and not much more, on every other controller.
        Adjust = drawn => drawn with { HasProbe = true, TripWatts = drawn.Name[^1] % 2 == 0 ? drawn.NameplateWatts * 11 / 10 + 300 : 0 },
    };

    private static int Number(string[] arguments, string name, int usual)
    {
        var at = Array.IndexOf(arguments, name);
        return at < 0 ? usual : int.Parse(arguments[at + 1], CultureInfo.InvariantCulture);
    }
}
