using System;
using System.Collections.Immutable;
using System.Threading.Tasks;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Fleet.Virtual.Plant;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

/// <summary>The drivers of miners by login, level or frame, each with its simulated device over real TCP, the plant's time moved by hand.</summary>
public sealed class PlantLoadTests : IAsyncDisposable
{
    private static readonly PlantRating Stepped = PlantRatings.AntminerS19jPro with { CapsWatts = [1_400, 1_900, 2_500, 3_068] };

    private readonly DeviceHost _host = new(TimeProvider.System);
    private readonly TcpDialer _dialer = new();
    private long _nowMs;

    [Theory]
    [InlineData("avalon")]
    [InlineData("braiins")]
    [InlineData("vnish")]
    [InlineData("whatsminer")]
    public void Follows_every_limit_it_can_keep(string name)
    {
        (LoadDriver driver, LoadDevice device) = Pair(name, startMs: 0);
        PlantModel model = device.Model;
        foreach (int limit in (int[])[1_674, 800, 1_400, 0, 2_500, 1_900, 0, 2_600])
        {
            driver.Apply(limit);
            Live(driver, model, 480_000);
            LoadReading reading = Read(driver);
            int wanted = limit < driver.Ability.MinWatts ? 0 : int.Min(limit, driver.Ability.MaxWatts);
            Assert.InRange(_nowMs - reading.AtMs, 0, LoadDriver.PollMs + 1_000);
            if (wanted == 0)
            {
                Assert.Equal((PlantState.Sleeping, LoadState.Sleeping), (model.State, reading.State));
                continue;
            }

            Assert.Equal((PlantState.Running, LoadState.Running), (model.State, reading.State));
            Assert.Equal(model.Rating.NearestLimitWatts(wanted), model.LimitWatts);
            Assert.InRange(reading.Watts, model.LimitWatts - 50, model.LimitWatts + 50);
            Assert.True(reading.WorkRate > 0 && reading.HasTemperature);
        }
    }

    [Theory]
    [InlineData("avalon")]
    [InlineData("braiins")]
    [InlineData("vnish")]
    [InlineData("whatsminer")]
    [InlineData("cgminer")]
    public void No_line_fault_makes_a_reading(string name)
    {
        (LoadDriver driver, LoadDevice device) = Pair(name, startMs: -600_000);
        device.Model.Advance(0);
        foreach (LineFault fault in (LineFault[])[LineFault.Garbage, LineFault.Partial, LineFault.Refused])
        {
            device.Fault = fault;
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
    public void Malformed_json_is_read_by_every_miner(MalformedJson way)
    {
        foreach (string name in (string[])["braiins", "vnish", "whatsminer", "cgminer"])
        {
            (LoadDriver driver, LoadDevice device) = Pair(name, startMs: _nowMs - 600_000);
            device.Model.Advance(_nowMs);
            (device.Fault, device.Malformed) = (LineFault.Malformed, way);
            for (int i = 0; i < 8; i++, _nowMs += 100)
                driver.Step(_nowMs);
            LoadReading reading = Read(driver);
            if (reading.HasWatts)
                Assert.InRange(reading.Watts * 1000L, device.Model.Milliwatts - 501, device.Model.Milliwatts + 501);
            Assert.InRange(reading.WorkRate, device.Model.MilliworkPerSecond / 1000 - 2, device.Model.MilliworkPerSecond / 1000 + 2);
        }
    }

    [Theory]
    [InlineData("avalon")]
    [InlineData("braiins")]
    [InlineData("vnish")]
    [InlineData("whatsminer")]
    public void A_miner_that_ignores_its_orders_is_reported_as_it_is(string name)
    {
        (LoadDriver driver, LoadDevice device) = Pair(name, startMs: -600_000);
        device.Model.Advance(0);
        device.Model.IgnoresCommands = true;
        driver.Apply(0);
        Live(driver, device.Model, 60_000);
        LoadReading reading = Read(driver);
        Assert.Equal(LoadState.Running, reading.State);
        Assert.InRange(reading.Watts, 1_500, 3_300);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private (LoadDriver Driver, LoadDevice Device) Pair(string name, long startMs)
    {
        PlantRating rating = name switch
        {
            "avalon" => PlantRatings.AvalonQ,
            "vnish" => Stepped,
            "whatsminer" => PlantRatings.WhatsminerM30S,
            _ => PlantRatings.AntminerS19jPro,
        };
        PlantModel model = new(rating, seed: 7, startMs);
        LoadDevice device = name switch
        {
            "avalon" => new AvalonDevice(model),
            "braiins" => new BraiinsDevice(model),
            "vnish" => new VnishDevice(model),
            "whatsminer" => new WhatsminerDevice(model),
            _ => new CgminerDevice(model),
        };
        int port = _host.Serve(device).Port;
        LoadAbility ability = Ability(rating.CapsWatts, rating.MaxWatts);
        LoadDriver driver = name switch
        {
            "avalon" => new Avalon(ability, _dialer, "127.0.0.1", port),
            "braiins" => new Braiins(ability, _dialer, "127.0.0.1", port, "", ""),
            "vnish" => new Vnish(ability, _dialer, "127.0.0.1", port, ""),
            "whatsminer" => new Whatsminer(ability, _dialer, "127.0.0.1", port, "", ""),
            _ => new Cgminer(ability, _dialer, "127.0.0.1", port),
        };
        return (driver, device);
    }

    private void Live(LoadDriver driver, PlantModel model, long ms)
    {
        for (long end = _nowMs + ms; _nowMs < end; _nowMs += 500)
        {
            model.Advance(_nowMs);
            driver.Step(_nowMs);
        }
    }

    private static LoadReading Read(LoadDriver driver)
    {
        LoadReading reading = new();
        Assert.True(driver.TryRead(reading));
        return reading;
    }

    private static LoadAbility Ability(ImmutableArray<int> levelWatts, int maxWatts) =>
        new() { Name = "load-1", MinWatts = 700, MaxWatts = maxWatts, Sleeps = true, LevelWatts = [.. levelWatts] };
}
