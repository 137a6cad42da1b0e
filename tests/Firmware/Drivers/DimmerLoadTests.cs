using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

public sealed class DimmerLoadTests
{
    private readonly Output _output = new();
    private long _nowMs;

    [Fact]
    public void Leaves_the_output_as_it_is_until_the_first_order()
    {
        DimmerLoad load = Load();
        Run(load, 10_000);
        Assert.Equal((0, LoadState.Unknown), (_output.Changes, Read(load).State));
    }

    [Theory]
    [InlineData(3000, 750)]
    [InlineData(4000, 750)]
    [InlineData(int.MaxValue, 750)]
    [InlineData(1501, 375)]
    [InlineData(1503, 375)]
    [InlineData(1504, 376)]
    [InlineData(400, 100)]
    [InlineData(399, 0)]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    public void Is_proportional_and_never_above_the_order(int limitWatts, int permille)
    {
        DimmerLoad load = Load();
        load.Apply(limitWatts);
        Run(load, 3_000);
        Assert.Equal(permille, _output.Permille);
        Assert.Equal(permille > 0 ? LoadState.Running : LoadState.Off, Read(load).State);
        Assert.False(Read(load).HasWatts);
    }

    [Fact]
    public void Follows_a_change_at_once_and_then_leaves_the_output_alone()
    {
        DimmerLoad load = Load();
        load.Apply(3000);
        Run(load, 60_000);
        load.Apply(1000);
        Run(load, 100);
        Assert.Equal(250, _output.Permille);
        int changes = _output.Changes;
        Run(load, 60_000);
        Assert.Equal(changes, _output.Changes);
    }

    [Fact]
    public void Tries_again_when_the_output_fails()
    {
        DimmerLoad load = Load();
        load.Apply(3000);
        Run(load, 3_000);
        _output.Throws = true;
        load.Apply(0);
        Run(load, 3_000);
        Assert.Equal(LoadState.Unknown, Read(load).State);
        _output.Throws = false;
        Run(load, LoadDriver.LongestRepeatMs);
        Assert.Equal((0, LoadState.Off), (_output.Permille, Read(load).State));
    }

    private DimmerLoad Load()
    {
        Wiring wiring = Wired.Load("\"minWatts\":400,\"maxWatts\":3000,\"nameplateWatts\":4000");
        wiring.Dimmer = _output;
        return new DimmerLoad(new LoadAbility { Name = "heater", Driver = "dimmer", MinWatts = 400, MaxWatts = 3000 }, wiring);
    }

    private void Run(DimmerLoad load, long ms)
    {
        for (long end = _nowMs + ms; _nowMs < end; _nowMs += 100)
            load.Step(_nowMs);
    }

    private static LoadReading Read(DimmerLoad load)
    {
        LoadReading reading = new();
        Assert.True(load.TryRead(reading));
        return reading;
    }

    private sealed class Output : IAnalogOutput
    {
        public int Permille { get; private set; } = -1;

        public int Changes { get; private set; }

        public bool Throws { get; set; }

        public void Set(int permille)
        {
            if (Throws)
                throw new System.IO.IOException("broken");
            (Permille, Changes) = (permille, Changes + 1);
        }
    }
}
