using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace Fleet.Tests.Tidy;

/// <summary>No warning is suppressed without a reason on the line (rule 20), and the device's folders have no #if.</summary>
public sealed partial class SuppressionTests
{
    private static readonly string[] CompiledTwice =
        ["hardware", "firmware/Wire", "firmware/Core", "firmware/Drivers", "firmware/Esp32", "firmware/NanoPc"];

    [Fact]
    public void Every_suppression_has_its_reason_on_the_line() => Tidy.Holds(SuppressionsHaveReasons, SourceTree.Repository.Files);

    [Fact]
    public void The_files_compiled_twice_are_the_same_files() => Tidy.Holds(HasNoConditions, SourceTree.Repository.CSharp());

    [Theory]
    [InlineData("#pragma warning disable CS0618")]
    [InlineData("#nullable disable")]
    [InlineData("[SuppressMessage(\"a\", \"b\")] class A { }")]
    [InlineData("[UnconditionalSuppressMessage(\"a\", \"b\")] class A { }")]
    public void Bites_on_a_suppression_without_a_reason(string line) => Tidy.Bites(SuppressionsHaveReasons, line);

    [Theory]
    [InlineData("<NoWarn>CS1591</NoWarn>")]
    [InlineData("<WarningsNotAsErrors>NU1901</WarningsNotAsErrors>")]
    [InlineData("<TreatWarningsAsErrors>false</TreatWarningsAsErrors>")]
    public void Bites_on_a_suppression_in_a_project(string line) => Tidy.Bites(SuppressionsHaveReasons, line, "gateway/A/A.csproj");

    [Fact]
    public void Spares_a_suppression_with_a_reason()
    {
        Tidy.Spares(SuppressionsHaveReasons, "#pragma warning disable CS0618 // the broker's own sample does the same");
        Tidy.Spares(SuppressionsHaveReasons, "[SuppressMessage(\"a\", \"b\", Justification = \"the bus is shared\")] class A { }");
        Tidy.Spares(SuppressionsHaveReasons, "<NoWarn>NU1901</NoWarn> <!-- not reachable from here -->", "gateway/A/A.csproj");
        Tidy.Spares(SuppressionsHaveReasons, "#pragma warning restore CS0618");
    }

    [Theory]
    [InlineData("#if DEBUG\n#endif")]
    [InlineData("class A\n{\n    #if NANOFRAMEWORK\n    #endif\n}")]
    public void Bites_on_a_condition_in_a_device_folder(string text)
    {
        Tidy.Bites(HasNoConditions, text, "firmware/Core/Guard.cs");
        Tidy.Spares(HasNoConditions, text, "gateway/Fleet.Gateway/Program.cs");
    }

    private static IEnumerable<Violation> SuppressionsHaveReasons(SourceFile file) => Lines(file)
        .Where(line => (file.IsCSharp ? CodeSuppression() : ProjectSuppression()).IsMatch(line.Text))
        .Where(line => !Reason().IsMatch(line.Text))
        .Select(line => new Violation(file.Path, line.Number, "a suppression without its reason on the line"));

    private static IEnumerable<Violation> HasNoConditions(SourceFile file) => !CompiledTwice.Any(file.IsIn) ? [] : Lines(file)
        .Where(line => line.Text.TrimStart().StartsWith("#if", System.StringComparison.Ordinal))
        .Select(line => new Violation(file.Path, line.Number, "#if in a folder compiled twice: the same lines must hold for both"));

    private static IEnumerable<(int Number, string Text)> Lines(SourceFile file) =>
        file.Text.Split('\n').Select((text, index) => (index + 1, text));

    [GeneratedRegex(@"^\s*(#pragma\s+warning\s+disable|#nullable\s+disable|\[[\w.: ]*SuppressMessage\()")]
    private static partial Regex CodeSuppression();

    [GeneratedRegex("(?i)<NoWarn>|<WarningsNotAsErrors>|<TreatWarningsAsErrors>\\s*false|<NuGetAudit>\\s*false")]
    private static partial Regex ProjectSuppression();

    [GeneratedRegex("//.*\\w|<!--.*\\w.*-->|Justification = \"\\w")]
    private static partial Regex Reason();
}
