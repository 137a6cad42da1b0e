using System;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Fleet.Tests.Tidy;

/// <summary>One file of the tree, with its path from the root in forward slashes; a C# file is parsed on first use.</summary>
internal sealed class SourceFile
{
    public static readonly CSharpParseOptions Language = new(LanguageVersion.CSharp13, DocumentationMode.Parse);

    private static readonly string[] TextEndings =
        [".cs", ".csproj", ".nfproj", ".props", ".targets", ".config", ".js", ".css", ".html", ".sql", ".sh"];

    private readonly Lazy<SyntaxTree> _syntax;

    public SourceFile(string path, string text)
    {
        Path = path;
        Text = text;
        _syntax = new Lazy<SyntaxTree>(() => CSharpSyntaxTree.ParseText(Text, Language, Path));
    }

    public string Path { get; }

    public string Text { get; }

    public bool IsCSharp => Path.EndsWith(".cs", StringComparison.Ordinal);

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    public string Folder => Path.Contains('/') ? Path[..Path.LastIndexOf('/')] : "";

    public SyntaxTree Syntax => _syntax.Value;

    public SyntaxNode Root => Syntax.GetRoot();

    public static bool IsText(string path) => TextEndings.Contains(System.IO.Path.GetExtension(path));

    public bool IsIn(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    /// <summary>A violation at the line where the node begins, without its leading comments.</summary>
    public Violation At(SyntaxNode node, string message) => new(Path, LineOf(node.SpanStart), message);

    public int LineOf(int position) => Syntax.GetLineSpan(new Microsoft.CodeAnalysis.Text.TextSpan(position, 0)).StartLinePosition.Line + 1;

    public override string ToString() => Path;
}
