using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Fleet.Tests.Tidy;

/// <summary>The folder of a file of firmware and hardware tells its namespace, which is written once at its top.</summary>
public sealed class NamespaceTests
{
    private static readonly Dictionary<string, string> Roots = new()
    {
        ["hardware"] = "Fleet.Hardware",
        ["firmware/Wire"] = "Fleet.Wire",
        ["firmware/Core"] = "Fleet.Core",
        ["firmware/Drivers"] = "Fleet.Drivers",
        ["firmware/Esp32"] = "Fleet.Esp32",
        ["firmware/NanoPc"] = "Fleet.Esp32",
        ["firmware/Virtual"] = "Fleet.Virtual",
    };

    [Fact]
    public void Every_file_of_firmware_and_hardware_is_in_its_folders_namespace() =>
        Tidy.Holds(IsInItsNamespace, SourceTree.Repository.CSharp("firmware", "hardware"));

    [Theory]
    [InlineData("firmware/Core/Guard.cs", "namespace Fleet.Wire; class Guard { }")]
    [InlineData("firmware/Core/Guard.cs", "namespace Fleet.Core { class Guard { } }")]
    [InlineData("firmware/Core/Guard.cs", "class Guard { }")]
    [InlineData("firmware/Virtual/Plant/Relay.cs", "namespace Fleet.Virtual.Devices; class Relay { }")]
    [InlineData("hardware/boards/Puck/Puck.cs", "namespace Fleet.Boards; class Puck { }")]
    [InlineData("firmware/Other/Thing.cs", "namespace Fleet.Other; class Thing { }")]
    public void Bites_on_another_namespace(string path, string text) => Tidy.Bites(IsInItsNamespace, text, path);

    [Theory]
    [InlineData("firmware/Core/Guard.cs", "namespace Fleet.Core; class Guard { }")]
    [InlineData("firmware/Virtual/Plant/Relay.cs", "namespace Fleet.Virtual.Plant; class Relay { }")]
    [InlineData("hardware/boards/Puck/Puck.cs", "namespace Fleet.Hardware; class Puck { }")]
    [InlineData("hardware/boards/Puck/Puck.cs", "namespace Fleet.Hardware.Boards.Puck; class Puck { }")]
    [InlineData("firmware/Esp32/Properties/AssemblyInfo.cs", "[assembly: System.Reflection.AssemblyTitle(\"Fleet\")]")]
    public void Spares_the_folders_own(string path, string text) => Tidy.Spares(IsInItsNamespace, text, path);

    private static IEnumerable<Violation> IsInItsNamespace(SourceFile file)
    {
        CompilationUnitSyntax unit = (CompilationUnitSyntax)file.Root;
        if (unit.Members.Count == 0)
            return [];
        string? root = Roots.Keys.SingleOrDefault(file.IsIn);
        if (root == null)
            return [new Violation(file.Path, 1, $"no such folder in the layout: the device's are {string.Join(", ", Roots.Keys)}")];
        string whole = Roots[root] + file.Folder[root.Length..].Replace('/', '.');
        string? declared = (unit.Members[0] as FileScopedNamespaceDeclarationSyntax)?.Name.ToString();
        bool fits = declared == Roots[root] || whole.Equals(declared, StringComparison.OrdinalIgnoreCase);
        return fits ? [] : [new Violation(file.Path, 1, $"begins with \"namespace {Roots[root]};\" or \"namespace {whole};\", not {declared ?? "anything else"}")];
    }
}
