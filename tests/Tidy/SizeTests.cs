using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Fleet.Tests.Tidy;

/// <summary>A file is one idea and a method fits a screen (rule 11).</summary>
public sealed class SizeTests
{
    private const int FileLines = 300;
    private const int MethodLines = 50;

    [Fact]
    public void Every_file_is_one_idea_of_at_most_300_lines() => Tidy.Holds(FileFits, SourceTree.Repository.Files);

    [Fact]
    public void Every_method_fits_a_screen_of_50_lines() => Tidy.Holds(MethodsFit, SourceTree.Repository.CSharp());

    [Fact]
    public void Bites_on_a_file_of_301_lines()
    {
        Tidy.Bites(FileFits, Lines(301));
        Tidy.Bites(FileFits, Lines(301), "gateway/Fleet.Gateway/Web/page.js");
        Tidy.Spares(FileFits, Lines(300));
    }

    [Theory]
    [InlineData("class A {{ void M()\n{{\n{0}}} }}")]
    [InlineData("class A {{ A()\n{{\n{0}}} }}")]
    [InlineData("class A {{ int P\n{{ get {{\n{0} return 1; }} }} }}")]
    [InlineData("class A {{ int[] P =>\n[\n{0}]; }}")]
    [InlineData("class A {{ void M() {{ void Local()\n{{\n{0}}} }} }}")]
    [InlineData("var x = 1;\n{0}var y = 1;")]
    public void Bites_on_a_method_of_51_lines(string shape)
    {
        Tidy.Bites(MethodsFit, string.Format(shape, Statements(51)));
        Tidy.Spares(MethodsFit, string.Format(shape, Statements(20)));
    }

    [Fact]
    public void Comments_and_attributes_before_a_method_do_not_count() =>
        Tidy.Spares(MethodsFit, $"class A {{\n{string.Concat(Enumerable.Repeat("/// <summary>x</summary>\n[Obsolete]\n", 51))}void M() {{ }} }}");

    private static IEnumerable<Violation> FileFits(SourceFile file)
    {
        int lines = file.Text.AsSpan().TrimEnd('\n').Count('\n') + 1;
        return lines <= FileLines ? [] : [new Violation(file.Path, FileLines + 1, $"{lines} lines, at most {FileLines}: part the ideas")];
    }

    private static IEnumerable<Violation> MethodsFit(SourceFile file) => file.Root.DescendantNodesAndSelf()
        .Where(IsMethod)
        .Select(node => (Node: node, Lines: file.LineOf(node.Span.End) - file.LineOf(Start(node)) + 1))
        .Where(method => method.Lines > MethodLines)
        .Select(method => file.At(method.Node, $"a method of {method.Lines} lines, at most {MethodLines}"));

    private static bool IsMethod(SyntaxNode node) =>
        node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax
            or ArrowExpressionClauseSyntax { Parent: BasePropertyDeclarationSyntax }
        || node is CompilationUnitSyntax unit && unit.Members.OfType<GlobalStatementSyntax>().Any();

    /// <summary>Where the method's own text begins: after its attributes, and for statements of a program after the usings.</summary>
    private static int Start(SyntaxNode node) => node switch
    {
        CompilationUnitSyntax unit => unit.Members.OfType<GlobalStatementSyntax>().First().SpanStart,
        MemberDeclarationSyntax { AttributeLists: { Count: > 0 } lists } => lists.Last().GetLastToken().GetNextToken().SpanStart,
        _ => node.SpanStart,
    };

    private static string Lines(int count) => string.Concat(Enumerable.Repeat("// a line\n", count));

    private static string Statements(int count) => string.Concat(Enumerable.Repeat("\n", count)) + "\n";
}
