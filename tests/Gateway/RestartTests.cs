using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Link;
using Fleet.Gateway.Storage;
using Fleet.Gateway.Web;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Gateway;

/// <summary>The gateway goes and comes back; the controllers and their plant go on.</summary>
[Collection(nameof(FastClocks))]
public sealed class RestartTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Three_silent_minutes_put_every_controller_on_its_own_and_a_restart_brings_them_back_without_a_jump()
    {
        await using var rig = await GatewayRig.StartWithWorldAsync(speed: 30, _ => 20m);
        await rig.UntilAsync("the sites take what is planned", () => AtPlan(rig));
        await rig.UntilAsync("every controller has a schedule", () => rig.Part<ILink>().Counters.Of(Kind.Schedule) is { Sent: >= 3, Pending: 0 });
        var before = rig.WattsOf("hill");
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var watch = WatchAsync(rig, watching.Token);

        await rig.StopGatewayAsync();
        var stopped = rig.Clock.GetUtcNow();
        await rig.UntilAsync("three minutes have passed", () => rig.Clock.GetUtcNow() >= stopped.AddMinutes(3));
        Assert.All(rig.World.Controllers.Values, controller => Assert.True(
            controller.State is ControllerState.Scheduled or ControllerState.FailSafe && controller.LimitWatts is not null,
            $"{controller.Site}/{controller.Name} is {controller.State} at {controller.LimitWatts} W"));
        Assert.All(GatewaySites.Both, site => Assert.InRange(rig.WattsOf(site.Id), 0, LimitsOf(rig, site.Id) * 1.02 + 100));

        await rig.StartGatewayAsync();
        await rig.UntilAsync("every controller is commanded again", () => AreCommanded(rig));
        await rig.UntilAsync("the sites take what is planned again", () => AtPlan(rig));
        await watching.CancelAsync();
        var seen = await watch;
        Assert.InRange(seen.Max(), before * 0.97, 12_240);
        Assert.InRange(seen.Min(), before * 0.85, before); // loads of one controller divide its schedule anew
        Assert.Empty(rig.Log.Errors);
    }

    [Fact]
    public async Task A_restarted_gateway_counts_on_and_holds_the_curtailment_that_was_in_force()
    {
        await using var rig = await GatewayRig.StartWithWorldAsync(speed: 30, _ => 20m);
        await rig.UntilAsync("the sites take what is planned", () => AtPlan(rig));
        var asked = await rig.CurtailAsync(new { site = "hill", targetPercent = 60, durationSeconds = 3_600, reason = "grid request" });
        await rig.UntilAsync("the curtailment is achieved", async () => (await CurtailmentAsync(rig, asked.Id)).State == "Achieved");
        var achieved = await CurtailmentAsync(rig, asked.Id);
        var (epoch, numbers) = (rig.Store.Epoch, NextNumbers(rig));
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var watch = WatchAsync(rig, watching.Token);

        await rig.StopGatewayAsync();
        await rig.StartGatewayAsync();
        Assert.Equal(epoch + 1, rig.Store.Epoch);
        Assert.All(NextNumbers(rig).Zip(numbers), pair => Assert.True(pair.First > pair.Second, $"number {pair.First} after {pair.Second}"));
        await rig.UntilAsync("every controller has taken a setpoint of the new run", async () => (await rig.GetAsync<ControllerView[]>("controllers"))
            .All(one => one.State == "Commanded" && one.Setpoint is { AckedAfterSeconds: not null } setpoint && setpoint.Id.StartsWith($"{one.Site}-{epoch + 1}-")));
        await rig.UntilAsync("the curtailment is achieved again", async () => (await CurtailmentAsync(rig, asked.Id)).State == "Achieved");
        await watching.CancelAsync();

        var restored = await CurtailmentAsync(rig, asked.Id);
        Assert.Equal((achieved.StartWatts, achieved.RequestedWatts), (restored.StartWatts, restored.RequestedWatts));
        Assert.Equal(achieved.End, restored.End, TimeSpan.FromMilliseconds(1));
        Assert.Equal(achieved.SecondsTaken!.Value, restored.SecondsTaken!.Value, 0.01);
        Assert.InRange((await watch).Max(), 1_000, achieved.RequestedWatts!.Value * 1.02 + 200);
        await EnergyIsStoredOnceAsync(rig);
    }

    [Fact]
    public async Task A_restarted_gateway_still_shows_what_ended_lately()
    {
        await using var rig = await GatewayRig.StartAloneAsync(priceAt: _ => 20m);
        var kept = await rig.CurtailAsync(new { site = "town", targetWatts = 300, durationSeconds = 3_600 });
        var calledOff = await rig.CurtailAsync(new { site = "hill", targetWatts = 3_000, durationSeconds = 3_600 });
        (await rig.Http.DeleteAsync("/api/v1/curtailments/" + calledOff.Id, Cancel)).EnsureSuccessStatusCode();
        await rig.UntilAsync("it has ended", async () => (await CurtailmentAsync(rig, calledOff.Id)).State == "Ended");

        await rig.StopGatewayAsync();
        await rig.StartGatewayAsync();
        Assert.Equal("Ended", (await CurtailmentAsync(rig, calledOff.Id)).State);
        Assert.Null((await rig.GetAsync<SiteDetail>("sites/hill")).Site.CapWatts);
        await rig.UntilAsync("the other binds again", async () => (await rig.GetAsync<SiteDetail>("sites/town")).Site.CapWatts == 300);
        Assert.NotEqual("Ended", (await CurtailmentAsync(rig, kept.Id)).State);
    }

    private static bool AtPlan(GatewayRig rig) => AreCommanded(rig) && rig.WattsOf("hill") is > 11_500 and < 12_240 && rig.WattsOf("town") > 450;

    private static bool AreCommanded(GatewayRig rig) => rig.World.Controllers.Values.All(one => one.State == ControllerState.Commanded);

    private static int LimitsOf(GatewayRig rig, string site) => rig.World.Controllers.Values.Where(one => one.Site == site).Sum(one => one.LimitWatts!.Value);

    private static Task<CurtailmentView> CurtailmentAsync(GatewayRig rig, string id) => rig.GetAsync<CurtailmentView>("curtailments/" + id);

    private static long[] NextNumbers(GatewayRig rig)
    {
        var numbers = rig.Part<ControllerNumbers>();
        return [.. numbers.Secrets.Select(one => numbers.Of(one.Key)!.Value).Order().Select(one => rig.Store.Sequences.TryNext(one)!.Value)];
    }

    private static async Task<List<int>> WatchAsync(GatewayRig rig, CancellationToken until)
    {
        var seen = new List<int> { rig.WattsOf("hill") };
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), rig.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(until))
                seen.Add(rig.WattsOf("hill"));
        }
        catch (OperationCanceledException)
        {
            // The test has seen enough.
        }
        return seen;
    }

    private static async Task EnergyIsStoredOnceAsync(GatewayRig rig)
    {
        var numbers = rig.Part<ControllerNumbers>();
        foreach (var controller in numbers.Secrets.Select(one => numbers.Of(one.Key)!.Value))
        {
            await rig.UntilAsync("energy of both runs is stored", async () => (await rig.Store.Energy.OfControllerAsync(controller, 0, long.MaxValue, Cancel)).Count > 1);
            var rows = await rig.Store.Energy.OfControllerAsync(controller, 0, long.MaxValue, Cancel);
            Assert.All(rows.Zip(rows.Skip(1)), pair => Assert.Equal(pair.First.EndUtcMs, pair.Second.StartUtcMs));
            Assert.Empty(await rig.Store.Energy.ConflictsAsync(controller, Cancel));
        }
    }
}
