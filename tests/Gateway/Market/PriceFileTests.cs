using System;
using System.IO;
using System.Linq;
using System.Text;
using CsCheck;
using Fleet.Gateway.Market;
using Xunit;

namespace Fleet.Tests.Gateway.Market;

public sealed class PriceFileTests
{
    private const string Header = "start_utc,price,currency_per_mwh\n";

    private static PriceFileOutcome Read(string text) => PriceFile.Read(new StringReader(text), "prices.csv");

    private static string Rows(params string[] rows) => Header + string.Join("\n", rows) + "\n";

    [Fact]
    public void Clean_rows_become_a_series_at_their_own_spacing()
    {
        PriceFileOutcome outcome = Read(Rows("2024-05-01T00:00:00Z,10.5,EUR", "2024-05-01T00:15:00Z,-3,EUR", "2024-05-01T00:30Z,1e1,EUR"));

        Assert.Null(outcome.Refusal);
        Assert.Empty(outcome.Problems);
        Assert.Equal("EUR", outcome.Series!.Currency);
        Assert.Equal(new PriceProvenance("prices.csv", IsSample: false), outcome.Series.Provenance);
        Assert.Equal([10.5m, -3m, 10m], outcome.Series.Slots.Select(slot => slot.PricePerMwh));
        Assert.All(outcome.Series.Slots, slot => Assert.Equal(TimeSpan.FromMinutes(15), slot.Duration));
    }

    [Theory]
    [InlineData("2024-05-01T02:00:00Z,abc,EUR", "price \"abc\" is not a finite number; dropped")]
    [InlineData("2024-05-01T02:00:00Z,NaN,EUR", "not a finite number")]
    [InlineData("2024-05-01T02:00:00Z,Infinity,EUR", "not a finite number")]
    [InlineData("2024-05-01T02:00:00Z,1e999,EUR", "not a finite number")]
    [InlineData("2024-05-01T02:00:00Z,,EUR", "price \"\" is not a finite number")]
    [InlineData("2024-05-01T02:00:00Z,\"12,5\",EUR", "has 4 fields where start_utc,price,currency_per_mwh are expected; dropped")]
    [InlineData("2024-05-01T02:00:00Z,99999999,EUR", "is beyond ±1000000")]
    [InlineData("2024-05-01T02:00:00Z,12", "has 2 fields")]
    [InlineData("2024-05-01T02:00:00Z,12,USD", "currency USD in a file of EUR; dropped")]
    [InlineData("2024-05-01T02:00:00Z,12,euros", "currency \"euros\" is not three capital letters")]
    [InlineData("2024-05-01T02:00:00+02:00,12,EUR", "is not in UTC; dropped")]
    [InlineData("2024-05-01T02:00:00,12,EUR", "is not a UTC time such as")]
    [InlineData("2024-02-30T02:00:00Z,12,EUR", "is not a UTC time such as")]
    [InlineData("01/05/2024 02:00,12,EUR", "is not a UTC time such as")]
    [InlineData("2024-05-01T02:01:00Z,12,EUR", "is not on a 5-minute mark")]
    [InlineData("0024-05-01T02:00:00Z,12,EUR", "is outside the years 2000 to 2100")]
    [InlineData("2024-05-01T02:00:00Z,12\",EU\"R", "currency")]
    public void A_bad_row_is_reported_with_its_line_and_the_rest_is_kept(string badRow, string reason)
    {
        PriceFileOutcome outcome = Read(Rows(
            "2024-05-01T00:00:00Z,10,EUR", "2024-05-01T01:00:00Z,11,EUR", badRow, "2024-05-01T03:00:00Z,13,EUR", "2024-05-01T04:00:00Z,14,EUR"));

        RowProblem problem = Assert.Single(outcome.Problems);
        Assert.Equal(4, problem.Line);
        Assert.Contains(reason, problem.Reason, StringComparison.Ordinal);
        Assert.Equal([10m, 11m, 13m, 14m], outcome.Series!.Slots.Select(slot => slot.PricePerMwh));
        Assert.Null(outcome.Series.At(new DateTimeOffset(2024, 5, 1, 2, 30, 0, TimeSpan.Zero)));
    }

