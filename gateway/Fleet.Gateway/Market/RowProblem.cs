using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Gateway.Market;

/// <summary>What is wrong, or worth knowing, about one row of a file.</summary>
/// <param name="Line">Line number in the file, the header being line 1.</param>
/// <param name="Reason">What was found and what was done about it.</param>
public readonly record struct RowProblem(int Line, string Reason)
{
    /// <summary>Most problems listed for one file: enough to mend it, too few to flood a page or a log.</summary>
    public const int MaxListed = 1_000;

    /// <summary>The first problems by line; when some are left out, the last entry says how many.</summary>
    internal static IReadOnlyList<RowProblem> Listed(List<RowProblem> problems)
    {
        RowProblem[] ordered = problems.OrderBy(problem => problem.Line).ToArray();
        if (ordered.Length <= MaxListed)
            return ordered;
        RowProblem first = ordered[MaxListed];
        ordered[MaxListed] = new RowProblem(first.Line, $"{ordered.Length - MaxListed} more problems from this line on are not listed");
        return ordered[..(MaxListed + 1)];
    }

    /// <summary>How many there are and the first of them, to end a refusal with; empty when there are none.</summary>
    internal static string Summary(List<RowProblem> problems)
    {
        const int First = 3;
        if (problems.Count == 0)
            return "";
        var first = problems.OrderBy(problem => problem.Line).Take(First).Select(problem => $"line {problem.Line}: {problem.Reason}");
        return $". {problems.Count} lines with problems, the first: {string.Join("; ", first)}";
    }

    /// <summary>Quotes text of a file in a message, cut to a readable length.</summary>
    internal static string Quote(string? text)
    {
        const int Longest = 60;
        string plain = new((text ?? "").Where(letter => !char.IsControl(letter)).Take(Longest + 1).ToArray());
        return plain.Length > Longest ? $"\"{plain[..Longest]}…\"" : $"\"{plain}\"";
    }
}
