using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Fleet.Core;
using Fleet.Tests.Tidy.Device;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Fleet.Tests.Tidy;

/// <summary>
/// The device's projects, which no build here can open, name every device source file and every assembly the code uses,
/// and packages.config says where each comes from.
/// </summary>
public sealed class DeviceProjectTests
{
    private static readonly string[] Everything = [.. DeviceCode.Folders, "firmware/NanoCore", "firmware/NanoPc"];

    [Fact]
    public void Compiles_every_device_source_file() =>
        Tidy.Holds(SourceTree.Repository.CSharp(DeviceCode.Folders)
            .Where(file => !DeviceProject.Board.Takes(file.Path))
            .Select(file => new Violation(file.Path, 1, "no Compile item of Fleet.Esp32.nfproj or Fleet.NanoCore.nfproj names it")));

    [Fact]
    public void Compiles_no_file_twice() =>
        Assert.DoesNotContain(SourceTree.Repository.CSharp(Everything), file => DeviceProject.Core.Compiles(file.Path)
            && (DeviceProject.Board.Compiles(file.Path) || DeviceProject.Pc.Compiles(file.Path)));

    [Theory]
    [InlineData("Fleet.Core")]
    [InlineData("Fleet.Esp32")]
    [InlineData("Fleet.NanoPc")]
    public void Compiles_nothing_else(string assembly)
    {
        DeviceProject project = Project(assembly);
        string[] elsewhere = ["hardware/obj/Debug/net10.0/Fleet.Hardware.AssemblyInfo.cs", "firmware/Wire/obj/A.cs", "firmware/Esp32/obj/A.cs"];
        Assert.DoesNotContain(elsewhere, project.Compiles);
        Assert.All([.. project.Patterns, .. project.Excluded],
            pattern => Assert.Contains(SourceTree.Repository.CSharp(Everything), file => DeviceProject.Matches(pattern, file.Path)));
    }

    [Fact]
    public void References_every_assembly_that_the_code_uses() =>
        Assert.Empty(ApiFile.Read().Select(row => row.Assembly).Distinct().Except(DeviceProject.Board.Framework));

    [Theory]
    [InlineData("Fleet.Esp32")]
    [InlineData("Fleet.NanoPc")]
    public void Each_assembly_compiles_against_the_one_beneath_it_and_fits_the_byte_code_table(string assembly)
    {
        DeviceCode core = CodeOf(DeviceProject.Core, []);
        DeviceCode program = CodeOf(Project(assembly), [core.Reference]);
        Tidy.Holds(core.Errors.Concat(program.Errors).Select(DeviceCode.Describe),
            "What the program needs of the core is public; a file for boards is left out of the PC's by the project's Exclude.");
        Tidy.Holds(program.Compilation.SyntaxTrees.SelectMany(tree => DeviceBans.In(program.Compilation.GetSemanticModel(tree))));
        Assert.InRange(ByteCode.BytesOf(core.Image), 1, ByteCode.MostBytes);
        Assert.InRange(ByteCode.BytesOf(program.Image), 1, ByteCode.MostBytes);
    }

    /// <summary>An image from storage finds its parts by name and version.</summary>
    [Fact]
    public void Both_assemblies_have_the_version_that_the_firmware_tells()
    {
        foreach (string folder in new[] { "firmware/Esp32", "firmware/NanoCore" })
            Assert.Contains($"AssemblyVersion(\"{Controller.FirmwareVersion}.0\")", File.ReadAllText(Path.Combine(SourceTree.Repository.Root, folder, "Properties/AssemblyInfo.cs")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Fleet.Core")]
    [InlineData("Fleet.Esp32")]
    [InlineData("Fleet.NanoPc")]
    public void Every_reference_lies_in_a_package_that_is_listed_and_every_package_is_referenced(string assembly)
    {
        DeviceProject project = Project(assembly);
        foreach ((string name, string hint) in project.References)
            Assert.True(project.Packages.Any(package => hint == $@"..\..\packages\{package}\lib\{name}.dll"), $"{name}: {hint} is not in packages.config");
        Assert.All(project.Packages, package => Assert.Contains(project.References, reference => reference.Hint.Contains($@"\{package}\", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("firmware/Wire/*.cs", "firmware/Wire/Ack.cs", true)]
    [InlineData("firmware/Wire/*.cs", "firmware/Wire/Deep/Ack.cs", false)]
    [InlineData("hardware/boards/**/*.cs", "hardware/boards/Puck/Puck.cs", true)]
    [InlineData("hardware/boards/**/*.cs", "hardware/Board.cs", false)]
    public void Reads_patterns_as_the_build_does(string pattern, string path, bool matches) => Assert.Equal(matches, DeviceProject.Matches(pattern, path));

    private static DeviceProject Project(string assembly) =>
        new[] { DeviceProject.Core, DeviceProject.Board, DeviceProject.Pc }.Single(project => project.Assembly == assembly);

    private static DeviceCode CodeOf(DeviceProject project, IEnumerable<MetadataReference> beneath) => new(
        [.. ReferenceSet.Emit(ApiFile.Read().Where(row => project.Framework.Contains(row.Assembly)).ToArray()), .. beneath],
        SourceTree.Repository.CSharp(Everything).Where(file => project.Compiles(file.Path)).Select(file => file.Syntax),
        project.Assembly);
}
