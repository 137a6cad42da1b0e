using System;
using System.Linq;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Sites;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Gateway.Dispatch;

/// <summary>Nobody rises into room that another has not given up: a link may be cut at that very moment.</summary>
public sealed class RiseRuleTests
{
    [Fact]
    public void A_rise_waits_until_the_lowered_controller_has_taken_its_setpoint()
    {
        var bench = new SiteBench(2, limitWatts: 5_500).HelloAll().Plan(3_500, 2_000).Run(20);
        bench.Plan(2_000, 3_500).Tick();
        Assert.Equal(["c0"], bench.SentNow.Select(sent => sent.To.Controller));
        bench.Tick();
        Assert.Equal(2_000, bench.Dispatch.Book.Current[1]!.LimitWatts);
        bench.Answer("setpoint", bench.Sent[^1].Id, 0, AckOutcome.Accepted).Tick();
        Assert.Equal(("c1", 3_500), (bench.SentNow.Single().To.Controller, bench.SentNow.Single().LimitWatts));
    }

    [Fact]
    public void A_rise_that_has_room_waits_for_nobody()
    {
        var bench = new SiteBench(2, limitWatts: 7_000).HelloAll().Plan(3_500, 2_000).Run(20);
        bench.Plan(2_000, 3_500).Tick();
        Assert.Equal(["c0", "c1"], bench.SentNow.Select(sent => sent.To.Controller));
    }

    [Fact]
    public void A_controller_cut_off_before_it_took_its_lower_setpoint_counts_at_the_higher_one()
    {
        var bench = new SiteBench(2, limitWatts: 5_500).HelloAll().Plan(3_500, 2_000).Run(20);
        bench.Plan(2_000, 3_500).Tick();
        bench.Silence(0);
        for (var second = 0; second < 60; second++)
            bench.Tick();
        Assert.Equal(3_500, bench.Dispatch.ReservedWatts);
        Assert.Equal(2_000, bench.Dispatch.Book.Current[1]!.LimitWatts);
    }

    [Fact]
    public void A_controller_that_was_alone_and_let_its_setpoint_go_is_asked_again_as_soon_as_it_says_so()
    {
        var bench = new SiteBench(1).HelloAll().Plan(3_500).Run(60);
        bench.State = ControllerState.Scheduled;
        bench.Tick();
        Assert.Single(bench.SentNow);
        Assert.Equal(SetpointState.Sent, bench.Dispatch.Book.Current[0]!.State);
        bench.State = ControllerState.Commanded;
        bench.AnswerAll().Run(30);
        Assert.Empty(bench.SentNow);
        Assert.NotEqual(SetpointState.Sent, bench.Dispatch.Book.Current[0]!.State);
    }

    [Fact]
    public void The_parts_of_the_sites_ramp_are_together_the_ramp_whenever_each_begins()
    {
        var bench = new SiteBench(2, ramp: 100).Hello(0).Plan(3_500, 3_500);
        bench.Tick();
        bench.AnswerAll().Hello(1).Tick();
        Assert.Equal([50, 50], bench.Sent.Select(sent => sent.RampWattsPerSecond));
    }

    [Fact]
    public void A_rise_waits_until_the_lowered_controller_has_taken_its_schedule()
    {
        var bench = new SiteBench(2, limitWatts: 5_500).HelloAll().Plan(3_500, 2_000).Run(20).AnswerSchedules();
        bench.Plan(2_000, 3_500).Run(20);
        Assert.Equal([2_000, 2_000], bench.Dispatch.Book.Current.Select(setpoint => setpoint!.LimitWatts));
        bench.AnswerSchedules().Run(2);
        Assert.Equal([2_000, 3_500], bench.Dispatch.Book.Current.Select(setpoint => setpoint!.LimitWatts));
    }
}
