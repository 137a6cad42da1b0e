using System.Linq;
using System.Threading.Tasks;
using Fleet.Gateway.Storage;
using Fleet.Gateway.Web;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Gateway;

/// <summary>From a price to watts and back: gateway, broker, database and real firmware, power cheap all day.</summary>
[Collection(nameof(FastClocks))]
public sealed class WholeLoopTests(WholeLoopTests.CheapWorld world) : IClassFixture<WholeLoopTests.CheapWorld>
{
    private readonly GatewayRig _rig = world.Rig;

    /// <summary>A world with cheap power, shared by these tests.</summary>
    public sealed class CheapWorld : IAsyncLifetime
    {
        public GatewayRig Rig { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Rig = await GatewayRig.StartWithWorldAsync(speed: 30, _ => 20m);

        public ValueTask DisposeAsync() => Rig.DisposeAsync();
    }

    [Fact]
    public async Task The_plan_becomes_setpoints_and_the_watts_follow_below_the_limit()
    {
        await UntilAtPlanAsync();
        var hill = await _rig.GetAsync<SiteDetail>("sites/hill");
        Assert.InRange(hill.Site.Watts, 10_800, 12_240);
        Assert.Null(hill.Site.CapWatts);
        Assert.Equal(20m, hill.Site.PricePerMwh);
        Assert.InRange(hill.Site.CostPerHour!.Value, 0.2, 0.3);
        Assert.True(hill.Site.EarningsPerHour > hill.Site.CostPerHour);
        Assert.All(hill.Controllers, controller =>
        {
            Assert.True(controller.IsOnline && !controller.IsSilent && controller.Mismatch is null);
            Assert.Equal("Commanded", controller.State);
            Assert.Equal(controller.LimitWatts, controller.Setpoint!.LimitWatts);
            Assert.NotNull(controller.Setpoint.AckedAfterSeconds);
            Assert.All(controller.Loads, load => Assert.InRange(load.StrikePricePerMwh!.Value, 40, 120));
        });
        var plan = await _rig.GetAsync<PlanView>("plan");
        Assert.Equal(144, plan.Slots.Count);
        Assert.InRange(plan.Slots[0].Watts["hill"], 10_800, 12_000);
    }

    [Fact]
    public async Task A_curtailment_lowers_the_measured_power_and_brings_it_back_and_every_step_is_on_the_record()
    {
        await UntilAtPlanAsync();
        var asked = await _rig.CurtailAsync(new { site = "hill", targetWatts = 6_500, durationSeconds = 150, reason = "grid request" });

        await _rig.UntilAsync("the curtailment is achieved", async () => (await CurtailmentAsync(asked.Id)).State == "Achieved");
        Assert.InRange(_rig.WattsOf("hill"), 0, 6_700);
        var achieved = await CurtailmentAsync(asked.Id);
        Assert.InRange(achieved.StartWatts!.Value, 10_800, 12_240);
        Assert.Equal(6_500, achieved.RequestedWatts);
        Assert.InRange(achieved.AchievedWatts!.Value, 0, 6_630);
        Assert.InRange(achieved.SecondsTaken!.Value, 0.1, 90);

        await _rig.UntilAsync("the curtailment has ended", async () => (await CurtailmentAsync(asked.Id)).State == "Ended");
        await UntilAtPlanAsync();
        await RecordIsWholeAsync(asked.Id, achieved);
    }

    [Fact]
    public async Task A_percentage_of_the_portfolio_is_divided_among_the_sites_and_judged_on_their_sum()
    {
        await UntilAtPlanAsync();
        var asked = await _rig.CurtailAsync(new { targetPercent = 40, durationSeconds = 3_600 });
        Assert.Null(asked.Site);
        await _rig.UntilAsync("both sites together have come down", async () => (await CurtailmentAsync(asked.Id)).State == "Achieved");
        var achieved = await CurtailmentAsync(asked.Id);
        Assert.Equal(["hill", "town"], achieved.Sites.Select(part => part.Site));
        Assert.Equal((int)(achieved.StartWatts!.Value * 40L / 100), achieved.RequestedWatts);
        Assert.InRange(achieved.Sites.Sum(part => part.RequestedWatts!.Value), 0, achieved.RequestedWatts!.Value);
        Assert.InRange(_rig.WattsOf("hill") + _rig.WattsOf("town"), 0, achieved.RequestedWatts.Value + 250);
        Assert.InRange(achieved.SecondsTaken!.Value, 0.1, 120);

        using var off = await _rig.Http.DeleteAsync("/api/v1/curtailments/" + asked.Id, TestContext.Current.CancellationToken);
        Assert.True(off.IsSuccessStatusCode);
        await UntilAtPlanAsync();
    }

    [Fact]
    public void Nothing_went_wrong_on_the_way() => Assert.Empty(_rig.Log.Errors);

    private Task<CurtailmentView> CurtailmentAsync(string id) => _rig.GetAsync<CurtailmentView>("curtailments/" + id);

    private Task UntilAtPlanAsync() => _rig.UntilAsync("the sites take what is planned", async () =>
        (await _rig.GetAsync<SiteView[]>("sites")).All(site => site.WantedWatts > 500 && site.CapWatts is null && site.SilentControllers == 0
            && _rig.WattsOf(site.Id) >= (site.Id == "hill" ? 11_500 : 450) && _rig.WattsOf(site.Id) <= site.LimitWatts * 1.02));

    private async Task RecordIsWholeAsync(string signalId, CurtailmentView seen)
    {
        await _rig.Store.FlushAsync(TestContext.Current.CancellationToken);
        var lineage = await _rig.Store.Signals.LineageAsync(signalId, TestContext.Current.CancellationToken);
        Assert.Equal(("hill", 6_500, "grid request", "operator"), (lineage!.Signal.Site, lineage.Signal.TargetWatts, lineage.Signal.Reason, lineage.Signal.CreatedBy));
        var course = Assert.Single(lineage.Curtailments);
        Assert.Equal(("Ended", seen.StartWatts, (int?)6_500), (course.State, course.StartWatts, course.RequestedWatts));
        Assert.Equal(seen.SecondsTaken!.Value * 1000, course.TakenMs!.Value, 1.0);
        Assert.NotEmpty(lineage.Setpoints);
        Assert.All(lineage.Setpoints, setpoint => Assert.StartsWith("plan-", setpoint.PlanId));
        Assert.Contains(lineage.Setpoints, IsProven);
        var audit = await _rig.Store.Audit.RangeAsync(0, long.MaxValue, TestContext.Current.CancellationToken);
        Assert.Contains(audit, line => line.Who == "operator" && line.What.Contains(signalId) && line.Why == "grid request");
    }

    // Sent with a number of its own, acknowledged, then measured at or below what was ordered.
    private static bool IsProven(SetpointRow setpoint) =>
        setpoint.State == "Achieved" && setpoint.Reason.Contains("curtailed to 6500 W: grid request")
        && setpoint.IssuedUtcMs <= setpoint.AckedUtcMs && setpoint.AckedUtcMs <= setpoint.AchievedUtcMs
        && setpoint.Sequence > 0 && setpoint.ElapsedMs >= 0
        && setpoint.Watts <= setpoint.LimitWatts * 1.02 + 100;
}
