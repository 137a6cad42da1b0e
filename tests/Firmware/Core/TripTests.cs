using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>Heat and over-power: what derates, what trips, and what a trip outlives.</summary>
public sealed class TripTests
{
    private const string TwoMiners = """{"name":"a","driver":"d","minWatts":1000,"maxWatts":3000,"order":1}|{"name":"b","driver":"d","minWatts":1000,"maxWatts":3000,"order":2}""";

    [Fact]
    public void A_hot_load_is_derated_in_a_straight_line_and_cools_with_hysteresis()
    {
        FirmwareRig rig = new("\"warnMilliC\":80000,\"tripMilliC\":90000,", TwoMiners.Split('|'));
        rig.Command(-1).Run(3);
        int[] temperatures = [79999, 80000, 85000, 89999, 78500, 77999];
        int[] orders = [3000, 3000, 2000, 1000, 3000, 3000];
        int[] faults = [0, Fault.Hot, Fault.Hot, Fault.Hot, Fault.Hot, 0];
        for (int i = 0; i < temperatures.Length; i++)
        {
            rig.Loads[0].TemperatureMilliC = temperatures[i];
            rig.Run(2).Run(5);
            Assert.Equal((orders[i], faults[i]), (rig.Loads[0].Order, Telemetry(rig).Loads[0].Faults));
        }
    }

    [Fact]
    public void One_hot_reading_does_not_trip_but_keeps_the_load_at_its_least()
    {
        FirmwareRig rig = Two();
        rig.Command(-1).Run(3);
        rig.Loads[0].TemperatureMilliC = 140000;
        rig.Tick();
        Assert.Equal(1000, rig.Loads[0].Order);
        rig.Loads[0].TemperatureMilliC = 60000;
        rig.Run(5);
        Assert.Equal(3000, rig.Loads[0].Order);
    }

    [Fact]
    public void An_over_temperature_trip_latches_over_a_reboot_until_a_local_reset()
    {
        FirmwareRig rig = Two();
        rig.Command(-1).Run(3);
        rig.Loads[0].TemperatureMilliC = 96000;
        rig.Run(5);
        rig.Loads[0].TemperatureMilliC = 40000;
        rig.Run(60);
        Assert.Equal([0, 3000], rig.Loads.Select(load => load.Order));

        FirmwareRig after = new("", [TwoMiners.Split('|')[1], TwoMiners.Split('|')[0]], store: rig.Store, bootId: 2);
        after.Command(-1).Run(60);
        Assert.Equal([3000, 0], after.Loads.Select(load => load.Order));
        Assert.Equal(Fault.OverTemperature, Telemetry(after).Loads[1].Faults);
        after.Controller.ResetTrips();
        after.Run(5);
        Assert.Equal([3000, 3000], after.Loads.Select(load => load.Order));
        Assert.All(new FirmwareRig("", TwoMiners.Split('|'), store: rig.Store, bootId: 3).Command(-1).Run(5).Loads, load => Assert.Equal(3000, load.Order));
    }

    [Fact]
    public void A_trip_that_could_not_be_stored_is_stored_later()
    {
        FirmwareRig rig = Two();
        rig.Command(-1).Run(3);
        rig.Store.Fails = true;
        rig.Loads[0].TemperatureMilliC = 96000;
        rig.Run(10);
        Assert.True((rig.Controller.Faults & Fault.StorageFailed) != 0);
        rig.Store.Fails = false;
        rig.Run(2);
        Assert.Equal(0, rig.Controller.Faults);
        Assert.Equal(0, new FirmwareRig("", TwoMiners.Split('|'), store: rig.Store, bootId: 2).Command(-1).Run(9).Loads[0].Order);
    }

    [Fact]
    public void A_load_above_its_trip_power_trips_alone()
    {
        FirmwareRig rig = new("", ["""{"name":"a","driver":"d","maxWatts":3000,"tripWatts":3200}""", TwoMiners.Split('|')[1]]);
        rig.Command(-1).Run(3);
        (rig.Loads[0].Obeys, rig.Loads[0].Watts) = (false, 3201);
        rig.Run(3);
        Assert.Equal(3000, rig.Loads[0].Order);
        rig.Run(3);
        Assert.Equal([0, 3000], rig.Loads.Select(load => load.Order));
        Assert.True((Telemetry(rig.Run(5)).Loads[0].Faults & Fault.OverPower) != 0);
    }

    [Fact]
    public void A_circuit_above_its_trip_power_trips_every_load()
    {
        FirmwareRig rig = new("\"tripWatts\":7000,", TwoMiners.Split('|'), meters: 1);
        rig.Meters[0].Measures = () => 6000;
        rig.Command(-1).Run(5);
        rig.Meters[0].Measures = () => 7001;
        rig.Run(2);
        Assert.Equal(6000, rig.TotalOrder);
        rig.Run(3);
        Assert.Equal(0, rig.TotalOrder);
        rig.Meters[0].Measures = () => 0;
        Assert.Equal(0, rig.Run(60).TotalOrder);
    }

    private static FirmwareRig Two() => new("", TwoMiners.Split('|'));

    private static Telemetry Telemetry(FirmwareRig rig) => rig.Run(5).Uplink.Telemetries[^1];
}
