using System;
using System.IO;
using System.Linq;
using Fleet.Gateway.Market;
using Xunit;

namespace Fleet.Tests.Gateway.Market;

public sealed class HashpriceTests
{
    private const string Header = "date_utc,price_usd,difficulty,fees_btc_per_block,subsidy_btc,hashprice_usd_per_th_day\n";

    private static HashpriceFileOutcome Read(params string[] rows) =>
        HashpriceFile.Read(new StringReader(Header + string.Join("\n", rows)), "btc.csv");

    private static DateTimeOffset Utc(int year, int month, int day, int hour = 0) => new(year, month, day, hour, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Follows_the_worked_example_of_the_formula()
    {
        Assert.Equal(4.136e-7, Hashprice.From(152e12, 3.125, 0, 1, "BTC").PerTerahashDay, 1e-10);
        Assert.Equal(37.6, Hashprice.From(152e12, 3.125, 0, 91_000, "USD").PerTerahashDay * 1000, 0.05);
        Assert.Equal(38.0, Hashprice.From(152e12, 3.125, 0.03, 91_000, "USD").PerTerahashDay * 1000, 0.05);
    }

    [Theory]
    [InlineData(0, 3.125, 0, 91_000)]
    [InlineData(double.NaN, 3.125, 0, 91_000)]
    [InlineData(152e12, -1, 0, 91_000)]
    [InlineData(152e12, 3.125, double.PositiveInfinity, 91_000)]
    [InlineData(152e12, 3.125, 0, -1)]
    public void Refuses_figures_that_cannot_be(double difficulty, double subsidy, double fees, double price) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Hashprice.From(difficulty, subsidy, fees, price, "USD"));

    [Fact]
    public void A_days_close_counts_from_the_next_day()
    {
        HashpriceHistory history = Read(
            "2023-04-30,29268.81,48712405953118,0.32194,6.25,0.07944",
            "2023-05-01,28091.57,48712405953118,0.38060,6.25,0.07692").History!;

        Assert.Null(history.At(Utc(2023, 4, 30, 23)));
        Assert.Equal(new DateOnly(2023, 4, 30), history.At(Utc(2023, 5, 1))!.AsOf);
        Assert.Equal(0.07944, history.At(Utc(2023, 5, 1, 23))!.PerTerahashDay, 1e-5);
        Assert.Equal(0.07692, history.At(Utc(2023, 5, 2))!.PerTerahashDay, 1e-5);
        Assert.Equal("USD", history.At(Utc(2023, 5, 2))!.Currency);
    }

    [Fact]
    public void A_close_older_than_a_week_is_no_hashprice()
    {
        HashpriceHistory history = Read("2023-04-30,29268.81,48712405953118,0.32194,6.25,0.07944").History!;

        Assert.NotNull(history.At(Utc(2023, 5, 7, 23)));
        Assert.Null(history.At(Utc(2023, 5, 8)));
    }

    [Theory]
    [InlineData("2023-13-01,29268.81,48712405953118,0.3,6.25,0.07944", "date \"2023-13-01\" is not a date")]
    [InlineData("2023-05-01,free,48712405953118,0.3,6.25,0.07944", "price_usd \"free\" is not a number from 0 up; dropped")]
    [InlineData("2023-05-01,29268.81,0,0.3,6.25,0.07944", "difficulty \"0\" is not a number from 1 up")]
    [InlineData("2023-05-01,29268.81,48712405953118,-1,6.25,0.07944", "fees_btc_per_block")]
    [InlineData("2023-05-01,29268.81,48712405953118,0.3,Infinity,0.07944", "subsidy_btc")]
    [InlineData("2023-04-30,29268.81,48712405953118,0.3,6.25,", "a second row for 2023-04-30")]
    [InlineData("2023-05-01,29268.81", "has 2 fields")]
    public void A_bad_day_is_reported_with_its_line_and_the_rest_is_kept(string badRow, string reason)
    {
        HashpriceFileOutcome outcome = Read("2023-04-30,29268.81,48712405953118,0.32194,6.25,0.07944", badRow);

        RowProblem problem = Assert.Single(outcome.Problems);
        Assert.Equal(3, problem.Line);
        Assert.Contains(reason, problem.Reason, StringComparison.Ordinal);
        Assert.Single(outcome.History!.Days);
    }

    [Fact]
    public void A_day_without_fees_counts_without_them_and_says_so()
    {
        HashpriceFileOutcome outcome = Read("2020-03-29,5922.04,13912524048946,,12.5,0.10704");

        Assert.Equal(0.10704, outcome.History!.Days[0].PerTerahashDay, 1e-5);
        Assert.Equal([new RowProblem(2, "fees are missing; the day counts without fees")], outcome.Problems);
    }

    [Fact]
    public void A_stated_hashprice_that_its_figures_do_not_give_is_reported()
    {
        HashpriceFileOutcome outcome = Read("2023-04-30,29268.81,48712405953118,0.32194,6.25,0.7944");

        Assert.Equal(0.07944, outcome.History!.Days[0].PerTerahashDay, 1e-5);
        Assert.Contains("states a hashprice of 0.7944 where its own figures give 0.07944", Assert.Single(outcome.Problems).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_a_usable_day_is_refused()
    {
        Assert.Contains("no usable row", Read("x,y,z,a,b,c").Refusal, StringComparison.Ordinal);
        Assert.Contains("expected the header date_utc", HashpriceFile.Read(new StringReader("a,b\n"), "btc.csv").Refusal, StringComparison.Ordinal);
        Assert.Contains("/no/such.csv", HashpriceFile.Read("/no/such.csv").Refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bitcoin/btc_daily_2020-01-01_2022-04-29.csv", 850, 3)]
    [InlineData("bitcoin/btc_daily_2023-04-30_2025-02-02.csv", 645, 0)]
    public void Real_days_agree_with_their_stated_hashprice(string file, int days, int daysWithoutFees)
    {
        HashpriceFileOutcome outcome = HashpriceFile.Read(RealSeries.Path(file));

        Assert.Equal(days, outcome.History!.Days.Count);
        Assert.Equal(daysWithoutFees, outcome.Problems.Count);
        Assert.All(outcome.Problems, problem => Assert.StartsWith("fees are missing", problem.Reason, StringComparison.Ordinal));
        Assert.Equal(days, outcome.History.Days.Select(day => day.AsOf).Distinct().Count());
    }
}
