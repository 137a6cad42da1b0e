using Fleet.Gateway.Dispatch;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Gateway.Dispatch;

/// <summary>A site just after the gateway's start, some of its controllers not yet heard.</summary>
public sealed class GatheringTests
{
    private static SiteBench Half() => new SiteBench(2, limitWatts: 7_000).Hello(0).Measures(0, 3_500).Plan(3_500, 3_500);

    [Fact]
    public void Lowers_nobody_for_a_controller_that_is_still_on_its_way_back()
    {
        var bench = Half().Run(10);
        Assert.Empty(bench.Sent);
        bench.Hello(1).Measures(1, 3_500).Tick();
        Assert.Equal([3_500, 3_500], [bench.SentNow[0].LimitWatts, bench.SentNow[1].LimitWatts]);
    }

    [Fact]
    public void Waits_no_longer_than_it_says_and_then_keeps_free_what_the_silent_one_may_take()
    {
        var bench = new SiteBench(2, limitWatts: 6_000).Hello(0).Plan(3_500, 3_500).Run((int)SiteDispatch.Gathering.TotalSeconds);
        Assert.Empty(bench.Sent);
        bench.Run(2);
        Assert.All(bench.Sent, sent => Assert.Equal((bench.Site.Controllers[0].Address, 2_500), (sent.To, sent.LimitWatts)));
        Assert.NotEmpty(bench.Sent);
    }

    [Fact]
    public void Acts_at_once_when_something_new_is_asked_for()
    {
        var bench = Half().Run(5).Curtail(watts: 0);
        bench.Dispatch.StopGathering();
        bench.Tick();
        Assert.Equal(0, Assert.Single(bench.SentNow).LimitWatts);
    }

    [Fact]
    public void A_controller_that_falls_silent_later_is_not_waited_for()
    {
        var bench = new SiteBench(2, limitWatts: 7_000).HelloAll().Plan(3_500, 3_500).Run(3);
        bench.Sent.Clear();
        bench.Will(1).Curtail(watts: 3_500).Tick();
        Assert.NotEmpty(bench.SentNow);
    }
}
