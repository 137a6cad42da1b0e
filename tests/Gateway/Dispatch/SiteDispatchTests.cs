using System;
using System.Linq;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Sites;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Gateway.Dispatch;

public sealed class SiteDispatchTests
{
    [Fact]
    public void Sends_nothing_before_there_is_a_plan()
    {
        var bench = new SiteBench().HelloAll();
        bench.Tick();
        Assert.Empty(bench.Sent);
        Assert.Empty(bench.Schedules);
    }

    [Fact]
    public void Sends_each_controller_its_part_of_the_plan()
    {
        var bench = new SiteBench().HelloAll().Plan(3_500, 2_000, 0);
        bench.Tick();
        Assert.Equal([3_500, 2_000, 0], bench.SentNow.Select(sent => sent.LimitWatts));
        Assert.All(bench.SentNow, sent => Assert.Equal(1, sent.BootId));
    }

    [Fact]
    public void Asks_for_the_heartbeat_when_a_controller_comes_online_and_not_again()
    {
        var bench = new SiteBench(1).HelloAll();
        Assert.True(bench.Tick().NeedsHeartbeat);
        Assert.False(bench.Tick().NeedsHeartbeat);
    }

    [Fact]
    public void Sends_nothing_new_while_nothing_changes()
    {
        var bench = new SiteBench().HelloAll().Plan(3_500, 3_500, 3_500).Run(100);
        Assert.Equal(3, bench.Sent.Count);
    }

    [Fact]
    public void Sends_an_unanswered_setpoint_again_with_the_same_id_and_ever_more_patience()
    {
        var bench = new SiteBench(1).HelloAll().Plan(3_500);
        for (var i = 0; i < 40; i++)
            bench.Tick();
        Assert.Single(bench.Sent.Select(sent => sent.Id).Distinct());
        Assert.Equal(4, bench.Sent.Count); // after 0, 5, 15 and 35 seconds
    }

    [Fact]
    public void Renews_a_setpoint_at_half_of_its_validity()
    {
        var bench = new SiteBench(1).HelloAll().Plan(3_500).Run(451);
        Assert.Equal(2, bench.Sent.Count);
        Assert.Equal(bench.Sent[0].Id, bench.Sent[1].Id);
    }

    [Fact]
    public void A_setpoint_that_could_not_be_renewed_has_expired()
    {
        var bench = new SiteBench(1).HelloAll().Plan(3_500).Run(5);
        bench.Silence(0).Run(900);
        Assert.Equal(SetpointState.Expired, bench.Dispatch.Book.Current[0]!.State);
        bench.Hello(0).Run(2);
        Assert.Equal(SetpointState.Acked, bench.Dispatch.Book.Current[0]!.State);
    }

    [Fact]
    public void Sends_a_refused_setpoint_again()
    {
        var bench = new SiteBench(1).HelloAll().Plan(3_500);
        bench.Tick();
        bench.Answer("setpoint", bench.SentNow[0].Id, 0, AckOutcome.Refused, "too hot").Tick();
        Assert.Equal("too hot", bench.Dispatch.Book.Current[0]!.Refusal);
        bench.Tick(5);
        Assert.Single(bench.SentNow);
    }

    [Fact]
    public void A_restarted_controller_gets_its_setpoint_and_schedule_at_once_for_its_new_boot()
    {
        var bench = new SiteBench(1).HelloAll().Plan(3_500).Run(10);
        var schedules = bench.Schedules.Count;
        bench.Hello(0, boot: 2).Tick();
        Assert.Equal(2, Assert.Single(bench.SentNow).BootId);
        Assert.Equal(2, bench.Schedules[schedules].BootId);
    }

    [Fact]
    public void An_answer_from_an_earlier_boot_counts_for_nothing()
    {
        var bench = new SiteBench(1).HelloAll().Plan(3_500);
        bench.Tick();
        var id = bench.SentNow[0].Id;
        bench.Hello(0, boot: 2).Tick();
        bench.Dispatch.Inbox.Offer(new AckReport(new ControllerAddress("hill", "c0"), bench.Now, 1, "setpoint", id, AckOutcome.Accepted, "", null, 1));
        bench.Tick();
        Assert.Equal(SetpointState.Sent, bench.Dispatch.Book.Current[0]!.State);
    }

