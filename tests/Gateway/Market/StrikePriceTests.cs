using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using Fleet.Gateway.Market;
using Xunit;

namespace Fleet.Tests.Gateway.Market;

public sealed class StrikePriceTests
{
    private static readonly Hashprice November = new(0.0382, "USD", AsOf: null);

    [Theory]
    [InlineData(15, 106)]
    [InlineData(17.5, 91)]
    [InlineData(21.5, 74)]
    [InlineData(29.5, 54)]
    public void The_break_even_of_a_machine_is_the_published_one(double joulesPerTerahash, double expected)
    {
        var curve = new EfficiencyCurve([new(0, 0), new(3000, 3000 / joulesPerTerahash)]);

        StrikeStep step = Assert.Single(StrikePrice.Steps(curve.ValuedAt(WorkValue.OfHashing(November, poolFeePercent: 0))));

        Assert.Equal(expected, step.PricePerMwh, 0.5);
    }

    [Fact]
    public void Each_step_strikes_at_its_marginal_not_its_average_value()
    {
        var curve = new EfficiencyCurve([new(0, 0), new(1850, 133), new(2500, 166), new(3300, 200)]);

        IReadOnlyList<StrikeStep> steps = StrikePrice.Steps(curve.ValuedAt(new WorkValue(0.05 / 24, "USD")));

        Assert.Equal([1850, 2500, 3300], steps.Select(step => step.ToWatts));
        Assert.Equal(149.8, steps[0].PricePerMwh, 0.05);
        Assert.Equal(105.8, steps[1].PricePerMwh, 0.05);
        Assert.Equal(88.5, steps[2].PricePerMwh, 0.05);
    }

    [Fact]
    public void The_pool_fee_lowers_every_strike()
    {
        var curve = new EfficiencyCurve([new(0, 0), new(3000, 150)]);

        double free = StrikePrice.Steps(curve.ValuedAt(WorkValue.OfHashing(November, 0)))[0].PricePerMwh;
        double atTwoPercent = StrikePrice.Steps(curve.ValuedAt(WorkValue.OfHashing(November, 2)))[0].PricePerMwh;

        Assert.Equal(free * 0.98, atTwoPercent, 1e-9);
        Assert.Throws<ArgumentOutOfRangeException>(() => WorkValue.OfHashing(November, 101));
        Assert.Throws<ArgumentOutOfRangeException>(() => WorkValue.OfHashing(November, double.NaN));
    }

    [Fact]
    public void An_AI_box_strikes_by_the_tokens_each_step_adds()
    {
        // 0.20 per million tokens: 500 tokens/s on 200 W more earn 0.36 an hour, 1800 a MWh; 100 more on the last 200 W earn 360.
        var curve = new EfficiencyCurve([new(50, 0), new(250, 500), new(450, 600)]);

        IReadOnlyList<StrikeStep> steps = StrikePrice.Steps(curve.ValuedAt(WorkValue.OfTokens(0.20, "USD")));

        Assert.Equal(1800, steps[0].PricePerMwh, 1e-6);
        Assert.Equal(360, steps[1].PricePerMwh, 1e-6);
        // The same by hand: price per token ÷ joules per token × 3.6e9 J/MWh.
        Assert.Equal(0.20e-6 / (200.0 / 500) * 3.6e9, steps[0].PricePerMwh, 1e-6);
    }

    [Fact]
    public void A_value_can_be_stated_in_the_currency_of_the_electricity()
    {
        WorkValue euros = WorkValue.OfTokens(1, "USD").In("EUR", 0.9);

        Assert.Equal("EUR", euros.Currency);
        Assert.Equal(0.0036 * 0.9, euros.PerRateHour, 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => euros.In("USD", 0));
    }

    [Fact]
    public void A_level_holds_between_its_two_strikes_even_when_steps_pay_unevenly() =>
        Gen.Select(GenExtensions.get_Array(Gen.Int[1, 500])[1, 5], GenExtensions.get_Array(Gen.Double[0, 5])[5], Gen.Double[-200, 4000]).Sample((steps, values, price) =>
        {
            var levels = new List<PowerLevel> { new(0, 0) };
            for (int index = 0; index < steps.Length; index++)
                levels.Add(new PowerLevel(levels[^1].Watts + steps[index], values[index]));
            double Profit(int level) => levels[level].ValuePerHour - (price * levels[level].Watts / 1e6);

            int best = Enumerable.Range(0, levels.Count).MaxBy(Profit);
            for (int level = 0; level < levels.Count; level++)
            {
                bool holds = price <= (StrikePrice.Below(levels, level) ?? double.MaxValue) && price >= (StrikePrice.Above(levels, level) ?? double.MinValue);
                Assert.True(!holds || Profit(level) >= Profit(best) - 1e-9);
                Assert.True(holds || level != best || Profit(best) - Enumerable.Range(0, levels.Count).Where(other => other != best).Max(Profit) < 1e-9);
            }
        }, iter: 2_000);

    [Fact]
    public void A_curve_without_off_with_falling_watts_or_with_garbage_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new EfficiencyCurve([]));
        Assert.Throws<ArgumentException>(() => new EfficiencyCurve([new(100, 5)]));
        Assert.Throws<ArgumentException>(() => new EfficiencyCurve([new(0, 0), new(200, 5), new(200, 6)]));
        Assert.Throws<ArgumentException>(() => new EfficiencyCurve([new(0, 0), new(200, double.NaN)]));
        Assert.Throws<ArgumentException>(() => new EfficiencyCurve([new(0, 0), new(200, -1)]));
    }
}
