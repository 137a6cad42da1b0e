using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Virtual.Plant;
using Xunit;

namespace Fleet.Tests.Firmware.Virtual;

public sealed class PlantModelTests
{
    private static readonly PlantRating[] Ratings =
    [
        PlantRatings.BitaxeGamma, PlantRatings.AntminerS21, PlantRatings.AntminerS19Xp,
        PlantRatings.AntminerS19jPro, PlantRatings.AiBox60, PlantRatings.AiBox300,
    ];

    /// <summary>Seeds of the random lives that the properties are checked on; a failure names its seed.</summary>
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Energy_is_the_sum_of_power_and_power_stays_within_the_rating_whatever_is_commanded(int seed)
    {
        var chance = new Random(seed);
        var model = new PlantModel(Ratings[seed % Ratings.Length], seed, 0);
        long milliwattMs = 0;
        for (var step = 0; step < 6_000; step++)
        {
            if (step % 100 == 0)
                Command(chance, model);
            model.Advance(model.NowMs + PlantModel.StepMs);
            milliwattMs += model.Milliwatts * PlantModel.StepMs;
            Assert.InRange(model.Milliwatts, 0, model.Rating.MaxWatts * 1000L);
            Assert.InRange(model.LimitWatts, model.Rating.MinWatts, model.Rating.MaxWatts);
            Assert.True(model.MilliworkPerSecond >= 0);
        }

        Assert.Equal(milliwattMs / 3_600_000, model.MilliwattHours);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Lives_the_same_life_from_the_same_seed_however_its_time_is_cut(int seed)
    {
        var (chance, again) = (new Random(seed), new Random(seed));
        var whole = new PlantModel(Ratings[seed % Ratings.Length], seed, 0);
        var pieces = new PlantModel(Ratings[seed % Ratings.Length], seed, 0);
        for (long nowMs = 20_000; nowMs < 600_000; nowMs += 20_000)
        {
            Command(chance, whole);
            Command(again, pieces);
            for (var ms = pieces.NowMs; ms < nowMs; ms += 777)
                pieces.Advance(ms);
            whole.Advance(nowMs);
            pieces.Advance(nowMs);
            Assert.Equal(Picture(whole), Picture(pieces));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Goes_on_from_what_it_remembers_without_a_step_in_power_energy_or_orders(int seed)
    {
        var chance = new Random(seed);
        var first = new PlantModel(Ratings[seed % Ratings.Length], seed, 0);
        for (var commands = 0; commands < 20; commands++)
        {
            Command(chance, first);
            first.Advance(first.NowMs + chance.Next(0, 60_000));
        }
        var memory = first.Remember();
        var second = new PlantModel(first.Rating, seed + 1, startMs: 5_000);
        second.GoOnFrom(memory);
        Assert.Equal(memory, second.Remember() with { Settings = memory.Settings });
        Assert.Equal((first.State, first.LimitMilliwatts, first.MilliwattHours, first.BootId, first.UptimeMs), (second.State, second.LimitMilliwatts, second.MilliwattHours, second.BootId, second.UptimeMs));
        first.Advance(first.NowMs + 3_000);
        second.Advance(second.NowMs + 3_000);
        Assert.Equal(first.State is PlantState.Sleeping, second.State is PlantState.Sleeping);
    }

    [Fact]
    public void Lives_another_life_from_another_seed() =>
        Assert.NotEqual(Picture(Plants.Warm(PlantRatings.AntminerS21, 1)), Picture(Plants.Warm(PlantRatings.AntminerS21, 2)));

    [Fact]
    public void Starts_an_asic_within_one_to_three_minutes_and_ramps_it_no_faster_than_rated()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var model = Plants.Warm(PlantRatings.AntminerS21, seed);
            model.Sleep();
            model.Advance(60_000);
            Assert.Equal(model.Rating.SleepWatts * 1000L, model.Milliwatts);
            model.Wake();
            while (model.State is PlantState.Starting)
                model.Advance(model.NowMs + PlantModel.StepMs);
            Assert.InRange(model.NowMs - 60_000, 60_000, 180_500);
            var startedMs = model.NowMs;
            while (model.Milliwatts < 3_400_000)
            {
                model.Advance(model.NowMs + PlantModel.StepMs);
                var most = model.Rating.IdleWatts * 1000L + (model.NowMs - startedMs + PlantModel.StepMs) * model.Rating.RampUpWattsPerSecond;
                Assert.True(model.Milliwatts <= most + model.Rating.NoiseMilliwatts);
            }
        }
    }

    [Fact]
    public void Does_more_work_per_joule_at_lower_power()
    {
        var model = Plants.Warm(PlantRatings.AntminerS21);
        Assert.InRange(model.MilliworkPerSecond, 199_000_000, 200_000_000);
        var full = (double)model.MilliworkPerSecond / model.LimitWatts;
        model.Limit(2_000);
        model.Advance(120_000);
        Assert.InRange(model.Milliwatts, 1_985_000, 2_015_000);
        Assert.InRange(model.MilliworkPerSecond / (double)model.LimitWatts / full, 1.08, 1.25);
    }

    [Fact]
    public void Sleeps_on_after_a_power_cut_if_it_is_an_antminer_and_runs_at_full_power_if_it_is_a_box()
    {
        var miner = Plants.Warm(PlantRatings.AntminerS19jPro);
        var box = Plants.Warm(PlantRatings.AiBox60);
        box.Limit(15);
        foreach (var model in (PlantModel[])[miner, box])
        {
            var bootId = model.BootId;
            model.Sleep();
            model.Supply(false);
            Assert.Equal((PlantState.Dark, 0L), (model.State, model.Milliwatts));
            model.Advance(10_000);
            model.Supply(true);
            model.Advance(400_000);
            Assert.NotEqual(bootId, model.BootId);
        }

        Assert.Equal(PlantState.Sleeping, miner.State);
        Assert.Equal((PlantState.Running, 60), (box.State, box.LimitWatts));
    }

    [Fact]
    public void Ignores_commands_when_told_to()
    {
        var model = Plants.Warm(PlantRatings.AntminerS21);
        model.IgnoresCommands = true;
        Assert.Equal(3_500, model.Limit(2_000));
        model.Sleep();
        model.Drain();
        model.Reboot();
        model.Advance(60_000);
        Assert.Equal(PlantState.Running, model.State);
        Assert.InRange(model.Milliwatts, 3_400_000, 3_500_000);
    }

    [Fact]
    public void Hangs_in_a_crash_until_its_watchdog_reboots_it()
    {
        var model = Plants.Warm(PlantRatings.AntminerS21);
        var bootId = model.BootId;
        model.Crash();
        model.Advance(30_000);
        Assert.Equal((PlantState.Crashed, 180_000L, 0L, false), (model.State, model.Milliwatts, model.MilliworkPerSecond, model.Answers));
        model.Advance(60_000 + 30_000 + 180_000 + 200_000);
        Assert.Equal((PlantState.Running, bootId + 1), (model.State, model.BootId));
    }

    [Fact]
    public void Crashes_by_itself_now_and_then_when_told_to()
    {
        var model = Plants.Warm(PlantRatings.AiBox60);
        var bootId = model.BootId;
        model.CrashEveryMs = 600_000;
        model.Advance(24 * 3_600_000);
        Assert.InRange(model.BootId - bootId, 90, 160);
    }

    [Fact]
    public void Trips_when_its_cooling_fails_and_starts_again_once_cool()
    {
        var model = Plants.Warm(PlantRatings.AntminerS21);
        Assert.InRange(model.MilliCelsius, 64_000, 66_000);
        model.CoolingPercent = 40;
        model.Advance(300_000);
        var states = new HashSet<PlantState>();
        for (var ms = 300_000; ms < 3_000_000; ms += 1_000)
        {
            model.Advance(ms);
            states.Add(model.State);
            Assert.True(model.MilliCelsius <= model.Rating.TripMilliCelsius + 1_000);
        }

        Assert.Contains(PlantState.Tripped, states);
        Assert.Contains(PlantState.Starting, states);
    }

    [Fact]
    public void Caps_a_box_at_one_of_its_own_steps_within_a_second()
    {
        var model = Plants.Warm(PlantRatings.AiBox300);
        Assert.Equal(180, model.Limit(219));
        model.Advance(1_000);
        Assert.InRange(model.Milliwatts, 177_000, 183_000);
    }

    [Fact]
    public void Drains_a_box_by_finishing_its_requests_before_it_sleeps()
    {
        var model = Plants.Warm(PlantRatings.AiBox60);
        Assert.Equal(4, model.ActiveRequests);
        model.Drain();
        var requests = model.ActiveRequests;
        while (model.State is PlantState.Draining)
        {
            model.Advance(model.NowMs + PlantModel.StepMs);
            Assert.True(model.ActiveRequests <= requests);
            requests = model.ActiveRequests;
        }

        Assert.Equal((PlantState.Drained, 0), (model.State, requests));
        Assert.InRange(model.NowMs, 1_000, 15_000);
        model.Advance(model.NowMs + PlantModel.DrainedRestMs + 2_000);
        Assert.Equal((PlantState.Sleeping, 2_000L), (model.State, model.Milliwatts));
        model.Wake();
        model.Advance(model.NowMs + 10_000);
        Assert.Equal(PlantState.Running, model.State);
    }

    [Fact]
    public void Takes_less_power_when_there_is_less_to_do()
    {
        var model = Plants.Warm(PlantRatings.AiBox60);
        model.DemandPercent = 25;
        model.Advance(60_000);
        Assert.Equal(1, model.ActiveRequests);
        Assert.InRange(model.Milliwatts, 20_000, 22_000);
    }

    private static void Command(Random chance, PlantModel model)
    {
        switch (chance.Next(10))
        {
            case 0: model.Sleep(); break;
            case 1: model.Drain(); break;
            case 2: model.Reboot(); break;
            case 3: model.Crash(); break;
            case 4: model.Supply(false); break;
            case 5: model.Supply(true); break;
            case 6: model.Limit(chance.Next(-100, 5_000)); break;
            default: model.Wake(); break;
        }
    }

    private static object Picture(PlantModel model) =>
        (model.State, model.NowMs, model.Milliwatts, model.MilliwattHours, model.Work, model.MilliCelsius, model.BootId, model.ActiveRequests);
}
