using System;
using System.Linq;
using Fleet.Gateway.Dispatch;
using Fleet.Wire;

namespace Fleet.Tests.Simulation;

/// <summary>
/// Invariant 7, when a world has been whole for a while: every controller follows the setpoint it was given last, which
/// is as near to the plan as the site's limit allows, and every load really takes what it was given.
/// </summary>
public sealed class ConvergenceChecker : IChecker
{
    /// <inheritdoc/>
    public string Invariant => "7. After all faults heal, the system converges to the plan.";

    /// <inheritdoc/>
    public string? Step(World world) => null;

    /// <inheritdoc/>
    public string? End(World world) =>
        ProblemOfDecision(world) ?? world.Controllers.Select((controller, i) => ProblemOf(world, controller, i)).FirstOrDefault(problem => problem is not null);

    private static string? ProblemOfDecision(World world)
    {
        var dispatch = world.Gateway.Dispatch;
        var terms = world.Terms.Terms;
        var wanted = dispatch.Plan?.At(world.Clock.GetUtcNow())?.Watts.Sum(watts => (long)watts) ?? 0;
        var reachable = Math.Min(wanted, terms.LimitWatts - terms.FixedWatts);
        // The last watts under a limit may be fewer than a load works at.
        var leastWatts = wanted > reachable ? world.Loads.Max(load => load.Kind.LevelWatts[0]) : 0;
        return dispatch.Decision.TotalWatts < reachable - leastWatts - SiteLimitChecker.ToleranceOf(terms.LimitWatts, world.Loads)
            ? $"{dispatch.Decision.TotalWatts} W are decided, the plan wants {wanted} W and the limit leaves {reachable} W"
            : null;
    }

    private static string? ProblemOf(World world, SimulatedController controller, int index)
    {
        var name = controller.Design.Name;
        if (controller.Firmware is not { State: ControllerState.Commanded } firmware)
            return $"{name} is {controller.Firmware?.State.ToString() ?? "off"}";
        if (world.Gateway.Dispatch.Book.Current[index] is not { State: SetpointState.Acked or SetpointState.Achieved } setpoint)
            return $"the setpoint of {name} is {world.Gateway.Dispatch.Book.Current[index]?.State.ToString() ?? "missing"}";
        if (firmware.LimitWatts != setpoint.LimitWatts)
            return $"{name} goes by {firmware.LimitWatts} W, its setpoint is {setpoint.LimitWatts} W";
        for (var i = 0; i < setpoint.LoadWatts.Length; i++)
        {
            var load = controller.Design.Loads[i];
            var watts = load.Kind.FloorWatts(setpoint.LoadWatts[i]);
            var tolerance = Math.Max(60, watts / 8) + load.Kind.RestWatts;
            if (Math.Abs(load.Watts - watts) > tolerance)
                return $"{load.Name} of {name} takes {load.Watts} W and is {load.Model.State}, it was given {setpoint.LoadWatts[i]} W";
        }
        return null;
    }
}
