using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Fleet.Tests.Tidy;

/// <summary>
/// Time is an argument (rule 5): a device is told nowMs, a gateway asks its TimeProvider, and nobody sleeps. Only the
/// device's own program, which is where its time comes from, and the benchmarks read a clock.
/// </summary>
public sealed partial class ClockTests
{
    private static readonly string[] MayReadTheClock = ["firmware/Esp32", "tests/Bench"];

    private static readonly Dictionary<string, string[]> WallClocks = new()
    {
        ["DateTime"] = ["Now", "UtcNow", "Today"],
        ["DateTimeOffset"] = ["Now", "UtcNow"],
        ["Environment"] = ["TickCount", "TickCount64"],
        ["Thread"] = ["Sleep", "SpinWait"],
    };

    [Fact]
    public void Nobody_reads_the_wall_clock_or_sleeps() => Tidy.Holds(TakesTimeAsAnArgument, SourceTree.Repository.CSharp());

    [Theory]
    [InlineData("var x = DateTime.UtcNow;")]
    [InlineData("var x = System.DateTime.Now;")]
    [InlineData("var x = DateTimeOffset.UtcNow;")]
    [InlineData("var x = Environment.TickCount64;")]
    [InlineData("Thread.Sleep(5);")]
    [InlineData("await Task.Delay(5);")]
    [InlineData("await Task.Delay(5, cancel);")]
    [InlineData("await Task.Delay(span, timeout.Token);")]
    [InlineData("var x = Stopwatch.StartNew();")]
    [InlineData("var x = new Timer(_ => { });")]
    [InlineData("using var x = new PeriodicTimer(span);")]
    public void Bites_on_a_clock_or_a_sleep(string statement) => Tidy.Bites(TakesTimeAsAnArgument, statement);

    [Theory]
    [InlineData("var x = _time.GetUtcNow();")]
    [InlineData("await Task.Delay(span, _time);")]
    [InlineData("await Task.Delay(span, time, cancel);")]
    [InlineData("await Task.Delay(span, TimeProvider.System, cancel);")]
    [InlineData("using var x = new PeriodicTimer(span, clock);")]
    public void Spares_time_from_a_provider(string statement) => Tidy.Spares(TakesTimeAsAnArgument, statement);

    [Fact]
    public void Spares_the_device_program_and_the_benchmarks()
    {
        Tidy.Spares(TakesTimeAsAnArgument, "Thread.Sleep(5);", "firmware/Esp32/Program.cs");
        Tidy.Spares(TakesTimeAsAnArgument, "var x = Stopwatch.StartNew();", "tests/Bench/Tick.cs");
        Tidy.Bites(TakesTimeAsAnArgument, "var x = Stopwatch.StartNew();", "tests/Harness/World.cs");
    }

    private static IEnumerable<Violation> TakesTimeAsAnArgument(SourceFile file) => MayReadTheClock.Any(file.IsIn)
        ? []
        : file.Root.DescendantNodes().Where(IsClock).Select(node =>
            file.At(node, $"{node.ToString().Split('\n')[0]}: take nowMs on the device, a TimeProvider elsewhere"));

    private static bool IsClock(SyntaxNode node) => node switch
    {
        MemberAccessExpressionSyntax access => WallClocks.TryGetValue(LastName(access.Expression), out string[]? members)
            && members.Contains(access.Name.Identifier.Text),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "Delay" } access } call =>
            LastName(access.Expression) == "Task" && !TakesProvider(call.ArgumentList),
        ObjectCreationExpressionSyntax { ArgumentList: { } arguments } made =>
            LastName(made.Type) is "Timer" or "PeriodicTimer" && !TakesProvider(arguments),
        IdentifierNameSyntax name => name.Identifier.Text == "Stopwatch",
        _ => false,
    };

    private static bool TakesProvider(ArgumentListSyntax arguments) =>
        arguments.Arguments.Skip(1).Any(argument => Provider().IsMatch(argument.Expression.ToString()));

    private static string LastName(SyntaxNode expression) => expression.ToString().Split('.')[^1];

    /// <summary>How an argument that is a TimeProvider is named in Fleet.</summary>
    [GeneratedRegex("(?i)(time|clock|provider|TimeProvider\\.System)$")]
    private static partial Regex Provider();
}
