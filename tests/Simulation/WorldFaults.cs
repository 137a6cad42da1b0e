using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Signals;
using Fleet.Virtual.Plant;

namespace Fleet.Tests.Simulation;

/// <summary>One thing that can go wrong, or be asked, in a world.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Weight">How often it happens, beside the others.</param>
/// <param name="Begin">Begins it; null when it cannot happen now.</param>
public sealed record WorldFault(string Name, int Weight, Func<World, Episode?> Begin);

/// <summary>Everything that can go wrong, or be asked, in a world.</summary>
public static class WorldFaults
{
    /// <summary>The list.</summary>
    public static readonly IReadOnlyList<WorldFault> All =
    [
        new("the gateway stops", 4, world => Stop(world, world.Chance.Between(180, 400))),
        new("the gateway restarts", 5, world => Stop(world, world.Chance.Between(3, 60))),
        new("some links are cut", 10, CutLinks),
        new("bad weather on all links", 6, SpoilWeather),
        new("a controller has no power", 5, PowerCut),
        new("power is cut in the middle of a write", 4, CutInWrite),
        new("a device crashes", 5, Crash),
        new("a device ignores commands", 4, Ignore),
        new("a device's line fails", 7, world => BreakLine(world, world.Chance.Pick<LineFault>(
            [LineFault.Silent, LineFault.Garbage, LineFault.Slow, LineFault.Partial, LineFault.Refused]))),
        new("a relay sticks", 4, StickRelay),
        new("a meter is silent", 5, SilenceMeter),
        new("a meter talks garbage", 4, GarbleMeter),
        new("a time server is wrong", 5, StepClock),
        new("the gateway's clock is wrong", 2, StepGatewayClock),
        new("the plan is replaced", 6, world => { world.Replan(); return null; }),
        new("a curtailment", 8, Curtail),
        new("a curtailment is called off", 3, CallOff),
        new("a forged setpoint", 5, world => { Attacker.Forge(world); return null; }),
        new("an old command is played again", 6, world => { Attacker.Replay(world); return null; }),
        new("somebody has the broker's account", 3, Usurp),
        new("the gateway's disk takes nothing", 3, FillDisk),
    ];

    /// <summary>The gateway is down for so long; the plan comes a while after it is back.</summary>
    public static Episode? Stop(World world, int seconds)
    {
        if (!world.Gateway.IsUp)
            return null;
        world.Gateway.Stop();
        return new("the gateway is down", seconds, () =>
        {
            world.Gateway.Start();
            world.Begin(new("the planner works", world.Chance.Between(1, 20), () => world.Replan()));
        });
    }

    private static Episode CutLinks(World world)
    {
        var cut = world.Controllers.Where(_ => world.Chance.Of(500)).Where(controller => !controller.Link.IsPartitioned).ToArray();
        foreach (var controller in cut)
            controller.Link.IsPartitioned = true;
        return new($"links cut: {string.Join(' ', cut.Select(controller => controller.Design.Name))}", world.Chance.Between(3, 300), () =>
        {
            foreach (var controller in cut)
                controller.Link.IsPartitioned = false;
        });
    }

    private static Episode SpoilWeather(World world)
    {
        var chance = world.Chance;
        world.Weather = new(chance.Between(0, 300), chance.Between(0, 6), chance.Between(0, 300), chance.Between(0, 300));
        return new(world.Weather.ToString(), chance.Between(30, 200), () => world.Weather = Weather.Fair);
    }

    private static Episode? PowerCut(World world)
    {
        var controller = world.Chance.Pick(world.Controllers);
        if (controller.Firmware is not null)
            controller.CutPower(world.Chance.Between(1, 20));
        return null;
    }

    private static Episode? CutInWrite(World world)
    {
        world.Chance.Pick(world.Controllers).Flash.CutsNextWrite = true;
        return null;
    }

    private static Episode? Crash(World world)
    {
        if (DeviceOf(world) is { } load)
        {
            world.Note($"! {load.Name} of {world.OwnerOf(load).Design.Name} crashes");
            load.Model.Crash();
        }
        return null;
    }

