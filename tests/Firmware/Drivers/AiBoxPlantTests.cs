using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Firmware.Virtual;
using Fleet.Tests.Harness;
using Fleet.Virtual.Plant;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

/// <summary>The driver of an AI box against the simulated box: drains, restarts, refusals, and what a token costs.</summary>
public sealed class AiBoxPlantTests
{
    private readonly PlantModel _model = Plants.Warm(PlantRatings.AiBox60 with { NoiseMilliwatts = 0 });
    private readonly SpoiledDevice _line;
    private readonly AiBox _box;

    public AiBoxPlantTests()
    {
        _line = new SpoiledDevice(new AiBoxDevice(_model));
        _box = new AiBox(new LoadAbility { Name = "box", Work = WorkUnit.Millitoken, MinWatts = 1, MaxWatts = 60, Sleeps = true }, _line, "box", 4060);
    }

    [Fact]
    public void Finishes_its_requests_before_it_sleeps()
    {
        Run(5_000);
        _box.Apply(0);
        Run(1_000);
        Assert.Equal(PlantState.Draining, _model.State);
        Assert.True(_model.ActiveRequests > 0);
        Run(40_000);
        Assert.Equal((PlantState.Sleeping, LoadState.Sleeping), (_model.State, Read().State));
    }

    [Fact]
    public void Drains_again_when_the_box_restarts_in_the_middle()
    {
        Run(5_000);
        _box.Apply(0);
        Run(1_000);
        _model.Reboot();
        Run(90_000);
        Assert.Equal(PlantState.Sleeping, _model.State);
    }

    [Fact]
    public void Ends_a_drain_with_the_cap_first()
    {
        Run(5_000);
        _box.Apply(0);
        Run(1_000);
        _box.Apply(26);
        Run(2_000);
        Assert.Equal((PlantState.Running, 25), (_model.State, _model.LimitWatts));
        Run(60_000);
        Assert.Equal(LoadState.Running, Read().State);
    }

    [Fact]
    public void Drains_below_the_least_cap_that_the_box_keeps()
    {
        _box.Apply(10);
        Run(60_000);
        Assert.Equal((15, PlantState.Sleeping), (_box.Ability.MinWatts, _model.State));
    }

    [Fact]
    public void Caps_anew_after_a_restart_that_forgot()
    {
        _box.Apply(25);
        Run(10_000);
        Assert.Equal(25, _model.LimitWatts);
        _model.Reboot();
        Assert.Equal(60, _model.LimitWatts);
        Run(60_000);
        Assert.Equal((25, PlantState.Running), (_model.LimitWatts, _model.State));
    }

    [Fact]
    public void Tells_what_a_token_costs()
    {
        _box.Apply(40);
        Run(60_000);
        (long millijoules, long tokens) = (_model.MilliwattHours * 3_600, _model.Work);
        long told = 0;
        for (int i = 0; i < 60; i++)
        {
            Run(1_000);
            told += Read().WorkRate;
        }

        long measured = (_model.MilliwattHours * 3_600 - millijoules) / (_model.Work - tokens);
        Assert.InRange(told / 1_000, (_model.Work - tokens) * 95 / 100, (_model.Work - tokens) * 105 / 100);
        Assert.InRange(Read().Watts * 1_000_000L / Read().WorkRate, measured * 85 / 100, measured * 115 / 100);
    }

    private void Run(long ms)
    {
        for (long end = _line.NowMs + ms; _line.NowMs < end; _line.NowMs += 500)
        {
            _model.Advance(_line.NowMs);
            _box.Step(_line.NowMs);
        }
    }

    private LoadReading Read()
    {
        LoadReading reading = new();
        Assert.True(_box.TryRead(reading));
        return reading;
    }
}
