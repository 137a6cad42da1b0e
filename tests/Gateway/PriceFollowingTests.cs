using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Fleet.Gateway.Sites;
using Fleet.Gateway.Storage;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Gateway;

/// <summary>Half an hour in which the price crosses the strike price of hashing, not that of inference, and what was used and paid.</summary>
[Collection(nameof(FastClocks))]
public sealed class PriceFollowingTests
{
    private static readonly DateTimeOffset Dear = GatewaySites.Begin.AddMinutes(13);
    private static readonly DateTimeOffset CheapAgain = Dear.AddMinutes(15);

    [Fact]
    public async Task Loads_go_off_above_their_strike_price_and_on_below_it_and_the_ledger_shows_what_it_cost()
    {
        await using var rig = await GatewayRig.StartWithWorldAsync(speed: 60, start => start == Dear ? 400m : 20m);
        await rig.UntilAsync("hashing begins", () => rig.WattsOf("hill") > 10_500 && rig.WattsOf("town") > 450);
        await rig.UntilAsync("hashing stops at 400 a megawatt-hour", () => rig.WattsOf("hill") < 500);
        Assert.InRange(rig.Clock.GetUtcNow(), Dear, CheapAgain);
        Assert.True(rig.WattsOf("town") > 450, "inference earns far more than 400 a megawatt-hour and should have gone on");
        await rig.UntilAsync("hashing is back at 20 a megawatt-hour", () => rig.WattsOf("hill") > 10_500);
        Assert.True(rig.Clock.GetUtcNow() >= CheapAgain);
        await rig.UntilAsync("the dear quarter is in the ledger", async () => (await LedgerAsync(rig)).Any(slot => StartOf(slot) == CheapAgain));
        await LedgerHoldsAsync(rig);
        Assert.Empty(rig.Log.Errors);
    }

    private static async Task LedgerHoldsAsync(GatewayRig rig)
    {
        var dear = (await LedgerAsync(rig)).Single(slot => StartOf(slot) == Dear);
        Assert.Equal(("USD", 0L), (dear.Currency, dear.UnpricedMilliwattHours));
        Assert.InRange(dear.EnergyMilliwattHours, 10_000, 1_000_000);
        Assert.Equal(dear.EnergyMilliwattHours * 400.0 / 1000, dear.CostMicros!.Value, 2.0);
        var records = await RecordsAsync(rig);
        Assert.NotEmpty(records);
        Assert.Equal(records.Count, records.DistinctBy(record => (record.ControllerId, record.BootId, record.Sequence)).Count());
        foreach (var controller in records.GroupBy(record => record.ControllerId))
        {
            var inOrder = controller.OrderBy(record => record.StartUtcMs).ToArray();
            Assert.All(inOrder.Zip(inOrder.Skip(1)), pair => Assert.Equal(pair.First.EndUtcMs, pair.Second.StartUtcMs));
            Assert.All(inOrder.Zip(inOrder.Skip(1)), pair =>
                Assert.Equal(pair.Second.EnergyMilliwattHours, pair.Second.RegisterMilliwattHours - pair.First.RegisterMilliwattHours));
        }
    }

    private static async Task<IReadOnlyList<SlotEnergy>> LedgerAsync(GatewayRig rig) => await rig.Store.Ledger.SlotsAsync(
        "hill", GatewaySites.Begin.ToUnixTimeMilliseconds(), GatewaySites.Begin.AddHours(2).ToUnixTimeMilliseconds(), "hill", TestContext.Current.CancellationToken);

    private static async Task<IReadOnlyList<EnergyRow>> RecordsAsync(GatewayRig rig)
    {
        var rows = new List<EnergyRow>();
        foreach (var (controller, _) in rig.Part<ControllerNumbers>().Secrets)
            rows.AddRange(await rig.Store.Energy.OfControllerAsync(rig.Part<ControllerNumbers>().Of(controller)!.Value, 0, long.MaxValue, TestContext.Current.CancellationToken));
        return rows;
    }

    private static DateTimeOffset StartOf(SlotEnergy slot) => DateTimeOffset.FromUnixTimeMilliseconds(slot.StartUtcMs);
}
