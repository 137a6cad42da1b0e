using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Fleet.Tests.Tidy;

/// <summary>The repository on disk: its root, and every source file, read and parsed once for all Tidy tests.</summary>
internal sealed class SourceTree
{
    private static readonly string[] NotSource = ["bin", "obj", "node_modules", "TestResults"];
    private static readonly Lazy<SourceTree> Shared = new(() => new SourceTree(FindRoot()));

    private SourceTree(string root)
    {
        Root = root;
        Files = Directory.EnumerateDirectories(root)
            .Where(folder => IsSource(folder) && Ours.Contains(Path.GetFileName(folder)))
            .SelectMany(Walk)
            .Concat(Directory.EnumerateFiles(root).Where(SourceFile.IsText))
            .Select(path => new SourceFile(Path.GetRelativePath(root, path).Replace('\\', '/'), File.ReadAllText(path)))
            .OrderBy(file => file.Path, StringComparer.Ordinal)
            .ToArray();
    }

    /// <summary>The folders that hold what we write.</summary>
    public static string[] Ours { get; } = ["hardware", "firmware", "gateway", "tests"];

    public static SourceTree Repository => Shared.Value;

    public string Root { get; }

    /// <summary>Every file at the root and below the folders we write in that is code, project or markup of ours.</summary>
    public IReadOnlyList<SourceFile> Files { get; }

    /// <summary>The C# files in and below the folders; none named means all.</summary>
    public IEnumerable<SourceFile> CSharp(params string[] folders) =>
        Files.Where(file => file.IsCSharp && (folders.Length == 0 || folders.Any(file.IsIn)));

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder != null && !File.Exists(Path.Combine(folder, "Fleet.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException(
            $"No Fleet.sln above {AppContext.BaseDirectory}: the Tidy tests read the sources, so run them from a clone.");
    }

    private static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFiles(folder).Where(SourceFile.IsText)
            .Concat(Directory.EnumerateDirectories(folder).Where(IsSource).SelectMany(Walk));

    private static bool IsSource(string folder) => !NotSource.Contains(Path.GetFileName(folder));
}
