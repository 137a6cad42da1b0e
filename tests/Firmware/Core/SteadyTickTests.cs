using System;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>The tick once nothing is new any more; a tick that mutation testing watches allocates, so it is not asked there.</summary>
public sealed class SteadyTickTests
{
    [Fact]
    public void Allocates_nothing()
    {
        FirmwareRig rig = new(meters: 1);
        rig.Sync().Command(9000).Run(700);
        rig.Uplink.Remembers = false;
        foreach (FirmwareLoad load in rig.Loads)
            load.Remembers = false;
        long sends = rig.Uplink.Sends;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int second = 0; second < 100; second++)
            rig.Tick();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(rig.Uplink.Sends - sends >= 20);
        long grown = 0;
        for (int second = 0; second < 3000; second++)
        {
            rig.Beat();
            long start = GC.GetAllocatedBytesForCurrentThread();
            rig.Tick();
            grown += GC.GetAllocatedBytesForCurrentThread() - start;
        }
        Assert.Equal(0, grown);
    }
}
