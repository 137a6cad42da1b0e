using System.Linq;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Sites;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Gateway.Dispatch;

/// <summary>A site whose grid connection has a meter of its own, on a controller without loads.</summary>
public sealed class SiteMeterTests
{
    private const int Grid = 2;

    private static SiteBench Metered(int limitWatts = 100_000, int fixedWatts = 0, int baseWatts = 800)
    {
        var bench = new SiteBench(2, limitWatts, fixedWatts, hasMeter: true) { BaseWatts = baseWatts }.HelloAll().Plan(3_500, 3_500);
        return bench.Run(30);
    }

    [Fact]
    public void Its_reading_is_the_power_of_the_site()
    {
        var bench = Metered();
        Assert.Equal((7_800, PowerSource.SiteMeter), (bench.Dispatch.Image.Watts, bench.Dispatch.Image.Source));
        Assert.Equal((800, 800L), (bench.Dispatch.UncontrolledWatts, bench.Dispatch.ReservedWatts));
    }

    [Fact]
    public void Its_controller_is_told_nothing()
    {
        var bench = Metered().Run(600);
        Assert.DoesNotContain(bench.Sent, sent => sent.To.Controller == "grid");
        Assert.DoesNotContain(bench.Schedules, sent => sent.To.Controller == "grid");
    }

    [Fact]
    public void What_no_controller_measures_counts_against_the_limit()
    {
        var bench = Metered(limitWatts: 7_000);
        Assert.InRange(bench.Dispatch.Decision.TotalWatts, 6_100, 6_200);
        Assert.InRange(bench.Dispatch.Image.Watts, 6_900, 7_000);
    }

    [Fact]
    public void More_that_is_configured_than_measured_stays_reserved() =>
        Assert.Equal(2_000, Metered(fixedWatts: 2_000).Dispatch.ReservedWatts);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Silent_or_without_a_reading_it_leaves_the_sum_and_the_rest_as_last_known(bool isGone)
    {
        var bench = Metered(limitWatts: 7_000);
        if (isGone)
            bench.Silence(Grid);
        else
            bench.BaseWatts = null;
        var before = bench.Dispatch.Decision.TotalWatts;
        bench.Run(60);
        Assert.Equal(PowerSource.MissingMeter, bench.Dispatch.Image.Source);
        Assert.InRange(bench.Dispatch.Image.Watts, 6_900, 7_000);
        Assert.InRange(bench.Dispatch.Decision.TotalWatts, 0, before);
    }

    [Fact]
    public void One_that_was_never_heard_leaves_the_sum_and_what_is_configured()
    {
        var bench = new SiteBench(2, fixedWatts: 500, hasMeter: true).Hello(0).Hello(1).Plan(3_500, 3_500).Run(60);
        Assert.Equal((7_500, 500L, PowerSource.MissingMeter), (bench.Dispatch.Image.Watts, bench.Dispatch.ReservedWatts, bench.Dispatch.Image.Source));
    }

    [Fact]
    public void One_that_reads_less_than_the_controllers_is_not_believed()
    {
        var bench = Metered(baseWatts: -3_000);
        Assert.Equal((7_000, PowerSource.MissingMeter), (bench.Dispatch.Image.Watts, bench.Dispatch.Image.Source));
    }

    [Fact]
    public void A_curtailment_is_judged_on_it()
    {
        var bench = Metered(baseWatts: 2_000).Curtail(watts: 5_000).Run(3);
        var curtailment = bench.Dispatch.Curtailments.All.Single();
        Assert.Equal((9_000, CurtailmentState.Achieved, 5_000), (curtailment.StartWatts, curtailment.State, bench.Dispatch.Image.Watts));
    }

    [Fact]
    public void The_gap_while_readings_follow_each_other_is_nobodys_consumption()
    {
        var bench = Metered(limitWatts: 7_800);
        bench.BaseWatts = 4_800; // the meter still shows the controllers as they were
        bench.Plan(1_500, 1_500).Run(5);
        Assert.Equal(800, bench.Dispatch.UncontrolledWatts);
    }

