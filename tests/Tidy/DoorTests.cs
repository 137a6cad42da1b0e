using System.Collections.Generic;
using System.Linq;
using Fleet.Tests.Tidy.Device;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Fleet.Tests.Tidy;

/// <summary>One door to the watts (rule 3): only Guard calls ILoad.Apply, on the interface or on any load that has it.</summary>
public sealed class DoorTests
{
    private const string Door = "firmware/Core/Guard.cs";

    [Fact]
    public void Only_the_guard_applies_a_limit_on_the_device() => Tidy.Holds(Callers(DeviceCode.Repository.Compilation));

    [Fact]
    public void Only_the_guard_applies_a_limit_in_a_virtual_controller() => Tidy.Holds(Callers(OnTheHost("hardware", "firmware/Wire", "firmware/Core", "firmware/Drivers", "firmware/Virtual")));

    [Fact]
    public void Only_the_relay_in_front_of_a_load_passes_on_what_the_guard_ordered() => Tidy.Holds(
        from tree in DeviceCode.Repository.Compilation.SyntaxTrees
        where tree.FilePath is not ("firmware/Drivers/LoadDriver.cs" or "firmware/Drivers/RelayedLoad.cs")
        from name in tree.GetRoot().DescendantNodes().OfType<IdentifierNameSyntax>()
        where name.Identifier.Text == "PassOn"
        select new Violation(tree.FilePath, name.GetLocation().GetLineSpan().StartLinePosition.Line + 1, "only RelayedLoad passes an order on"));

    [Theory]
    [InlineData("class Rogue { void Run(Fleet.Core.ILoad load) => load.Apply(9000); }")]
    [InlineData("class Heater : Fleet.Core.ILoad { public void Apply(int watts) { } void Run() => Apply(9000); }")]
    [InlineData("class Heater : Fleet.Core.ILoad { public void Apply(int watts) { } } class Rogue { void Run(Heater heater) => heater.Apply(9000); }")]
    [InlineData("delegate void Act(int watts); class Rogue { Act Run(Fleet.Core.ILoad load) => load.Apply; }")]
    public void Bites_on_another_caller(string text) => Assert.NotEmpty(Callers(WithSnippet(text, "firmware/Drivers/Rogue.cs")));

    [Theory]
    [InlineData("firmware/Core/Guard.cs", "class Guard { void Run(Fleet.Core.ILoad load) => load.Apply(0); }")]
    [InlineData("firmware/Drivers/Heater.cs", "class Heater : Fleet.Core.ILoad { public void Apply(int watts) { } }")]
    [InlineData("firmware/Core/Settings.cs", "class Settings { void Apply() { } void Run() => Apply(); }")]
    public void Spares_the_guard_and_the_loads_themselves(string path, string text) => Assert.Empty(Callers(WithSnippet(text, path)));

    private static IEnumerable<Violation> Callers(Compilation compilation)
    {
        ISymbol apply = Assert.Single(compilation.GetTypeByMetadataName("Fleet.Core.ILoad")!.GetMembers("Apply"));
        return from tree in compilation.SyntaxTrees
               where tree.FilePath != Door
               let model = compilation.GetSemanticModel(tree)
               from name in tree.GetRoot().DescendantNodes().OfType<IdentifierNameSyntax>()
               where name.Identifier.Text == "Apply" && model.GetSymbolInfo(name).Symbol is IMethodSymbol called && Is(called, apply)
               select new Violation(tree.FilePath, name.GetLocation().GetLineSpan().StartLinePosition.Line + 1, $"only {Door} calls ILoad.Apply");
    }

    private static bool Is(IMethodSymbol called, ISymbol apply) =>
        SymbolEqualityComparer.Default.Equals(called, apply)
        || SymbolEqualityComparer.Default.Equals(called.ContainingType.FindImplementationForInterfaceMember(apply), called);

    private static CSharpCompilation OnTheHost(params string[] folders) => CSharpCompilation.Create("Host",
        SourceTree.Repository.CSharp(folders).Select(file => file.Syntax), HostFramework.All,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

    private static CSharpCompilation WithSnippet(string text, string path) => CSharpCompilation.Create("Snippet",
        [new SourceFile(path, text).Syntax, new SourceFile("firmware/Core/ILoad.cs", "namespace Fleet.Core; public interface ILoad { void Apply(int limitWatts); }").Syntax],
        HostFramework.Core, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
}
