using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Fleet.Tests.Tidy;

/// <summary>Nothing static changes in product code, so that two controllers or two sites never meet in it (rule 12).</summary>
public sealed class StaticTests
{
    [Fact]
    public void Nothing_static_changes() => Tidy.Holds(StaticsAreFixed, SourceTree.Repository.CSharp("hardware", "firmware", "gateway"));

    [Theory]
    [InlineData("class A { static int _count; }")]
    [InlineData("class A { public static int[] Rows = new int[2]; }")]
    [InlineData("class A { static int Count { get; set; } }")]
    [InlineData("class A { static int Count { get; private set; } }")]
    [InlineData("delegate void Act(); class A { static event Act Acted; }")]
    public void Bites_on_a_static_that_changes(string snippet) => Tidy.Bites(StaticsAreFixed, snippet);

    [Theory]
    [InlineData("class A { static readonly int[] Rows = { 1 }; const int Most = 2; int _count; }")]
    [InlineData("class A { static int Count { get; } = 2; static int Twice => 4; int Set { get; set; } }")]
    public void Spares_constants_tables_and_fields(string snippet) => Tidy.Spares(StaticsAreFixed, snippet);

    private static IEnumerable<Violation> StaticsAreFixed(SourceFile file) => file.Root.DescendantNodes()
        .OfType<MemberDeclarationSyntax>()
        .Where(member => member.Modifiers.Any(SyntaxKind.StaticKeyword) && Changes(member))
        .Select(member => file.At(member, "a static that changes: keep it in an object that is given to those who need it"));

    private static bool Changes(MemberDeclarationSyntax member) => member switch
    {
        EventFieldDeclarationSyntax => true,
        FieldDeclarationSyntax field => !field.Modifiers.Any(SyntaxKind.ReadOnlyKeyword),
        PropertyDeclarationSyntax property => property.AccessorList?.Accessors.Any(SyntaxKind.SetAccessorDeclaration) == true,
        _ => false,
    };
}
