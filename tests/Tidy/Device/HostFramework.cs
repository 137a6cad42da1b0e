using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Fleet.Tests.Tidy.Device;

/// <summary>The framework of the PC that the tests run on, for code that is to be compiled as the host compiles it.</summary>
internal static class HostFramework
{
    private static readonly string[] Basic =
        ["System.Private.CoreLib", "System.Runtime", "System.Collections", "System.Linq", "System.Console"];

    private static readonly Lazy<MetadataReference[]> SharedAll = new(() => Load(name => !name.StartsWith("Fleet.", StringComparison.Ordinal)));
    private static readonly Lazy<MetadataReference[]> SharedCore = new(() => Load(Basic.Contains));

    /// <summary>Everything the tests run with except Fleet itself.</summary>
    public static IReadOnlyList<MetadataReference> All => SharedAll.Value;

    /// <summary>What a snippet needs; far faster to bind than all of it.</summary>
    public static IReadOnlyList<MetadataReference> Core => SharedCore.Value;

    private static MetadataReference[] Load(Func<string, bool> isWanted) =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(path => isWanted(Path.GetFileNameWithoutExtension(path)))
        .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path)).ToArray();
}
