using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Fleet.Tests.Tidy.Device;

/// <summary>
/// The device code has nothing of what compiles and fails on the device. The snippets are compiled against the
/// framework of the PC, where all of it compiles, so that only the ban can stop it.
/// </summary>
public sealed class DeviceBanTests
{
    [Fact]
    public void The_device_code_has_nothing_that_fails_on_the_device() =>
        Tidy.Holds(DeviceCode.Trees.SelectMany(tree => DeviceBans.In(DeviceCode.Repository.Compilation.GetSemanticModel(tree))));

    [Theory]
    [InlineData("string s = \"watts \" + 5; var list = new ArrayList(); list.Add(5); foreach (object o in list) s += o;")]
    [InlineData("int[][] rows = new int[2][]; string s = $\"{rows.Length:D2} {rows[0].Length:X}\";")]
    [InlineData("double volts = 1.5; int millivolts = (int)(volts * 1000); string s = millivolts.ToString();")]
    [InlineData("Table day = new Hashtable { [DayOfWeek.Monday] = 1 }; object boxed = DayOfWeek.Monday;", "using Table = System.Collections.Hashtable;")]
    [InlineData("Tick tick = ms => ms + 1; long next = unchecked(tick(5) + 1); int[] few = [1, 2];")]
    public void Plain_code_is_spared(string statements, string usings = "") =>
        Assert.Empty(Bans($"{usings} using System; using System.Collections; delegate long Tick(long ms); class Snippet {{ void Run() {{ {statements} }} }}"));

    [Theory]
    [InlineData("generic", "Action<int> act = x => { };")]
    [InlineData("generic", "Func<int> make = () => 1;")]
    [InlineData("generic", "var inferred = (int x) => x;")]
    [InlineData("generic", "var one = Array.IndexOf(new[] { 1 }, 1);")]
    [InlineData("generic", "var any = new int[2].Any();")]
    [InlineData("generic", "int Twice<T>(T x) => 2;")]
    [InlineData("generic", "var pair = (1, 2);")]
    [InlineData("generic", "int? maybe = null;")]
    [InlineData("generic", "var thing = new { A = 1 };")]
    [InlineData("dimension", "int[,] grid = null;")]
    [InlineData("dimension", "var grid = new int[2, 2];")]
    [InlineData("dimension", "var grid = new[,] { { 1 } };")]
    [InlineData("stackalloc", "unsafe { int* p = stackalloc int[2]; }")]
    [InlineData("stackalloc", "System.Span<int> p = stackalloc[] { 1 };")]
    [InlineData("checked", "int x = 1; x = checked(x + 1);")]
    [InlineData("checked", "checked { int x = 1; }")]
    [InlineData("fixed", "unsafe { fixed (int* p = new int[1]) { } }")]
    [InlineData("spread", "int[] a = [1]; int[] b = [.. a];")]
    [InlineData("double", "double d = 1; string s = d.ToString(\"F2\");")]
    [InlineData("double", "float f = 1; string s = $\"{f}\";")]
    [InlineData("double", "double d = 1; string s = \"a\" + d;")]
    [InlineData("double", "double d = 1; string s = \"a\"; s += d;")]
    [InlineData("double", "double d = 1; new System.Text.StringBuilder().Append(d);")]
    [InlineData("enum", "string s = DayOfWeek.Monday.ToString();")]
    [InlineData("enum", "string s = $\"{DayOfWeek.Monday}\";")]
    [InlineData("enum", "string s = string.Format(\"{0}\", DayOfWeek.Monday);")]
    [InlineData("enum", "Console.WriteLine(DayOfWeek.Monday);")]
    [InlineData("formats", "string s = 5.ToString(\"000\");")]
    [InlineData("formats", "string s = $\"{5:0.00}\";")]
    public void Bites_on_a_statement(string word, string statements) =>
        Assert.Contains(Bans($"using System; using System.Linq; class Snippet {{ void Run() {{ {statements} }} }}"), ban => ban.Message.Contains(word));

    [Theory]
    [InlineData("generic", "class Box<T> { }")]
    [InlineData("generic", "delegate T Make<T>();")]
    [InlineData("generic", "class Numbers : System.Collections.Generic.List<int> { }")]
    [InlineData("generic", "class Loads { System.Collections.Generic.List<int> _all; }")]
    [InlineData("interface member", "interface ILoad { int Watts() => 1; }")]
    [InlineData("interface member", "interface ILoad { int Watts { get { return 1; } } }")]
    [InlineData("interface member", "interface ILoad { static int Count() { return 1; } }")]
    [InlineData("finalizer", "class Port { ~Port() { } }")]
    [InlineData("checked", "class Watt { public static Watt operator checked +(Watt a, Watt b) => a; public static Watt operator +(Watt a, Watt b) => a; }")]
    public void Bites_on_a_declaration(string word, string declaration) =>
        Assert.Contains(Bans(declaration), ban => ban.Message.Contains(word));

    private static IEnumerable<Violation> Bans(string text)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(text, SourceFile.Language, "Snippet.cs");
        CSharpCompilation compilation = CSharpCompilation.Create("Snippet", [tree], HostFramework.Core,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        return DeviceBans.In(compilation.GetSemanticModel(tree));
    }
}
