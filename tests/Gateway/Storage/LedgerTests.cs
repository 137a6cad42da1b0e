using System;
using System.Linq;
using System.Threading.Tasks;
using CsCheck;
using Fleet.Gateway.Storage;
using Xunit;
using static Fleet.Tests.Gateway.Storage.TemporaryStore;

namespace Fleet.Tests.Gateway.Storage;

/// <summary>Energy and money by slot.</summary>
public sealed class LedgerTests
{
    private const long Begin = TemporaryStore.BeginUtcMs;
    private const long Slot = EnergyLedger.SlotMs;
    private const long MilliwattHoursPerMegawattHour = 1_000_000_000;
    private const long Micros = 1_000_000;

    [Fact]
    public async Task Sums_a_sites_controllers_and_charges_each_slot_at_its_price()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var ids = await bench.EnrolAsync(2);
        var elsewhere = (await bench.EnrolAsync(1, "south"))[0];
        await store.Energy.StoreAsync([.. ids.Append(elsewhere).SelectMany(id => new long[] { 0, 1, 2 }.Select(sequence => Energy(id, sequence, MilliwattHoursPerMegawattHour)))], Cancel);
        await store.Prices.StoreAsync([Price(0, 40), Price(1, -15)], Cancel);
        var slots = await store.Ledger.SlotsAsync("north", Begin, Begin + 4 * Slot, "spot", Cancel);
        Assert.Equal([Begin, Begin + Slot, Begin + 2 * Slot], slots.Select(slot => slot.StartUtcMs));
        Assert.All(slots, slot => Assert.Equal(2 * MilliwattHoursPerMegawattHour, slot.EnergyMilliwattHours));
        Assert.All(slots, slot => Assert.Equal(2 * Slot, slot.CoveredMs));
        Assert.Equal([80 * Micros, -30 * Micros, null], slots.Select(slot => slot.CostMicros));
        Assert.Equal(["EUR", "EUR", null], slots.Select(slot => slot.Currency));
        Assert.Equal([0, 0, 2 * MilliwattHoursPerMegawattHour], slots.Select(slot => slot.UnpricedMilliwattHours));
        Assert.DoesNotContain(slots, slot => slot.IsDivided);
    }

    [Fact]
    public async Task Divides_a_record_over_a_slots_edge_by_time_and_says_so()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        await store.Energy.StoreAsync([Energy(id, 0, 900) with { StartUtcMs = Begin + Slot - 100_000, EndUtcMs = Begin + Slot + 200_000, Quality = 2 }], Cancel);
        var slots = await store.Ledger.SlotsAsync("north", Begin, Begin + 2 * Slot, cancellation: Cancel);
        Assert.Equal([300L, 600L], slots.Select(slot => slot.EnergyMilliwattHours));
        Assert.All(slots, slot => Assert.True(slot.IsDivided));
        Assert.All(slots, slot => Assert.Equal(2, slot.WorstQuality));
    }

    [Fact]
    public async Task Says_which_slots_hold_energy_whose_date_is_not_known()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        await store.Energy.StoreAsync([Energy(id, 0), Energy(id, 1) with { EarlierSeconds = 5_400 }, Energy(id, 0, bootId: 2) with { StartUtcMs = Begin + Slot, EndUtcMs = Begin + Slot + 1, EarlierSeconds = 60 }, Energy(id, 2)], Cancel);
        var slots = await store.Ledger.SlotsAsync("north", Begin, Begin + 3 * Slot, cancellation: Cancel);
        Assert.Equal([0L, 5_400L, 0L], slots.Select(slot => slot.EarlierSeconds));
    }

    [Fact]
    public async Task Changes_the_price_within_a_slot_and_leaves_a_hole_unpriced()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        await store.Energy.StoreAsync([Energy(id, 0, 3 * MilliwattHoursPerMegawattHour)], Cancel);
        await store.Prices.StoreAsync([Price(0, 40) with { DurationMs = Slot / 3 }, Price(0, 100) with { StartUtcMs = Begin + Slot / 3, DurationMs = Slot / 3 }], Cancel);
        var slot = Assert.Single(await store.Ledger.SlotsAsync("north", Begin, Begin + Slot, "spot", Cancel));
        Assert.Equal(140 * Micros, slot.CostMicros);
        Assert.Equal(MilliwattHoursPerMegawattHour, slot.UnpricedMilliwattHours);
    }

    [Fact]
    public async Task Finds_a_record_of_days_that_reaches_into_the_range()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        await store.Energy.StoreAsync([Energy(id, 0, 5 * 96 * 1_000) with { EndUtcMs = Begin + 5 * 96 * Slot }], Cancel);
        var slot = Assert.Single(await store.Ledger.SlotsAsync("north", Begin + 4 * 96 * Slot, Begin + 4 * 96 * Slot + 1, cancellation: Cancel));
        Assert.Equal(1, slot.CoveredMs);
        slot = Assert.Single(await store.Ledger.SlotsAsync("north", Begin + 4 * 96 * Slot, Begin + (4 * 96 + 1) * Slot, cancellation: Cancel));
        Assert.Equal(1_000, slot.EnergyMilliwattHours);
        Assert.Empty(await store.Ledger.SlotsAsync("north", Begin + 5 * 96 * Slot, Begin + 6 * 96 * Slot, cancellation: Cancel));
    }

    [Fact]
    public async Task Uses_the_newest_price_of_a_slot()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        await store.Prices.StoreAsync([Price(0, 40)], Cancel);
        await store.Prices.StoreAsync([Price(0, 55)], Cancel);
        Assert.Equal(Price(0, 55), Assert.Single(await store.Prices.RangeAsync("spot", Begin, Begin + 1, Cancel)));
    }

    [Fact]
    public async Task Refuses_a_price_without_a_duration()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => store.Prices.StoreAsync([Price(0, 40) with { DurationMs = 0 }], Cancel));
    }

    [Fact]
    public async Task Loses_and_invents_no_milliwatt_hour_however_records_lie()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var record = Gen.Select(Gen.Long[0, 8 * Slot], Gen.Long[1, 5 * Slot], Gen.Long[-1_000_000, 10_000_000_000]);
        await GenExtensions.get_Array(record)[1, 6].SampleAsync(
            async records =>
            {
                var site = Guid.NewGuid().ToString("N");
                var id = (await bench.EnrolAsync(1, site))[0];
                await store.Energy.StoreAsync([.. records.Select((r, i) => Energy(id, i, r.Item3) with { StartUtcMs = Begin + r.Item1, EndUtcMs = Begin + r.Item1 + r.Item2 })]);
                var slots = await store.Ledger.SlotsAsync(site, Begin, Begin + 14 * Slot);
                return slots.Sum(slot => slot.EnergyMilliwattHours) == records.Sum(r => r.Item3)
                    && slots.Sum(slot => slot.CoveredMs) == records.Sum(r => r.Item2);
            },
            iter: 60, threads: 2);
    }

    private static PriceRow Price(long slot, long price) => new()
    {
        Series = "spot",
        StartUtcMs = Begin + slot * Slot,
        DurationMs = Slot,
        PriceMicrosPerMegawattHour = price * Micros,
        Currency = "EUR",
    };
}
