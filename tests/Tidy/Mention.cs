using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Fleet.Tests.Tidy;

/// <summary>A dotted name in a file that begins at a namespace: in a using, a declaration or the code.</summary>
internal sealed record Mention(string Name, int Line)
{
    /// <summary>The gateway's ideas, which its files can also name from their own namespace, as in <c>Sites.Site</c>.</summary>
    private static readonly string[] Ideas =
        ["Sites", "Link", "Market", "Signals", "Planning", "Dispatch", "Workloads", "Storage", "Access", "Web"];

    public static IEnumerable<Mention> In(SourceFile file) => file.Root.DescendantNodes()
        .Where(node => node is NameSyntax or MemberAccessExpressionSyntax && node.Parent is not (QualifiedNameSyntax or MemberAccessExpressionSyntax))
        .Where(node => node is not SimpleNameSyntax || node.Parent is UsingDirectiveSyntax)
        .Select(node => new Mention(FullName(file, node), file.LineOf(node.SpanStart)));

    /// <summary>True when the name is the namespace or something in it.</summary>
    public bool IsBelow(string space) => Name == space || Name.StartsWith(space + ".", StringComparison.Ordinal);

    private static string FullName(SourceFile file, SyntaxNode node)
    {
        string name = node.ToString().Replace("global::", "");
        bool isRelative = node is QualifiedNameSyntax && file.IsIn("gateway/Fleet.Gateway") && Ideas.Contains(name.Split('.')[0]);
        return isRelative ? "Fleet.Gateway." + name : name;
    }
}
