using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace Fleet.Tests.Tidy.Device;

/// <summary>
/// The folders that are compiled for the device, compiled together against reference assemblies: as C# 13, with no
/// standard library, so that they see exactly the given surface.
/// </summary>
internal sealed class DeviceCode
{
    private const string UnnecessaryUsing = "CS8019";

    private static readonly Lazy<DeviceCode> Shared = new(() => new DeviceCode(ApiFile.Read(), Trees));

    public DeviceCode(IReadOnlyCollection<ApiType> rows, IEnumerable<SyntaxTree> trees)
        : this(ReferenceSet.Emit(rows), trees)
    {
    }

    public DeviceCode(IEnumerable<MetadataReference> references, IEnumerable<SyntaxTree> trees, string assembly = "Fleet")
    {
        Compilation = CSharpCompilation.Create(assembly, trees, references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        MemoryStream image = new();
        Errors = Compilation.Emit(image, options: new EmitOptions(runtimeMetadataVersion: "v4.0.30319"))
            .Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToArray();
        Image = image.ToArray();
    }

    public static string[] Folders { get; } =
        ["hardware", "firmware/Wire", "firmware/Core", "firmware/Drivers", "firmware/Esp32"];

    /// <summary>The device code of the tree against firmware/nanoframework.api.</summary>
    public static DeviceCode Repository => Shared.Value;

    public static IEnumerable<SyntaxTree> Trees => SourceTree.Repository.CSharp(Folders).Select(file => file.Syntax);

    public CSharpCompilation Compilation { get; }

    public IReadOnlyList<Diagnostic> Errors { get; }

    /// <summary>The compiled assembly; empty where there are errors.</summary>
    public byte[] Image { get; }

    /// <summary>The compiled assembly for what is compiled against it.</summary>
    public MetadataReference Reference => MetadataReference.CreateFromImage(Image);

    /// <summary>The rows cut to what the code uses. An unnecessary using would name a namespace that is cut away.</summary>
    public IReadOnlyList<ApiType> Cut(IReadOnlyCollection<ApiType> rows)
    {
        Diagnostic[] errors = [.. Errors, .. Compilation.GetDiagnostics().Where(diagnostic => diagnostic.Id == UnnecessaryUsing)];
        if (errors.Length > 0)
            throw new InvalidOperationException($"Mend the device code first:\n{string.Join('\n', errors.Select(Describe))}");
        return ApiCut.Of(rows, UsedMembers.Of(Compilation, new MemoryStream(Image)));
    }

    public static Violation Describe(Diagnostic error)
    {
        FileLinePositionSpan span = error.Location.GetLineSpan();
        return new Violation(span.Path ?? "", span.StartLinePosition.Line + 1, error.Id + " " + error.GetMessage());
    }
}
