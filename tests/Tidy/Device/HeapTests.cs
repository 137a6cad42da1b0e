using System;
using System.Linq;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Hardware;
using Fleet.Wire;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Fleet.Tests.Tidy.Device;

/// <summary>
/// The firmware's objects share the heap with the tables of its assemblies (27 KB on a board), what the libraries make of themselves (5 KB),
/// and the threads and the MQTT client (together some 15 KB); measured on the interpreter, see firmware/Esp32/README.md.
/// </summary>
public sealed class HeapTests(ITestOutputHelper output)
{
    private const int Block = 12;

    [Theory]
    [InlineData(1, 14_050)]
    [InlineData(4, 20_250)]
    [InlineData(8, 28_350)]
    public void The_objects_of_a_controller_and_its_drivers_keep_their_budget(int loads, int budgetBytes)
    {
        HeapRig rig = new HeapRig(loads).HearEverything();
        DeviceHeap heap = new DeviceHeap(typeof(Bounds).Assembly, typeof(Controller).Assembly, typeof(DriverTable).Assembly, typeof(Board).Assembly)
            .Add(rig.Controller).Add(rig.Drivers.Drivers);
        string report = $"{loads} loads: {heap.Bytes} B\n{heap.Table(80)}";
        output.WriteLine(report);
        Assert.True(heap.Bytes <= budgetBytes, $"above {budgetBytes} B: {report}");
    }

    /// <summary>The device's program cannot run here: one object of each of its classes, without what hangs on it.</summary>
    [Fact]
    public void The_objects_of_the_program_around_it_keep_theirs()
    {
        SyntaxTree[] trees = [.. DeviceCode.Repository.Compilation.SyntaxTrees.Where(tree => tree.FilePath.Contains("Esp32/", StringComparison.Ordinal))];
        int fields = DeviceCode.Repository.Compilation.GetSymbolsWithName(_ => true, SymbolFilter.Type, TestContext.Current.CancellationToken).OfType<INamedTypeSymbol>()
            .Where(type => type.TypeKind == TypeKind.Class && trees.Contains(type.DeclaringSyntaxReferences[0].SyntaxTree))
            .Sum(type => 1 + type.GetMembers().OfType<IFieldSymbol>().Count(field => !field.IsConst));
        output.WriteLine($"{fields * Block} B");
        Assert.InRange(fields * Block, 1_000, 2_400);
    }

    /// <summary>What is dropped at once: a copy of the payload to sign, the message, its text. In the host's bytes, which are more.</summary>
    [Theory]
    [InlineData(Kind.Heartbeat, 0)]
    [InlineData(Kind.Setpoint, 1_500)]
    [InlineData(Kind.Schedule, 3_600)]
    public void The_garbage_of_a_message_keeps_its_budget(Kind kind, int budgetBytes)
    {
        HeapRig rig = new HeapRig(loads: 8).HearEverything();
        rig.Hear(kind);
        rig.Tick();
        rig.Hear(kind);
        long before = GC.GetAllocatedBytesForCurrentThread();
        rig.Tick();
        long garbage = GC.GetAllocatedBytesForCurrentThread() - before;
        output.WriteLine($"{kind}: {garbage} B");
        Assert.InRange(garbage, 0, budgetBytes);
    }
}
