using System;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Planning;
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
    public void Counts_at_the_limit_it_goes_by_and_not_at_what_it_might_take_on_its_own(int limitWatts)
    {
        var load = new Load("heater", "test", WorkKind.None, [new WorkLevel(2_000, 1)], TimeSpan.Zero, TimeSpan.Zero, 0);
        var site = new Site(new SiteTerms("hill", "Hill", "Etc/UTC", 10_000, 0, 0, 0), [new Controller(Address, [load])]);
        var dispatch = new SiteDispatch(site, epoch: 1);
        var wanted = new Wanted([limitWatts], [1], "plan-1", "test");
        dispatch.Replace(new SitePlan("plan-1", Noon, Noon, TimeSpan.FromMinutes(15), [wanted]));
        dispatch.Inbox.Offer(new HelloReport(Address, Noon, true, 1, "board", "1", 1_500, ["heater"]));
        for (var second = 1; second < 4; second++)
        {
            dispatch.Inbox.Offer(new TelemetryReport(
                Address, Noon, 1, second, Noon, Watts: null, 0, ControllerState.Commanded, limitWatts, null, 0, [], [],
                [new LoadReport(null, limitWatts, LoadState.Off, null, 0, [])]));
            dispatch.Tick(Noon.AddSeconds(second));
        }
        Assert.Equal(limitWatts, dispatch.Image.Watts);
    }
}
