using System;
using System.Linq;
using Fleet.Gateway.Planning;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Gateway.Dispatch;

/// <summary>Controllers lose the gateway one after the other: whichever follow setpoints and whichever schedules, the site is below its limit.</summary>
public sealed class ScheduleMixtureTests
{
    [Fact]
    public void No_mixture_of_setpoints_and_schedules_is_above_the_limit()
    {
        var bench = new SiteBench(3, limitWatts: 8_000).HelloAll().Plan(3_500, 3_500, 3_500);
        Answering(bench, seconds: 30);
        Assert.True(Worst(bench) <= 8_000, $"{Worst(bench)} W");
        Answering(bench.Curtail(watts: 5_000), seconds: 30);
        Assert.True(Worst(bench) <= 5_000, $"{Worst(bench)} W while curtailed");
        Answering(bench, seconds: 700);
        Assert.True(Worst(bench) <= 8_000, $"{Worst(bench)} W after it");
    }

    [Fact]
    public void A_schedule_is_as_high_as_the_plan_again_where_no_setpoint_of_now_reaches()
    {
        var bench = new SiteBench(2).HelloAll().Plan(3_500, 3_500).Curtail(watts: 4_000, seconds: 300).Run(10);
        Assert.All(bench.Schedules.TakeLast(2), schedule => Assert.Equal(3_500, schedule.LimitWatts[2]));
    }

    [Fact]
    public void No_mixture_is_above_the_limit_while_a_new_plan_takes_the_place_of_the_last()
    {
        var bench = new SiteBench(2, limitWatts: 5_500).HelloAll().Plan(3_500, 2_000);
        Answering(bench, seconds: 60);
        bench.Plan([50, 51], [2_000, 3_500], "plan-2");
        for (var second = 0; second < 60; second++)
        {
            Answering(bench, seconds: 1);
            Assert.True(Worst(bench) <= 5_500, $"{Worst(bench)} W after {second} s");
        }
        Assert.Equal(3_500, bench.Dispatch.Book.Current[1]!.LimitWatts);
    }

    [Fact]
    public void A_later_slot_rises_only_into_room_that_no_other_may_still_have_by_an_earlier_plan()
    {
        var bench = new SiteBench(2, limitWatts: 5_500).HelloAll();
        Swap(bench, "plan-1", 3_500, 2_000).Run(10).AnswerSchedules().Run(1);
        Swap(bench, "plan-2", 2_000, 3_500).Run(10);
        Assert.Equal([2_000, 2_000], LastWatts(bench, slot: 50));
        bench.AnswerSchedules().Run(10);
        Assert.Equal([2_000, 3_500], LastWatts(bench, slot: 50));
        var sent = bench.Schedules.Count;
        bench.AnswerSchedules().Run(100);
        Assert.Equal(sent, bench.Schedules.Count);
    }

    private static SiteBench Swap(SiteBench bench, string id, int first, int second)
    {
        var start = bench.Dispatch.Plan?.Start ?? bench.Now;
        bench.Dispatch.Replace(new SitePlan(id, bench.Now, start, TimeSpan.FromMinutes(15), [
            .. Enumerable.Range(0, 144).Select(slot => new Wanted(slot == 50 ? [first, second] : [2_000, 2_000], [50, 51], id, "plan")),
        ]));
        return bench;
    }

    private static int[] LastWatts(SiteBench bench, int slot) =>
        [.. bench.Site.Controllers.Select(controller => bench.Schedules.Last(sent => sent.To == controller.Address).LimitWatts[slot])];

    private static SiteBench Answering(SiteBench bench, int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            bench.Run(1);
            if (bench.Now.Second % 7 == 0)
                bench.AnswerSchedules();
        }
        return bench;
    }

    private static int Worst(SiteBench bench) => bench.Site.Controllers.Sum(controller =>
    {
        var setpoint = bench.Sent.Last(sent => sent.To == controller.Address);
        var schedule = bench.Held[controller.Address.Controller];
        var slot = (int)((bench.Now - schedule.Start) / schedule.SlotLength);
        return Math.Max(setpoint.LimitWatts, Math.Max(schedule.LimitWatts[slot], schedule.LimitWatts[slot + 1]));
    });
}
