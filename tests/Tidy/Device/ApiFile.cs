using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fleet.Tests.Tidy.Device;

/// <summary>
/// firmware/nanoframework.api: one type of the device's framework a line, as JSON, ordered by assembly and name;
/// and the folder of the framework's whole public API beside the repository, which it is cut from.
/// </summary>
internal static class ApiFile
{
    private static readonly JsonSerializerOptions Shape = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static string Path { get; } = System.IO.Path.Combine(SourceTree.Repository.Root, "firmware", "nanoframework.api");

    /// <summary>The whole public API, one file an assembly; present where the project is worked on, not in every clone.</summary>
    public static string WholeFolder { get; } =
        System.IO.Path.Combine(SourceTree.Repository.Root, "..", "shared", "nanoframework", "api");

    public static bool HasWhole => Directory.Exists(WholeFolder);

    public static IReadOnlyList<ApiType> Read() => File.ReadLines(Path).Select(line => Parse(line)).ToArray();

    public static IReadOnlyList<ApiType> ReadWhole() => Directory.EnumerateFiles(WholeFolder, "*.jsonl")
        .SelectMany(file => File.ReadLines(file)
            .Select(line => Parse(line) with { Assembly = System.IO.Path.GetFileNameWithoutExtension(file) }))
        .ToArray();

    public static ApiType Parse(string line) => JsonSerializer.Deserialize<ApiType>(line, Shape)!;

    /// <summary>The text of the file: stable order, one row a line, the newline of the repository.</summary>
    public static string Print(IEnumerable<ApiType> rows) => string.Concat(rows
        .OrderBy(row => row.Assembly, StringComparer.Ordinal)
        .ThenBy(row => row.Name, StringComparer.Ordinal)
        .Select(row => JsonSerializer.Serialize(row, Shape) + "\n"));
}
