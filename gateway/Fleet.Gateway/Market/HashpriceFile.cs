using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Fleet.Gateway.Market;

/// <summary>What came of reading a hashprice file.</summary>
/// <param name="History">The days read; null when the file is refused.</param>
/// <param name="Problems">Rows dropped or worth knowing about, by line.</param>
/// <param name="Refusal">Why nothing could be used and what to do; null when there is a history.</param>
public sealed record HashpriceFileOutcome(HashpriceHistory? History, IReadOnlyList<RowProblem> Problems, string? Refusal);

/// <summary>Reads daily Bitcoin figures from a CSV file with the header
/// <c>date_utc,price_usd,difficulty,fees_btc_per_block,subsidy_btc,hashprice_usd_per_th_day</c>.</summary>
/// <remarks>
/// Hashprice is computed by <see cref="Hashprice.From"/>; the file's own column is compared with it and a difference is
/// reported. Where fees are missing the day counts without fees, which errs low, and that is reported too.
/// </remarks>
public static class HashpriceFile
{
    private const double LargestDifference = 0.01;

    private static readonly string[] Header =
        ["date_utc", "price_usd", "difficulty", "fees_btc_per_block", "subsidy_btc", "hashprice_usd_per_th_day"];

    /// <summary>Reads a file; a file that cannot be opened is refused with the reason.</summary>
    public static HashpriceFileOutcome Read(string path)
    {
        try
        {
            using var text = new StreamReader(path);
            return Read(text, Path.GetFileName(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new HashpriceFileOutcome(null, [], $"hashprice file {path} cannot be read: {error.Message}");
        }
    }

    /// <summary>Reads daily figures from text.</summary>
    public static HashpriceFileOutcome Read(TextReader text, string name)
    {
        var problems = new List<RowProblem>();
        List<CsvRow>? rows = CsvRows.Read(text, Header, problems, out string? refusal);
        if (rows is null)
            return new HashpriceFileOutcome(null, [], $"hashprice file {name} is refused: {refusal}");
        var days = new SortedDictionary<DateOnly, Hashprice>();
        foreach (CsvRow row in rows)
        {
            if (Parsed(row, problems) is not { AsOf: { } date } day)
                continue;
            if (!days.TryAdd(date, day))
                problems.Add(new RowProblem(row.Line, $"a second row for {date:yyyy-MM-dd}; dropped, the first kept"));
        }
        return days.Count == 0
            ? new HashpriceFileOutcome(null, RowProblem.Listed(problems), $"hashprice file {name} is refused: no usable row{RowProblem.Summary(problems)}")
            : new HashpriceFileOutcome(new HashpriceHistory(days.Values), RowProblem.Listed(problems), null);
    }

    private static Hashprice? Parsed(CsvRow row, List<RowProblem> problems)
    {
        if (!DateOnly.TryParseExact(row.Fields[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date))
            return Dropped($"date {RowProblem.Quote(row.Fields[0])} is not a date such as 2023-01-01");
        bool hasFees = row.Fields[3].Length > 0;
        if (!hasFees)
            problems.Add(new RowProblem(row.Line, "fees are missing; the day counts without fees"));
        var values = new double[Header.Length];
        for (int field = 1; field <= 4; field++)
        {
            if (field == 3 && !hasFees)
                continue;
            double lowest = field == 2 ? 1 : 0;
            if (!double.TryParse(row.Fields[field], NumberStyles.Float, CultureInfo.InvariantCulture, out values[field])
                || !double.IsFinite(values[field]) || values[field] < lowest)
                return Dropped($"{Header[field]} {RowProblem.Quote(row.Fields[field])} is not a number from {lowest} up");
        }
        Hashprice day = Hashprice.From(values[2], values[4], values[3], values[1], "USD", date);
        if (double.TryParse(row.Fields[5], NumberStyles.Float, CultureInfo.InvariantCulture, out double stated)
            && !(Math.Abs(stated - day.PerTerahashDay) <= LargestDifference * day.PerTerahashDay))
            problems.Add(new RowProblem(row.Line, $"states a hashprice of {stated:0.#####} where its own figures give {day.PerTerahashDay:0.#####}; the latter is used"));
        return day;

        Hashprice? Dropped(string reason)
        {
            problems.Add(new RowProblem(row.Line, $"{reason}; dropped"));
            return null;
        }
    }
}

/// <summary>Hashprice day by day; each day's close is known, and used, from the next day on.</summary>
public sealed class HashpriceHistory
{
    /// <summary>Days after which a close is too old to earn money on.</summary>
    public const int MaxAgeDays = 7;

    private readonly Hashprice[] _days;

    internal HashpriceHistory(IEnumerable<Hashprice> daysInOrder) => _days = daysInOrder.ToArray();

    /// <summary>The days read, in order.</summary>
    public IReadOnlyList<Hashprice> Days => _days;

    /// <summary>The latest close before the UTC day of <paramref name="instant"/>; null when none of the last <see cref="MaxAgeDays"/> days has one.</summary>
    public Hashprice? At(DateTimeOffset instant)
    {
        DateOnly today = DateOnly.FromDateTime(instant.UtcDateTime);
        int index = Array.FindLastIndex(_days, day => day.AsOf < today);
        return index >= 0 && _days[index].AsOf >= today.AddDays(-MaxAgeDays) ? _days[index] : null;
    }
}
