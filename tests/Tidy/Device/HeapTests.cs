using System;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Hardware;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Tidy.Device;

/// <summary>
/// The firmware runs in a heap of 64 KB, which it shares with the tables of its assemblies (about 23 KB), the threads
/// (about 9 KB) and the MQTT client (about 5 KB). What is left is what its objects and their garbage may take.
/// </summary>
public sealed class HeapTests(ITestOutputHelper output)
{
    private const int Entries = 60;

    [Theory]
    [InlineData(1, 24_000)]
    [InlineData(4, 34_000)]
    [InlineData(8, 47_000)]
    public void The_objects_of_a_controller_fit_the_heap_of_the_device(int loads, int budgetBytes)
    {
        HeapRig rig = new HeapRig(loads).HearEverything();
        DeviceHeap heap = new DeviceHeap(typeof(Bounds).Assembly, typeof(Controller).Assembly, typeof(DriverTable).Assembly, typeof(Board).Assembly)
            .Add(rig.Controller).Add(rig.Drivers.Drivers);
        string report = $"{loads} loads: {heap.Bytes} B\n{heap.Table(Entries)}";
        output.WriteLine(report);
        Assert.True(heap.Bytes <= budgetBytes, $"above {budgetBytes} B: {report}");
    }
}
