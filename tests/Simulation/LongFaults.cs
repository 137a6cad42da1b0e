using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Virtual.Plant;

namespace Fleet.Tests.Simulation;

/// <summary>What goes wrong in a world that lives for days: all that does in a short one, and what takes hours or a technician.</summary>
public static class LongFaults
{
    private const int Hour = 3_600;

    /// <summary>Air around a load in which it works for ever.</summary>
    private const int MildMilliCelsius = 25_000;

    /// <summary>The list.</summary>
    public static readonly IReadOnlyList<WorldFault> All =
    [
        .. WorldFaults.All,
        new("the gateway is gone for long", 1, world => WorldFaults.Stop(world, world.Chance.Between(Hour / 2, 48 * Hour))),
        new("the network is gone for long", 1, CutLinks),
        new("a meter lies", 2, LieMeter),
        new("a meter begins anew", 2, ResetMeter),
        new("it is hot", 2, Heat),
        new("a stranger on the meter", 2, PlugIn),
        new("a device sends broken JSON", 4, BreakJson),
        new("a flash takes nothing", 3, FailFlash),
        new("a program crashes", 2, Crash),
        new("a time server falls silent", 2, SilenceTime),
    ];

    /// <summary>Presses every reset button: somebody has looked at what tripped.</summary>
    public static void ResetTrips(World world)
    {
        world.Note("! every reset button is pressed");
        foreach (var controller in world.Controllers)
            controller.Firmware?.ResetTrips();
    }

    private static Episode CutLinks(World world)
    {
        var cut = world.Controllers.Where(controller => world.Chance.Of(700) && !controller.Link.IsPartitioned).ToArray();
        foreach (var controller in cut)
            controller.Link.IsPartitioned = true;
        return new($"no network for {string.Join(' ', cut.Select(controller => controller.Design.Name))}", world.Chance.Between(Hour / 6, 24 * Hour), () =>
        {
            foreach (var controller in cut)
                controller.Link.IsPartitioned = false;
        });
    }

    private static Episode? LieMeter(World world)
    {
        if (ReportingOf(world) is not { } controller)
            return null;
        // Within the tolerance a meter is believed against the loads' own reports: that is its rank.
        controller.Meter.ShownPermille = world.Chance.Pick<int>([500, 700, 1_300, 1_500]);
        return new($"the meter of {controller.Design.Name} shows {controller.Meter.ShownPermille} ‰", world.Chance.Between(60, Hour), () => controller.Meter.ShownPermille = 1000);
    }

    private static Episode? ResetMeter(World world)
    {
        var controller = world.Chance.Pick(world.Controllers);
        controller.Meter.Reset();
        world.Note($"! the meter of {controller.Design.Name} counts from 0");
        return null;
    }

    private static Episode? Heat(World world)
    {
        var load = world.Chance.Pick([.. world.Loads]);
        if (load.Model.AmbientMilliCelsius != MildMilliCelsius)
            return null;
        load.Model.AmbientMilliCelsius = world.Chance.Between(45, 100) * 1000;
        return new($"{load.Model.AmbientMilliCelsius / 1000} °C around {load.Name} of {world.OwnerOf(load).Design.Name}", world.Chance.Between(600, Hour), () =>
        {
            load.Model.AmbientMilliCelsius = MildMilliCelsius;
            world.Begin(new("a technician waits until it has cooled", 900, () => ResetTrips(world)));
        });
    }

    private static Episode? PlugIn(World world)
    {
        if (ReportingOf(world) is not { } controller)
            return null;
        controller.PlugIn(true);
        return new($"a stranger on the meter of {controller.Design.Name}", world.Chance.Between(30, Hour), () =>
        {
            controller.PlugIn(false);
            world.Begin(new("a technician looks at the circuit", 300, () => ResetTrips(world)));
        });
    }

    private static Episode? BreakJson(World world)
    {
        var loads = world.Loads.Where(load => load.Device is { Fault: LineFault.None }).ToArray();
        if (loads.Length == 0)
            return null;
        var load = world.Chance.Pick(loads);
        (load.Device!.Malformed, load.Device.Fault) = (world.Chance.Pick(Enum.GetValues<MalformedJson>()), LineFault.Malformed);
        return new($"{load.Name} of {world.OwnerOf(load).Design.Name} sends {load.Device.Malformed}", world.Chance.Between(30, Hour / 6), () => load.Device.Fault = LineFault.None);
    }

    private static Episode FailFlash(World world)
    {
        var controller = world.Chance.Pick(world.Controllers);
        controller.Flash.Fails = true;
        return new($"the flash of {controller.Design.Name} takes nothing", world.Chance.Between(60, Hour / 2), () => controller.Flash.Fails = false);
    }

    private static Episode? Crash(World world)
    {
        var controller = world.Chance.Pick(world.Controllers);
        if (controller.Firmware is not null)
            controller.Crash();
        return null;
    }

    private static Episode SilenceTime(World world)
    {
        var controller = world.Chance.Pick(world.Controllers);
        controller.HasNoTimeServer = true;
        if (controller.Firmware is not null)
            controller.CutPower(world.Chance.Between(1, 20));
        return new($"no time server for {controller.Design.Name}", world.Chance.Between(Hour / 6, 6 * Hour), () => controller.HasNoTimeServer = false);
    }

    // What a meter hides of a stranger, nobody else can tell.
    private static bool IsSound(SimulatedController controller) => controller.Meter.ShownPermille == 1000 && controller.Stranger.State == PlantState.Dark;

    /// <summary>A controller all of whose loads tell their watts, so that a lie of its meter can be found.</summary>
    private static SimulatedController? ReportingOf(World world)
    {
        var able = world.Controllers.Where(controller => controller.Design.HasMeter && IsSound(controller) && controller.Design.Loads.All(load => load.Device is not null)).ToArray();
        return able.Length == 0 ? null : world.Chance.Pick(able);
    }
}
