using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Fleet.Tests.Tidy.Device;

/// <summary>
/// The framework types and members that a compilation uses, as documentation ids: what its image refers to, what the
/// source names (constants and enum values leave no trace in the image), and all that its types must implement.
/// </summary>
internal sealed class UsedMembers
{
    /// <summary>The compiler writes it on every image that it can; no code of ours uses it.</summary>
    private const string WrittenOnEveryImage = "System.Diagnostics.DebuggableAttribute";

    /// <summary>The compiler asks for it at a match of text, even where it then compares single characters.</summary>
    private const string StringEquality = "M:System.String.op_Equality(System.String,System.String)";

    private readonly HashSet<string> _ids = [];

    /// <param name="compilation">code that compiles without an error</param>
    /// <param name="image">what it was emitted to</param>
    public static IReadOnlyCollection<string> Of(CSharpCompilation compilation, Stream image)
    {
        UsedMembers used = new();
        used._ids.UnionWith(ImageMembers.In(image).Where(id => !id.Contains(WrittenOnEveryImage)));
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
                used.Visit(model, node);
        }
        return used._ids;
    }

    private void Visit(SemanticModel model, SyntaxNode node)
    {
        switch (node)
        {
            case CommonForEachStatementSyntax loop:
                ForEachStatementInfo info = model.GetForEachStatementInfo(loop);
                Add(info.GetEnumeratorMethod);
                Add(info.MoveNextMethod);
                Add(info.CurrentProperty);
                Add(info.DisposeMethod);
                break;
            case BaseTypeDeclarationSyntax or DelegateDeclarationSyntax:
                AddContracts((INamedTypeSymbol)model.GetDeclaredSymbol(node)!);
                break;
            case MethodDeclarationSyntax or BasePropertyDeclarationSyntax:
                AddOverridden(model.GetDeclaredSymbol(node)!);
                break;
            case ExpressionSyntax expression:
                if (expression.Parent is ConstantPatternSyntax or CaseSwitchLabelSyntax && expression.IsKind(SyntaxKind.StringLiteralExpression))
                    _ids.Add(StringEquality);
                Add(model.GetSymbolInfo(expression).Symbol);
                Add(model.GetTypeInfo(expression).Type);
                Add(model.GetTypeInfo(expression).ConvertedType);
                Add(model.GetConversion(expression).MethodSymbol);
                break;
        }
    }

    /// <summary>A type of ours must fit all of the interfaces it names and every abstract member it inherits.</summary>
    private void AddContracts(INamedTypeSymbol type)
    {
        foreach (INamedTypeSymbol contract in type.AllInterfaces)
            foreach (ISymbol member in contract.GetMembers())
                Add(member);
        for (INamedTypeSymbol? ancestor = type.BaseType; ancestor != null; ancestor = ancestor.BaseType)
        {
            Add(ancestor);
            foreach (ISymbol member in ancestor.GetMembers().Where(member => member.IsAbstract))
                Add(member);
        }
    }

    private void AddOverridden(ISymbol member) => Add(member switch
    {
        IMethodSymbol method => method.OverriddenMethod,
        IPropertySymbol property => property.OverriddenProperty,
        IEventSymbol @event => @event.OverriddenEvent,
        _ => null,
    });

    private void Add(ISymbol? symbol)
    {
        if (symbol is IArrayTypeSymbol array)
        {
            _ids.Add("T:System.Array");
            Add(array.ElementType);
        }
        else if (symbol is INamedTypeSymbol or IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol
            && symbol.OriginalDefinition.GetDocumentationCommentId() is { } id)
        {
            _ids.Add(id);
            Add(symbol.ContainingType);
        }
    }
}
