using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;

namespace Fleet.Tests.Tidy.Device;

/// <summary>Writes a constant's or optional parameter's value, which the rows hold as text, as a C# expression of its type.</summary>
internal static class ApiLiteral
{
    public static string Of(string type, string text) => type switch
    {
        "System.String" => text == "null" ? "null" : SymbolDisplay.FormatLiteral(text, quote: true),
        "System.Char" => $"'\\u{(int)text[0]:x4}'",
        "System.Boolean" => text.ToLowerInvariant(),
        "System.Double" => Real(text, "D"),
        "System.Single" => Real(text, "F"),
        "System.UInt64" => text + "UL",
        _ when text == "null" => "default",
        _ when decimal.TryParse(text, CultureInfo.InvariantCulture, out _) => $"(global::{type})({text})",
        _ => $"global::{type}.{text}",
    };

    private static string Real(string text, string suffix) => text switch
    {
        "NaN" => $"0{suffix} / 0{suffix}",
        "Infinity" => $"1{suffix} / 0{suffix}",
        "-Infinity" => $"-1{suffix} / 0{suffix}",
        _ => text + suffix,
    };
}
