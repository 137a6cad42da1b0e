using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Fleet.Tests.Tidy;

/// <summary>Names say what a thing is in the domain, so words that say nothing are banned from our own (rule 10).</summary>
public sealed partial class NameTests
{
    private static readonly HashSet<string> Empty =
    [
        "Manager", "Managers", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities",
        "Service", "Services", "Processor", "Processors", "Data",
    ];

    [Fact]
    public void Every_type_namespace_and_file_has_a_name_that_says_what_it_is() =>
        Tidy.Holds(NamesSaySomething, SourceTree.Repository.CSharp());

    [Theory]
    [InlineData("class SiteManager { }")]
    [InlineData("struct HelperOfSites { }")]
    [InlineData("record SiteData(int Watts);")]
    [InlineData("interface IPriceService { }")]
    [InlineData("enum DataKind { A }")]
    [InlineData("delegate void PriceProcessor();")]
    [InlineData("namespace Fleet.Gateway.Utils;")]
    [InlineData("class A { class TimeUtil { } }")]
    public void Bites_on_an_empty_word(string snippet) => Tidy.Bites(NamesSaySomething, snippet);

    [Fact]
    public void Bites_on_an_empty_word_in_a_file_name() =>
        Tidy.Bites(NamesSaySomething, "class Site { }", "gateway/Fleet.Gateway/Sites/SiteHelper.cs");

    [Theory]
    [InlineData("class Replanner : BackgroundService { }")]
    [InlineData("class Database { IServiceProvider _services; }")]
    [InlineData("class Metadata { }")]
    public void Spares_words_of_the_framework_and_words_that_contain_them(string snippet) => Tidy.Spares(NamesSaySomething, snippet);

    private static IEnumerable<Violation> NamesSaySomething(SourceFile file) => file.Root.DescendantNodes()
        .Select(node => (Node: node, Name: DeclaredName(node)))
        .Where(declared => declared.Name != null)
        .SelectMany(declared => EmptyWords(declared.Name!).Select(word =>
            file.At(declared.Node, $"{declared.Name} has the word {word}, which says nothing: take a name from the glossary")))
        .Concat(EmptyWords(file.Name).Select(word => new Violation(file.Path, 1, $"the file's name has the word {word}, which says nothing")));

    private static string? DeclaredName(SyntaxNode node) => node switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier.Text,
        DelegateDeclarationSyntax type => type.Identifier.Text,
        BaseNamespaceDeclarationSyntax space => space.Name.ToString(),
        _ => null,
    };

    private static IEnumerable<string> EmptyWords(string name) => Word().Matches(name).Select(match => match.Value).Where(Empty.Contains);

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+")]
    private static partial Regex Word();
}
