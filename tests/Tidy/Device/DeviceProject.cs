using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Fleet.Tests.Tidy.Device;

/// <summary>A project of the device's tool chain, which no build here can open.</summary>
internal sealed class DeviceProject
{
    private readonly string _folder;
    private readonly XDocument _project;

    public DeviceProject(string folder, string name)
    {
        _folder = folder;
        _project = Load(name);
        Patterns = Named("Compile").Select(item => FromRoot(item.Attribute("Include")!.Value)).ToArray();
        Excluded = Named("Compile").SelectMany(item => item.Attribute("Exclude")?.Value.Split(';') ?? []).Select(FromRoot).ToArray();
        References = Named("Reference")
            .Select(item => (item.Attribute("Include")!.Value.Split(',')[0], item.Elements().Single(child => child.Name.LocalName == "HintPath").Value))
            .ToArray();
        Beneath = Named("ProjectReference").Select(item => FromRoot(item.Attribute("Include")!.Value)).Select(path => new DeviceProject(Path.GetDirectoryName(path)!, Path.GetFileName(path))).ToArray();
        Packages = Load("packages.config").Descendants("package")
            .Select(package => $"{package.Attribute("id")!.Value}.{package.Attribute("version")!.Value}").ToArray();
    }

    /// <summary>The assembly beneath the device program, which would be too large in one.</summary>
    public static DeviceProject Core { get; } = new("firmware/NanoCore", "Fleet.NanoCore.nfproj");

    /// <summary>What runs on a board.</summary>
    public static DeviceProject Board { get; } = new("firmware/Esp32", "Fleet.Esp32.nfproj");

    /// <summary>What runs on the interpreter of a PC.</summary>
    public static DeviceProject Pc { get; } = new("firmware/NanoPc", "Fleet.NanoPc.nfproj");

    public string[] Patterns { get; }

    public string[] Excluded { get; }

    public (string Assembly, string Hint)[] References { get; }

    public string[] Packages { get; }

    /// <summary>The projects whose assemblies it is compiled against and deployed with.</summary>
    public DeviceProject[] Beneath { get; }

    /// <summary>The name of its assembly.</summary>
    public string Assembly => Named("AssemblyName").Single().Value;

    /// <summary>The assemblies of the framework that it and those beneath it are compiled against.</summary>
    public string[] Framework => References.Concat(Beneath.SelectMany(project => project.References)).Select(reference => reference.Assembly).Distinct().ToArray();

    /// <summary>Whether it or a project beneath it compiles the file.</summary>
    public bool Takes(string path) => Compiles(path) || Beneath.Any(project => project.Takes(path));

    public bool Compiles(string path) => Patterns.Any(pattern => Matches(pattern, path)) && !Excluded.Contains(path);

    public static bool Matches(string pattern, string path) =>
        Regex.IsMatch(path, "^" + Regex.Escape(pattern).Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal) + "$");

    private XDocument Load(string name) => XDocument.Load(Path.Combine(SourceTree.Repository.Root, _folder, name));

    private IEnumerable<XElement> Named(string name) => _project.Descendants().Where(element => element.Name.LocalName == name);

    /// <summary>A path of the project, as the tree writes paths.</summary>
    private string FromRoot(string include)
    {
        Stack<string> parts = new(_folder.Split('/'));
        foreach (string part in include.Split('\\'))
        {
            if (part == "..")
                parts.Pop();
            else
                parts.Push(part);
        }
        return string.Join('/', parts.Reverse());
    }
}
