using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Fleet.Tests.Tidy.Device;

/// <summary>The device code compiles against firmware/nanoframework.api, and what the device lacks does not.</summary>
public sealed class FenceTests
{
    private const string Hint = "What the device has but the file does not: " + ApiFileTests.HowToRefresh;

    [Fact]
    public void The_device_code_compiles_with_what_the_device_has() =>
        Tidy.Holds(DeviceCode.Repository.Errors.Select(DeviceCode.Describe), Hint);

    [Fact]
    public void Plain_code_passes_the_fence() =>
        Assert.Empty(ErrorsIn("string s = \"a\"; int sum = 0; for (int i = 0; i < s.Length; i++) sum += s[i];"));

    [Theory]
    [InlineData("System.Collections.Generic.List<int> list = null;", "CS0234")]
    [InlineData("string s = string.Join(\",\", new string[0]);", "CS0117")]
    [InlineData("var all = from x in new int[3] where x > 1 select x;", "CS1935")]
    [InlineData("bool any = new int[3].Any();", "CS1061")]
    [InlineData("System.Threading.Tasks.Task task = null;", "CS0234")]
    [InlineData("async void Later() { } Later();", "CS0518")]
    [InlineData("(int, int) pair = (1, 2);", "CS8179")]
    [InlineData("System.Span<byte> bytes;", "CS0246", "CS0234")]
    [InlineData("int? maybe = null;", "CS0518")]
    [InlineData("int last = new int[3][^1];", "CS0518")]
    [InlineData("var some = new int[3][1..];", "CS0518")]
    [InlineData("System.Action<int> act = null;", "CS0308", "CS0246", "CS0234", "CS0305")]
    [InlineData("var thing = new { A = 1 };", "CS0656")]
    [InlineData("decimal money = 1m;", "CS0518")]
    [InlineData("System.DateTime now = System.DateTime.Now;", "CS0117", "CS0234")]
    [InlineData("System.Array.Sort(new int[2]);", "CS0117")]
    [InlineData("var text = \"a\"u8;", "CS0518")]
    public void What_the_device_lacks_does_not_compile(string statements, params string[] expected) =>
        Assert.Contains(ErrorsIn(statements), id => expected.Contains(id));

    [Theory]
    [InlineData("record Pair(int A, int B);")]
    [InlineData("class Counter { volatile int _count; int Next() => _count++; }")]
    [InlineData("class Numbers { System.Collections.IEnumerable All() { yield return 1; } }")]
    [InlineData("class Named { public required string Name { get; set; } }")]
    [InlineData("interface INamed { string Name() => \"none\"; }")]
    public void Declarations_the_device_lacks_do_not_compile(string declaration) =>
        Assert.NotEmpty(Errors(declaration));

    private static IEnumerable<string> ErrorsIn(string statements) =>
        Errors($"using System; class Snippet {{ void Run() {{ {statements} }} }}");

    private static string[] Errors(string text) =>
        new DeviceCode(DeviceCode.Repository.Compilation.References, [CSharpSyntaxTree.ParseText(text, SourceFile.Language)])
            .Errors.Select(error => error.Id).ToArray();
}