    [Theory]
    [InlineData("", "the file is empty; expected the header start_utc,price,currency_per_mwh")]
    [InlineData("time,eur\n1,2\n", "its first line is \"time,eur\"; expected the header start_utc,price,currency_per_mwh")]
    [InlineData("start_utc;price;currency_per_mwh\n", "expected the header")]
    [InlineData(Header, "0 usable rows give no spacing of 60, 30, 15 or 5 minutes")]
    [InlineData(Header + "tomorrow,10,EUR\n2024-05-01T00:00:00Z,x,EUR\n", "2 lines with problems, the first: line 2: start \"tomorrow\" is not a UTC time such as 2023-01-01T00:00:00Z; dropped; line 3: price \"x\" is not")]
    [InlineData(Header + "2024-05-01T00:00:00Z,10,EUR\n", "1 usable rows give no spacing")]
    [InlineData(Header + "2024-05-01T00:00:00Z,10,EUR\n2024-05-02T00:00:00Z,10,EUR\n", "2 usable rows give no spacing")]
    public void A_file_that_is_no_price_file_is_refused_with_what_was_expected(string text, string refusal)
    {
        PriceFileOutcome outcome = Read(text);

        Assert.Null(outcome.Series);
        Assert.Contains(refusal, outcome.Refusal, StringComparison.Ordinal);
        Assert.Contains("prices.csv", outcome.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_refused_and_named()
    {
        PriceFileOutcome outcome = PriceFile.Read("/no/such/prices.csv");

        Assert.Null(outcome.Series);
        Assert.Contains("/no/such/prices.csv", outcome.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_row_stays_a_gap()
    {
        PriceFileOutcome outcome = Read(Rows("2024-05-01T00:00:00Z,10,EUR", "2024-05-01T01:00:00Z,11,EUR", "2024-05-01T03:00:00Z,13,EUR"));

        PriceGap gap = Assert.Single(outcome.Series!.Gaps());
        Assert.Equal(2, gap.StartUtc.Hour);
        Assert.Equal(3, gap.EndUtc.Hour);
    }

    [Fact]
    public void Repeated_rows_are_dropped_and_contradicting_ones_keep_the_first()
    {
        PriceFileOutcome outcome = Read(Rows(
            "2024-05-01T00:00:00Z,10,EUR", "2024-05-01T00:00:00Z,10.0,EUR", "2024-05-01T01:00:00Z,11,EUR", "2024-05-01T01:00:00Z,12,EUR"));

        Assert.Equal([10m, 11m], outcome.Series!.Slots.Select(slot => slot.PricePerMwh));
        Assert.Equal(
            [new RowProblem(3, "repeats line 2; dropped"), new RowProblem(5, "price 12 contradicts 11 of line 4 for the same start; dropped, the first kept")],
            outcome.Problems);
    }

    [Fact]
    public void Rows_out_of_order_are_sorted_and_noted()
    {
        PriceFileOutcome outcome = Read(Rows("2024-05-01T00:00:00Z,10,EUR", "2024-05-01T02:00:00Z,12,EUR", "2024-05-01T01:00:00Z,11,EUR"));

        Assert.Equal([10m, 11m, 12m], outcome.Series!.Slots.Select(slot => slot.PricePerMwh));
        Assert.Equal([new RowProblem(4, "is earlier than line 3; sorted into place")], outcome.Problems);
    }

    [Fact]
    public void A_market_that_goes_from_hours_to_quarters_keeps_both()
    {
        var start = new DateTimeOffset(2025, 9, 28, 0, 0, 0, TimeSpan.Zero);
        var change = new DateTimeOffset(2025, 9, 30, 22, 0, 0, TimeSpan.Zero);
        var text = new StringBuilder(Header);
        for (DateTimeOffset at = start; at < start.AddDays(6); at += at < change ? TimeSpan.FromHours(1) : TimeSpan.FromMinutes(15))
            text.Append($"{at:yyyy-MM-dd'T'HH:mm:ss'Z'},50,EUR\n");

        PriceSeries series = Read(text.ToString()).Series!;

        Assert.Empty(series.Gaps());
        Assert.Equal(TimeSpan.FromHours(1), series.At(change.AddSeconds(-1))!.Value.Duration);
        Assert.Equal(TimeSpan.FromMinutes(15), series.At(change)!.Value.Duration);
        Assert.Equal(TimeSpan.FromMinutes(15), series.Slots[^1].Duration);
    }

    [Fact]
    public void A_day_with_few_rows_is_not_taken_for_a_coarser_one()
    {
        var start = new DateTimeOffset(2025, 5, 1, 0, 0, 0, TimeSpan.Zero);
        var text = new StringBuilder(Header);
        for (int quarter = 0; quarter < 192; quarter++)
        {
            if (quarter < 96 || quarter is 100 or 104 or 108)
                text.Append($"{start.AddMinutes(15 * quarter):yyyy-MM-dd'T'HH:mm:ss'Z'},50,EUR\n");
        }

        PriceSeries series = Read(text.ToString()).Series!;

        Assert.All(series.Slots, slot => Assert.Equal(TimeSpan.FromMinutes(15), slot.Duration));
        Assert.Null(series.At(start.AddDays(1).AddMinutes(80)));
    }

    [Fact]
    public void Line_ends_blank_lines_quotes_and_a_byte_order_mark_do_no_harm()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(
            "start_utc,price,currency_per_mwh\r\n\"2024-05-01T00:00:00Z\",\"10\",\"EUR\"\r\n\r\n2024-05-01T01:00:00Z, 11 ,EUR\r\nbad\r\n")];
        using var text = new StreamReader(new MemoryStream(bytes));

        PriceFileOutcome outcome = PriceFile.Read(text, "windows.csv");

        Assert.Equal([10m, 11m], outcome.Series!.Slots.Select(slot => slot.PricePerMwh));
        Assert.Equal(5, Assert.Single(outcome.Problems).Line);
    }

    [Fact]
    public void A_file_full_of_bad_rows_lists_the_first_thousand_and_counts_the_rest()
    {
        PriceFileOutcome outcome = Read(Rows(["2024-05-01T00:00:00Z,1,EUR", "2024-05-01T01:00:00Z,1,EUR", .. Enumerable.Repeat("x,y,z", 5_000)]));

        Assert.NotNull(outcome.Series);
        Assert.Equal(RowProblem.MaxListed + 1, outcome.Problems.Count);
        Assert.Contains("4000 more problems", outcome.Problems[^1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_the_bytes_the_file_is_read_or_refused_but_never_throws() =>
        Gen.Select(Gen.String[Gen.Char[" ,;\"\n\r0123456789TZ:-+.eEURx\0é"], 0, 400], Gen.Bool).Sample((text, withHeader) =>
        {
            PriceFileOutcome outcome = Read((withHeader ? Header : "") + text);
            Assert.True(outcome.Series is null != outcome.Refusal is null);
        }, iter: 2_000);

    [Theory]
    [InlineData("prices/DE-LU_2023-01-01_2023-12-31.csv", "EUR", 300, -500)]
    [InlineData("prices/GB_2023-01-01_2023-12-31.csv", "EUR", -1, -88.2)]
    [InlineData("prices/ERCOT-HUBAVG-DA_2023-01-01_2023-12-31.csv", "USD", -1, -0.07)]
    [InlineData("prices/CAISO-NP15-DA_2023-01-01_2023-12-31.csv", "USD", 145, -19.019)]
    public void A_year_of_real_prices_reads_without_a_problem(string file, string currency, int negativeHours, double lowest)
    {
        PriceFileOutcome outcome = PriceFile.Read(RealSeries.Path(file));

        Assert.Empty(outcome.Problems);
        Assert.Equal(currency, outcome.Series!.Currency);
        Assert.Equal(8760, outcome.Series.Slots.Count);
        Assert.Equal((decimal)lowest, outcome.Series.Slots.Min(slot => slot.PricePerMwh));
        if (negativeHours >= 0)
            Assert.Equal(negativeHours, outcome.Series.Slots.Count(slot => slot.PricePerMwh < 0));
        Assert.DoesNotContain(outcome.Series.Expand(outcome.Series.Slots[0].StartUtc, 8760 * 4), slot => slot.PricePerMwh is null);
    }
}
