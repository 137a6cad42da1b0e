using System.Linq;
using System.Threading.Tasks;
using Fleet.Gateway.Web;
using Fleet.Tests.Harness;
using Fleet.Virtual.Demo;
using Xunit;

namespace Fleet.Tests.Gateway;

/// <summary>A meter at the grid connection, from its own bytes to the site's power: real firmware, real gateway.</summary>
[Collection(nameof(FastClocks))]
public sealed class SiteMeterLoopTests
{
    private const int BaseWatts = 1_500;

    private static readonly DemoSite Site = GatewaySites.Hill with
    {
        BaseWatts = BaseWatts,
        Controllers = [.. GatewaySites.Hill.Controllers, new DemoController("grid", "sdm630", [])],
    };

    [Fact]
    public async Task What_only_the_meter_shows_is_reported_and_leaves_less_for_the_loads()
    {
        await using var rig = await GatewayRig.StartWithWorldAsync(speed: 30, _ => 20m, [Site]);
        await rig.UntilAsync("the site meter is followed and the loads are at the limit less the rest", async () =>
            (await rig.GetAsync<SiteDetail>("sites/hill")).Site is { PowerSource: "SiteMeter", Watts: > 11_000 and < 12_240, RestWatts: > BaseWatts - 300 and < BaseWatts + 300 }
            && rig.WattsOf("hill") is > 9_500 and < 10_750);
        var hill = await rig.GetAsync<SiteDetail>("sites/hill");
        Assert.InRange(hill.Site.Watts, rig.WattsOf("hill") + BaseWatts - 500, rig.WattsOf("hill") + BaseWatts + 500);
        var grid = hill.Controllers.Single(controller => controller.Id == "grid");
        Assert.Equal((0, null, null), (grid.Loads.Count, grid.Setpoint, grid.Mismatch));

        await rig.World.Controllers[("hill", "grid")].PowerOffAsync();
        await rig.UntilAsync("the sum stands in for the meter", async () => (await rig.GetAsync<SiteDetail>("sites/hill")).Site.PowerSource == "MissingMeter");
        var alone = (await rig.GetAsync<SiteDetail>("sites/hill")).Site;
        Assert.InRange(alone.RestWatts, BaseWatts - 300, BaseWatts + 300);
        Assert.InRange(rig.WattsOf("hill"), 0, 10_750);
        Assert.Empty(rig.Log.Errors);
    }
}
