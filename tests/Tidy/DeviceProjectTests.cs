using System;
using System.Linq;
using Fleet.Tests.Tidy.Device;
using Xunit;

namespace Fleet.Tests.Tidy;

/// <summary>
/// The device's projects, which no build here can open, name every device source file and every assembly the code uses,
/// and packages.config says where each comes from.
/// </summary>
public sealed class DeviceProjectTests
{
    private static readonly string[] Everything = [.. DeviceCode.Folders, "firmware/NanoPc"];

    [Fact]
    public void Compiles_every_device_source_file() =>
        Tidy.Holds(SourceTree.Repository.CSharp(DeviceCode.Folders)
            .Where(file => !DeviceProject.Board.Compiles(file.Path))
            .Select(file => new Violation(file.Path, 1, "no Compile item of Fleet.Esp32.nfproj names it")));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Compiles_nothing_else(bool isBoard)
    {
        DeviceProject project = Project(isBoard);
        string[] elsewhere = ["hardware/obj/Debug/net10.0/Fleet.Hardware.AssemblyInfo.cs", "firmware/Wire/obj/A.cs", "firmware/Esp32/obj/A.cs"];
        Assert.DoesNotContain(elsewhere, project.Compiles);
        Assert.All([.. project.Patterns, .. project.Excluded],
            pattern => Assert.Contains(SourceTree.Repository.CSharp(Everything), file => DeviceProject.Matches(pattern, file.Path)));
    }

    [Fact]
    public void References_every_assembly_that_the_code_uses() =>
        Assert.Empty(ApiFile.Read().Select(row => row.Assembly).Distinct().Except(DeviceProject.Board.References.Select(reference => reference.Assembly)));

    [Fact]
    public void The_project_for_a_PC_compiles_with_the_assemblies_it_references()
    {
        string[] assemblies = DeviceProject.Pc.References.Select(reference => reference.Assembly).ToArray();
        DeviceCode code = new(
            ApiFile.Read().Where(row => assemblies.Contains(row.Assembly)).ToArray(),
            SourceTree.Repository.CSharp(Everything).Where(file => DeviceProject.Pc.Compiles(file.Path)).Select(file => file.Syntax));
        Tidy.Holds(code.Errors.Select(DeviceCode.Describe),
            "A file for boards is left out by the project's Exclude; what the program needs of it goes through Device.cs.");
        Tidy.Holds(code.Compilation.SyntaxTrees.SelectMany(tree => DeviceBans.In(code.Compilation.GetSemanticModel(tree))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_reference_lies_in_a_package_that_is_listed_and_every_package_is_referenced(bool isBoard)
    {
        DeviceProject project = Project(isBoard);
        foreach ((string assembly, string hint) in project.References)
            Assert.True(project.Packages.Any(package => hint == $@"..\..\packages\{package}\lib\{assembly}.dll"), $"{assembly}: {hint} is not in packages.config");
        Assert.All(project.Packages, package => Assert.Contains(project.References, reference => reference.Hint.Contains($@"\{package}\", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("firmware/Wire/*.cs", "firmware/Wire/Ack.cs", true)]
    [InlineData("firmware/Wire/*.cs", "firmware/Wire/Deep/Ack.cs", false)]
    [InlineData("hardware/boards/**/*.cs", "hardware/boards/Puck/Puck.cs", true)]
    [InlineData("hardware/boards/**/*.cs", "hardware/Board.cs", false)]
    public void Reads_patterns_as_the_build_does(string pattern, string path, bool matches) => Assert.Equal(matches, DeviceProject.Matches(pattern, path));

    private static DeviceProject Project(bool isBoard) => isBoard ? DeviceProject.Board : DeviceProject.Pc;
}
