using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Fleet.Tests.Tidy;

/// <summary>Every option says its default, or that it is required, and a number its range (rule 18).</summary>
public sealed class OptionDocTests
{
    private static readonly Regex Default = new(@"\b(default|required)\b", RegexOptions.IgnoreCase);
    private static readonly Regex Range = new(@"\d to \S|\babove \d|\bat least \d|\d or more");

    [Fact]
    public void Every_option_says_its_default_and_range()
    {
        Tidy.Holds(Unsaid, SourceTree.Repository.CSharp().Where(file => file.Path.EndsWith("Fleet.Gateway/FleetOptions.cs")));
        Assert.NotEmpty(SourceTree.Repository.CSharp().Where(file => file.Path.EndsWith("Fleet.Gateway/FleetOptions.cs")).SelectMany(Options));
    }

    [Theory]
    [InlineData("class LinkOptions { /// <summary>TCP port; 0 to 9.</summary>\n public int Port { get; set; } }")]
    [InlineData("class LinkOptions { /// <summary>TCP port. Default 1883.</summary>\n public int Port { get; set; } }")]
    [InlineData("class LinkOptions { public string Host { get; set; } }")]
    public void Bites_on_an_option_that_does_not(string snippet) => Tidy.Bites(Unsaid, snippet);

    [Theory]
    [InlineData("class LinkOptions { /// <summary>TCP port; 0 to 65,535, default 1883.</summary>\n public int Port { get; set; } }")]
    [InlineData("class LinkOptions { /// <summary>Watts; above 0. Required.</summary>\n public int Watts { get; set; } }")]
    [InlineData("class FleetOptions { /// <summary>The link.</summary>\n public LinkOptions Link { get; set; } }")]
    public void Spares_one_that_does_and_the_options_within(string snippet) => Tidy.Spares(Unsaid, snippet);

    private static IEnumerable<Violation> Unsaid(SourceFile file) => Options(file)
        .Where(option => !Default.IsMatch(DocOf(option)) || (IsNumber(option) && !Range.IsMatch(DocOf(option))))
        .Select(option => file.At(option, $"{option.Identifier.Text} does not say its default{(IsNumber(option) ? " and range" : "")}"));

    private static IEnumerable<PropertyDeclarationSyntax> Options(SourceFile file) => file.Root.DescendantNodes().OfType<PropertyDeclarationSyntax>()
        .Where(property => !property.Type.ToString().Contains("Options"));

    private static string DocOf(PropertyDeclarationSyntax option) => option.GetLeadingTrivia().ToFullString();

    private static bool IsNumber(PropertyDeclarationSyntax option) => option.Type.ToString() is "int" or "long" or "double" or "decimal";
}
