using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using CsvHelper;
using CsvHelper.Configuration;

namespace Fleet.Gateway.Market;

/// <summary>One row of a CSV file with its line number.</summary>
internal readonly record struct CsvRow(int Line, string[] Fields);

/// <summary>A CSV file with a fixed header, read row by row so that a bad row spoils only itself.</summary>
internal static class CsvRows
{
    /// <summary>Most rows read from one file: 19 years of 5-minute prices.</summary>
    public const int MaxRows = 2_000_000;

    /// <summary>Reads all rows under the expected header, or says why the file is refused.</summary>
    /// <returns>Null and a refusal, or the rows; rows with a wrong number of fields are in <paramref name="problems"/>.</returns>
    public static List<CsvRow>? Read(TextReader text, string[] header, List<RowProblem> problems, out string? refusal)
    {
        // No escapes: a stray quote then spoils its own row instead of swallowing the rest of the file.
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Mode = CsvMode.NoEscape,
            HasHeaderRecord = false,
        };
        using var parser = new CsvParser(text, configuration, leaveOpen: true);
        string expected = string.Join(",", header);
        string[] found = parser.Read() ? Fields(parser) : [];
        if (!found.SequenceEqual(header, StringComparer.OrdinalIgnoreCase))
        {
            string what = found.Length == 0 ? "the file is empty" : $"its first line is {RowProblem.Quote(string.Join(",", found))}";
            refusal = $"{what}; expected the header {expected}";
            return null;
        }
        var rows = new List<CsvRow>();
        while (parser.Read())
        {
            string[] fields = Fields(parser);
            if (fields.Length != header.Length)
                problems.Add(new RowProblem(parser.RawRow, $"has {fields.Length} fields where {expected} are expected; dropped"));
            else
                rows.Add(new CsvRow(parser.RawRow, fields));
            if (rows.Count + problems.Count > MaxRows)
            {
                refusal = $"it has more than {MaxRows} rows; split it";
                return null;
            }
        }
        refusal = null;
        return rows;
    }

    private static string[] Fields(CsvParser parser) =>
        (parser.Record ?? []).Select(field => field.Trim().Trim('"')).ToArray();
}
