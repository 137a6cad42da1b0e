using System;
using System.Linq;
using CsCheck;
using Fleet.Gateway.Market;
using Xunit;

namespace Fleet.Tests.Gateway.Market;

public sealed class PriceSeriesTests
{
    private static readonly DateTimeOffset Midnight = new(2024, 5, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly PriceProvenance Test = new("test", IsSample: false);

    private static PriceSeries Series(int minutes, params (int AtMinute, decimal Price)[] prices) => new("EUR", Test,
        prices.Select(price => new PriceSlot(Midnight.AddMinutes(price.AtMinute), TimeSpan.FromMinutes(minutes), price.Price)));

    [Fact]
    public void An_hour_of_one_price_is_four_slots_of_that_price()
    {
        PriceSeries series = Series(60, (0, 12.34m), (60, 56.78m));

        decimal?[] expected = [12.34m, 12.34m, 12.34m, 12.34m, 56.78m, 56.78m, 56.78m, 56.78m];
        Assert.Equal(expected, series.Expand(Midnight, 8).Select(slot => slot.PricePerMwh));
    }

    [Fact]
    public void Quarters_are_never_averaged_to_hours()
    {
        PriceSeries series = Series(15, (0, 10m), (15, 20m), (30, 30m), (45, 40m));

        decimal?[] expected = [10m, 20m, 30m, 40m];
        Assert.Equal(expected, series.Expand(Midnight, 4).Select(slot => slot.PricePerMwh));
        Assert.Equal(TimeSpan.FromMinutes(15), series.Slots[0].Duration);
    }

    [Fact]
    public void Five_minute_prices_weigh_equally_in_their_slot()
    {
        PriceSeries series = Series(5, (0, 10m), (5, 20m), (10, 60m));

        Assert.Equal(30m, series.Expand(Midnight, 1)[0].PricePerMwh);
        Assert.Equal(20m, series.At(Midnight.AddMinutes(7))?.PricePerMwh);
    }

    [Fact]
    public void A_gap_is_absence_and_spoils_every_slot_it_touches()
    {
        PriceSeries series = Series(5, (0, 10m), (5, 20m), (15, 10m), (20, 10m), (25, 10m));

        decimal?[] expected = [null, 10m, null];
        Assert.Equal(expected, series.Expand(Midnight, 3).Select(slot => slot.PricePerMwh));
        Assert.Null(series.At(Midnight.AddMinutes(12)));
        Assert.Equal(new PriceGap(Midnight.AddMinutes(10), Midnight.AddMinutes(15)), Assert.Single(series.Gaps()));
    }

    [Fact]
    public void Before_the_first_and_after_the_last_price_there_is_none()
    {
        PriceSeries series = Series(60, (0, 10m));

        Assert.Null(series.At(Midnight.AddTicks(-1)));
        Assert.NotNull(series.At(Midnight));
        Assert.NotNull(series.At(Midnight.AddHours(1).AddTicks(-1)));
        Assert.Null(series.At(Midnight.AddHours(1)));
        decimal?[] expected = [null, 10m];
        Assert.Equal(expected, series.Expand(Midnight.AddMinutes(-15), 2).Select(slot => slot.PricePerMwh));
    }

    [Fact]
    public void Negative_prices_stay_negative()
    {
        PriceSeries series = Series(15, (0, -500m), (15, -0.01m));

        decimal?[] expected = [-500m, -0.01m];
        Assert.Equal(expected, series.Expand(Midnight, 2).Select(slot => slot.PricePerMwh));
    }

    [Fact]
    public void Overlapping_slots_are_refused() =>
        Assert.Throws<ArgumentException>(() => Series(60, (0, 1m), (30, 2m)));

    [Fact]
    public void Expansion_agrees_with_the_price_at_every_instant_of_hourly_series() =>
        Gen.Select(Gen.Int[0, 100], GenExtensions.get_Array(Gen.Decimal[-500m, 4000m])[1, 40], GenExtensions.get_Array(Gen.Bool)[40]).Sample((shift, prices, present) =>
        {
            PriceSeries series = new("EUR", Test, prices
                .Select((price, hour) => new PriceSlot(Midnight.AddHours(hour), TimeSpan.FromHours(1), price))
                .Where((_, hour) => present[hour]));
            foreach (SlotPrice slot in series.Expand(Midnight.AddMinutes(15 * (shift - 50)), 200))
            {
                Assert.Equal(series.At(slot.StartUtc)?.PricePerMwh, slot.PricePerMwh);
                Assert.Equal(series.At(slot.StartUtc.AddMinutes(14))?.PricePerMwh, slot.PricePerMwh);
            }
        }, iter: 200);

    [Fact]
    public void The_sample_says_it_is_one_and_fits_any_date()
    {
        DateTimeOffset someDay = new(2031, 2, 28, 9, 7, 0, TimeSpan.Zero);

        PriceSeries sample = SamplePrices.From(someDay, 7 * 96, "USD");
        PriceSeries weekLater = SamplePrices.From(someDay.AddDays(7), 7 * 96, "USD");

        Assert.True(sample.Provenance.IsSample);
        Assert.Contains("sample", sample.Provenance.Source, StringComparison.Ordinal);
        Assert.Equal(7 * 96, sample.Slots.Count);
        Assert.Empty(sample.Gaps());
        Assert.Equal(sample.Slots.Select(slot => slot.PricePerMwh), weekLater.Slots.Select(slot => slot.PricePerMwh));
        Assert.Contains(sample.Slots, slot => slot.PricePerMwh < 0);
        Assert.Contains(sample.Slots, slot => slot.PricePerMwh > 120);
        Assert.All(sample.Slots, slot => Assert.InRange(slot.PricePerMwh, -60m, 200m));
    }

    [Fact]
    public void The_sample_has_two_peaks_and_a_midday_dip_every_day()
    {
        PriceSeries sample = SamplePrices.From(Midnight, 7 * 96, "EUR");
        for (int day = 0; day < 7; day++)
        {
            decimal At(int hour) => sample.Over(Midnight.AddDays(day).AddHours(hour), TimeSpan.FromHours(1)) ?? 0;
            Assert.True(At(8) > At(13) + 20 && At(19) > At(13) + 40 && At(19) > At(3), $"day {day}");
        }
    }
}