    [Fact]
    public void What_a_silent_controller_takes_is_not_counted_twice()
    {
        var bench = Metered().Silence(1).Run(60);
        Assert.Equal((800, 4_300L), (bench.Dispatch.UncontrolledWatts, bench.Dispatch.ReservedWatts));
        Assert.Equal(7_800, bench.Dispatch.Image.Watts);
    }

    [Fact]
    public void A_rest_that_grows_counts_within_seconds_and_one_that_shrinks_within_minutes()
    {
        var bench = Metered();
        bench.BaseWatts = 4_000;
        bench.Run(10);
        Assert.Equal(4_000, bench.Dispatch.UncontrolledWatts);
        bench.BaseWatts = 1_000;
        bench.Run(30);
        Assert.Equal(4_000, bench.Dispatch.UncontrolledWatts);
        bench.Run(120);
        Assert.Equal(1_000, bench.Dispatch.UncontrolledWatts);
    }

    [Fact]
    public void Noise_of_the_readings_is_no_stream_of_setpoints()
    {
        var bench = Metered(limitWatts: 7_000).Run(600);
        var sent = bench.Sent.Count;
        for (var second = 0; second < 400; second++)
        {
            bench.BaseWatts = 800 + second * 37 % 50 - 25;
            bench.Run(1);
        }
        Assert.InRange(bench.Sent.Count - sent, 0, 6); // those that are renewed at half of their validity, and few more
    }

    [Fact]
    public void A_percentage_of_nothing_but_export_is_nothing()
    {
        var bench = new SiteBench(1, hasMeter: true) { BaseWatts = -500 }.HelloAll().Plan(0).Run(30);
        bench.Curtail(watts: null, percent: 50).Run(2);
        Assert.Equal(0, bench.Dispatch.Curtailments.All.Single().RequestedWatts);
    }

    [Fact]
    public void One_that_breaks_leaves_the_rest_as_last_known()
    {
        var bench = Broken(Metered(limitWatts: 7_000, baseWatts: 2_000), seconds: 300);
        Assert.Equal((2_000, PowerSource.MissingMeter), (bench.Dispatch.UncontrolledWatts, bench.Dispatch.Image.Source));
        Assert.InRange(bench.Dispatch.Decision.TotalWatts, 4_900, 5_000);
    }

    [Fact]
    public void One_that_is_not_believed_is_not_believed_again_for_loads_that_are_off()
    {
        var bench = Broken(Metered(limitWatts: 7_000, baseWatts: 2_000), seconds: 30).Curtail(watts: 0, seconds: 300);
        Assert.Equal(2_000, Broken(bench, seconds: 400).Dispatch.UncontrolledWatts);
    }

    [Fact]
    public void Of_a_rest_that_never_rests_the_most_counts()
    {
        var bench = Metered(limitWatts: 10_000, baseWatts: 4_000);
        for (var second = 0; second < 120; second++)
        {
            bench.BaseWatts = second % 6 < 3 ? 4_000 : 4_300;
            bench.Run(1);
        }
        Assert.Equal(4_300, bench.Dispatch.UncontrolledWatts);
        Assert.InRange(bench.Silence(Grid).Run(300).Dispatch.Decision.TotalWatts, 5_600, 5_700);
    }

    [Fact]
    public void What_it_made_the_loads_give_up_is_not_taken_back_while_it_is_silent()
    {
        var bench = Metered(limitWatts: 7_000);
        for (; bench.BaseWatts < 3_500; bench.BaseWatts += 100)
            bench.Run(1);
        var before = bench.Silence(Grid).Run(16).Dispatch.Decision.TotalWatts;
        Assert.InRange(bench.Run(300).Dispatch.Decision.TotalWatts, 0, before);
    }

    private static SiteBench Broken(SiteBench bench, int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            bench.BaseWatts = (int)-bench.Dispatch.Decision.TotalWatts;
            bench.Run(1);
        }
        return bench;
    }
}
