using System;
using System.Linq;
using Fleet.Gateway;
using Fleet.Gateway.Market;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Gateway.Market;

public sealed class MarketBoardTests
{
    private const string Header = "start_utc,price,currency_per_mwh\n";

    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Without_a_file_it_takes_the_sample_says_so_and_covers_a_week_back_and_the_horizon_ahead()
    {
        var market = MarketBoard.From(new FleetOptions(), Noon, needsHashing: true);
        Assert.True(market.Prices.Provenance.IsSample);
        Assert.Contains("SAMPLE", Assert.Single(market.Notes));
        Assert.NotNull(market.Prices.At(Noon.AddDays(-6)));
        Assert.NotNull(market.Prices.At(Noon.AddDays(300)));
        Assert.Equal("USD", market.Prices.Currency);
    }

    [Fact]
    public void Rows_that_cannot_be_used_are_named_by_line_and_the_rest_is_kept()
    {
        var market = GatewayMarket.OfText(new FleetOptions(), Header + """
            2026-03-02T12:00:00Z,20,USD
            2026-03-02T12:15:00Z,much,USD
            2026-03-02T12:30:00Z,-5.5,USD
            yesterday,7,USD
            2026-03-02T12:45:00Z,30,USD
            """, Noon);
        Assert.Equal([20m, -5.5m, 30m], market.Prices.Slots.Select(slot => slot.PricePerMwh));
        Assert.Contains(market.Notes, note => note.Contains("prices.csv line 3") && note.Contains("'much'".Trim('\'')));
        Assert.Contains(market.Notes, note => note.Contains("prices.csv line 5") && note.Contains("yesterday"));
        Assert.Contains(market.Notes, note => note.Contains("no price from 2026-03-02 12:15:00Z to 2026-03-02 12:30:00Z"));
        Assert.Null(market.Prices.At(Noon.AddMinutes(20)));
        Assert.False(market.Prices.Provenance.IsSample);
    }

    [Fact]
    public void Of_very_many_bad_rows_it_names_some_and_counts_all()
    {
        var rows = string.Join('\n', Enumerable.Range(0, 100).Select(i => i < 50 ? $"bad{i},1,USD" : $"{Noon.AddMinutes(15 * i):yyyy-MM-ddTHH:mm:ssZ},1,USD"));
        var notes = GatewayMarket.OfText(new FleetOptions(), Header + rows, Noon).Notes;
        Assert.InRange(notes.Count, 20, 30);
        Assert.Contains(notes, note => note.EndsWith("50 lines with problems"));
    }

    [Theory]
    [InlineData("", "Fleet:Prices:File")]
    [InlineData("time,cost\n1,2", "start_utc,price,currency_per_mwh")]
    [InlineData(Header, "0 usable rows")]
    public void A_file_that_gives_nothing_refuses_to_start(string csv, string why) =>
        Assert.Contains(why, Assert.Throws<ConfigurationException>(() => GatewayMarket.OfText(new FleetOptions(), csv, Noon)).Message);

    [Fact]
    public void A_file_that_is_not_there_refuses_to_start()
    {
        var options = new FleetOptions { Prices = { File = "/nowhere/prices.csv" } };
        Assert.Contains(
            "Fleet:Prices:File: price file /nowhere/prices.csv cannot be read",
            Assert.Throws<ConfigurationException>(() => MarketBoard.From(options, Noon, needsHashing: false)).Message);
    }

    [Fact]
    public void Prices_in_another_money_than_bitcoin_need_a_rate_where_something_hashes()
    {
        string euros = Header + "2026-03-02T12:00:00Z,20,EUR\n2026-03-02T12:15:00Z,20,EUR\n";
        var mistake = Assert.Throws<ConfigurationException>(() => GatewayMarket.OfText(new FleetOptions(), euros, Noon)).Message;
        Assert.Contains("Fleet:Bitcoin:Currency is USD, the electricity prices are in EUR: give Fleet:Bitcoin:ExchangeRate, how much EUR one USD buys", mistake);

        var market = GatewayMarket.OfText(new FleetOptions { Bitcoin = { ExchangeRate = 0.5 } }, euros, Noon);
        var dollars = GatewayMarket.Of(Noon, 20m, 20m);
        Assert.Equal("EUR", market.HashingAt(Noon)!.Currency);
        Assert.Equal(dollars.HashingAt(Noon)!.PerRateHour / 2, market.HashingAt(Noon)!.PerRateHour, 1e-12);
    }

    [Theory]
    [InlineData(-1, 0, "Fleet:Bitcoin:FeePercent is -1: give 0 to 100")]
    [InlineData(101, 0, "Fleet:Bitcoin:FeePercent is 101: give 0 to 100")]
    [InlineData(2, -1, "Fleet:Tokens:ValuePerMillion is -1: give 0 or more")]
    [InlineData(2, double.PositiveInfinity, "Fleet:Tokens:ValuePerMillion is")]
    public void Money_out_of_range_refuses_to_start(double fee, double tokens, string why)
    {
        var options = new FleetOptions { Bitcoin = { FeePercent = fee }, Tokens = { ValuePerMillion = tokens } };
        Assert.Contains(why, Assert.Throws<ConfigurationException>(() => MarketBoard.From(options, Noon, needsHashing: true)).Message);
    }

    [Theory]
    [InlineData(0.5, 91_000, "Difficulty is 0.5: give 1 or more")]
    [InlineData(1e14, -1, "Price is -1: give 0 or more")]
    [InlineData(double.NaN, 91_000, "Difficulty is NaN: give 1 or more")]
    public void Bitcoin_figures_out_of_range_refuse_to_start(double difficulty, double price, string what)
    {
        var options = new FleetOptions { Bitcoin = { Difficulty = difficulty, Price = price } };
        var mistake = Assert.Throws<ConfigurationException>(() => MarketBoard.From(options, Noon, needsHashing: true)).Message;
        Assert.Contains($"Fleet:Bitcoin:{what}", mistake);
    }

    [Theory]
    [InlineData("dollars")]
    [InlineData("usd")]
    [InlineData("")]
    public void A_currency_is_three_capital_letters(string currency)
    {
        var options = new FleetOptions { Bitcoin = { Currency = currency } };
        Assert.Contains(
            $"Fleet:Bitcoin:Currency is '{currency}': give three capital letters such as USD",
            Assert.Throws<ConfigurationException>(() => MarketBoard.From(options, Noon, needsHashing: false)).Message);
    }

    [Fact]
    public void A_box_earns_by_its_tokens_and_hashing_by_the_hashprice_less_the_fee()
    {
        var market = GatewayMarket.Of(new FleetOptions { Tokens = { ValuePerMillion = 2 }, Bitcoin = { FeePercent = 10 } }, Noon, 20m, 20m);
        Assert.Equal(3_600 * 2 / 1e6, market.Tokens.PerRateHour, 1e-12);
        Assert.Equal(market.HashpriceAt(Noon)!.PerTerahashDay / 24 * 0.9, market.HashingAt(Noon)!.PerRateHour, 1e-12);
    }
}