    [Fact]
    public void Lowers_others_to_leave_room_for_what_a_silent_controller_may_take()
    {
        var bench = new SiteBench(3, limitWatts: 10_500).HelloAll().Plan(3_500, 3_500, 3_500).Run(5);
        bench.Silence(2).Run(20);
        var others = bench.Dispatch.Book.Current[0]!.LimitWatts + bench.Dispatch.Book.Current[1]!.LimitWatts;
        Assert.True(others + 3_500 <= 10_500, $"{others} W and a silent 3,500 W are above the limit");
        Assert.Equal(1, bench.Dispatch.Image.SilentControllers);
    }

    [Fact]
    public void A_controller_whose_will_came_counts_as_silent_at_once()
    {
        var bench = new SiteBench(2).HelloAll().Plan(3_500, 3_500).Run(5);
        bench.Will(1).Tick();
        Assert.Equal(1, bench.Dispatch.Image.SilentControllers);
    }

    [Fact]
    public void Commands_nothing_to_a_controller_whose_loads_are_not_the_configured_ones()
    {
        var bench = new SiteBench(1).Plan(3_500);
        bench.Dispatch.Inbox.Offer(new HelloReport(new ControllerAddress("hill", "c0"), bench.Now, true, 1, "b", "1", 1_000, ["other"]));
        bench.Tick();
        Assert.Empty(bench.Sent);
        Assert.Contains("asic", bench.Dispatch.Image.Controllers[0].Mismatch);
    }

    [Fact]
    public void Stays_under_the_import_limit_whatever_the_plan_says()
    {
        var bench = new SiteBench(3, limitWatts: 8_000, fixedWatts: 500).HelloAll().Plan(3_500, 3_500, 3_500);
        bench.Tick();
        Assert.True(bench.SentNow.Sum(sent => sent.LimitWatts) <= 7_500);
        Assert.Contains("import limit", bench.SentNow[0].Reason);
    }

    [Fact]
    public void Lowers_the_least_worth_first_and_keeps_it_awake_while_that_is_enough()
    {
        var bench = new SiteBench(2, limitWatts: 6_000).HelloAll().Plan([90, 40], [3_500, 3_500]);
        bench.Tick();
        Assert.Equal([3_500, 2_500], bench.SentNow.Select(sent => sent.LimitWatts));
    }

    [Fact]
    public void Puts_the_least_worth_to_sleep_when_low_power_is_not_enough_and_gives_the_rest_back()
    {
        var bench = new SiteBench(2, limitWatts: 3_000).HelloAll().Plan([90, 40], [3_500, 3_500]);
        bench.Tick();
        Assert.Equal([3_000, 0], bench.SentNow.Select(sent => sent.LimitWatts));
    }

    [Fact]
    public void Keeps_the_last_limits_when_the_plan_has_ended()
    {
        var bench = new SiteBench(1).HelloAll().Plan([50], [3_500], slots: 1).Run(5);
        bench.Tick(1_000);
        Assert.Equal(3_500, bench.Dispatch.Book.Current[0]!.LimitWatts);
        Assert.All(bench.SentNow, sent => Assert.Equal(3_500, sent.LimitWatts));
    }

    [Fact]
    public void Shares_the_ramp_of_the_site_among_those_that_rise()
    {
        var bench = new SiteBench(2, ramp: 100).HelloAll().Plan(3_500, 3_500);
        bench.Tick();
        Assert.All(bench.SentNow, sent => Assert.Equal(50, sent.RampWattsPerSecond));
    }

    [Fact]
    public void Sends_every_controller_the_schedule_in_turn_and_again_until_it_is_taken()
    {
        var bench = new SiteBench(3).HelloAll().Plan(3_500, 2_000, 0).Run(4);
        Assert.Equal(3, bench.Schedules.Count);
        Assert.Equal(144, bench.Schedules[0].LimitWatts.Length);
        foreach (var i in new[] { 0, 1 })
            bench.Answer("schedule", bench.Schedules[i].Id, i, AckOutcome.Accepted);
        bench.Run(8);
        Assert.Equal(4, bench.Schedules.Count);
        Assert.Equal("c2", bench.Schedules[3].To.Controller);
    }
}
