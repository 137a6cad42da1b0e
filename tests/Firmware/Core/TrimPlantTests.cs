using System;
using System.Linq;
using CsCheck;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Virtual.Plant;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>Watts closed on the meter, with real drivers before devices that have the plant's measured lags.</summary>
public sealed class TrimPlantTests
{
    /// <summary>An order of several exchanges and the poll that shows it.</summary>
    private const int OrderSeconds = 8;

    /// <summary>A start takes up to three minutes, a rise of an S21 one, a trim two windows and the settling time.</summary>
    private const int SteadySeconds = 360;

    /// <summary>Until two miners have started one after the other and the trim is at rest: 810 s at the longest that was seen.</summary>
    private const int StartedSeconds = 960;

    private static readonly PlantRating[] Miners = [PlantRatings.AntminerS21, PlantRatings.AntminerS21, PlantRatings.AntminerS19jPro];
    private static readonly PlantRating[] Mixed = [PlantRatings.AiBox300, PlantRatings.AvalonQ, PlantRatings.AntminerS21];

    [Theory]
    [InlineData(1.08, 0, 4, 0.01)]
    [InlineData(0.92, 0, 4, 0.01)]
    [InlineData(1, 500, 1, 0.01)]
    [InlineData(1, -200, 1, 0.01)]
    public void Steps_of_the_limit_end_within_the_band_and_pass_it_no_longer_than_the_devices_take(double factor, int offset, int pace, double noise)
    {
        PlantRig rig = Rig(Miners, factor, offset, pace, noise, seed: 1);
        foreach (int limit in (int[])[6000, 9500, 3000, 8700])
        {
            Step(rig, limit);
            Assert.InRange(rig.Watts, limit - Allowed(rig, limit), limit + rig.Band);
        }
    }

    [Fact]
    public void Caps_of_single_loads_do_not_keep_the_meter_below_the_limit()
    {
        PlantRig rig = Rig(Miners[..2], 0.92, 0, 1, 0, seed: 1);
        rig.Command(5000, loadWatts: [3000, 2000]).Run(SteadySeconds);
        Assert.InRange(rig.Watts, 5000 - rig.Band, 5000 + rig.Band);
        Assert.InRange(rig.Orders.Sum(), 5001, 5500);
    }

    [Fact]
    public void Levels_do_not_swing()
    {
        PlantRating stepped = PlantRatings.AntminerS19jPro with { CapsWatts = [1_400, 1_900, 2_500, 3_068] };
        PlantRig rig = new("", [stepped, stepped]);
        // At its upper levels the device takes more than it says, at its lower ones less.
        rig.Measures = watts => watts + (watts > 5100 ? 250 : -250);
        rig.Command(5300).Run(SteadySeconds);
        int changes = 0;
        int[] before = rig.Orders;
        rig.Run(1500, () =>
        {
            changes += rig.Orders.SequenceEqual(before) ? 0 : 1;
            before = rig.Orders;
            Assert.True(rig.Watts <= 5300 + rig.Band, $"{rig.Watts:F0} W");
        });
        Assert.Equal(0, changes);
    }

    [Fact]
    public void A_meter_that_dies_takes_what_it_proved_untaken_at_once_and_leaves_what_it_showed_beyond_reserved()
    {
        PlantRig under = Rig(Miners, 0.92, 0, 1, 0, seed: 1);
        under.Command(6000).Run(SteadySeconds);
        Assert.InRange(under.Orders.Sum(), 6001, 6600);
        under.PaceSeconds = 0;
        under.Run(under.Settings.MeterStaleSeconds + 7);
        Assert.InRange(under.Orders.Sum(), 5900, 6000);
        PlantRig beyond = Rig(Miners, 1, 600, 1, 0, seed: 1);
        beyond.Command(6000).Run(SteadySeconds);
        beyond.PaceSeconds = 0;
        beyond.Run(120);
        Assert.InRange(beyond.Watts, 6000 - 2 * beyond.Band, 6000 + beyond.Band);
    }

    [Fact]
    public void A_load_that_suddenly_takes_more_is_made_up_for_within_the_ramp_of_the_others()
    {
        PlantRig rig = Rig(Miners, 1, 0, 1, 0, seed: 1);
        rig.Command(7000).Run(SteadySeconds);
        rig.Measures = watts => watts + 1200;
        rig.Run(OrderSeconds + 1200 / Miners[0].RampDownWattsPerSecond);
        for (int i = 0; i < 60; i++)
        {
            rig.Run(1);
            Assert.InRange(rig.Watts, 0, 7000 + rig.Band);
        }
        rig.Run(60);
        Assert.InRange(rig.Watts, 7000 - rig.Band, 7000 + rig.Band);
    }

