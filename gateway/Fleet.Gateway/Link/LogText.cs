using System.Globalization;

namespace Fleet.Gateway.Link;

/// <summary>What a stranger sent, fit for one line of a log: short, and without what could begin a line of its own or move a terminal's cursor.</summary>
internal static class LogText
{
    /// <summary>Longest text shown: more than any name of ours, less than a line.</summary>
    public const int Longest = 64;

    /// <summary>The beginning of a text, its control characters replaced.</summary>
    public static string Of(string? text)
    {
        if (text is null)
            return "";
        var isCut = text.Length > Longest;
        return string.Create(isCut ? Longest + 1 : text.Length, text, (line, whole) =>
        {
            for (var i = 0; i < line.Length; i++)
                line[i] = i == Longest ? '…' : IsPlain(whole[i]) ? whole[i] : '\uFFFD';
        });
    }

    // Line and paragraph separators end lines too, format characters turn their direction; halves of a pair are cut anywhere.
    private static bool IsPlain(char letter) => char.GetUnicodeCategory(letter) is not (
        UnicodeCategory.Control or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Format
        or UnicodeCategory.Surrogate);
}
