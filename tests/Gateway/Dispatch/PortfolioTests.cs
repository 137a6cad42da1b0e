using System;
using System.Linq;
using System.Threading.Tasks;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Signals;
using Fleet.Gateway.Sites;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Gateway.Dispatch;

/// <summary>Curtailments of the whole portfolio: divided among its sites, judged on their sum.</summary>
public sealed class PortfolioTests
{
    private static PortfolioBench Two() => new PortfolioBench("hill", "dale").Run(3);

    [Fact]
    public void A_percentage_becomes_watts_once_and_reaches_the_controllers_before_the_call_returns()
    {
        var bench = Two();
        Assert.Equal(14_000, bench.Watts);
        bench.Curtail(percent: 50);
        Assert.Equal(7_000, bench.Watts);
        bench.Run(2);
        Assert.Equal((CurtailmentState.Achieved, 14_000, 7_000, 7_000), (bench.Whole.State, bench.Whole.StartWatts, bench.Whole.RequestedWatts, bench.Whole.AchievedWatts));
        Assert.Equal(1, bench.Whole.SecondsTaken);
        bench.Run(300);
        Assert.Equal((7_000, 7_000), (bench.Whole.RequestedWatts, bench.Kept[("dr-1", null)].RequestedWatts));
    }

    [Theory]
    [InlineData(7_000, null, 0)]
    [InlineData(null, 50, 0)]
    [InlineData(7_000, null, 10)]
    public void A_turn_of_the_portfolio_amid_the_taking_up_changes_nothing(int? watts, int? percent, int inSeconds)
    {
        var bench = Two().Curtail(watts, percent, inSeconds, turnsBetween: true);
        Assert.Equal((3_000, 4_000), (bench.CapOf("hill"), bench.CapOf("dale")));
        bench.Run(inSeconds + 2);
        Assert.Equal((7_000, CurtailmentState.Achieved), (bench.Watts, bench.Whole.State));
    }

    [Fact]
    public void The_least_worth_is_lowered_first_wherever_it_stands()
    {
        var bench = Two().Curtail(percent: 60);
        Assert.Equal((4_000, 4_400), (bench.WattsOf("hill"), bench.WattsOf("dale")));
    }

    [Fact]
    public async Task A_change_of_worth_moves_watts_between_sites_that_are_planned_under_their_parts()
    {
        var bench = new PortfolioBench().Build("hill").Build("dale", WorkKind.Tokens).Start();
        await bench.PlanAsync(tokenValue: 2);
        bench.Run(3).Curtail(watts: 11_000);
        await bench.PlanAsync(tokenValue: 2);
        bench.Run(70);
        Assert.Equal((4_000, 7_000), (bench.CapOf("hill"), bench.CapOf("dale")));
        for (var minute = 0; minute < 8; minute++)
        {
            await bench.PlanAsync(tokenValue: 0.2);
            for (var second = 0; second < 60; second++)
                Assert.InRange(bench.Run(1).Watts, 0, 11_000);
            if (minute >= 3)
                Assert.Equal((7_000, 7_000, 4_000), (bench.WattsOf("hill"), bench.CapOf("hill"), bench.CapOf("dale")));
        }
    }

    [Fact]
    public async Task A_change_of_worth_moves_watts_under_two_curtailments_at_once_too()
    {
        var bench = new PortfolioBench().Build("hill").Build("dale", WorkKind.Tokens).Start();
        await bench.PlanAsync(tokenValue: 2);
        bench.Run(3).Curtail(watts: 11_000, id: "dr-1").Curtail(watts: 11_000, id: "dr-2");
        Assert.Equal((4_000, 7_000), (bench.WattsOf("hill"), bench.WattsOf("dale")));
        for (var minute = 0; minute < 4; minute++)
        {
            await bench.PlanAsync(tokenValue: 0.2);
            bench.Run(60);
        }
        Assert.Equal(7_000, bench.WattsOf("hill"));
        Assert.InRange(bench.WattsOf("dale"), 1, 4_000);
    }

