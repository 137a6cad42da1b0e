using System;
using System.Linq;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Sites;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Gateway.Dispatch;

/// <summary>Which schedules go out: each is a write to the controller's flash.</summary>
public sealed class ScheduleBookTests
{
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    [Fact]
    public void A_new_plan_of_the_same_watts_sends_nothing()
    {
        var bench = Settled();
        for (var plan = 2; plan < 12; plan++)
            Advance(bench.Plan([50], [3_500], $"plan-{plan}"), minutes: 5);
        Assert.Single(bench.Schedules);
    }

    [Fact]
    public void A_plan_that_changes_a_later_slot_is_sent_once()
    {
        var bench = Settled();
        Replace(bench, "plan-2", slot => slot == 50 ? 2_000 : 3_500);
        Answer(bench.Run(2)).Run(60);
        Assert.Equal(2, bench.Schedules.Count);
        Assert.Equal(2_000, bench.Schedules[1].LimitWatts[50]);
    }

    [Fact]
    public void What_ends_within_30_hours_is_renewed_four_times_a_day()
    {
        var bench = Settled();
        for (var quarter = 1; quarter <= 96; quarter++)
            Advance(bench.Plan([50], [3_500], $"plan-{quarter + 1}"), minutes: 15);
        Assert.InRange(bench.Schedules.Count, 4, 5);
    }

    [Fact]
    public void Every_schedule_has_an_id_of_its_own_that_names_its_plan()
    {
        var bench = new SiteBench(2).HelloAll().Plan(3_500, 3_500).Run(120);
        Assert.True(bench.Schedules.Count > 2);
        Assert.Equal(bench.Schedules.Count, bench.Schedules.Select(schedule => schedule.Id).Distinct().Count());
        Assert.All(bench.Schedules, schedule => Assert.StartsWith("plan-1-", schedule.Id));
    }

    [Fact]
    public void A_late_answer_to_an_earlier_schedule_is_not_taken_for_the_newest()
    {
        var bench = new SiteBench(1).HelloAll().Plan(3_500).Run(2);
        Replace(bench, "plan-2", slot => slot < 50 ? 3_500 : 2_000);
        bench.Run(1).Answer("schedule", bench.Schedules[0].Id, 0, AckOutcome.Accepted).Run(6);
        Assert.Equal(3, bench.Schedules.Count); // the second was not answered
        Assert.Equal(2_000, bench.Schedules[2].LimitWatts[50]);
    }

    [Fact]
    public void A_gateway_that_does_not_know_what_a_controller_has_sends_once()
    {
        var bench = Settled().Hello(0, boot: 2).Run(2);
        Assert.Equal(2, bench.Schedules.Count);
        Answer(bench).Run(600);
        Assert.Equal(2, bench.Schedules.Count);
    }

    [Fact]
    public void A_setpoint_that_is_taken_back_up_is_no_reason_to_write()
    {
        var bench = Settled().Curtail(watts: 2_000, seconds: 60).Run(3);
        Answer(bench).Run(90);
        Assert.Equal(2, bench.Schedules.Count);
    }

    [Fact]
    public void A_controller_that_goes_silent_before_it_took_a_schedule_may_take_all_its_loads_by_an_older_one()
    {
        var bench = new SiteBench(2, limitWatts: 5_000).HelloAll().Plan([50, 51], [3_500, 1_200]).Run(3);
        Assert.Equal(3_500, bench.Will(1).Run(3).Dispatch.ReservedWatts);
        bench = new SiteBench(2, limitWatts: 5_000).HelloAll().Plan([50, 51], [3_500, 1_200]).Run(3);
        bench.Answer("schedule", bench.Schedules.Last(sent => sent.To.Controller == "c1").Id, 1, AckOutcome.Accepted).Run(1);
        Assert.Equal(1_200, bench.Will(1).Run(3).Dispatch.ReservedWatts);
    }

    [Fact]
    public void What_no_controller_measures_is_left_free()
    {
        var bench = Metered().Curtail(watts: 5_000, inSeconds: 3_600, seconds: 300).Run(10).AnswerSchedules();
        Assert.InRange(StoredWatts(bench, slot: 4), 2_900, 3_000);
        Assert.InRange(StoredWatts(bench, slot: 100), 4_900, 5_000);
    }

    [Fact]
    public void A_rest_that_grows_noticeably_is_a_reason_to_write_and_one_that_shrinks_for_an_hour_is_not()
    {
        var bench = Metered();
        bench.BaseWatts = 3_000;
        bench.Run(60).AnswerSchedules();
        Assert.InRange(StoredWatts(bench, slot: 100), 3_900, 4_000);
        var sent = bench.Schedules.Count;
        bench.BaseWatts = 1_000;
        bench.Run(3_600).Plan([50, 51], [3_500, 3_500], "plan-2").Run(10);
        Assert.InRange(StoredWatts(bench, slot: 100), 3_900, 4_000);
        Assert.Equal(sent, bench.Schedules.Count);
    }

    private static SiteBench Metered() =>
        new SiteBench(2, limitWatts: 7_000, hasMeter: true) { BaseWatts = 2_000 }.HelloAll().Plan(3_500, 3_500).Run(60).AnswerSchedules().Run(1);

    private static int StoredWatts(SiteBench bench, int slot) =>
        bench.Schedules.GroupBy(sent => sent.To.Controller, (_, sent) => sent.Last().LimitWatts[slot]).Sum();

    private static SiteBench Settled() => Answer(new SiteBench(1).HelloAll().Plan(3_500).Run(2));

    private static SiteBench Answer(SiteBench bench) =>
        bench.Answer("schedule", bench.Schedules[^1].Id, 0, AckOutcome.Accepted);

    private static void Advance(SiteBench bench, int minutes)
    {
        var sent = bench.Schedules.Count;
        bench.Tick(60 * minutes - 3);
        bench.AnswerAll().Run(3);
        if (bench.Schedules.Count > sent)
            Answer(bench);
    }

    private static void Replace(SiteBench bench, string id, Func<int, int> wattsOf) => bench.Dispatch.Replace(new SitePlan(
        id, bench.Now, bench.Dispatch.Plan!.Start, Quarter,
        [.. Enumerable.Range(0, 144).Select(slot => new Wanted([wattsOf(slot)], [50], id, "plan"))]));
}
