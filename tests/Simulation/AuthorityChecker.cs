using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Tests.Simulation;

/// <summary>
/// Invariant 2, by what really reached each controller: the limit it goes by is never above its entitlement, and its
/// loads' true watts are not for longer than they need to come down.
/// </summary>
public sealed class AuthorityChecker : IChecker
{
    /// <summary>An order of several exchanges takes 10 s, a miner's ramp 20 s, one that ignores its order is found after 10 s.</summary>
    public const int RampSeconds = 45;

    private readonly Dictionary<SimulatedController, Excess> _watts = [];

    /// <inheritdoc/>
    public string Invariant => "2. No load is above its fail-safe limit without a live, authentic, unexpired setpoint or schedule.";

    /// <inheritdoc/>
    public string? Step(World world)
    {
        foreach (var controller in world.Controllers)
        {
            var second = world.Clock.Second;
            var entitledWatts = controller.Entitlement.WattsAt(second, world.Clock.True, world.MostGatewayError);
            if (controller.Firmware is { } firmware && firmware.LimitWatts > entitledWatts)
                return $"{controller.Design.Name} goes by {firmware.LimitWatts} W, entitled is {entitledWatts} W";
            if (!_watts.TryGetValue(controller, out var excess))
                _watts.Add(controller, excess = new Excess(RampSeconds));
            var deafWatts = SiteLimitChecker.DeafWatts(controller.Design.Loads, second);
            // A stuck relay that neither contact nor meter tells of is not known to its controller, which gives its watts to the others.
            var isMetered = controller.Design.HasMeter && !controller.HadMeterTrouble(second - RampSeconds, second);
            var blindWatts = isMetered ? 0 : controller.Design.Loads.Where(load => load.BlindUntil >= second - SiteLimitChecker.FoundAgainSeconds).Sum(load => load.Kind.NameplateWatts);
            var bound = Math.Max(entitledWatts + blindWatts, deafWatts) + SiteLimitChecker.ToleranceOf(entitledWatts, controller.Design.Loads);
            if (excess.HasLasted(controller.Watts, bound, second))
                return $"{controller.Design.Name} takes {controller.Watts} W for {RampSeconds} s, entitled is {entitledWatts} W, deaf loads {deafWatts} W";
        }
        return null;
    }

    /// <inheritdoc/>
    public string? End(World world) => null;
}