    [Fact]
    public async Task Parts_that_change_are_planned_anew_without_being_asked()
    {
        var bench = Two();
        await bench.Planner.StartAsync(TestContext.Current.CancellationToken);
        await GatewayWait.UntilAsync("the first plan is made", () => bench.Planner.Current is not null);
        bench.Curtail(percent: 50, inSeconds: 5).Run(10);
        await GatewayWait.UntilAsync("the sites are planned under their parts", () => bench.Hosts.All.Sum(PlannedWatts) <= 7_000);
        await bench.Planner.StopAsync(TestContext.Current.CancellationToken);

        long PlannedWatts(SiteHost host) => host.Look(dispatch => dispatch.Plan!.At(bench.Now)!.TotalWatts);
    }

    [Fact]
    public void What_sleeping_loads_still_take_is_taken_from_the_other_sites_until_the_sum_is_reached()
    {
        var bench = Two();
        bench.RestWatts = 300;
        bench.Curtail(percent: 25).Run(60);
        Assert.InRange(bench.Watts, 0, 3_600);
        Assert.Equal((CurtailmentState.Achieved, 3_500), (bench.Whole.State, bench.Whole.RequestedWatts));
    }

    [Fact]
    public void A_site_that_only_draws_standby_power_does_not_keep_the_whole_from_being_achieved()
    {
        var bench = Two();
        bench.RestWatts = 40;
        bench.Curtail(watts: 4_000).Run(30);
        Assert.Equal(80, bench.WattsOf("hill"));
        Assert.Equal(CurtailmentState.Achieved, bench.Whole.State);
    }

    [Fact]
    public void One_for_later_begins_by_itself_on_what_is_measured_then()
    {
        var bench = Two().Curtail(percent: 50, inSeconds: 60, seconds: 120);
        Assert.Equal((CurtailmentState.Waiting, null), (bench.Whole.State, bench.Whole.RequestedWatts));
        bench.Run(59);
        Assert.Equal(14_000, bench.Watts);
        bench.Run(2);
        Assert.Equal((7_000, 7_000), (bench.Whole.RequestedWatts, bench.Watts));
        bench.Run(120);
        Assert.Equal((CurtailmentState.Ended, 14_000), (bench.Whole.State, bench.Watts));
    }

    [Fact]
    public void Watts_for_later_are_divided_by_how_the_sites_stand_then()
    {
        var bench = Two().Curtail(watts: 10_000, inSeconds: 60).Run(20).Silence("hill").Run(45);
        Assert.Equal((7_000, 3_000), (bench.WattsOf("hill"), bench.WattsOf("dale")));
    }

    [Fact]
    public void What_a_silent_site_may_take_is_taken_from_the_others_and_given_back_when_it_is_heard()
    {
        var bench = Two().Curtail(watts: 12_000).Silence("dale").Run(30);
        Assert.True(bench.WattsOf("hill") + 7_000 <= 12_000, $"hill takes {bench.WattsOf("hill")} W");
        bench.Silence("dale", isSilent: false).Run(100);
        Assert.InRange(bench.Watts, 11_500, 12_000);
    }

    [Fact]
    public void A_silent_site_counts_in_a_percentage_at_its_last_reading_and_in_what_is_achieved_at_its_most()
    {
        var bench = Two().Curtail(watts: 8_000, seconds: 30).Run(40).Silence("dale").Run(20).Curtail(percent: 50).Run(5);
        var whole = bench.Portfolio.Look(portfolio => portfolio.Curtailments.Find("dr-1"))!;
        Assert.Equal(14_000, whole.StartWatts);
        Assert.Equal((7_000, CurtailmentState.Achieved), (whole.RequestedWatts, whole.State));
        Assert.Equal(0, bench.WattsOf("hill"));
    }

    [Fact]
    public void A_restarted_gateway_goes_on_where_it_was()
    {
        var bench = Two().Curtail(percent: 50).Run(100);
        var before = bench.Whole;
        bench.Sleep(10).Start().Run(1);
        Assert.Equal(7_000, bench.Watts);
        bench.Run(5);
        var after = bench.Whole;
        Assert.Equal(
            (before.StartWatts, before.RequestedWatts, before.SecondsTaken, CurtailmentState.Achieved),
            (after.StartWatts, after.RequestedWatts, after.SecondsTaken, after.State));
        bench.Run(200);
        Assert.Equal(7_000, bench.Watts);
    }

