using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Tests.Simulation;

/// <summary>
/// Invariant 1, by the plant's true watts. What the ramp time is made of, and what no decision can lower, is written here.
/// <code>
/// bound = the larger of the limit and what cannot be controlled: the fixed watts and the nameplates of deaf loads
///         + 2 % or 100 W, as the loop on the meter tolerates + what loads take at rest
/// a deaf load ignores its commands, hangs, boots, has a broken line or a stuck relay, or its controller has no power;
/// it counts as deaf until its driver has had the time to find it again
/// </code>
/// The limit holds whoever is alone with whichever schedule. A curtailment is held to while the gateway runs; a controller
/// that nobody can reach may take what it is entitled to.
/// </summary>
public sealed class SiteLimitChecker : IChecker
{
    /// <summary>A driver finds a device again within its longest pause and brings it its order.</summary>
    public const int FoundAgainSeconds = 30;

    /// <summary>
    /// Silence is seen after 15 s, an unanswered setpoint sent again after 5 s, an excess corrected after 10 s; a load that
    /// ignores its order is found after 10 s; then the others ramp down, which takes 20 s.
    /// </summary>
    public const int RampSeconds = 60;

    /// <summary>How long until what a stranger takes is known.</summary>
    private const int StrangerSeconds = 70;

    private readonly Excess _limit = new(RampSeconds);
    private readonly Excess _cap = new(RampSeconds);

    /// <inheritdoc/>
    public string Invariant => "1. Site power is at or below its limit within the ramp time, whatever fails.";

    /// <summary>Watts that a limit may be passed by for good.</summary>
    public static int ToleranceOf(int limitWatts, IEnumerable<SimulatedLoad> loads) =>
        Math.Max(100, limitWatts / 50) + loads.Sum(load => load.Kind.RestWatts);

    /// <summary>Nameplates of the loads that cannot be controlled now.</summary>
    public static int DeafWatts(IEnumerable<SimulatedLoad> loads, int second) =>
        loads.Where(load => load.DeafUntil >= second - FoundAgainSeconds).Sum(load => load.Kind.NameplateWatts);

    /// <inheritdoc/>
    public string? Step(World world)
    {
        var second = world.Clock.Second;
        var terms = world.Terms.Terms;
        var strangerWatts = world.Controllers.Sum(controller => (int)(controller.Stranger.Milliwatts / 1000));
        var deafWatts = terms.FixedWatts + strangerWatts + DeafWatts(world.Loads, second);
        var watts = world.Watts + strangerWatts;
        var alone = world.Controllers.Where(controller => IsAlone(controller, second)).ToArray();
        var aloneWatts = alone.Sum(controller => EntitledWatts(world, controller));
        // A stranger on a meter is known when it has disagreed for a minute, and made room for within the ramp; by the others only
        // while the gateway tells them.
        var isTold = world.Gateway.IsUp && second - world.Gateway.Since >= RampSeconds && alone.Length == 0;
        var newWatts = world.Controllers.Where(controller => !isTold || second - controller.StrangerSince < StrangerSeconds
            || controller.HadMeterTrouble(second - StrangerSeconds - RampSeconds, second))
            .Sum(controller => (int)(controller.Stranger.Milliwatts / 1000));
        var bound = Math.Max(terms.LimitWatts, deafWatts) + newWatts + ToleranceOf(terms.LimitWatts, world.Loads);
        if (_limit.HasLasted(watts, bound, second))
            return $"the site takes {watts} W for {RampSeconds} s, at most {bound} W is allowed by its limit of {terms.LimitWatts} W";
        var isWatched = world.Gateway.IsUp && second - world.Gateway.Since >= RampSeconds;
        if (!isWatched || world.Gateway.Dispatch.Curtailments.Timeline.At(world.Clock.GetUtcNow()) is not { } cap)
            return _cap.Forget();
        var capBound = Math.Max(cap.Watts, deafWatts + aloneWatts) + newWatts + ToleranceOf(cap.Watts, world.Loads);
        return _cap.HasLasted(watts, capBound, second)
            ? $"the site takes {watts} W for {RampSeconds} s, at most {capBound} W is allowed by the cap of {cap.Watts} W of {cap.SignalId}"
            : null;
    }

    /// <inheritdoc/>
    public string? End(World world) => null;

    /// <summary>Whether the gateway has not been able to tell a controller anything within the ramp time.</summary>
    private static bool IsAlone(SimulatedController controller, int second) =>
        second - controller.Link.LostUntil < RampSeconds;

    private static int EntitledWatts(World world, SimulatedController controller) =>
        Math.Min(controller.Design.NameplateWatts, controller.Entitlement.WattsAt(world.Clock.Second, world.Clock.True, world.MostGatewayError));
}
