using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Fleet.Tests.Tidy.Device;

/// <summary>
/// firmware/nanoframework.api holds exactly what the device code uses, as the framework's whole public API has it.
/// To refresh it after the device code came to use more or less of the framework, with ../shared/nanoframework/api
/// beside the repository: <c>FLEET_REFRESH_API=1 dotnet test --project tests/Fleet.Tests.csproj -- --filter-class
/// Fleet.Tests.Tidy.Device.ApiFileTests</c>.
/// </summary>
public sealed class ApiFileTests
{
    public const string HowToRefresh =
        "Refresh firmware/nanoframework.api: FLEET_REFRESH_API=1 dotnet test --project tests/Fleet.Tests.csproj -- "
        + "--filter-class Fleet.Tests.Tidy.Device.ApiFileTests";

    private static readonly Lazy<IReadOnlyList<ApiType>> Whole = new(ApiFile.ReadWhole);
    private static readonly Lazy<IReadOnlyList<MetadataReference>> WholeReferences = new(() => ReferenceSet.Emit(Whole.Value));
    private static readonly Lazy<string> CutFromWhole =
        new(() => ApiFile.Print(new DeviceCode(WholeReferences.Value, DeviceCode.Trees).Cut(Whole.Value)));

    public ApiFileTests()
    {
        if (Environment.GetEnvironmentVariable("FLEET_REFRESH_API") == "1")
            File.WriteAllText(ApiFile.Path, CutFromWhole.Value);
    }

    [Fact]
    public void Holds_what_the_device_code_uses_and_nothing_else()
    {
        IReadOnlyList<ApiType> rows = ApiFile.Read();
        Tidy.Holds(Differences(File.ReadAllText(ApiFile.Path), ApiFile.Print(DeviceCode.Repository.Cut(rows))), HowToRefresh);
    }

    [Fact]
    public void Agrees_with_the_whole_public_api_of_the_framework()
    {
        Assert.SkipUnless(ApiFile.HasWhole, $"{ApiFile.WholeFolder} is not on this machine.");
        Tidy.Holds(Differences(File.ReadAllText(ApiFile.Path), CutFromWhole.Value), HowToRefresh);
    }

    [Fact]
    public void The_whole_public_api_can_be_declared_and_read_back()
    {
        Assert.SkipUnless(ApiFile.HasWhole, $"{ApiFile.WholeFolder} is not on this machine.");
        Assert.Equal(Whole.Value.Select(row => row.Assembly).Distinct().Count(), WholeReferences.Value.Count);
        string printed = ApiFile.Print(Whole.Value);
        Assert.Equal(printed, ApiFile.Print(printed.TrimEnd().Split('\n').Select(ApiFile.Parse)));
    }

    private static IEnumerable<Violation> Differences(string file, string wanted)
    {
        string[] have = file.Split('\n');
        string[] want = wanted.Split('\n');
        return have.Except(want).Select(row => new Violation("firmware/nanoframework.api", Array.IndexOf(have, row) + 1, "not so: " + row))
            .Concat(want.Except(have).Select(row => new Violation("firmware/nanoframework.api", have.Length, "lacks: " + row)));
    }
}