    [Fact]
    public void A_percentage_whose_start_passed_while_the_gateway_was_down_is_of_what_it_measures_first()
    {
        var bench = Two().Curtail(percent: 50, inSeconds: 30).Run(5).Sleep(60).Start().Run(2);
        Assert.Equal((14_000, 7_000, 7_000), (bench.Whole.StartWatts, bench.Whole.RequestedWatts, bench.Watts));
    }

    [Fact]
    public void A_percentage_waits_until_a_gateway_that_has_just_started_has_heard_every_site()
    {
        var bench = Two().Sleep(1).Silence("dale").Start().Run(3).Curtail(percent: 50).Run(3);
        Assert.Equal((CurtailmentState.Waiting, 7_000), (bench.Whole.State, bench.WattsOf("hill")));
        bench.Silence("dale", isSilent: false).Run(2);
        Assert.Equal((14_000, 7_000), (bench.Whole.StartWatts, bench.Watts));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public void One_that_comes_before_the_power_of_the_sites_is_known_is_divided_as_soon_as_it_is(int inSeconds)
    {
        var bench = new PortfolioBench("hill", "dale").Curtail(watts: 10_000, inSeconds: inSeconds);
        Assert.Equal((null, null), (bench.CapOf("hill"), bench.CapOf("dale")));
        bench.Run(1);
        Assert.Equal((4_000, 6_000), (bench.CapOf("hill"), bench.CapOf("dale")));
        bench.Run(inSeconds + 1);
        Assert.Equal(10_000, bench.Watts);
    }

    [Fact]
    public void A_site_that_acts_on_a_signal_of_its_own_is_not_known_for_that()
    {
        var bench = Two().Sleep(1).Silence("dale").Start().Run(3);
        bench.Hosts.Find("dale")!.Take(new Signal("own", "dale", 7_000, null, bench.Now, bench.Now.AddHours(1), "test", "operator", bench.Now));
        bench.Curtail(percent: 50).Run(3);
        Assert.Equal(CurtailmentState.Waiting, bench.Whole.State);
        bench.Silence("dale", isSilent: false).Run(2);
        Assert.Equal(14_000, bench.Whole.StartWatts);
    }

    [Fact]
    public void A_site_that_was_added_later_gets_its_part_too()
    {
        var bench = Two().Curtail(watts: 10_000).Run(5).Build("fell").Start().Run(3);
        Assert.NotNull(bench.CapOf("fell"));
        bench.Run(100);
        Assert.InRange(bench.Watts, 9_500, 10_000);
        Assert.Equal(CurtailmentState.Achieved, bench.Whole.State);
    }

    [Fact]
    public void Called_off_it_is_over_everywhere_at_once()
    {
        var bench = Two().Curtail(percent: 0).Run(5);
        Assert.Equal(0, bench.Watts);
        Assert.True(bench.Portfolio.Cancel("dr-1"));
        Assert.Equal(14_000, bench.Watts);
        Assert.All(bench.Kept.Values, course => Assert.Equal(CurtailmentState.Ended, course.State));
        Assert.Equal(CurtailmentState.Ended, bench.Whole.State);
        Assert.False(bench.Portfolio.Cancel("dr-1"));
    }

    [Fact]
    public void One_that_ended_while_the_gateway_was_down_is_closed_on_record()
    {
        var bench = Two().Curtail(percent: 50, seconds: 60).Run(5).Sleep(600).Start();
        Assert.All(bench.Kept.Values, course => Assert.Equal(CurtailmentState.Ended, course.State));
    }

    [Fact]
    public void The_mean_of_what_was_achieved_goes_on_after_a_restart()
    {
        var bench = Two().Curtail(percent: 50).Run(400);
        bench.RestWatts = 5_000; // from now on nobody goes below
        bench.Start().Run(2);
        Assert.InRange(bench.Whole.AchievedWatts!.Value, 7_000, 7_200);
    }
}
