using System;
using System.Linq;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Sites;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Gateway.Dispatch;

/// <summary>The loop that the site closes on what is measured: excess that stays, loads that do not obey, strangers behind meters.</summary>
public sealed class MeterRuleTests
{
    [Fact]
    public void Lowers_further_while_the_meter_stays_above_the_limit()
    {
        var bench = new SiteBench(2, limitWatts: 5_000).HelloAll().Plan(2_500, 2_500).Run(5);
        for (var i = 0; i < 30; i++)
        {
            bench.Measures(0, 3_500).Measures(1, 2_500).Tick();
            foreach (var sent in bench.SentNow)
                bench.Answer("setpoint", sent.Id, int.Parse(sent.To.Controller[1..]), AckOutcome.Accepted);
        }
        Assert.True(bench.Dispatch.Decision.TotalWatts <= 4_000, $"still {bench.Dispatch.Decision.TotalWatts} W");
        Assert.Contains(bench.Sent, sent => sent.Reason.StartsWith("measured", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(12_000, 7_000)]
    [InlineData(28_000, 24_500)]
    public void Makes_room_for_a_stranger_on_a_controllers_meter_by_one_correction(int limitWatts, int strangerWatts)
    {
        var bench = new SiteBench(3, limitWatts).HelloAll().Plan(3_500, 3_500, 0).Run(10).PlugIn(2, strangerWatts);
        bench.Run(2 + (int)MeterRule.Patience.TotalSeconds);
        Assert.InRange(bench.Dispatch.Image.Watts, strangerWatts, limitWatts);
    }

    [Fact]
    public void A_stranger_once_known_is_made_room_for_before_others_rise()
    {
        var bench = new SiteBench(3, 9_000).HelloAll().Plan(0, 0, 500).Run(10).PlugIn(2, 3_000).Run(40);
        Assert.Equal((3_000, 3_000L), (bench.Dispatch.UncontrolledWatts, bench.Dispatch.ReservedWatts));
        bench.Plan(3_500, 3_500, 500);
        for (var second = 0; second < 60; second++)
            Assert.InRange(bench.Run(1).Dispatch.Image.Watts, 3_000, 9_000);
        Assert.Equal(6_000, bench.Dispatch.Decision.TotalWatts);
        Assert.Equal(7_500, bench.PlugIn(2, 0).Run(70).Dispatch.Decision.TotalWatts);
    }

    [Theory]
    [InlineData("silent", 6_500)] // with the most that it may take itself
    [InlineData("unmetered", 3_000)]
    [InlineData("told more than it takes", 3_000)]
    [InlineData("off and on", 3_000)]
    public void A_stranger_that_cannot_be_seen_for_a_while_stays_made_room_for(string how, int reservedWatts)
    {
        var bench = new SiteBench(3, 9_000).HelloAll().Plan(3_500, 3_500, 500).Run(10).PlugIn(2, 3_000).Run(60);
        Assert.Equal(6_000, bench.Dispatch.Decision.TotalWatts);
        if (how == "silent")
            bench.Silence(2);
        else if (how == "unmetered")
            bench.PlugIn(2, 0).Unmetered(2);
        else if (how == "told more than it takes")
            bench.Plan(2_000, 500, 3_500).Lags(2);
        else
            bench.PlugIn(2, 0).Run(20).PlugIn(2, 3_000);
        for (var second = 0; second < 50; second++)
            Assert.InRange(bench.Run(1).Dispatch.ReservedWatts, 3_000, 7_000);
        Assert.Equal((long)reservedWatts, bench.Dispatch.ReservedWatts);
        Assert.InRange(bench.Dispatch.Decision.TotalWatts, 0, 9_000 - reservedWatts);
    }

    [Fact]
    public void A_stranger_below_its_controllers_limit_is_known_by_the_loads_own_word()
    {
        var bench = new SiteBench(3, 9_000).HelloAll().Plan(0, 0, 3_500).Run(10).Measures(2, 500).PlugIn(2, 2_000).Contradicts(2, 1000);
        bench.Tick();
        Assert.Equal(2_000, bench.Dispatch.ReservedWatts);
    }

    [Fact]
    public void Those_that_obey_soon_make_up_for_one_that_does_not()
    {
        var bench = new SiteBench(3).HelloAll().Plan(3_500, 3_500, 3_500).Run(5).Curtail(watts: 10_100);
        for (var second = 0; second < 45; second++)
        {
            // The one worth least, which is lowered first, goes on as it was.
            bench.Measures(0, 3_500).Tick();
            bench.AnswerAll().Measures(0, 3_500);
        }
        bench.Tick();
        Assert.InRange(bench.Dispatch.Image.Watts, 3_500, 10_302);
    }

    [Fact]
    public void A_stranger_is_made_room_for_once_and_not_by_correction_and_knowledge_together()
    {
        var bench = new SiteBench(3, 9_000).HelloAll().Plan(3_500, 3_500, 500).Run(10).PlugIn(2, 3_000).Run(15);
        Assert.Equal("held 1500 W lower, so that measured power stays at 9000 W", bench.Dispatch.Decision.ReasonOf(0));
        for (var second = 0; second < 120; second++)
            Assert.InRange(bench.Run(1).Dispatch.Image.Watts, 8_900, 9_000);
        Assert.Equal(3_000, bench.Dispatch.ReservedWatts);
    }

    [Fact]
    public void A_load_on_its_way_down_is_no_stranger()
    {
        var bench = new SiteBench(2).HelloAll().Plan(3_500, 3_500).Run(5);
        bench.Curtail(watts: 4_000);
        for (var watts = 3_500; watts >= 2_000; watts -= 15)
        {
            bench.Measures(0, watts).Measures(1, watts).Tick();
            foreach (var sent in bench.SentNow)
                bench.Answer("setpoint", sent.Id, int.Parse(sent.To.Controller[1..]), AckOutcome.Accepted);
            Assert.Equal(0, bench.Dispatch.ReservedWatts);
        }
        Assert.Equal(4_000, bench.Dispatch.Decision.TotalWatts);
    }

    [Fact]
    public void Counts_what_loads_say_where_a_meter_that_contradicts_them_reads_less()
    {
        var bench = new SiteBench(2, 6_000).HelloAll().Plan(3_000, 3_000).Run(10).PlugIn(1, 900).Contradicts(0, 700).Run(60);
        Assert.InRange(bench.Dispatch.Decision.TotalWatts, 2_000, 5_220);
    }

    [Fact]
    public void Waits_while_power_is_on_its_way_down()
    {
        var bench = new SiteBench(2).HelloAll().Plan(3_500, 3_500).Run(5);
        bench.Curtail(watts: 4_000);
        for (var watts = 3_500; watts >= 2_000; watts -= 50)
        {
            bench.Measures(0, watts).Measures(1, watts).Tick();
            foreach (var sent in bench.SentNow)
                bench.Answer("setpoint", sent.Id, int.Parse(sent.To.Controller[1..]), AckOutcome.Accepted);
        }
        Assert.Equal(4_000, bench.Dispatch.Decision.TotalWatts);
    }

    [Fact]
    public void Takes_its_correction_back_slowly_once_there_is_room()
    {
        var bench = new SiteBench(2, limitWatts: 5_000).HelloAll().Plan(2_500, 2_500).Run(5);
        for (var i = 0; i < 15; i++)
            bench.Measures(0, 3_500).Tick();
        bench.Measures(0, 0).Measures(1, 0).Run(600);
        Assert.Equal((5_000, "plan"), (bench.Dispatch.Decision.TotalWatts, bench.Dispatch.Decision.ReasonOf(0)));
    }

    [Fact]
    public void Holds_what_is_still_needed_and_does_not_say_that_power_is_above()
    {
        var bench = new SiteBench(2, limitWatts: 5_000).HelloAll().Plan(2_500, 2_500).Run(5);
        for (var i = 0; i < 600; i++)
        {
            bench.Measures(0, bench.Dispatch.Decision.Watts[0] + 1_000).Measures(1, bench.Dispatch.Decision.Watts[1]).Tick(); // takes a kilowatt more than it is told
            foreach (var sent in bench.SentNow)
                bench.Answer("setpoint", sent.Id, int.Parse(sent.To.Controller[1..]), AckOutcome.Accepted);
        }
        Assert.InRange(bench.Dispatch.Image.Watts, 4_900, 5_000);
        Assert.DoesNotContain("is above", bench.Dispatch.Decision.ReasonOf(0), StringComparison.Ordinal);
    }
}
