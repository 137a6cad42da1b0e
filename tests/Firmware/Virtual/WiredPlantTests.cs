using System.Linq;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Fleet.Virtual.Plant;
using Fleet.Virtual.Ports;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Virtual;

/// <summary>A controller with every kind of part wired to its board: the real drivers against the plant, in one settings file.</summary>
public sealed class WiredPlantTests
{
    private const string Settings = """
        {"site":"hill","controller":"c-1","board":"virtual","brokerHost":"h","failSafeWatts":0,"startStaggerSeconds":0,"windowSeconds":0,
        "rampWattsPerSecond":0,"warnMilliC":80000,"tripMilliC":95000,"secret":"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
        "loads":[{"name":"box","driver":"aibox","serial":"uart","minWatts":15,"maxWatts":60},
                 {"name":"heater","driver":"dimmer","dimmer":"dim1","minWatts":100,"maxWatts":2000}],
        "meters":[{"driver":"ina228","i2c":"i2c","address":64},{"driver":"s0","pulses":"s0-1","pulsesPerKilowattHour":10000}],
        "thermometers":[{"driver":"ds18b20","oneWire":"probes","load":"box"},{"driver":"ntc","analog":"adc1","load":"heater"}]}
        """;

    /// <summary>A resistive heater: it follows at once and is never asleep.</summary>
    private static readonly PlantRating Heater = PlantRatings.AiBox60 with
    {
        Model = "Heater",
        MinWatts = 0,
        MaxWatts = 2000,
        NominalWatts = 2000,
        IdleWatts = 0,
        SleepWatts = 0,
        BootMs = 0,
        StartMs = 0,
        Slots = 0,
        RampUpWattsPerSecond = 20_000,
        RampDownWattsPerSecond = 20_000,
        StopWattsPerSecond = 20_000,
        NoiseMilliwatts = 0,
        CapsWatts = [],
        Curve = [new(0, 0), new(2000, 0)],
    };

    private readonly PlantModel _box = Plants.Warm(PlantRatings.AiBox60);
    private readonly PlantModel _heater = Plants.Warm(Heater, 2);
    private readonly FirmwareUplink _uplink = new();
    private readonly DriverTable _table;
    private readonly Controller _controller;
    private int _boxMilliC = 50_000;
    private long _nowMs;

    public WiredPlantTests()
    {
        VirtualBoard board = new VirtualBoard(new PlantNetwork())
            .Wire("uart", new AiBoxDevice(_box))
            .Wire("dim1", new Dimmer(_heater))
            .Wire("i2c", 64, InaChip.Ina228(() => _nowMs, _box))
            .Wire("s0-1", new PulseOutput(10_000, _heater))
            .Wire("probes", new OneWireLine(new Ds18B20Chip("28ff641e0216035c", () => _nowMs, () => _boxMilliC)))
            .Wire("adc1", new NtcDivider(() => 45_000));
        Settings settings = FirmwareRig.Read(WiredPlantTests.Settings);
        DriverTable? table = DriverTable.Create(settings, board, out string? reason);
        Assert.Null(reason);
        _table = table!;
        _controller = new Controller(settings, _table.Loads, _table.Meters, _table.Thermometers, new FirmwareStore(), _uplink, bootId: 1);
    }

    [Fact]
    public void Meters_and_thermometers_of_every_kind_show_the_plant()
    {
        _table.Loads[0].Apply(40);
        _table.Loads[1].Apply(1000);
        Step(60, ticks: false);
        MeterReading reading = new();
        Assert.True(_table.Meters[0].TryRead(reading));
        Assert.InRange(reading.Watts, 35, 41);
        Assert.True(_table.Meters[1].TryRead(reading));
        // The plant moves in half seconds, so that pulses come in bunches.
        Assert.InRange(reading.Watts, 800, 1100);
        Assert.InRange(reading.EnergyMilliwattHours, _heater.MilliwattHours - 100, _heater.MilliwattHours);
        Assert.True(_table.Thermometers[0].TryRead(out int box, out _) && _table.Thermometers[1].TryRead(out int heater, out _) && box == 50_000
            && heater is > 44_000 and < 46_000);
    }

    [Fact]
    public void The_controller_turns_everything_off_and_tells_what_it_reads()
    {
        Step(120, ticks: true);
        Telemetry telemetry = _uplink.Telemetries[^1];
        Assert.Equal([50_000, 45_000], telemetry.TemperatureMilliC[..telemetry.TemperatureCount].Select(milliC => (milliC + 500) / 1000 * 1000));
        Assert.True(telemetry.HasWatts);
        Assert.InRange(telemetry.Watts, 0, 20);
        Assert.Equal((0, 0L), (telemetry.Faults, _heater.Milliwatts));
    }

    [Fact]
    public void A_box_that_gets_hot_at_its_probe_trips()
    {
        Step(30, ticks: true);
        _boxMilliC = 96_000;
        Step(30, ticks: true);
        Assert.Equal(Fault.OverTemperature, _uplink.Telemetries[^1].Loads[0].Faults & Fault.OverTemperature);
    }

    private void Step(int seconds, bool ticks)
    {
        for (int i = 0; i < 10 * seconds; i++, _nowMs += 100)
        {
            _box.Advance(_nowMs);
            _heater.Advance(_nowMs);
            foreach (Driver driver in _table.Drivers)
                driver.Step(_nowMs);
            if (ticks && i % 10 == 0)
                _controller.Tick(_nowMs);
        }
    }
}
