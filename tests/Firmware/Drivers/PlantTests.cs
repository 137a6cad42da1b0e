using System;
using System.Threading.Tasks;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Fleet.Virtual.Plant;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

/// <summary>Each driver and the simulated device that speaks its bytes, over real TCP, the plant's time moved by hand.</summary>
public sealed class PlantTests : IAsyncDisposable
{
    private readonly DeviceHost _host = new(TimeProvider.System);
    private readonly TcpDialer _dialer = new();
    private long _nowMs;

    [Fact]
    public void Axeos_follows_every_limit_it_can_keep()
    {
        PlantModel model = new(PlantRatings.BitaxeGamma, seed: 1, startMs: 0);
        AxeOsDevice device = new(model);
        AxeOs driver = new(Ability(5, 25), _dialer, "127.0.0.1", _host.Serve(device).Port);
        foreach (bool chunked in (bool[])[false, true])
        {
            device.AnswersChunked = chunked;
            foreach (int limit in (int[])[17, 10, 14, 8, 0, 12, 0, 16])
                Obeys(driver, model, limit, settleSeconds: 90, leastPercent: 85);
        }
    }

    [Fact]
    public void Luxos_follows_every_limit_it_can_keep()
    {
        PlantModel model = new(PlantRatings.AntminerS21, seed: 2, startMs: 0);
        LuxOs driver = new(Ability(1000, 4000), _dialer, "127.0.0.1", _host.Serve(new LuxOsDevice(model)).Port);
        foreach (int limit in (int[])[3500, 2000, 2900, 0, 1700, 0, 3000])
            Obeys(driver, model, limit, settleSeconds: 300, leastPercent: 95);
        Assert.Equal((1575, 3500), (driver.Ability.MinWatts, driver.Ability.MaxWatts));
    }

    [Fact]
    public void An_ai_box_follows_every_limit_it_can_keep()
    {
        PlantModel model = new(PlantRatings.AiBox60, seed: 3, startMs: 0);
        AiBox driver = new(Ability(10, 100), _dialer, "127.0.0.1", _host.Serve(new AiBoxDevice(model)).Port);
        foreach (int limit in (int[])[60, 40, 25, 0, 40, 15, 0, 60])
            Obeys(driver, model, limit, settleSeconds: 60, leastPercent: 80);
        Assert.Equal((15, 60), (driver.Ability.MinWatts, driver.Ability.MaxWatts));
    }

    [Fact]
    public void Meters_read_what_the_loads_take()
    {
        PlantModel miner = new(PlantRatings.AntminerS21, seed: 4, startMs: 0);
        PlantModel box = new(PlantRatings.AiBox300, seed: 5, startMs: 0);
        ModbusLine line = new(
            () => _nowMs, EastronMeter.Sdm630(1, miner, box), EastronMeter.Sdm120(2, box), EastronMeter.Sdm72(3, miner, box),
            WholeNumberMeter.Em340(4, miner, box), WholeNumberMeter.Pzem004T(5, box), EastronMeter.Sdm120(6, box));
        ModbusBus bus = new(_dialer, "127.0.0.1", _host.Serve(line).Port);
        ModbusMeter[] ofAll = [ModbusMeter.Sdm630(Wired.Meter(bus, 1)), ModbusMeter.Sdm72(Wired.Meter(bus, 3)), ModbusMeter.Em340(Wired.Meter(bus, 4))];
        ModbusMeter[] ofOne = [ModbusMeter.Sdm120(Wired.Meter(bus, 2)), ModbusMeter.Pzem004T(Wired.Meter(bus, 5)), ModbusMeter.Sdm230(Wired.Meter(bus, 6))];
        for (int i = 0; i < 3_000; i++, _nowMs += 100)
        {
            miner.Advance(_nowMs);
            box.Advance(_nowMs);
        }

        // The plant stands still now, so that readings and truth are of one moment.
        for (int i = 0; i < 10; i++, _nowMs += 500)
        {
            foreach (ModbusMeter meter in (ModbusMeter[])[.. ofAll, .. ofOne])
                meter.Step(_nowMs);
        }

        foreach (ModbusMeter meter in ofAll)
            Shows(meter, miner.Milliwatts + box.Milliwatts, miner.MilliwattHours + box.MilliwattHours, hasFrequency: meter != ofAll[1]);
        foreach (ModbusMeter meter in ofOne)
            Shows(meter, box.Milliwatts, box.MilliwattHours, hasFrequency: true);
    }