    [Fact]
    public void Devices_with_a_dead_time_and_a_ramp_of_their_own_raise_no_fault_on_their_way_down_and_off()
    {
        PlantRig rig = new("\"telemetrySeconds\":1,", [PlantRatings.AntminerS21, PlantRatings.AvalonQ, PlantRatings.AiBox300]);
        foreach (int limit in (int[])[5474, 4000, 3000, 0, 5474, 1000, 2500, 0])
            rig.Command(limit).Run(160, () => Assert.Equal(0, rig.Faults(0) | rig.Faults(1) | rig.Faults(2)));
    }

    [Fact]
    public void A_slow_device_ends_within_the_band_too_and_is_given_its_time()
    {
        PlantRating slow = PlantRatings.AntminerS21 with { RampDownWattsPerSecond = 25, RampUpWattsPerSecond = 10, StopWattsPerSecond = 50 };
        PlantRig rig = new("\"telemetrySeconds\":1,", [slow, slow], ",\"deadSeconds\":20,\"settleSeconds\":120") { Measures = watts => watts * 1.06 };
        foreach (int limit in (int[])[6000, 5400, 6400])
        {
            rig.Command(limit).Run(500, () => Assert.Equal(0, rig.Faults(0) | rig.Faults(1)));
            Assert.InRange(rig.Watts, limit - rig.Band, limit + rig.Band);
        }
    }

    [Fact]
    public void Without_a_meter_the_loads_own_reports_only_lower()
    {
        PlantRig rig = new("", Miners, isMetered: false);
        rig.Command(6000).Run(SteadySeconds);
        Assert.InRange(rig.Orders.Sum(), 5900, 6000);
        Assert.InRange(rig.Watts, 5900, 6000 + rig.Band);
    }

    [Fact]
    public void Metered_watts_never_stay_above_the_band_for_longer_than_the_devices_take_and_end_within_it()
    {
        // Together less than a tenth below what the loads report: beyond it the meter is not believed alone.
        Gen.Select(Gen.Int[0, 3], Gen.Int[94, 108], Gen.Int[-50, 1500], Gen.Int[1, 5], Gen.Int[0, 10], Gen.Int[1, 1000], GenExtensions.get_Array(Gen.Int[2500, 10000])[3])
            .Sample((plant, factor, offset, pace, noise, seed, limits) =>
            {
                PlantRating[] loads = plant switch { 0 => Miners, 1 => Miners[..1], 2 => Mixed, _ => [PlantRatings.AntminerS21, PlantRatings.AiBox300] };
                PlantRig rig = Rig(loads, factor / 100.0, offset, pace, noise / 1000.0, seed);
                foreach (int limit in limits)
                {
                    Step(rig, limit, StartedSeconds);
                    Assert.InRange(rig.Watts, limit - Allowed(rig, limit), limit + rig.Band);
                }
            }, iter: 6, threads: 1);
    }

    /// <summary>Orders a limit; the watts are above its band for no longer than it takes to order, to come down and to be read.</summary>
    private static void Step(PlantRig rig, int limitWatts, int seconds = SteadySeconds)
    {
        int above = 0;
        int rampSeconds = rig.Models.Max(model => (model.Rating.MaxWatts - model.Rating.MinWatts) / model.Rating.RampDownWattsPerSecond);
        // A box finishes the requests it has, which take up to fifteen seconds.
        int drainSeconds = rig.Models.Any(model => model.Rating.Slots > 0) ? 15 : 0;
        rig.Command(limitWatts).Run(seconds, () =>
        {
            above = rig.Watts > limitWatts + rig.Band ? above + 1 : 0;
            Assert.True(above <= OrderSeconds + rampSeconds + drainSeconds + rig.PaceSeconds, $"{rig.Watts:F0} W above {limitWatts} W for {above} s; orders {string.Join(' ', rig.Orders)}");
        });
    }

    /// <summary>How far below the limit the loads' abilities let it end: the band where one of them can still rise by its own watts, else what they leave.</summary>
    private static double Allowed(PlantRig rig, int limitWatts)
    {
        bool canRise = rig.Models.Select((model, i) => (model.Rating, Order: rig.Orders[i])).Any(load =>
            load.Order > 0 && load.Rating.CapsWatts.IsEmpty && load.Order < load.Rating.MaxWatts);
        return canRise ? rig.Band : limitWatts;
    }

    private static PlantRig Rig(PlantRating[] loads, double factor, int offset, int pace, double noise, int seed)
    {
        Random random = new(seed);
        return new PlantRig("", loads)
        {
            PaceSeconds = pace,
            Measures = watts => watts * factor + offset,
            Noise = watts => watts * (1 + noise * (2 * random.NextDouble() - 1)),
        };
    }
}
