using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace Fleet.Tests.Tidy.Device;

/// <summary>Empty reference assemblies, one an assembly of the rows, compiled from them with no standard library.</summary>
internal static class ReferenceSet
{
    private const string CoreLibrary = "mscorlib";

    private static readonly EmitOptions MetadataOnly = new(metadataOnly: true, runtimeMetadataVersion: "v4.0.30319");

    public static IReadOnlyList<MetadataReference> Emit(IReadOnlyCollection<ApiType> rows)
    {
        Dictionary<string, ApiType> byName = rows.ToDictionary(row => row.Name);
        Dictionary<string, ApiType[]> byAssembly = rows.GroupBy(row => row.Assembly).ToDictionary(group => group.Key, group => group.ToArray());
        Dictionary<string, MetadataReference> emitted = [];
        foreach (string assembly in byAssembly.Keys)
            Emit(assembly, byAssembly, byName, emitted);
        return [.. emitted.Values];
    }

    /// <summary>Emits what the assembly needs before it; the rows' assemblies have no cycles.</summary>
    private static void Emit(
        string assembly,
        IReadOnlyDictionary<string, ApiType[]> byAssembly,
        IReadOnlyDictionary<string, ApiType> byName,
        IDictionary<string, MetadataReference> emitted)
    {
        if (emitted.ContainsKey(assembly))
            return;
        foreach (string needed in Needed(assembly, byAssembly, byName))
            Emit(needed, byAssembly, byName, emitted);
        CSharpCompilation compilation = CSharpCompilation.Create(
            assembly,
            [CSharpSyntaxTree.ParseText(ApiSource.Of(byAssembly[assembly], byName), SourceFile.Language)],
            emitted.Values,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        MemoryStream image = new();
        ImmutableArray<Diagnostic> diagnostics = compilation.Emit(image, options: MetadataOnly).Diagnostics;
        string[] errors = diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => Explain(d)).ToArray();
        if (errors.Length > 0)
            throw new InvalidOperationException(
                $"firmware/nanoframework.api: the rows of {assembly} are not whole:\n{string.Join('\n', errors)}\n{ApiFileTests.HowToRefresh}");
        emitted[assembly] = MetadataReference.CreateFromImage(image.ToArray());
    }

    private static IEnumerable<string> Needed(
        string assembly, IReadOnlyDictionary<string, ApiType[]> byAssembly, IReadOnlyDictionary<string, ApiType> byName) =>
        byAssembly[assembly].SelectMany(ApiCut.Mentioned)
            .Where(byName.ContainsKey).Select(type => byName[type].Assembly)
            .Append(CoreLibrary).Where(byAssembly.ContainsKey)
            .Where(other => other != assembly).Distinct();

    private static string Explain(Diagnostic diagnostic)
    {
        SyntaxTree? tree = diagnostic.Location.SourceTree;
        return diagnostic.GetMessage() + (tree == null
            ? "" : " in: " + tree.GetText().Lines.GetLineFromPosition(diagnostic.Location.SourceSpan.Start));
    }
}
