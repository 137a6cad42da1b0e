using System.Linq;
using System.Reflection;
using Fleet.Core;
using Fleet.Tests.Firmware.Core;
using Fleet.Tests.Harness;
using Fleet.Virtual.Plant;
using Fleet.Wire;
using Xunit;
using static Fleet.Tests.Simulation.FaultWorld;

namespace Fleet.Tests.Simulation;

/// <summary>
/// Every fault of the wire, provoked where it comes from (a line, a device, a relay, the flash, the link) and cleared as it
/// is there, a test each. It is looked for where an operator sees it: in the events that reach the gateway.
/// </summary>
public sealed class FaultTests
{
    [Fact]
    public void Every_fault_of_the_wire_has_a_test_here()
    {
        var provoked = typeof(FaultTests).GetMethods().SelectMany(test => test.GetCustomAttributes<ProvokesAttribute>()).Select(one => one.Fault).ToHashSet();
        Assert.Empty(Enumerable.Range(0, Fault.Count).Where(bit => !provoked.Contains(1 << bit)).Select(Fault.NameOf));
    }

    [Fact, Provokes(Fault.MeterStale)]
    public void A_dark_meter_is_stale_until_it_answers()
    {
        var world = Steady(Miner);
        world.Controllers[0].MeterLine.IsDark = true;
        Comes(world, Fault.MeterStale, 20);
        world.Controllers[0].MeterLine.IsDark = false;
        Goes(world, Fault.MeterStale, 20);
    }

    [Fact, Provokes(Fault.GridAbnormal)]
    public void A_low_frequency_is_an_abnormal_grid_until_it_has_been_well_for_its_time()
    {
        var world = Steady(Miner, design => design with { GridMilliHertz = 50_000 });
        world.Controllers[0].Meter.Hertz = 49.5;
        Comes(world, Fault.GridAbnormal, 20);
        world.Controllers[0].Meter.Hertz = 50;
        Goes(world, Fault.GridAbnormal, 120);
    }

    [Fact, Provokes(Fault.LoadSilent)]
    public void A_miner_that_answers_nothing_is_silent_until_it_does()
    {
        var world = Steady(Miner);
        First(world).Device!.Fault = LineFault.Silent;
        Comes(world, Fault.LoadSilent, 40);
        First(world).Device!.Fault = LineFault.None;
        Goes(world, Fault.LoadSilent, 20);
    }

    [Fact, Provokes(Fault.LoadIgnores)]
    public void A_miner_that_takes_its_orders_and_does_not_follow_them_ignores_until_it_obeys()
    {
        var world = Steady(Miner);
        First(world).Model.IgnoresCommands = true;
        world.Replan(world.Plans.Steady(Dear));
        Comes(world, Fault.LoadIgnores, 60);
        First(world).Model.IgnoresCommands = false;
        Goes(world, Fault.LoadIgnores, 60);
    }

    [Fact, Provokes(Fault.RelayStuck)]
    public void A_contact_without_feedback_that_stays_closed_is_stuck_by_the_meter_until_it_opens()
    {
        var world = Steady(Heater, hasFeedback: false);
        First(world).Relay!.Stuck = true;
        world.Replan(world.Plans.Steady(Dear));
        Comes(world, Fault.RelayStuck, 15);
        First(world).Relay!.Stuck = false;
        Goes(world, Fault.RelayStuck, 15);
    }

    [Fact, Provokes(Fault.LoadFault)]
    public void A_feedback_contact_that_does_not_follow_is_a_fault_of_the_load_until_it_does()
    {
        var world = Steady(Heater, hasFeedback: true);
        First(world).Relay!.Stuck = true;
        world.Replan(world.Plans.Steady(Dear));
        Comes(world, Fault.LoadFault, 10);
        First(world).Relay!.Stuck = false;
        Goes(world, Fault.LoadFault, 10);
    }

