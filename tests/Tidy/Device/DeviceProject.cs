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
        Packages = Load("packages.config").Descendants("package")
            .Select(package => $"{package.Attribute("id")!.Value}.{package.Attribute("version")!.Value}").ToArray();
    }

    /// <summary>What runs on a board.</summary>
    public static DeviceProject Board { get; } = new("firmware/Esp32", "Fleet.Esp32.nfproj");

    /// <summary>What runs on the interpreter of a PC.</summary>
    public static DeviceProject Pc { get; } = new("firmware/NanoPc", "Fleet.NanoPc.nfproj");

    public string[] Patterns { get; }

    public string[] Excluded { get; }

    public (string Assembly, string Hint)[] References { get; }

    public string[] Packages { get; }

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
