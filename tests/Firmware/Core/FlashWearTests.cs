using System;
using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>How often the real controller writes its flash, and for how many years the flash bears it.</summary>
public sealed class FlashWearTests(ITestOutputHelper output)
{
    private const int Day = 86400;
    private const int LeastYears = 10;

    [Theory]
    [InlineData(300, 289)]
    [InlineData(900, 97)]
    [InlineData(60, 1441)]
    public void A_day_under_the_gateway_writes_once_an_interval(int recordSeconds, int mostWrites)
    {
        FlashWear wear = Live(recordSeconds, meets: true, rig => rig.Run(Day));
        Assert.InRange(wear.WritesADay, 1, mostWrites);
        Assert.True(wear.BytesADay / wear.WritesADay <= 120);
        Assert.True(wear.Years >= LeastYears);
    }

    [Theory]
    [InlineData(300, 289)]
    [InlineData(900, 97)]
    public void A_day_without_a_gateway_writes_as_often(int recordSeconds, int mostWrites)
    {
        FlashWear wear = Live(recordSeconds, meets: false, rig => rig.Run(Day, heartbeat: false));
        Assert.InRange(wear.WritesADay, 1, mostWrites);
        Assert.True(wear.Years >= LeastYears);
    }

    /// <summary>Of a day's records a few leave together: what is written of it is no more than a part of the outage's own.</summary>
    [Fact]
    public void The_backlog_of_a_day_leaves_with_few_writes()
    {
        TornFlash flash = new();
        FirmwareRig rig = Rig(flash, 300);
        rig.Uplink.IsConnected = false;
        rig.Run(Day, heartbeat: false);
        int before = flash.Writes.Count;
        rig.Uplink.IsConnected = true;
        rig.Run(290);
        Assert.InRange(flash.Writes.Count - before, EnergyLog.Capacity / EnergyLog.UnderWay / 2, EnergyLog.Capacity / EnergyLog.UnderWay + 3);
    }

    /// <summary>
    /// The gateway sends schedules when limits change, else for prices at most once an hour, and renews them every six hours
    /// (ScheduleBook): here one every quarter of an hour, and as many changes of settings.
    /// </summary>
    [Fact]
    public void A_day_under_a_busy_gateway_is_borne_for_ten_years_too()
    {
        FlashWear wear = Live(300, meets: true, rig =>
        {
            for (int slot = 0; slot < 96; slot++)
            {
                rig.Run(900);
                rig.Schedule([.. Enumerable.Repeat(9000 + slot, Bounds.Slots)]);
                rig.Configure(("failSafeWatts", 4000 + slot));
            }
        });
        Assert.InRange(wear.WritesADay, 2 * 96, 289 + 2 * 96 + 4);
        Assert.True(wear.Years >= LeastYears);
    }

    [Fact]
    public void A_tick_that_changes_nothing_writes_nothing()
    {
        TornFlash flash = new();
        FirmwareRig rig = Rig(flash, 3600);
        rig.Run(600);
        Assert.Empty(flash.Writes);
    }

    private FlashWear Live(int recordSeconds, bool meets, Action<FirmwareRig> live)
    {
        TornFlash flash = new();
        FirmwareRig rig = Rig(flash, recordSeconds);
        rig.Uplink.IsConnected = meets;
        live(rig);
        FlashWear wear = new(flash.Writes, rig.NowMs / 1000.0 / Day);
        output.WriteLine($"{recordSeconds} s, {(meets ? "with" : "without")} gateway: {wear}");
        return wear;
    }

    private static FirmwareRig Rig(TornFlash flash, int recordSeconds)
    {
        FirmwareRig rig = new($"\"recordSeconds\":{recordSeconds},\"telemetrySeconds\":60,", meters: 1, store: new SlotStore(flash));
        rig.Meters[0].Watts = 3600;
        rig.Uplink.Remembers = false;
        foreach (FirmwareLoad load in rig.Loads)
            load.Remembers = false;
        return rig.Sync();
    }
}
