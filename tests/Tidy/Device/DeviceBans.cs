using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Fleet.Tests.Tidy.Device;

/// <summary>What compiles for the device and then crashes, throws or silently does something else there.</summary>
internal static class DeviceBans
{
    private const string Generic = "any generic type or method crashes or hangs the device: write it out for the type it is used with";
    private const string ManyDimensions = "an array of more than one dimension crashes the device: use an array of arrays";
    private const string InterfaceBody = "a default or static interface member throws on the device: declare it only";
    private const string StackMemory = "stackalloc throws on the device: keep a buffer in a field";
    private const string Pinned = "the device's metadata processor refuses fixed and pointers: index the array";

    private static readonly Dictionary<SyntaxKind, string> BannedNodes = new()
    {
        [SyntaxKind.TypeParameterList] = Generic,
        [SyntaxKind.GenericName] = Generic,
        [SyntaxKind.StackAllocArrayCreationExpression] = StackMemory,
        [SyntaxKind.ImplicitStackAllocArrayCreationExpression] = StackMemory,
        [SyntaxKind.FixedStatement] = Pinned,
        [SyntaxKind.PointerType] = Pinned,
        [SyntaxKind.DestructorDeclaration] = "a finalizer runs when the collector pleases: release in Dispose",
        [SyntaxKind.SpreadElement] = "a spread does not work on the device: copy with Array.Copy",
    };

    /// <summary>Every banned thing in one file, at most one violation of a kind a line.</summary>
    public static IEnumerable<Violation> In(SemanticModel model) => model.SyntaxTree.GetRoot().DescendantNodes()
        .SelectMany(node => Bans(model, node).Select(reason => Describe(node, reason)))
        .Concat(model.SyntaxTree.GetRoot().DescendantTokens()
            .Where(token => token.IsKind(SyntaxKind.CheckedKeyword))
            .Select(token => Describe(token.Parent!, "the device ignores checked, overflow wraps: compare before computing")))
        .Distinct();

    private static IEnumerable<string> Bans(SemanticModel model, SyntaxNode node)
    {
        if (BannedNodes.TryGetValue(node.Kind(), out string? reason))
            yield return reason;
        if (node is ArrayRankSpecifierSyntax { Rank: > 1 } or ImplicitArrayCreationExpressionSyntax { Commas.Count: > 0 })
            yield return ManyDimensions;
        if (node is MemberDeclarationSyntax { Parent: InterfaceDeclarationSyntax } member && HasBody(member))
            yield return InterfaceBody;
        if (node is ExpressionSyntax expression && Symbols(model, expression).Any(IsGeneric))
            yield return Generic;
        if (node is ExpressionSyntax array && model.GetTypeInfo(array).Type is IArrayTypeSymbol { Rank: > 1 })
            yield return ManyDimensions;
        foreach (string text in DeviceTextBans.In(model, node))
            yield return text;
    }

    private static bool HasBody(MemberDeclarationSyntax member) => member is not BaseTypeDeclarationSyntax
        && (member.Modifiers.Any(SyntaxKind.StaticKeyword)
            || member.DescendantNodes().Any(node => node is BlockSyntax or ArrowExpressionClauseSyntax));

    /// <summary>What an expression means, is and becomes: a generic can hide behind inference in each of them.</summary>
    private static IEnumerable<ISymbol?> Symbols(SemanticModel model, ExpressionSyntax expression) =>
    [
        model.GetSymbolInfo(expression).Symbol,
        model.GetTypeInfo(expression).Type,
        model.GetTypeInfo(expression).ConvertedType,
    ];

    private static bool IsGeneric(ISymbol? symbol) => symbol switch
    {
        INamedTypeSymbol type => type.IsGenericType || type.IsAnonymousType,
        IMethodSymbol method => method.IsGenericMethod || method.ContainingType is { IsGenericType: true },
        IFieldSymbol or IPropertySymbol or IEventSymbol => symbol.ContainingType.IsGenericType,
        _ => false,
    };

    private static Violation Describe(SyntaxNode node, string reason)
    {
        FileLinePositionSpan span = node.GetLocation().GetLineSpan();
        return new Violation(span.Path, span.StartLinePosition.Line + 1, reason);
    }
}
