using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Fleet.Tests.Tidy;

/// <summary>Every public type says in a doc comment what it is in the domain (rule 14); a test class says it by its tests.</summary>
public sealed class DocCommentTests
{
    [Fact]
    public void Every_public_type_says_what_it_is()
    {
        HashSet<string> documented = SourceTree.Repository.CSharp().SelectMany(Parts).Where(IsDocumented).Select(NameOf).ToHashSet();
        Tidy.Holds(file => Undocumented(file).Where(violation => !documented.Contains(violation.Message.Split(' ')[0])), SourceTree.Repository.CSharp());
    }

    [Theory]
    [InlineData("public class Site { }")]
    [InlineData("// not a doc comment\npublic struct Watts { }")]
    [InlineData("public enum Kind { A }")]
    [InlineData("public delegate void Act();")]
    [InlineData("/// <summary>Outer.</summary>\npublic class Outer { public class Inner { } }")]
    public void Bites_on_a_public_type_without_one(string snippet) => Tidy.Bites(Undocumented, snippet);

    [Theory]
    [InlineData("/// <summary>A site.</summary>\npublic class Site { }")]
    [InlineData("/// <summary>A site.</summary>\n[Serializable]\npublic class Site { }")]
    [InlineData("class Site { public class Inner { } }")]
    [InlineData("public class SiteTests { [Fact] public void Works() { } }")]
    public void Spares_documented_internal_and_test_types(string snippet) => Tidy.Spares(Undocumented, snippet);

    private static IEnumerable<Violation> Undocumented(SourceFile file) => Types(file.Root)
        .Where(type => IsPublic(type) && !IsDocumented(type) && !IsTestClass(type))
        .Select(type => file.At(type, $"{NameOf(type)} is public and has no doc comment: say in one sentence what it is"));

    private static IEnumerable<MemberDeclarationSyntax> Types(SyntaxNode root) => root.DescendantNodes()
        .OfType<MemberDeclarationSyntax>().Where(member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);

    private static IEnumerable<MemberDeclarationSyntax> Parts(SourceFile file) =>
        Types(file.Root).Where(type => type.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static bool IsPublic(MemberDeclarationSyntax type) => type.Ancestors().OfType<BaseTypeDeclarationSyntax>().Append(type)
        .All(level => level.Modifiers.Any(SyntaxKind.PublicKeyword) || level.Parent is InterfaceDeclarationSyntax);

    private static bool IsDocumented(MemberDeclarationSyntax type) => type.GetLeadingTrivia()
        .Any(trivia => trivia.GetStructure() is DocumentationCommentTriviaSyntax comment && comment.ToString().Contains("<summary>"));

    private static bool IsTestClass(MemberDeclarationSyntax type) => type.DescendantNodes().OfType<AttributeSyntax>()
        .Any(attribute => attribute.Name.ToString() is "Fact" or "Theory");

    private static string NameOf(MemberDeclarationSyntax type) => string.Join('.', type.AncestorsAndSelf()
        .Select(node => node switch
        {
            BaseNamespaceDeclarationSyntax space => space.Name.ToString(),
            BaseTypeDeclarationSyntax named => named.Identifier.Text,
            DelegateDeclarationSyntax named => named.Identifier.Text,
            _ => null,
        }).OfType<string>().Reverse());
}
