using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Fleet.Tests.Tidy.Device;
using Xunit;

namespace Fleet.Tests.Tidy;

/// <summary>
/// The device's project, which no build here can open, names every device source file and every assembly the code uses,
/// and packages.config says where each comes from.
/// </summary>
public sealed class DeviceProjectTests
{
    private const string Folder = "firmware/Esp32";

    private static readonly XDocument Project = Load("Fleet.Esp32.nfproj");

    private static readonly string[] Packages = Load("packages.config").Descendants("package")
        .Select(package => $"{package.Attribute("id")!.Value}.{package.Attribute("version")!.Value}").ToArray();

    [Fact]
    public void Compiles_every_device_source_file()
    {
        string[] patterns = CompilePatterns();
        Tidy.Holds(SourceTree.Repository.CSharp(DeviceCode.Folders)
            .Where(file => !patterns.Any(pattern => Matches(pattern, file.Path)))
            .Select(file => new Violation(file.Path, 1, $"no Compile item of {Folder}/Fleet.Esp32.nfproj names it")));
    }

    [Fact]
    public void Compiles_nothing_else()
    {
        string[] patterns = CompilePatterns();
        string[] elsewhere = ["hardware/obj/Debug/net10.0/Fleet.Hardware.AssemblyInfo.cs", "firmware/Wire/obj/A.cs", "firmware/Esp32/obj/A.cs"];
        Assert.DoesNotContain(elsewhere, path => patterns.Any(pattern => Matches(pattern, path)));
        Assert.All(patterns, pattern => Assert.Contains(SourceTree.Repository.CSharp(DeviceCode.Folders), file => Matches(pattern, file.Path)));
    }

    [Fact]
    public void References_every_assembly_that_the_code_uses()
    {
        string[] referenced = References().Select(reference => reference.Assembly).ToArray();
        Assert.Empty(ApiFile.Read().Select(row => row.Assembly).Distinct().Except(referenced));
    }

    [Fact]
    public void Every_reference_lies_in_a_package_that_is_listed_and_every_package_is_referenced()
    {
        foreach ((string assembly, string hint) in References())
            Assert.True(Packages.Any(package => hint == $@"..\..\packages\{package}\lib\{assembly}.dll"), $"{assembly}: {hint} is not in packages.config");
        Assert.All(Packages, package => Assert.Contains(References(), reference => reference.Hint.Contains($@"\{package}\")));
    }

    [Theory]
    [InlineData("firmware/Wire/*.cs", "firmware/Wire/Ack.cs", true)]
    [InlineData("firmware/Wire/*.cs", "firmware/Wire/Deep/Ack.cs", false)]
    [InlineData("hardware/boards/**/*.cs", "hardware/boards/Puck/Puck.cs", true)]
    [InlineData("hardware/boards/**/*.cs", "hardware/Board.cs", false)]
    public void Reads_patterns_as_the_build_does(string pattern, string path, bool matches) => Assert.Equal(matches, Matches(pattern, path));

    private static XDocument Load(string name) => XDocument.Load(Path.Combine(SourceTree.Repository.Root, Folder, name));

    private static string[] CompilePatterns() => Named("Compile").Select(item => FromRoot(item.Attribute("Include")!.Value)).ToArray();

    private static (string Assembly, string Hint)[] References() => Named("Reference")
        .Select(item => (item.Attribute("Include")!.Value.Split(',')[0], item.Elements().Single(child => child.Name.LocalName == "HintPath").Value))
        .ToArray();

    private static IEnumerable<XElement> Named(string name) => Project.Descendants().Where(element => element.Name.LocalName == name);

    /// <summary>A path of the project, as the tree writes paths.</summary>
    private static string FromRoot(string include)
    {
        Stack<string> parts = new(Folder.Split('/'));
        foreach (string part in include.Split('\\'))
        {
            if (part == "..")
                parts.Pop();
            else
                parts.Push(part);
        }
        return string.Join('/', parts.Reverse());
    }

    private static bool Matches(string pattern, string path) =>
        Regex.IsMatch(path, "^" + Regex.Escape(pattern).Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal) + "$");
}
