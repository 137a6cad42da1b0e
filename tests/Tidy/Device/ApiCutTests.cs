using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Fleet.Tests.Tidy.Device;

/// <summary>The rows cut to what code uses declare all that the code and the compiler need, and nothing besides.</summary>
public sealed class ApiCutTests
{
    private const string Usings = "using System; using System.Collections; using System.IO; using System.Net.Sockets; "
        + "using System.Threading; using nanoFramework.M2Mqtt; using nanoFramework.M2Mqtt.Messages;";

    private static readonly Lazy<IReadOnlyList<ApiType>> Whole = new(ApiFile.ReadWhole);
    private static readonly Lazy<IReadOnlyList<MetadataReference>> References = new(() => ReferenceSet.Emit(Whole.Value));

    [Theory]
    [InlineData("interpolation", "static string Run(int w, string s) => $\"{w} W, {s}, {w}\" + w + s + 'x';")]
    [InlineData("loops", "static int Run(ArrayList all) { int n = 0; foreach (string s in all) n += s.Length; foreach (int i in new int[3]) n += i; foreach (char c in \"ab\") n += c; return n; }")]
    [InlineData("tables", "static object Run(Hashtable t) { foreach (DictionaryEntry e in t) return e.Value; return t[\"a\"] ?? t.Keys; }")]
    [InlineData("switch on text", "static int Run(string s) => s switch { \"a\" => 1, \"b\" => 2, \"c\" => 3, \"d\" => 4, \"e\" => 5, \"f\" => 6, \"g\" => 7, _ => 0 };")]
    [InlineData("long switch on text", "static int Run(string s) { switch (s) { case \"alpha\": return 1; case \"beta\": return 2; default: return 0; } }")]
    [InlineData("unfinished switch", "static int Run(int i) => i switch { 1 => 2, 2 => 3 };")]
    [InlineData("lock and using", "object _gate = new object(); void Run() { lock (_gate) { using var stream = new MemoryStream(); stream.WriteByte(1); } }")]
    [InlineData("delegates", "delegate int Make(int x); static event Make Made; static int Run(int y) { Make m = x => x + y; Made += m; Made -= m; return Made == null ? m(1) : Made(2); }")]
    [InlineData("threads", "static void Run() { new Thread(() => { }).Start(); using var t = new Timer(_ => { }, null, 1, Timeout.Infinite); }")]
    [InlineData("dates", "static long Run(DateTime a, DateTime b) => a > b ? (a - b).Ticks : a == DateTime.UnixEpoch ? 0 : TimeSpan.TicksPerSecond;")]
    [InlineData("exceptions", "static string Run() { try { throw new InvalidOperationException(\"no\"); } catch (Exception e) when (e.Message != null) { return e.ToString(); } finally { GC.WaitForPendingFinalizers(); } }")]
    [InlineData("own enum and struct", "enum E : byte { A, B } struct S { public E E; public override int GetHashCode() => 1; } static bool Run(S s, object o) => s.E == E.B || o is S { E: E.A } || o is int and > 3;")]
    [InlineData("tables of data", "static readonly int[] Some = { 1, 2, 3, 4, 5, 6 }; static readonly byte[][] Rows = { new byte[] { 1 } }; static int Run() => Some[2] + Rows.Length;")]
    [InlineData("limits", "static bool Run(long l) => l == long.MinValue || l == int.MinValue || l == byte.MaxValue;")]
    [InlineData("operators", "static bool Run(string a, object b) => -a.Length > ~2 && (b == null || a != null);")]
    [InlineData("types", "static bool Run(object o) => o.GetType() == typeof(string) && nameof(Hashtable).Length > 1;")]
    [InlineData("contracts", "class Gate : IDisposable, IComparer { public void Dispose() { } public int Compare(object x, object y) => 0; }")]
    [InlineData("abstract base", "class Pipe : Stream { public override bool CanRead => true; public override bool CanSeek => false; public override bool CanWrite => false; public override void Flush() { } public override long Length => 0; public override long Position { get; set; } public override int Read(byte[] b, int o, int c) => 0; public override int Read(SpanByte b) => 0; public override long Seek(long o, SeekOrigin s) => 0; public override void SetLength(long l) { } public override void Write(byte[] b, int o, int c) { } }")]
    [InlineData("derived", "static Stream Run(Socket s) => new NetworkStream(s, true);")]
    [InlineData("mqtt", "static ushort Run() { var c = new MqttClient(\"host\"); c.MqttMsgPublishReceived += (o, e) => { byte[] b = e.Message; }; c.ConnectionClosed += (o, e) => { }; c.ProtocolVersion = MqttProtocolVersion.Version_5; return c.Publish(\"t\", new byte[1], null, null, MqttQoSLevel.AtLeastOnce, false); }")]
    [InlineData("parameters", "static string Run(params object[] all) => string.Format(\"{0}\", all); static void In(in DateTime d, out int i, ref long l) { i = d.Day; l++; } public int this[int i] => i; public int Set { get; init; }")]
    public void Code_compiles_with_the_rows_cut_to_it_and_cuts_no_further(string topic, string members)
    {
        Assert.SkipUnless(ApiFile.HasWhole, $"{ApiFile.WholeFolder} is not on this machine.");
        SyntaxTree tree = WithoutUnnecessaryUsings(Parse($"{Usings} class Snippet {{ {members} }}"));

        IReadOnlyList<ApiType> rows = new DeviceCode(References.Value, [tree]).Cut(Whole.Value);
        DeviceCode fenced = new(rows, [tree]);

        Assert.True(fenced.Errors.Count == 0, $"{topic}: {string.Join('\n', fenced.Errors)}");
        Assert.Equal(ApiFile.Print(rows), ApiFile.Print(fenced.Cut(rows)));
    }

    [Fact]
    public void A_member_that_is_not_used_is_cut()
    {
        Assert.SkipUnless(ApiFile.HasWhole, $"{ApiFile.WholeFolder} is not on this machine.");
        SyntaxTree tree = Parse("class Snippet { int Run(string s) => s.IndexOf('a'); }");
        ApiType text = new DeviceCode(References.Value, [tree]).Cut(Whole.Value).Single(row => row.Name == "System.String");
        Assert.Equal("M:System.String.IndexOf(System.Char)", Assert.Single(text.Members).Id(text));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(40)]
    public void Any_part_of_the_whole_can_be_declared(int nth)
    {
        Assert.SkipUnless(ApiFile.HasWhole, $"{ApiFile.WholeFolder} is not on this machine.");
        string[] ids = Whole.Value.SelectMany(row => row.Members.Select(member => member.Id(row))).Where((_, i) => i % nth == 0).ToArray();
        Assert.NotEmpty(ReferenceSet.Emit(ApiCut.Of(Whole.Value, ids)));
    }

    private static SyntaxTree Parse(string text) => new SourceFile("Snippet.cs", text).Syntax;

    private static SyntaxTree WithoutUnnecessaryUsings(SyntaxTree tree)
    {
        SyntaxNode root = tree.GetRoot();
        SyntaxNode[] unused = new DeviceCode(References.Value, [tree]).Compilation.GetDiagnostics()
            .Where(diagnostic => diagnostic.Id == "CS8019")
            .Select(diagnostic => root.FindNode(diagnostic.Location.SourceSpan)).ToArray();
        return tree.WithRootAndOptions(root.RemoveNodes(unused, SyntaxRemoveOptions.KeepNoTrivia)!, SourceFile.Language);
    }
}
