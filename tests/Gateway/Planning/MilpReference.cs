using System;
using System.Linq;
using Fleet.Gateway.Planning;
using Google.OrTools.LinearSolver;

namespace Fleet.Tests.Gateway.Planning;

/// <summary>The planner's problem written down once more, as a mixed-integer programme for OR-Tools.</summary>
public static class MilpReference
{
    /// <summary>Greatest value less switching penalties that any plan can have; null when no plan keeps every limit.</summary>
    public static double? Optimum(PlanProblem problem)
    {
        using Solver solver = Solver.CreateSolver("SCIP");
        Objective objective = solver.Objective();
        objective.SetMaximization();
        int slots = problem.Slots.Count;
        var watts = new LinearExpr[problem.Sites.Count, slots];
        for (int site = 0; site < problem.Sites.Count; site++)
        {
            for (int slot = 0; slot < slots; slot++)
                watts[site, slot] = new LinearExpr() + problem.Sites[site].FixedWatts[slot];
        }
        double constant = 0;
        foreach (PlanLoad load in problem.Loads)
            constant += AddLoad(solver, objective, problem, load, watts);
        AddLimits(solver, problem, watts);

        using var parameters = new MPSolverParameters();
        parameters.SetDoubleParam(MPSolverParameters.DoubleParam.RELATIVE_MIP_GAP, 0);
        Solver.ResultStatus status = solver.Solve(parameters);
        return status switch
        {
            Solver.ResultStatus.OPTIMAL => objective.Value() + constant,
            Solver.ResultStatus.INFEASIBLE => null,
            _ => throw new InvalidOperationException($"the reference ended with {status}"),
        };
    }

    private static double AddLoad(Solver solver, Objective objective, PlanProblem problem, PlanLoad load, LinearExpr[,] watts)
    {
        int slots = problem.Slots.Count;
        int site = problem.Sites.ToList().FindIndex(site => site.Id == load.SiteId);
        Variable[,] level = solver.MakeBoolVarMatrix(slots, load.Levels.Count);
        Variable[] start = solver.MakeBoolVarArray(slots);
        Variable[] stop = solver.MakeBoolVarArray(slots);
        int obliged = Math.Max(0, (load.InitialLevel > 0 ? load.MinOnSlots : load.MinOffSlots) - load.InitialSlotsInState);
        bool isHeld = load.InitialLevel > 0;
        double constant = 0;
        for (int slot = 0; slot < slots; slot++)
        {
            LinearExpr one = new LinearExpr() + 0;
            for (int index = 0; index < load.Levels.Count; index++)
            {
                one += level[slot, index];
                watts[site, slot] += level[slot, index] * load.Levels[index].Watts;
                objective.SetCoefficient(level[slot, index], Money(problem, load, site, slot, index));
            }
            solver.Add(one == 1);
            LinearExpr wasOff = slot > 0 ? level[slot - 1, 0] : new LinearExpr() + (load.InitialLevel > 0 ? 0 : 1);
            solver.Add(start[slot] - stop[slot] == wasOff - level[slot, 0]);
            objective.SetCoefficient(start[slot], -load.StartCost);
            for (int ago = 0; ago < load.MinOnSlots && ago <= slot; ago++)
                solver.Add(start[slot - ago] + level[slot, 0] <= 1);
            for (int ago = 0; ago < load.MinOffSlots && ago <= slot; ago++)
                solver.Add(stop[slot - ago] <= level[slot, 0]);

            bool mustBeOff = load.MustOff.Any(range => slot >= range.FirstSlot && slot < range.FirstSlot + range.SlotCount);
            bool isUnknown = problem.Sites[site].PricePerMwh[slot] is null;
            isHeld &= !mustBeOff;
            if (slot < obliged && isHeld)
                solver.Add(isUnknown ? level[slot, 1] == 1 : level[slot, 0] == 0);
            else if (mustBeOff || isUnknown || (slot < obliged && load.InitialLevel == 0))
                solver.Add(level[slot, 0] == 1);
            if (load.CommittedLevels.Count > 0 && load.CommittedLevels[slot] is not null)
                constant -= problem.SwitchingCost;
        }
        return constant;
    }

    // The switching cost is paid for every committed slot at the outset and handed back to the committed level.
    private static double Money(PlanProblem problem, PlanLoad load, int site, int slot, int level)
    {
        double back = load.CommittedLevels.Count > 0 && load.CommittedLevels[slot] == level ? problem.SwitchingCost : 0;
        return problem.Sites[site].PricePerMwh[slot] is { } price
            ? back + (problem.Slots[slot].Duration.TotalHours * (load.Levels[level].ValuePerHour - ((double)price * load.Levels[level].Watts / 1e6)))
            : back;
    }

    private static void AddLimits(Solver solver, PlanProblem problem, LinearExpr[,] watts)
    {
        for (int slot = 0; slot < problem.Slots.Count; slot++)
        {
            for (int site = 0; site < problem.Sites.Count; site++)
                solver.Add(watts[site, slot] <= problem.Sites[site].ImportLimitWatts[slot]);
            foreach (PlanCap cap in problem.Caps.Where(cap => slot >= cap.FirstSlot && slot < cap.FirstSlot + cap.SlotCount))
            {
                LinearExpr sum = new LinearExpr() + 0;
                for (int site = 0; site < problem.Sites.Count; site++)
                    sum += cap.SiteId is null || cap.SiteId == problem.Sites[site].Id ? watts[site, slot] : new LinearExpr() + 0;
                solver.Add(sum <= cap.LimitWatts);
            }
        }
    }
}
