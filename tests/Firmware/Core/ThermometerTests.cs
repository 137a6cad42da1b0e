using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>What thermometers beside the loads derate and trip, and what their silence does.</summary>
public sealed class ThermometerTests
{
    private const string Heat = "\"warnMilliC\":80000,\"tripMilliC\":90000,";
    private const string OfA = """{"driver":"ntc","load":"a"}""";
    private const string OfAll = """{"driver":"ntc"}""";

    private static readonly string[] TwoMiners =
    [
        """{"name":"a","driver":"d","minWatts":1000,"maxWatts":3000,"order":1}""",
        """{"name":"b","driver":"d","minWatts":1000,"maxWatts":3000,"order":2}""",
    ];

    [Fact]
    public void A_thermometer_derates_its_own_load()
    {
        FirmwareRig rig = Rig(OfA);
        rig.Thermometers[0].MilliC = 85_000;
        rig.Run(5);
        Assert.Equal([2000, 3000], Orders(rig));
        Assert.Equal([Fault.Hot, 0], Faults(rig));
        rig.Thermometers[0].MilliC = 77_000;
        rig.Run(5);
        Assert.Equal([3000, 3000], Orders(rig));
    }

    [Fact]
    public void One_without_a_load_stands_for_all()
    {
        FirmwareRig rig = Rig(OfAll);
        rig.Thermometers[0].MilliC = 85_000;
        rig.Run(5);
        Assert.Equal([2000, 2000], Orders(rig));
    }

    [Fact]
    public void The_hottest_of_thermometers_and_report_counts_and_is_told()
    {
        FirmwareRig rig = Rig(OfA, OfAll);
        rig.Loads[0].TemperatureMilliC = 70_000;
        (rig.Thermometers[0].MilliC, rig.Thermometers[1].MilliC) = (60_000, 50_000);
        rig.Run(5);
        Assert.Equal([70_000, 50_000], Temperatures(rig));
        rig.Thermometers[1].MilliC = 84_000;
        rig.Run(5);
        Assert.Equal([84_000, 84_000], Temperatures(rig));
        Assert.Equal([2200, 2200], Orders(rig));
    }

    [Fact]
    public void It_trips_its_load()
    {
        FirmwareRig rig = Rig(OfA);
        rig.Thermometers[0].MilliC = 91_000;
        rig.Run(6);
        rig.Thermometers[0].MilliC = 30_000;
        rig.Run(60);
        Assert.Equal([0, 3000], Orders(rig));
        Assert.Equal([Fault.OverTemperature, 0], Faults(rig));
    }

    [Fact]
    public void A_stale_one_derates_its_load_to_the_least_and_says_so_until_it_is_read_again()
    {
        FirmwareRig rig = Rig(OfA);
        rig.Thermometers[0].Answers = false;
        rig.Run(30);
        Assert.Equal([3000, 3000], Orders(rig));
        rig.Run(3);
        Assert.Equal([1000, 3000], Orders(rig));
        Assert.Equal([Fault.ThermometerStale, 0], Faults(rig));
        Assert.Contains(rig.Uplink.Events, one => one.Type == EventType.FaultRaised && one.Load == "a" && 1 << one.Code == Fault.ThermometerStale);
        rig.Thermometers[0].Answers = true;
        rig.Run(6);
        Assert.Equal([3000, 3000], Orders(rig));
        Assert.Equal([0, 0], Faults(rig));
    }

    [Fact]
    public void A_load_that_cannot_be_derated_is_switched_off_two_minutes_after_its_thermometer_fell_silent_and_comes_back_with_it()
    {
        FirmwareRig rig = new(Heat, ["""{"name":"a","driver":"relay","output":"relay-1","minWatts":3000,"maxWatts":3000}"""], thermometers: [OfA]);
        rig.Command(-1).Run(3);
        rig.Thermometers[0].Answers = false;
        rig.Run(30 + LoadOrder.BlindMs / 1000 - 5);
        Assert.Equal(3000, rig.Loads[0].Order);
        rig.Run(10);
        Assert.Equal(0, rig.Loads[0].Order);
        rig.Run(600);
        Assert.Equal((0, Fault.ThermometerStale), (rig.Loads[0].Order, Faults(rig)[0]));
        rig.Thermometers[0].Answers = true;
        Assert.Equal(3000, rig.Run(5).Loads[0].Order);
    }

    [Fact]
    public void One_that_has_never_been_read_is_stale_after_its_time()
    {
        FirmwareRig rig = new(Heat, TwoMiners, thermometers: [OfAll]);
        rig.Thermometers[0].Answers = false;
        rig.Command(-1).Run(25);
        Assert.Equal([3000, 3000], Orders(rig));
        rig.Run(10);
        Assert.Equal([1000, 1000], Orders(rig));
    }

    [Theory]
    [InlineData(Bounds.HighestMilliC + 1)]
    [InlineData(Bounds.LowestMilliC - 1)]
    public void A_temperature_that_cannot_be_is_none(int milliC)
    {
        FirmwareRig rig = Rig(OfA);
        rig.Thermometers[0].MilliC = milliC;
        rig.Run(5);
        Assert.Equal([1000, 3000], Orders(rig));
    }

    [Fact]
    public void A_stale_one_raises_no_load_that_is_hot_or_off()
    {
        FirmwareRig rig = Rig(OfA);
        rig.Command(0).Run(5);
        rig.Thermometers[0].Answers = false;
        rig.Run(60);
        Assert.Equal([0, 0], Orders(rig));
    }

    [Fact]
    public void A_hot_load_that_tells_its_temperature_no_longer_stays_derated()
    {
        FirmwareRig rig = Rig();
        rig.Loads[0].TemperatureMilliC = 85_000;
        rig.Run(5);
        rig.Loads[0].TemperatureMilliC = null;
        rig.Run(60);
        Assert.Equal([2000, 3000], Orders(rig));
    }

    private static FirmwareRig Rig(params string[] thermometers)
    {
        FirmwareRig rig = new(Heat, TwoMiners, thermometers: thermometers);
        rig.Command(-1).Run(3);
        return rig;
    }

    private static int[] Orders(FirmwareRig rig) => [.. rig.Loads.Select(load => load.Order)];

    private static int[] Faults(FirmwareRig rig) => [.. Telemetry(rig).Loads.Take(rig.Loads.Length).Select(load => load.Faults)];

    private static int[] Temperatures(FirmwareRig rig)
    {
        Telemetry telemetry = Telemetry(rig);
        return telemetry.TemperatureMilliC[..telemetry.TemperatureCount];
    }

    private static Telemetry Telemetry(FirmwareRig rig) => rig.Run(5).Uplink.Telemetries[^1];
}