    [Theory]
    [InlineData(LineFault.Garbage)]
    [InlineData(LineFault.Partial)]
    [InlineData(LineFault.Refused)]
    public void No_line_fault_makes_a_reading(LineFault fault)
    {
        PlantModel model = new(PlantRatings.AntminerS21, seed: 6, startMs: -600_000);
        model.Advance(0);
        LuxOsDevice miner = new(model) { Fault = fault };
        AxeOsDevice axe = new(model) { Fault = fault };
        LoadDriver[] drivers =
        [
            new LuxOs(Ability(1000, 4000), _dialer, "127.0.0.1", _host.Serve(miner).Port),
            new AxeOs(Ability(5, 25), _dialer, "127.0.0.1", _host.Serve(axe).Port),
        ];
        foreach (LoadDriver driver in drivers)
        {
            for (int i = 0; i < 10; i++, _nowMs += 5_000)
                driver.Step(_nowMs);
            Assert.False(driver.TryRead(new LoadReading()));
        }
    }

    [Theory]
    [InlineData(MalformedJson.CommaBeforeBrace)]
    [InlineData(MalformedJson.Newlines)]
    [InlineData(MalformedJson.JoinedObjects)]
    [InlineData(MalformedJson.CommaAfterBracket)]
    [InlineData(MalformedJson.DoubledQuote)]
    [InlineData(MalformedJson.LeadingComma)]
    [InlineData(MalformedJson.ListLikeObject)]
    [InlineData(MalformedJson.TrailingNuls)]
    public void Malformed_json_is_read_by_both_miners(MalformedJson way)
    {
        PlantModel model = new(PlantRatings.BitaxeGamma, seed: 7, startMs: -600_000);
        model.Advance(0);
        LoadDriver[] drivers =
        [
            new LuxOs(Ability(5, 25), _dialer, "127.0.0.1", _host.Serve(new LuxOsDevice(model) { Fault = LineFault.Malformed, Malformed = way }).Port),
            new AxeOs(Ability(5, 25), _dialer, "127.0.0.1", _host.Serve(new AxeOsDevice(model) { Fault = LineFault.Malformed, Malformed = way }).Port),
        ];
        foreach (LoadDriver driver in drivers)
        {
            for (int i = 0; i < 4; i++, _nowMs += 100)
                driver.Step(_nowMs);
            LoadReading reading = new();
            Assert.True(driver.TryRead(reading));
            Assert.InRange(reading.Watts * 1000L, model.Milliwatts - 501, model.Milliwatts + 501);
        }
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static void Shows(ModbusMeter meter, long milliwatts, long milliwattHours, bool hasFrequency)
    {
        MeterReading reading = new();
        Assert.True(meter.TryRead(reading));
        Assert.InRange(reading.Watts * 1000L, milliwatts - 551, milliwatts + 551);
        // As fine as the meter's own register: singles of kWh, tenths of a kWh, watt-hours.
        Assert.InRange(reading.EnergyMilliwattHours, milliwattHours - 100_000, milliwattHours + 20);
        Assert.Equal((hasFrequency, hasFrequency ? 50_000 : 0, 230_000), (reading.HasFrequency, reading.MilliHertz, reading.Millivolts));
    }

    /// <summary>Orders a limit and lets time pass; then the device keeps it, uses it, and the driver says so.</summary>
    private void Obeys(LoadDriver driver, PlantModel model, int limitWatts, int settleSeconds, int leastPercent)
    {
        driver.Apply(limitWatts);
        for (int i = 0; i < settleSeconds * 2; i++, _nowMs += 500)
        {
            model.Advance(_nowMs);
            driver.Step(_nowMs);
        }

        LoadReading reading = new();
        Assert.True(driver.TryRead(reading));
        Assert.InRange(_nowMs - reading.AtMs, 0, LoadDriver.PollMs + 1_000);
        if (limitWatts == 0)
        {
            Assert.Equal((PlantState.Sleeping, LoadState.Sleeping), (model.State, reading.State));
            return;
        }

        Assert.Equal((PlantState.Running, LoadState.Running), (model.State, reading.State));
        long toleranceMilliwatts = 500 + model.Rating.NoiseMilliwatts;
        Assert.InRange(model.Milliwatts, limitWatts * 10L * leastPercent, limitWatts * 1000L + toleranceMilliwatts);
        Assert.InRange(reading.Watts * 1000L, model.Milliwatts - 2 * toleranceMilliwatts, model.Milliwatts + 2 * toleranceMilliwatts);
    }

    private static LoadAbility Ability(int minWatts, int maxWatts) =>
        new() { Name = "load-1", MinWatts = minWatts, MaxWatts = maxWatts, Sleeps = true };
}