    private static Episode? Ignore(World world)
    {
        if (DeviceOf(world) is not { } load)
            return null;
        load.Model.IgnoresCommands = true;
        return new($"{load.Name} of {world.OwnerOf(load).Design.Name} ignores commands", world.Chance.Between(20, 200), () => load.Model.IgnoresCommands = false);
    }

    private static Episode? BreakLine(World world, LineFault fault)
    {
        if (DeviceOf(world) is not { Device.Fault: LineFault.None } load)
            return null;
        load.Device.Fault = fault;
        return new($"{load.Name} of {world.OwnerOf(load).Design.Name} is {fault}", world.Chance.Between(5, 200), () => load.Device.Fault = LineFault.None);
    }

    private static Episode? StickRelay(World world)
    {
        var relays = world.Loads.Where(load => load.Relay is { Stuck: false }).ToArray();
        if (relays.Length == 0)
            return null;
        var load = world.Chance.Pick(relays);
        load.Relay!.Stuck = true;
        return new($"the relay of {load.Name} of {world.OwnerOf(load).Design.Name} sticks", world.Chance.Between(20, 200), () => load.Relay.Stuck = false);
    }

    private static Episode SilenceMeter(World world)
    {
        var controller = world.Chance.Pick(world.Controllers);
        controller.MeterLine.IsDark = true;
        return new($"the meter of {controller.Design.Name} is silent", world.Chance.Between(5, 120), () => controller.MeterLine.IsDark = false);
    }

    private static Episode GarbleMeter(World world)
    {
        var controller = world.Chance.Pick(world.Controllers);
        controller.MeterLine.Fault = LineFault.Garbage;
        return new($"the meter of {controller.Design.Name} talks garbage", world.Chance.Between(5, 120), () => controller.MeterLine.Fault = LineFault.None);
    }

    private static Episode StepClock(World world)
    {
        var controller = world.Chance.Pick(world.Controllers);
        controller.StepClock(world.Chance.Pick<int>([-7_200, -900, -30, -3, 2, 45, 600, 3_600]));
        return new($"the time server of {controller.Design.Name} is wrong by {controller.ClockErrorSeconds} s", world.Chance.Between(20, 200), () => controller.StepClock(0));
    }

    private static Episode StepGatewayClock(World world)
    {
        world.Clock.GatewayError = TimeSpan.FromSeconds(world.Chance.Between(-20, 20));
        world.MostGatewayError = TimeSpan.FromSeconds(20);
        return new($"the gateway's clock is wrong by {world.Clock.GatewayError.TotalSeconds} s", world.Chance.Between(20, 100),
            () => world.Clock.GatewayError = TimeSpan.Zero, () => DoubtTime(world));
    }

    private static void DoubtTime(World world)
    {
        foreach (var controller in world.Controllers)
            controller.DoubtTime();
    }

    private static Episode? Curtail(World world)
    {
        var chance = world.Chance;
        var start = world.Clock.GetUtcNow().AddSeconds(chance.Of(500) ? 0 : chance.Between(1, 90));
        var inWatts = chance.Of(600);
        world.Gateway.Curtail(new Signal(
            $"dr-{world.NextSignal()}", world.Site, inWatts ? world.Terms.MaxWatts * chance.Between(0, 80) / 100 : null, inWatts ? null : chance.Between(0, 90),
            start, start.AddSeconds(chance.Between(40, 300)), "test", "operator", world.Clock.GetUtcNow()));
        return null;
    }

    private static Episode? CallOff(World world)
    {
        var ids = world.Gateway.Signals.Select(signal => signal.Id).ToArray();
        if (ids.Length > 0)
            world.Gateway.Cancel(world.Chance.Pick<string>(ids));
        return null;
    }

    private static Episode Usurp(World world) =>
        new("somebody has the broker's account", world.Chance.Between(30, 250), Each: () => Attacker.Usurp(world));

    private static Episode FillDisk(World world)
    {
        world.Gateway.Book.Fails = true;
        return new("the disk takes nothing", world.Chance.Between(10, 120), () => world.Gateway.Book.Fails = false);
    }

    private static SimulatedLoad? DeviceOf(World world)
    {
        var loads = world.Loads.Where(load => load.Device is not null).ToArray();
        return loads.Length == 0 ? null : world.Chance.Pick(loads);
    }
}
