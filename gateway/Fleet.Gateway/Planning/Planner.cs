using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Gateway.Planning;

/// <summary>How hard the planner tries; measured in work, not in seconds, so that equal problems give equal plans anywhere.</summary>
/// <param name="TargetGap">Relative gap at which a plan is good enough.</param>
/// <param name="MaxDualSteps">Most steps of the dual prices.</param>
/// <param name="PlansPerLoad">Most times a load is planned anew while searching, on average; each takes some microseconds.</param>
/// <param name="MinPlans">Times loads may be planned anew in all even when they are few.</param>
/// <param name="MaxPlans">Most times loads are planned anew in all.</param>
public sealed record PlanEffort(
    double TargetGap = 0.001, int MaxDualSteps = 300, int PlansPerLoad = 400, long MinPlans = 10_000, long MaxPlans = 2_000_000);

/// <summary>Finds the most valuable plan and proves how close to the best it is.</summary>
/// <remarks>
/// Loads couple only through site and portfolio limits. With a price λ on each coupling and slot every load plans for
/// itself, exactly (<see cref="LoadProgramme"/>); the prices give a bound that no plan exceeds (<see cref="DualPrices"/>)
/// and guide the search for a plan that keeps every limit (<see cref="PlanSearch"/>):
/// <code>
/// bound   ───╲____________  falls as prices settle
///                        ⎱ certified gap
/// value   ______╱‾‾‾‾‾‾‾‾  rises as plans are found
/// </code>
/// Pure: no clock, no I/O, fixed seed. A slot whose price is unknown is planned off, and says so: a load runs on no
/// price that was made up. A load within its minimum on time stays at its lowest level there, and counts no money.
/// </remarks>
public static class Planner
{
    private const int StepsBetweenBuilds = 20;
    private const int StepsBeforeFirstBuild = 40;

    /// <summary>Plans with the default effort.</summary>
    public static Plan Solve(PlanProblem problem, DateTimeOffset madeAtUtc) => Solve(problem, madeAtUtc, new PlanEffort());

    /// <summary>Plans a problem.</summary>
    /// <exception cref="ArgumentException">The problem contradicts itself; the message names every fault.</exception>
    public static Plan Solve(PlanProblem problem, DateTimeOffset madeAtUtc, PlanEffort effort)
    {
        IReadOnlyList<string> faults = PlanProblemCheck.Faults(problem);
        if (faults.Count > 0)
            throw new ArgumentException($"the problem cannot be planned: {string.Join("; ", faults)}", nameof(problem));

        var model = new PlanModel(problem);
        var prices = new DualPrices(model);
        var search = new PlanSearch(model);
        if (model.Loads.Any(load => load.Committed is not null))
            search.BuildFromCommitments();
        for (int step = 0; step < effort.MaxDualSteps && !prices.IsSettled; step++)
        {
            prices.Step(search.BestValue);
            bool isTimeToBuild = step >= StepsBeforeFirstBuild && step % StepsBetweenBuilds == 0;
            if (step == 0 || isTimeToBuild)
                search.BuildAtPrices(prices.RecentCosts);
            if (Gap(prices.Bound, search.BestValue) <= effort.TargetGap)
                break;
        }
        long mostPlans = Math.Clamp((long)effort.PlansPerLoad * model.Loads.Length, effort.MinPlans, effort.MaxPlans);
        while (search.PlansMade < mostPlans && model.Loads.Length > 0 && Gap(prices.Bound, search.BestValue) > effort.TargetGap)
            search.Rearrange(prices.RecentCosts);
        return new Plan(model, search.Best, prices.Bound, madeAtUtc);
    }

    /// <summary>How far a value may be from the best, relative to it; what is less than a cent's worth counts as a cent.</summary>
    internal static double Gap(double bound, double value)
    {
        const double Cent = 0.01;
        return Math.Max(0, bound - value) / Math.Max(Cent, Math.Abs(value));
    }
}
