using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Fleet.Gateway.Market;

/// <summary>What came of reading a price file: a series, or the reason for refusing it, and every row that was not clean.</summary>
/// <param name="Series">The prices; null when the file is refused.</param>
/// <param name="Problems">Rows dropped, cut or moved, by line.</param>
/// <param name="Refusal">Why nothing could be used and what to do; null when there is a series.</param>
public sealed record PriceFileOutcome(PriceSeries? Series, IReadOnlyList<RowProblem> Problems, string? Refusal);

/// <summary>Reads prices from a CSV file with the header <c>start_utc,price,currency_per_mwh</c>.</summary>
/// <remarks>
/// Each row is a start in UTC (<c>2023-01-01T00:00:00Z</c>), a price per MWh and an ISO 4217 currency.
/// The length of a row's interval is the most common spacing of its UTC day where that makes up most of the day, else of
/// the file (60, 30, 15 or 5 minutes): a market that goes from hours to quarters keeps both resolutions, and a missing
/// row stays a gap:
/// <code>
/// rows      00:00 01:00 02:00       04:00        (03:00 is missing)
/// series   |-----|-----|-----| gap |-----|
/// </code>
/// </remarks>
public static class PriceFile
{
    /// <summary>Largest believable price per MWh, either sign: a thousand a kilowatt-hour in any currency.</summary>
    public const decimal MaxPricePerMwh = 1_000_000m;

    private static readonly string[] Header = ["start_utc", "price", "currency_per_mwh"];
    private static readonly string[] StampFormats =
        ["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd HH:mm:sszzz", "yyyy-MM-dd HH:mmzzz"];
    private const int FirstYear = 2000;
    private const int LastYear = 2100;

    private readonly record struct Row(int Line, DateTimeOffset StartUtc, decimal Price, string Currency);

    /// <summary>Reads a file; a file that cannot be opened is refused with the reason.</summary>
    public static PriceFileOutcome Read(string path)
    {
        try
        {
            using var text = new StreamReader(path);
            return Read(text, Path.GetFileName(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new PriceFileOutcome(null, [], $"price file {path} cannot be read: {error.Message}");
        }
    }

    /// <summary>Reads prices from text; <paramref name="name"/> becomes the source shown to users.</summary>
    public static PriceFileOutcome Read(TextReader text, string name)
    {
        var problems = new List<RowProblem>();
        List<CsvRow>? lines = CsvRows.Read(text, Header, problems, out string? refusal);
        if (lines is null)
            return new PriceFileOutcome(null, [], $"price file {name} is refused: {refusal}");

        List<Row> rows = InOneCurrency(Parsed(lines, problems), problems);
        rows = WithoutDuplicates(InOrder(rows, problems), problems);
        PriceSeries? series = null;
        if (PriceSpacing.MostCommon(Spacings(rows)) is { } spacing)
            series = new PriceSeries(rows[0].Currency, new PriceProvenance(name, IsSample: false), WithDurations(rows, spacing, problems));
        else
            refusal = $"price file {name} is refused: {rows.Count} usable rows give no spacing of {PriceSpacing.Words} minutes{RowProblem.Summary(problems)}";
        return new PriceFileOutcome(series, RowProblem.Listed(problems), refusal);
    }

    private static List<Row> Parsed(List<CsvRow> lines, List<RowProblem> problems)
    {
        var rows = new List<Row>(lines.Count);
        foreach (CsvRow line in lines)
        {
            string? stampProblem = StampProblem(line.Fields[0], out DateTimeOffset startUtc);
            string? priceProblem = PriceProblem(line.Fields[1], out decimal price);
            if ((stampProblem ?? priceProblem ?? CurrencyProblem(line.Fields[2])) is { } reason)
                problems.Add(new RowProblem(line.Line, $"{reason}; dropped"));
            else
                rows.Add(new Row(line.Line, startUtc, price, line.Fields[2]));
        }
        return rows;
    }

    private static string? StampProblem(string text, out DateTimeOffset startUtc)
    {
        string offset = text.EndsWith('Z') ? text[..^1] + "+00:00" : text;
        if (!DateTimeOffset.TryParseExact(offset, StampFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out startUtc))
            return $"start {RowProblem.Quote(text)} is not a UTC time such as 2023-01-01T00:00:00Z";
        if (startUtc.Offset != TimeSpan.Zero)
            return $"start {RowProblem.Quote(text)} is not in UTC";
        if (startUtc.Year is < FirstYear or > LastYear)
            return $"start {RowProblem.Quote(text)} is outside the years {FirstYear} to {LastYear}";
        return startUtc.Ticks % PriceSpacing.Finest.Ticks != 0 ? $"start {RowProblem.Quote(text)} is not on a 5-minute mark" : null;
    }

    private static string? PriceProblem(string text, out decimal price)
    {
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out price))
            return $"price {RowProblem.Quote(text)} is not a finite number";
        return Math.Abs(price) > MaxPricePerMwh ? $"price {RowProblem.Quote(text)} per MWh is beyond ±{MaxPricePerMwh}" : null;
    }

