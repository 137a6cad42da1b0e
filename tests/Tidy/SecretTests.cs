using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Fleet.Tests.Tidy;

/// <summary>No secret is in the sources, and so none in an image: what only one controller knows is in its settings file and its store.</summary>
public sealed partial class SecretTests
{
    private const string BuiltIn = "firmware/Esp32/BuiltInSettings.cs";

    [Fact]
    public void No_literal_is_a_secret_a_key_or_a_certificate() => Tidy.Holds(NoSecrets, SourceTree.Repository.CSharp("hardware", "firmware", "gateway"));

    [Fact]
    public void No_settings_go_with_the_image() => Tidy.Holds(NoSettings, SourceTree.Repository.CSharp("firmware").Where(file => file.Path == BuiltIn));

    [Fact]
    public void The_file_for_settings_in_an_image_is_where_this_looks_for_it() =>
        Assert.Single(SourceTree.Repository.CSharp("firmware"), file => file.Path == BuiltIn);

    [Theory]
    [InlineData("class A { const string B = \"00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF\"; }")]
    [InlineData("class A { const string B = @\"{\"\"secret\"\":\"\"00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF\"\"}\"; }")]
    [InlineData("class A { string B => $\"x{1}00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\"; }")]
    [InlineData("class A { const string B = \"-----BEGIN PRIVATE KEY-----\"; }")]
    [InlineData("class A { byte[] B => \"-----BEGIN CERTIFICATE-----\"u8.ToArray(); }")]
    public void Bites_on_secrets(string snippet) => Tidy.Bites(NoSecrets, snippet);

    [Theory]
    [InlineData("class A { const string B = \"64 hex digits\"; const string C = \"0011223344556677\"; }")]
    public void Spares_what_is_none(string snippet) => Tidy.Spares(NoSecrets, snippet);

    [Theory]
    [InlineData("class A { public const string Json = \"{}\"; }")]
    [InlineData("class A { public const string Json = Other; }")]
    public void Bites_on_settings_in_the_image(string snippet) => Tidy.Bites(NoSettings, snippet);

    [Fact]
    public void Spares_no_settings_in_the_image() => Tidy.Spares(NoSettings, "class A { public const string Json = \"\"; }");

    private static IEnumerable<Violation> NoSecrets(SourceFile file) => file.Root.DescendantTokens()
        .Where(token => token.IsKind(SyntaxKind.StringLiteralToken) || token.IsKind(SyntaxKind.Utf8StringLiteralToken)
            || token.IsKind(SyntaxKind.InterpolatedStringTextToken) || token.ToString().StartsWith("\"\"\"", StringComparison.Ordinal))
        .Where(token => Secret().IsMatch(token.ToString()))
        .Select(token => file.At(token.Parent!, "this looks like a secret: it belongs into a settings file or a store of certificates"));

    private static IEnumerable<Violation> NoSettings(SourceFile file) => file.Root.DescendantNodes().OfType<VariableDeclaratorSyntax>()
        .Where(variable => variable.Initializer?.Value is not LiteralExpressionSyntax { Token.ValueText: "" })
        .Select(variable => file.At(variable, "settings in the image are everybody's who has the image: give the device a file"));

    [GeneratedRegex("-----BEGIN|[0-9a-fA-F]{64}")]
    private static partial Regex Secret();
}
