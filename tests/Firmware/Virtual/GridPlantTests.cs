using System.Linq;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Fleet.Virtual.Plant;
using Fleet.Virtual.Ports;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Virtual;

/// <summary>
/// Steps of frequency and voltage as a meter's own bytes bring them, two miners behind it with their own lags, and the real
/// drivers between: how long it takes is told, and is what the plant shows.
/// </summary>
public sealed class GridPlantTests(ITestOutputHelper output)
{
    private readonly PlantModel[] _miners = [Plants.Warm(PlantRatings.AntminerS21), Plants.Warm(PlantRatings.AntminerS21, 2)];
    private readonly FirmwareUplink _uplink = new();
    private LineMeter _meter = null!;
    private ModbusLine _line = null!;
    private DriverTable _table = null!;
    private Controller _controller = null!;
    private long _nowMs;

    [Theory]
    [InlineData("sdm630")]
    [InlineData("sdm120")]
    [InlineData("em340")]
    [InlineData("pzem004t")]
    public void A_step_of_the_frequency_takes_the_watts_down_and_its_time_is_told(string meter)
    {
        Wire(meter);
        Step(60);
        int before = Watts;
        _meter.Hertz = 49.4;
        long crossedMs = _nowMs;
        while (Watts > before / 2 + 140)
            Step(1);
        long seenMs = _nowMs - crossedMs;
        Step(10);
        int told = Assert.Single(_uplink.Events, one => one.Type == EventType.GridAnswered).Code;
        output.WriteLine($"{meter}: {before} W to {Watts} W, told {told} ms, seen {seenMs} ms");
        // The reading comes up to a poll after the step, and the one that shows the watts up to a poll after them.
        Assert.InRange(told, seenMs - 3_000, seenMs + 3_000);
        Assert.InRange(told, 2_000, 60_000);
        Assert.NotEqual(0, _uplink.Telemetries[^1].Faults & Fault.GridAbnormal);
    }

    [Fact]
    public void A_voltage_out_of_bounds_puts_the_miners_to_rest_after_its_hold_and_they_come_back_one_by_one()
    {
        Wire("sdm630");
        Step(60);
        int before = Watts;
        _meter.Volts = 180;
        Step(3);
        Assert.InRange(Watts, before * 97 / 100, before * 103 / 100);
        Step(60);
        Assert.InRange(Watts, 0, 100);
        _meter.Volts = 230;
        Step(55);
        Assert.InRange(Watts, 0, 100);
        int last = Watts;
        for (int second = 0; second < 700; second++)
        {
            Step(1);
            Assert.InRange(Watts - last, -500, 500); // no jump: the limit ramps, and the miners do not start together
            last = Watts;
        }
        Assert.InRange(Watts, before * 97 / 100, before * 103 / 100);
        Assert.Equal(0, _uplink.Telemetries[^1].Faults & Fault.GridAbnormal);
        Assert.Equal(
            [EventType.FaultRaised, EventType.FaultCleared],
            _uplink.Events.Where(one => one.Detail == Fault.NameOf(17)).Select(one => one.Type));
    }

    [Theory]
    [InlineData(LineFault.Silent)]
    [InlineData(LineFault.Garbage)]
    public void A_meter_that_fails_in_the_middle_lets_nothing_rise_for_its_hold(LineFault fault)
    {
        Wire("sdm630");
        Step(60);
        _meter.Hertz = 49.4;
        Step(60);
        int limitWatts = _controller.LimitWatts;
        _line.Fault = fault;
        Step(GridResponse.SilentMs / 1000 + 55);
        Assert.Equal(limitWatts, _controller.LimitWatts);
        _line.Fault = LineFault.None;
        Step(60);
        Assert.Equal(limitWatts, _controller.LimitWatts); // the meter is back and the frequency as low as before
    }

    private int Watts => (int)(_miners.Sum(miner => miner.Milliwatts) / 1000);

    private void Wire(string driver)
    {
        PlantNetwork network = new();
        int[] ports = [.. _miners.Select((miner, i) => network.Serve(new LuxOsDevice(miner, i)).Port)];
        _meter = driver switch
        {
            "sdm120" => EastronMeter.Sdm120(1, _miners),
            "em340" => WholeNumberMeter.Em340(1, _miners),
            "pzem004t" => WholeNumberMeter.Pzem004T(1, _miners),
            _ => EastronMeter.Sdm630(1, _miners),
        };
        _line = new ModbusLine(() => _nowMs, _meter);
        Settings settings = FirmwareRig.Read($$"""
            {"site":"hill","controller":"c-1","board":"virtual","brokerHost":"h","secret":"{{FirmwareRig.Secret}}","failSafeWatts":7000,
             "startStaggerSeconds":60,"windowSeconds":0,"rampWattsPerSecond":0,"gridMilliHertz":50000,"gridLowMillivolts":195500,"gridHighMillivolts":253000,
             "gridVoltageSeconds":5,"gridReturnSeconds":60,"gridWindowSeconds":0,"gridRampSeconds":60,
             "loads":[{"name":"a","driver":"luxos","host":"127.0.0.1","port":{{ports[0]}},"minWatts":1600,"maxWatts":3500,"startSeconds":180},
                      {"name":"b","driver":"luxos","host":"127.0.0.1","port":{{ports[1]}},"minWatts":1600,"maxWatts":3500,"startSeconds":180}],
             "meters":[{"driver":"{{driver}}","serial":"rs485","address":1}]}
            """);
        _table = DriverTable.Create(settings, new VirtualBoard(network).Wire("rs485", _line), out string? reason)!;
        Assert.Null(reason);
        _controller = new Controller(settings, _table.Loads, _table.Meters, _table.Thermometers, new FirmwareStore(), _uplink, bootId: 1);
    }

    private void Step(int seconds)
    {
        for (int i = 0; i < 10 * seconds; i++, _nowMs += 100)
        {
            foreach (PlantModel miner in _miners)
                miner.Advance(_nowMs);
            foreach (Driver driver in _table.Drivers)
                driver.Step(_nowMs);
            if (i % 10 == 0)
                _controller.Tick(_nowMs);
        }
    }
}
