using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace Fleet.Tests.Tidy;

/// <summary>The root of the repository holds what the design names there and nothing else.</summary>
public sealed class LayoutTests
{
    private static readonly HashSet<string> Named =
    [
        "README.md", "ARCHITECTURE.md", "STYLE.md", "CHANGELOG.md", "LICENSE", "Fleet.sln", "global.json",
        "Directory.Build.props", "Directory.Packages.props", ".editorconfig", ".gitignore", "check", ".ci",
        "hardware", "firmware", "gateway", "tests",
    ];

    /// <summary>What git, the build and a running gateway leave there; .gitignore names those that are not git's.</summary>
    private static readonly HashSet<string> LeftByTools = [".git", "bin", "obj", "data", "packages", "TestResults", ".vs"];

    [Fact]
    public void The_root_holds_what_the_design_names_and_nothing_else() => Tidy.Holds(NotNamed(SourceTree.Repository.Root));

    [Fact]
    public void Bites_on_a_stray_file_and_folder()
    {
        DirectoryInfo root = Directory.CreateTempSubdirectory("fleet-layout-");
        try
        {
            File.WriteAllText(Path.Combine(root.FullName, "notes.txt"), "");
            root.CreateSubdirectory("scripts");
            root.CreateSubdirectory("gateway");
            Assert.Equal(["notes.txt", "scripts"], NotNamed(root.FullName).Select(violation => violation.Path).Order());
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static IEnumerable<Violation> NotNamed(string root) => new DirectoryInfo(root).EnumerateFileSystemInfos()
        .Where(entry => !Named.Contains(entry.Name) && !LeftByTools.Contains(entry.Name))
        .Select(entry => new Violation(entry.Name, 1, "not in the layout of the design: it belongs in a folder"));
}