    private static string? CurrencyProblem(string text) => text.Length == 3 && text.All(char.IsAsciiLetterUpper)
        ? null
        : $"currency {RowProblem.Quote(text)} is not three capital letters such as EUR";

    private static List<Row> InOneCurrency(List<Row> rows, List<RowProblem> problems)
    {
        string? main = rows.GroupBy(row => row.Currency).MaxBy(group => group.Count())?.Key;
        foreach (Row row in rows.Where(row => row.Currency != main))
            problems.Add(new RowProblem(row.Line, $"currency {row.Currency} in a file of {main}; dropped"));
        return rows.Where(row => row.Currency == main).ToList();
    }

    private static List<Row> InOrder(List<Row> rows, List<RowProblem> problems)
    {
        int latest = 0;
        for (int index = 1; index < rows.Count; index++)
        {
            if (rows[index].StartUtc >= rows[latest].StartUtc)
                latest = index;
            else
                problems.Add(new RowProblem(rows[index].Line, $"is earlier than line {rows[latest].Line}; sorted into place"));
        }
        return rows.OrderBy(row => row.StartUtc).ThenBy(row => row.Line).ToList();
    }

    private static List<Row> WithoutDuplicates(List<Row> rows, List<RowProblem> problems)
    {
        var kept = new List<Row>(rows.Count);
        foreach (Row row in rows)
        {
            if (kept.Count == 0 || kept[^1].StartUtc != row.StartUtc)
                kept.Add(row);
            else if (kept[^1].Price == row.Price)
                problems.Add(new RowProblem(row.Line, $"repeats line {kept[^1].Line}; dropped"));
            else
                problems.Add(new RowProblem(row.Line, $"price {row.Price} contradicts {kept[^1].Price} of line {kept[^1].Line} for the same start; dropped, the first kept"));
        }
        return kept;
    }

    private static TimeSpan[] Spacings(List<Row> rows) =>
        rows.Zip(rows.Skip(1), (row, next) => next.StartUtc - row.StartUtc).ToArray();

    private static List<PriceSlot> WithDurations(List<Row> rows, TimeSpan fileSpacing, List<RowProblem> problems)
    {
        var slots = new List<PriceSlot>(rows.Count);
        for (int first = 0, end; first < rows.Count; first = end)
        {
            end = first + 1;
            while (end < rows.Count && rows[end].StartUtc.Date == rows[first].StartUtc.Date)
                end++;
            List<Row> day = rows.GetRange(first, Math.Min(end + 1, rows.Count) - first);
            TimeSpan daySpacing = PriceSpacing.OfDay(Spacings(day)) ?? fileSpacing;
            for (int index = first; index < end; index++)
            {
                TimeSpan duration = daySpacing;
                if (index + 1 < rows.Count && rows[index + 1].StartUtc - rows[index].StartUtc is var distance && distance < duration)
                {
                    problems.Add(new RowProblem(rows[index].Line,
                        $"lasts {distance.TotalMinutes} minutes, until line {rows[index + 1].Line}, on a day of {daySpacing.TotalMinutes}-minute prices; kept"));
                    duration = distance;
                }
                slots.Add(new PriceSlot(rows[index].StartUtc, duration, rows[index].Price));
            }
        }
        return slots;
    }
}