    [Fact, Provokes(Fault.Hot)]
    public void A_miner_in_hot_air_is_hot_and_derated_until_it_has_cooled()
    {
        var world = Steady(Miner, drawn => drawn with { HasProbe = true });
        var before = world.Controllers[0].Watts;
        First(world).Model.AmbientMilliCelsius = 55_000;
        Comes(world, Fault.Hot, 600);
        world.RunFor(600);
        Assert.True(world.Controllers[0].Watts < before);
        First(world).Model.AmbientMilliCelsius = 25_000;
        Goes(world, Fault.Hot, 600);
    }

    [Fact, Provokes(Fault.OverTemperature)]
    public void A_miner_too_hot_at_any_power_trips_and_stays_off_until_somebody_resets_it()
    {
        var world = Steady(Miner, drawn => drawn with { HasProbe = true });
        First(world).Model.AmbientMilliCelsius = 100_000;
        Comes(world, Fault.OverTemperature, 900);
        First(world).Model.AmbientMilliCelsius = 25_000;
        world.RunFor(900);
        Assert.True(IsRaised(world, Fault.OverTemperature));
        Assert.InRange(world.Controllers[0].Watts, 0, Miner.RestWatts);
        world.Controllers[0].Firmware!.ResetTrips();
        Goes(world, Fault.OverTemperature, 10);
    }

    [Fact, Provokes(Fault.OverPower)]
    public void More_than_the_circuit_bears_trips_its_loads_until_somebody_resets_them()
    {
        var world = Steady(Miner, drawn => drawn with { TripWatts = Miner.NameplateWatts + 200 });
        world.Controllers[0].Stranger.Supply(true);
        Comes(world, Fault.OverPower, 30);
        world.Controllers[0].Stranger.Supply(false);
        world.RunFor(300);
        Assert.True(IsRaised(world, Fault.OverPower));
        Assert.InRange(world.Controllers[0].Watts, 0, Miner.RestWatts);
        world.Controllers[0].Firmware!.ResetTrips();
        Goes(world, Fault.OverPower, 10);
    }

    [Fact, Provokes(Fault.MetersDisagree)]
    public void A_stranger_behind_the_meter_makes_meters_disagree_until_it_is_gone()
    {
        var world = Steady(Miner);
        world.Controllers[0].Stranger.Supply(true);
        Comes(world, Fault.MetersDisagree, 90);
        world.Controllers[0].Stranger.Supply(false);
        Goes(world, Fault.MetersDisagree, 60);
    }

    [Fact, Provokes(Fault.StorageFailed)]
    public void A_flash_that_takes_nothing_is_a_failed_storage_until_it_does()
    {
        var world = Steady(Miner);
        world.Controllers[0].Flash.Fails = true;
        Comes(world, Fault.StorageFailed, ControllerDesign.RecordSeconds + 10);
        world.Controllers[0].Flash.Fails = false;
        Goes(world, Fault.StorageFailed, ControllerDesign.RecordSeconds + 10);
    }

    [Fact, Provokes(Fault.TickThrew)]
    public void A_driver_that_throws_is_a_tick_that_threw_for_a_minute()
    {
        Brittle? first = null;
        var world = Steady(Miner, load => first is null ? first = new Brittle(load) : load);
        first!.Throws = true;
        Comes(world, Fault.TickThrew, 5);
        first.Throws = false;
        world.RunFor(50);
        Assert.True(IsRaised(world, Fault.TickThrew));
        Goes(world, Fault.TickThrew, 20);
    }

    [Fact, Provokes(Fault.InboxFull)]
    public void A_flood_of_commands_fills_the_inbox_for_a_minute()
    {
        var world = Steady(Miner);
        for (var i = 0; i <= Inbox.Messages; i++)
            world.Controllers[0].Link.Inject(Kind.Config, [(byte)'{', (byte)'}']);
        Comes(world, Fault.InboxFull, 5);
        world.RunFor(50);
        Assert.True(IsRaised(world, Fault.InboxFull));
        Goes(world, Fault.InboxFull, 20);
    }

