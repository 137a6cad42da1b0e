using System;
using System.Linq;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Gateway.Dispatch;

/// <summary>Controllers lose the gateway one after the other: whichever follow setpoints and whichever schedules, the site is below its limit.</summary>
public sealed class ScheduleMixtureTests
{
    [Fact]
    public void No_mixture_of_setpoints_and_schedules_is_above_the_limit()
    {
        var bench = new SiteBench(3, limitWatts: 8_000).HelloAll().Plan(3_500, 3_500, 3_500).Run(20);
        Assert.True(Worst(bench) <= 8_000, $"{Worst(bench)} W");
        bench.Curtail(watts: 5_000).Run(20);
        Assert.True(Worst(bench) <= 5_000, $"{Worst(bench)} W while curtailed");
        bench.Run(700);
        Assert.True(Worst(bench) <= 8_000, $"{Worst(bench)} W after it");
    }

    [Fact]
    public void A_schedule_is_as_high_as_the_plan_again_where_no_setpoint_of_now_reaches()
    {
        var bench = new SiteBench(2).HelloAll().Plan(3_500, 3_500).Curtail(watts: 4_000, seconds: 300).Run(10);
        Assert.All(bench.Schedules.TakeLast(2), schedule => Assert.Equal(3_500, schedule.LimitWatts[2]));
    }

    private static int Worst(SiteBench bench) => bench.Site.Controllers.Sum(controller =>
    {
        var setpoint = bench.Sent.Last(sent => sent.To == controller.Address);
        var schedule = bench.Schedules.Last(sent => sent.To == controller.Address);
        var slot = (int)((bench.Now - schedule.Start) / schedule.SlotLength);
        return Math.Max(setpoint.LimitWatts, Math.Max(schedule.LimitWatts[slot], schedule.LimitWatts[slot + 1]));
    });
}
