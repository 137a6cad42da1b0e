using System;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Signals;
using Fleet.Gateway.Sites;
using Xunit;

namespace Fleet.Tests.Gateway.Dispatch;

/// <summary>A controller that answers and has no reading of its power, such as a relay without a meter.</summary>
public sealed class UnmeteredControllerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ControllerAddress Address = new("hill", "c0");

    [Theory]
    [InlineData(0)]
    [InlineData(2_000)]
    public void Counts_at_the_limit_it_goes_by_and_not_at_what_it_might_take_on_its_own(int limitWatts) =>
        Assert.Equal(limitWatts, Run(limitWatts, LoadState.Off).Image.Watts);

    [Fact]
    public void One_whose_load_is_silent_counts_at_what_the_load_may_take_and_achieves_nothing()
    {
        var dispatch = Run(0, LoadState.Unknown, new Signal("dr-1", "hill", 500, null, Noon, Noon.AddHours(1), "test", "operator", Noon));
        Assert.Equal((2_000, 0), (dispatch.Image.Watts, dispatch.Image.MeasuredWatts));
        Assert.Equal(CurtailmentState.Lowering, dispatch.Curtailments.All[0].State);
    }

    private static SiteDispatch Run(int limitWatts, LoadState state, Signal? signal = null)
    {
        var load = new Load("heater", "test", WorkKind.None, [new WorkLevel(2_000, 1)], TimeSpan.Zero, TimeSpan.Zero, 0);
        var site = new Site(new SiteTerms("hill", "Hill", "Etc/UTC", 10_000, 0, 0, 0), [new Controller(Address, [load])]);
        var dispatch = new SiteDispatch(site, epoch: 1);
        var wanted = new Wanted([limitWatts], [1], "plan-1", "test");
        dispatch.Replace(new SitePlan("plan-1", Noon, Noon, TimeSpan.FromMinutes(15), [wanted]));
        dispatch.Inbox.Offer(new HelloReport(Address, Noon, true, 1, "board", "1", 1_500, ["heater"]));
        if (signal is not null)
            dispatch.Curtailments.Take(signal, Noon);
        for (var second = 1; second < 4; second++)
        {
            dispatch.Inbox.Offer(new TelemetryReport(
                Address, Noon, 1, second, Noon, Watts: null, 0, ControllerState.Commanded, limitWatts, null, 0, [], [],
                [new LoadReport(null, limitWatts, state, null, 0, [])]));
            dispatch.Tick(Noon.AddSeconds(second));
        }
        return dispatch;
    }
}