    [Fact, Provokes(Fault.EnergyStoreFull)]
    public void Without_a_gateway_the_store_of_energy_is_full_one_day_until_it_has_drained()
    {
        const int MostSeconds = 3 * 86_400;
        var world = Steady(Miner);
        world.Gateway.Stop();
        var controller = world.Controllers[0];
        while ((controller.Firmware!.Faults & Fault.EnergyStoreFull) == 0)
            Assert.True(world.RunFor(60).Clock.Second < MostSeconds);
        world.Gateway.Start();
        for (var waited = 0; (controller.Firmware.Faults & Fault.EnergyStoreFull) != 0; waited++)
            Assert.True(world.RunFor(1).Clock.Second < MostSeconds + 3_600, $"not drained after {waited} s");
        Assert.Null(new EnergyChecker().Step(world));
    }

    [Fact, Provokes(Fault.ThermometerStale)]
    public void A_thermistor_with_a_broken_wire_is_stale_until_it_is_mended()
    {
        var world = Steady(Miner, drawn => drawn with { HasProbe = true });
        world.Controllers[0].Probe.IsOpen = true;
        Comes(world, Fault.ThermometerStale, 60);
        world.Controllers[0].Probe.IsOpen = false;
        Goes(world, Fault.ThermometerStale, 60);
    }

    [Fact, Provokes(Fault.MinimalMode)]
    public void Three_crashes_in_ten_minutes_begin_the_minimal_mode_which_a_healthy_hour_ends()
    {
        var world = Steady(Miner);
        for (var i = 1; i < CrashCount.MostCrashes; i++)
        {
            world.Controllers[0].Crash();
            world.RunFor(60);
        }
        Assert.False(IsRaised(world, Fault.MinimalMode));
        world.Controllers[0].Crash();
        Comes(world, Fault.MinimalMode, 60);
        Assert.InRange(world.Controllers[0].Firmware!.LimitWatts, 0, world.Controllers[0].Design.FailSafeWatts);
        Goes(world, Fault.MinimalMode, CrashCount.HealthyMs / 1000 + 10);
    }

    [Fact, Provokes(Fault.UpdateOnTrial)]
    public void A_new_image_is_on_trial_until_a_healthy_hour_confirms_it()
    {
        var (store, images) = Updated();
        var rig = Booted(store, images).Run(5);
        Assert.Equal(Fault.UpdateOnTrial, rig.Controller.Faults);
        Assert.Equal(0, rig.Run(ImageChoice.HealthyMs / 1000 + 10).Controller.Faults);
    }

    [Fact, Provokes(Fault.UpdateReturned)]
    public void A_new_image_that_crashes_has_returned_until_another_is_put_on_trial()
    {
        var (store, images) = Updated();
        var rig = Booted(store, images).Run(5);
        rig.Boot.NoteCrash(rig.NowMs);
        rig = Booted(store, images).Run(5);
        Assert.Equal(Fault.UpdateReturned, rig.Controller.Faults);
        var image = Updates.NewImage(3_000, seed: 2);
        Updates.Send(rig, image);
        Updates.Activate(rig, image);
        Assert.Equal(Fault.UpdateOnTrial, Booted(store, images).Run(5).Controller.Faults);
    }

    [Fact]
    public void A_new_image_that_crashes_has_returned_until_the_one_before_it_was_healthy_for_an_hour()
    {
        var (store, images) = Updated();
        Booted(store, images).Run(5).Boot.NoteCrash(5_000);
        Assert.Equal(0, Booted(store, images).Run(ImageChoice.HealthyMs / 1000 + 10).Controller.Faults);
    }

    /// <summary>A storage and slots in which a new image has been put on trial by a gateway.</summary>
    private static (FirmwareStore Store, FirmwareImages Images) Updated()
    {
        var (store, images) = (new FirmwareStore(), new FirmwareImages());
        var rig = Booted(store, images);
        var image = Updates.NewImage(3_000);
        Updates.Send(rig, image);
        Updates.Activate(rig, image);
        return (store, images);
    }

    private static FirmwareRig Booted(FirmwareStore store, FirmwareImages images)
    {
        var rig = new FirmwareRig(store: store, images: images);
        rig.Boot.Images.Choose();
        return rig;
    }
}
