using System.Linq;
using Fleet.Gateway.Dispatch;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Gateway.Dispatch;

public sealed class CurtailmentTests
{
    [Fact]
    public void Lowers_at_once_brings_back_at_its_end_and_says_how_long_it_took()
    {
        var bench = new SiteBench(3).HelloAll().Plan(3_500, 3_500, 3_500).Run(5);
        bench.Curtail(watts: 5_000).Tick();
        Assert.True(bench.Dispatch.Decision.TotalWatts <= 5_000);
        Assert.Equal("dr-1", bench.Dispatch.Book.Current[0]!.SignalId);
        bench.AnswerAll().Run(5);
        var curtailment = Assert.Single(bench.Dispatch.Curtailments.All);
        Assert.Equal(CurtailmentState.Achieved, curtailment.State);
        Assert.Equal((10_500, 5_000, 5_000), (curtailment.StartWatts, curtailment.RequestedWatts, curtailment.AchievedWatts));
        Assert.Equal(2, curtailment.SecondsTaken);
        bench.Run(600);
        Assert.Equal(CurtailmentState.Ended, curtailment.State);
        Assert.Equal(10_500, bench.Dispatch.Decision.TotalWatts);
    }

    [Fact]
    public void A_percentage_is_of_what_is_measured_when_it_begins()
    {
        var bench = new SiteBench(2).HelloAll().Plan(3_500, 3_500).Run(5);
        bench.Curtail(watts: null, percent: 50, inSeconds: 10).Run(5);
        Assert.Null(bench.Dispatch.Curtailments.All[0].RequestedWatts);
        bench.Run(10);
        Assert.Equal(3_500, bench.Dispatch.Curtailments.All[0].RequestedWatts);
        Assert.True(bench.Dispatch.Decision.TotalWatts <= 3_500);
    }

    [Fact]
    public void To_zero_puts_every_load_to_sleep()
    {
        var bench = new SiteBench(2).HelloAll().Plan(3_500, 3_500).Run(5);
        bench.Curtail(watts: 0).Tick();
        Assert.All(bench.SentNow, sent => Assert.Equal(0, sent.LimitWatts));
    }

    [Fact]
    public void The_lowest_of_several_binds_and_their_order_does_not_matter()
    {
        foreach (var order in new[] { new[] { 0, 1 }, [1, 0] })
        {
            var bench = new SiteBench(2).HelloAll().Plan(3_500, 3_500).Run(5);
            foreach (var i in order)
                bench.Curtail(watts: i == 0 ? 6_000 : 4_000, id: $"dr-{i}");
            bench.Tick();
            Assert.Equal(4_000, bench.Dispatch.Decision.TotalWatts);
        }
    }

    [Fact]
    public void Called_off_brings_the_load_back()
    {
        var bench = new SiteBench(2).HelloAll().Plan(3_500, 3_500).Run(5);
        bench.Curtail(watts: 0).Run(5);
        Assert.True(bench.Dispatch.Curtailments.Cancel("dr-1", bench.Now));
        bench.Run(2);
        Assert.Equal(7_000, bench.Dispatch.Decision.TotalWatts);
        Assert.False(bench.Dispatch.Curtailments.Cancel("dr-1", bench.Now));
    }

    [Fact]
    public void Counts_what_a_silent_controller_may_take_against_the_cap()
    {
        var bench = new SiteBench(2).HelloAll().Plan(3_500, 3_500).Run(5);
        bench.Silence(1).Run(16);
        bench.Curtail(watts: 4_000).Tick();
        Assert.Equal(0, bench.Dispatch.Decision.Watts[0]); // 500 W are left, less than it can work at
    }

    [Fact]
    public void Is_cut_into_the_schedules_too_so_that_it_outlives_the_gateway()
    {
        var bench = new SiteBench(2).HelloAll().Plan(3_500, 3_500).Run(5);
        bench.Schedules.Clear();
        bench.Curtail(watts: 4_000, inSeconds: 900, seconds: 900).Run(5);
        Assert.Equal(2, bench.Schedules.Count);
        Assert.True(bench.Schedules.Sum(schedule => schedule.LimitWatts[1]) <= 4_000);
        Assert.Equal(7_000, bench.Schedules.Sum(schedule => schedule.LimitWatts[3]));
    }

    [Fact]
    public void Refuses_more_than_anyone_can_oversee()
    {
        var bench = new SiteBench(1).HelloAll();
        for (var i = 0; i <= Curtailments.Most; i++)
            bench.Curtail(watts: 1, id: $"dr-{i}");
        Assert.Equal(Curtailments.Most, bench.Dispatch.Curtailments.All.Count);
    }
}
