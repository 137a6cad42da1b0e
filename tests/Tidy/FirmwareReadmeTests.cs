using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Fleet.Core;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Tidy;

/// <summary>
/// firmware/README.md, which a technician holds at the wall, is never stale: its tables of settings and faults are those
/// of the code, and every driver and state is in it. To write the tables anew after a change of the code:
/// <c>FLEET_REFRESH_README=1 dotnet test --project tests/Fleet.Tests.csproj -- --filter-class Fleet.Tests.Tidy.FirmwareReadmeTests</c>.
/// </summary>
public sealed partial class FirmwareReadmeTests
{
    private const string HowToRefresh =
        "firmware/README.md is stale: FLEET_REFRESH_README=1 dotnet test --project tests/Fleet.Tests.csproj -- --filter-class Fleet.Tests.Tidy.FirmwareReadmeTests";

    private static readonly string Page = Path.Combine(SourceTree.Repository.Root, "firmware", "README.md");

    public FirmwareReadmeTests()
    {
        if (Environment.GetEnvironmentVariable("FLEET_REFRESH_README") == "1")
            File.WriteAllText(Page, Refreshed(File.ReadAllText(Page)));
    }

    [Fact]
    public void The_tables_of_settings_and_faults_are_those_of_the_code()
    {
        var page = File.ReadAllText(Page);
        Assert.True(page == Refreshed(page), HowToRefresh);
        Assert.Equal(5, Block().Count(page));
    }

    [Fact]
    public void Every_driver_every_state_and_every_code_of_the_lamp_is_told()
    {
        var page = File.ReadAllText(Page);
        var table = SourceTree.Repository.CSharp("firmware/Drivers").Single(file => file.Name == "DriverTable.cs").Text;
        var drivers = DriverLine().Matches(table).Select(match => match.Groups[1].Value).ToArray();
        Assert.True(drivers.Length >= 20);
        Assert.All(drivers, driver => Assert.Contains($"`{driver}`", page));
        Assert.All(Enum.GetNames<ControllerState>(), state => Assert.Contains($"| `{state}` |", page));
        Assert.All(Enum.GetValues<LampState>(), state => Assert.Contains(
            $"| `{string.Concat(Enumerable.Range(0, LampCode.Steps).Select(step => LampCode.IsLit(state, step) ? '#' : '.'))}` |", page));
    }

    [Fact]
    public void Every_fault_says_who_sets_it_when_it_is_cleared_and_what_it_does() =>
        Assert.Equal(Fault.Count, FaultRows().Count());

    [Fact]
    public void A_table_that_lacks_a_setting_is_stale()
    {
        var page = File.ReadAllText(Page);
        Assert.NotEqual(page.Replace("| `failSafeWatts` |", "| `failsafeWatts` |"), Refreshed(page));
    }

    private static string Refreshed(string page) => Block().Replace(page, block =>
    {
        var part = block.Groups["part"].Value;
        var table = part.Length > 0 ? Settings(Enum.Parse<SettingsPart>(part)) : Faults();
        return $"{block.Groups["head"].Value}\n{table}\n<!-- end -->";
    });

    private static string Settings(SettingsPart part)
    {
        var rows = new List<string> { "| key | default | range | unit | afar | meaning |", "|---|---|---|---|---|---|" };
        for (var i = 0; SettingsTable.At(part, i) is { } option; i++)
            rows.Add($"| `{option.Name}` | {DefaultOf(option)} | {RangeOf(option)} | {option.Unit} | {(option.IsRemote ? "yes" : "")} | {option.Doc ?? MeaningOf(part, option)} |");
        return string.Join('\n', rows);
    }

    /// <summary>What stands behind the option in the source, as the program does not hold it.</summary>
    private static string MeaningOf(SettingsPart part, Option option)
    {
        var source = SourceTree.Repository.CSharp("firmware/Core").Single(file => file.Name == "SettingsTable.cs").Text;
        var table = source[source.IndexOf($"private static Option {part}(", StringComparison.Ordinal)..];
        var meaning = Regex.Match(table, $"""\("{option.Name}",.* // (?<meaning>.+)""").Groups["meaning"].Value;
        Assert.True(meaning.Length > 0, $"{option.Name}: say behind it in SettingsTable.cs what it means");
        return meaning;
    }

    private static string DefaultOf(Option option) => option switch
    {
        { IsRequired: true } => "must be given",
        { IsText: true } => "none",
        _ => $"{option.Default}",
    };

    private static string RangeOf(Option option) =>
        (option.Least == option.Most ? $"{option.Most}" : $"{option.Least} to {option.Most}") + (option.IsText ? " characters" : "");

    private static string Faults() => string.Join('\n', FaultRows().Prepend("|---|---|---|---|---|").Prepend("| fault | set by | when | until | effect |"));

    private static IEnumerable<string> FaultRows()
    {
        var source = SourceTree.Repository.CSharp("firmware/Wire").Single(file => file.Name == "Fault.cs").Text;
        foreach (Match fault in FaultDoc().Matches(source))
        {
            var name = Fault.NameOf(int.Parse(fault.Groups["bit"].Value));
            var said = Said().Match(LineStart().Replace(fault.Groups["doc"].Value, " "));
            Assert.True(said.Success, $"{name}: say it as \"Set by X when …; cleared by …. What it does.\"");
            var setter = said.Groups["setter"].Value;
            yield return $"| `{name}` | {(setter.Length > 0 ? setter : "the controller")} | {said.Groups["when"].Value} | {said.Groups["until"].Value} | {said.Groups["effect"].Value} |";
        }
    }

    [GeneratedRegex(@"(?<head><!-- (?:settings: (?<part>\w+)|faults) -->)\n(?:(?!<!--).)*<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"new Line\(""(\w+)""")]
    private static partial Regex DriverLine();

    [GeneratedRegex(@"<summary>(?<doc>(?:(?!<summary>).)*)</summary>\s*public const int \w+ = 1 << (?<bit>\d+);", RegexOptions.Singleline)]
    private static partial Regex FaultDoc();

    [GeneratedRegex(@"^Set (?:by (?<setter>(?:the )?\w+) )?(?<when>[^;]+); (?<until>(?:cleared|latched) [^.]+)\. (?<effect>.+)$")]
    private static partial Regex Said();

    [GeneratedRegex(@"\s*\n\s*/// ?")]
    private static partial Regex LineStart();
}
