using System;
using System.Text;

namespace Fleet.Virtual.Plant;

/// <summary>The ways in which real miners break their JSON, as collected by those who parse it in the field.</summary>
public enum MalformedJson
{
    /// <summary>A comma before the last brace: <c>,}</c></summary>
    CommaBeforeBrace,

    /// <summary>Line ends in the middle.</summary>
    Newlines,

    /// <summary>Two objects without a comma between: <c>}{</c></summary>
    JoinedObjects,

    /// <summary>An empty first element: <c>[,{</c></summary>
    CommaAfterBracket,

    /// <summary>A doubled quote before a name: <c>""temp0"</c></summary>
    DoubledQuote,

    /// <summary>A word for a number: <c>"inf"</c></summary>
    Infinity,

    /// <summary>A word for a number: <c>"nan"</c></summary>
    NotANumber,

    /// <summary>A comma before everything.</summary>
    LeadingComma,

    /// <summary>The tail is missing.</summary>
    TruncatedTail,

    /// <summary>A list written like an object without names: <c>"error_code":{"206","400"}</c></summary>
    ListLikeObject,

    /// <summary>More NUL bytes at the end.</summary>
    TrailingNuls,
}

/// <summary>Breaks sound JSON.</summary>
public static class MalformedJsonBreaks
{
    /// <summary>The same JSON, broken in this way; its first object must not be empty.</summary>
    public static byte[] Break(this MalformedJson way, ReadOnlySpan<byte> json)
    {
        var text = Encoding.UTF8.GetString(json);
        var number = text.AsSpan().IndexOfAnyInRange('0', '9');
        return Encoding.UTF8.GetBytes(way switch
        {
            MalformedJson.CommaBeforeBrace => text[..^1] + ",}",
            MalformedJson.Newlines => text.Replace(",", ",\r\n"),
            MalformedJson.JoinedObjects => text + text,
            MalformedJson.CommaAfterBracket => text.Replace("[{", "[,{"),
            MalformedJson.DoubledQuote => text[..1] + "\"\"temp0\":1," + text[1..],
            MalformedJson.Infinity => FirstNumber(text, number, "\"inf\""),
            MalformedJson.NotANumber => FirstNumber(text, number, "\"nan\""),
            MalformedJson.LeadingComma => "," + text,
            MalformedJson.TruncatedTail => text[..(text.Length * 2 / 3)],
            MalformedJson.ListLikeObject => text[..1] + "\"error_code\":{\"206\",\"400\"}," + text[1..],
            MalformedJson.TrailingNuls => text + "\0\0\0",
            _ => text,
        });
    }

    private static string FirstNumber(string text, int start, string word)
    {
        // Only a value will do: a digit inside a name or a string is passed over.
        while (start > 0 && text[start - 1] is not (':' or '-'))
        {
            var next = text.AsSpan(start + 1).IndexOfAnyInRange('0', '9');
            if (next < 0)
                return text;
            start += 1 + next;
        }

        var end = start;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
            end++;
        return text[..start] + word + text[end..];
    }
}
