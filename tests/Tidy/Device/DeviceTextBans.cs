using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Fleet.Tests.Tidy.Device;

/// <summary>
/// Values that become other text on the device than on a PC: a real number prints inexactly, an enum prints its number,
/// and most number formats throw or come out as themselves.
/// </summary>
internal static partial class DeviceTextBans
{
    private const string Real = "a double or float prints inexactly on the device (21.5 as 21.499999999999999): print integers";
    private const string Enumeration = "an enum prints its number on the device: map it to text with a switch";
    private const string Format = "the device formats numbers with D, F, N and X and a width only; others throw or print themselves";

    /// <summary>Types whose methods print what they are given, as documentation ids.</summary>
    private static readonly string[] TextMakers =
        ["T:System.String", "T:System.Text.StringBuilder", "T:System.Diagnostics.Debug", "T:System.Console"];

    public static IEnumerable<string> In(SemanticModel model, SyntaxNode node) => node switch
    {
        InterpolationSyntax hole => Printed(model, hole.Expression)
            .Concat(BadFormat(model.GetTypeInfo(hole.Expression).Type, hole.FormatClause?.FormatStringToken.ValueText)),
        BinaryExpressionSyntax sum when sum.IsKind(SyntaxKind.AddExpression) && IsString(model.GetTypeInfo(sum).Type) =>
            Printed(model, sum.Left).Concat(Printed(model, sum.Right)),
        AssignmentExpressionSyntax append when append.IsKind(SyntaxKind.AddAssignmentExpression) && IsString(model.GetTypeInfo(append.Left).Type) =>
            Printed(model, append.Right),
        InvocationExpressionSyntax call when model.GetSymbolInfo(call).Symbol is IMethodSymbol method => InCall(model, call, method),
        _ => [],
    };

    private static IEnumerable<string> InCall(SemanticModel model, InvocationExpressionSyntax call, IMethodSymbol method)
    {
        SeparatedSyntaxList<ArgumentSyntax> arguments = call.ArgumentList.Arguments;
        if (method.Name == nameof(ToString) && call.Expression is MemberAccessExpressionSyntax { Expression: { } receiver })
            return Printed(model, receiver).Concat(arguments.SelectMany(argument =>
                BadFormat(model.GetTypeInfo(receiver).Type, model.GetConstantValue(argument.Expression).Value as string)));
        return TextMakers.Contains(method.ContainingType.GetDocumentationCommentId() ?? "")
            ? arguments.SelectMany(argument => Printed(model, argument.Expression))
            : [];
    }

    private static IEnumerable<string> Printed(SemanticModel model, ExpressionSyntax expression)
    {
        ITypeSymbol? type = model.GetTypeInfo(expression).Type;
        if (type?.SpecialType is SpecialType.System_Double or SpecialType.System_Single)
            yield return Real;
        if (type?.TypeKind == TypeKind.Enum || type?.SpecialType == SpecialType.System_Enum)
            yield return Enumeration;
    }

    private static IEnumerable<string> BadFormat(ITypeSymbol? type, string? format)
    {
        bool isNumber = type?.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_Double;
        if (isNumber && format != null && !KnownFormat().IsMatch(format))
            yield return Format;
    }

    private static bool IsString(ITypeSymbol? type) => type?.SpecialType == SpecialType.System_String;

    [GeneratedRegex("^[DFNXdfnx][0-9]{0,2}$")]
    private static partial Regex KnownFormat();
}
