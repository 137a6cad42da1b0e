using System;
using System.Linq;
using System.Threading.Tasks;
using CsCheck;
using Fleet.Gateway.Storage;
using Xunit;
using static Fleet.Tests.Gateway.Storage.TemporaryStore;

namespace Fleet.Tests.Gateway.Storage;

/// <summary>Invariant 3: every interval of energy is stored exactly once; gaps are marked, never filled.</summary>
public sealed class EnergyTests
{
    [Fact]
    public async Task Stores_each_interval_once_however_it_is_repeated_and_shuffled()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        // Every sample has a controller of its own; its deliveries are a random walk through a few records, with repeats.
        var delivery = GenExtensions.get_Array(Gen.Select(Gen.Long[1, 3], Gen.Long[1, 12]))[0, 6];
        await GenExtensions.get_Array(delivery)[1, 8].SampleAsync(
            async deliveries =>
            {
                var id = (await bench.EnrolAsync(1, Guid.NewGuid().ToString("N")))[0];
                var outcomes = await Task.WhenAll(deliveries.Select(batch => store.Energy.StoreAsync([.. batch.Select(key => Record(id, key))])));
                var expected = deliveries.SelectMany(batch => batch).Distinct().Select(key => Record(id, key)).ToHashSet();
                var stored = await bench.AllEnergyAsync(id);
                return expected.SetEquals(stored)
                    && stored.Count == expected.Count
                    && outcomes.Sum(outcome => outcome.Stored) == expected.Count
                    && outcomes.Sum(outcome => outcome.Duplicates) == deliveries.Sum(batch => batch.Length) - expected.Count
                    && outcomes.All(outcome => outcome.Conflicts == 0);
            },
            iter: 100, threads: 2);
    }

    [Fact]
    public async Task Stores_what_many_callers_give_at_once_in_one_write()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var ids = await bench.EnrolAsync(100);
        Task[] stored;
        using (bench.Hold())
            stored = [.. ids.Select(id => store.Energy.StoreTogetherAsync(Energy(id, 1)))];
        await bench.UntilAsync(() => stored.All(task => task.IsCompleted));
        await Task.WhenAll(stored);
        Assert.All(stored, task => Assert.Same(stored[0], task));
        foreach (var id in ids)
            Assert.Equal([Energy(id, 1)], await bench.AllEnergyAsync(id));
    }

    [Fact]
    public async Task Keeps_a_controllers_record_waiting_for_as_long_as_the_database_fails()
    {
        await using var bench = new TemporaryStore(new StorageOptions { WaitSeconds = 1 });
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        Task[] waiting;
        using (bench.Hold())
        {
            var early = store.Energy.StoreTogetherAsync(Energy(id, 0));
            await bench.UntilAsync(() => store.Health.FailingSince < bench.Time.GetUtcNow().AddSeconds(-30));
            await Assert.ThrowsAsync<StorageException>(() => store.Audit.AddAsync("operator", "is told", "", Cancel));
            waiting = [early, store.Energy.StoreTogetherAsync(Energy(id, 1)), store.Energy.StoreTogetherAsync(Energy(id, 1)), store.Events.StoreAsync([], Cancel)];
            await bench.UntilAsync(() => store.Health.FailingSince < bench.Time.GetUtcNow().AddSeconds(-60));
            Assert.All(waiting, task => Assert.False(task.IsCompleted));
        }
        await bench.UntilAsync(() => waiting.All(task => task.IsCompleted));
        await Task.WhenAll(waiting);
        Assert.Equal(2, (await bench.AllEnergyAsync(id)).Count);
    }

    [Fact]
    public async Task Completes_a_record_that_can_never_be_stored_beside_the_others_of_its_write()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        Task[] waiting;
        using (bench.Hold())
            waiting = [.. new[] { Energy(id, 0), Energy(999, 1), Energy(id, 2), Energy(id, 3) with { EndUtcMs = 0 } }.Select(store.Energy.StoreTogetherAsync)];
        await bench.UntilAsync(() => waiting.All(task => task.IsCompleted));
        await Task.WhenAll(waiting);
        Assert.Equal([0L, 2L], (await bench.AllEnergyAsync(id)).Select(row => row.Sequence));
        Assert.Empty(await bench.AllEnergyAsync(999));
        Assert.Equal(0, store.Health.LostWrites);
    }

    [Fact]
    public async Task Fails_at_once_in_a_closed_store()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        await bench.CloseAsync();
        for (var i = 0; i < 2; i++)
            await Assert.ThrowsAsync<StorageException>(() => store.Energy.StoreTogetherAsync(Energy(id, i)));
    }

    [Fact]
    public async Task Keeps_the_first_and_puts_a_conflicting_record_aside_once()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        var first = Energy(id, 1, 1_000);
        var other = first with { EnergyMilliwattHours = 2_000 };
        Assert.Equal(new EnergyOutcome(1, 0, 0), await store.Energy.StoreAsync([first], Cancel));
        Assert.Equal(new EnergyOutcome(0, 1, 1), await store.Energy.StoreAsync([first, other], Cancel));
        Assert.Equal(new EnergyOutcome(0, 0, 1), await store.Energy.StoreAsync([other], Cancel));
        Assert.Equal([first], await bench.AllEnergyAsync(id));
        Assert.Equal([other], await store.Energy.ConflictsAsync(id, Cancel));
    }

    [Fact]
    public async Task Keeps_how_much_earlier_a_record_may_lie_and_another_answer_is_a_conflict()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        var row = Energy(id, 1) with { EarlierSeconds = 5_400 };
        Assert.Equal(new EnergyOutcome(1, 1, 0), await store.Energy.StoreAsync([row, row], Cancel));
        Assert.Equal(new EnergyOutcome(0, 0, 1), await store.Energy.StoreAsync([row with { EarlierSeconds = 0 }], Cancel));
        Assert.Equal([row], await bench.AllEnergyAsync(id));
        Assert.Equal([row with { EarlierSeconds = 0 }], await store.Energy.ConflictsAsync(id, Cancel));
    }

    [Fact]
    public async Task Marks_the_gap_of_a_restart_though_no_number_is_missing()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        // The second boot counts from 1 again, goes on with the register, and begins 40 s after what the first has left.
        var last = Energy(id, 1, 1_000, bootId: 7);
        var first = Energy(id, 1, 500, bootId: 8) with { StartUtcMs = last.EndUtcMs + 40_000, EndUtcMs = last.EndUtcMs + 340_000, RegisterMilliwattHours = last.RegisterMilliwattHours + 500 };
        await store.Energy.StoreAsync([first, last], Cancel);
        var gap = Assert.Single(await store.Energy.GapsAsync(id, 0, long.MaxValue / 2, Cancel));
        Assert.Equal((last.EndUtcMs, first.StartUtcMs, null, 0L), (gap.FromUtcMs, gap.ToUtcMs, gap.MissingRecords, gap.RegisterMilliwattHours));
        var slots = await store.Ledger.SlotsAsync("north", last.StartUtcMs, first.EndUtcMs, cancellation: Cancel);
        Assert.Equal(last.EnergyMilliwattHours + first.EnergyMilliwattHours, slots.Sum(slot => slot.EnergyMilliwattHours));
        Assert.Equal(EnergyLedger.SlotMs + 300_000, slots.Sum(slot => slot.CoveredMs));
    }

    [Fact]
    public async Task Refuses_a_record_that_does_not_end_after_it_begins()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        var row = Energy(id, 1);
        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => store.Energy.StoreAsync([row with { EndUtcMs = row.StartUtcMs }], Cancel));
        Assert.Contains("does not end after it begins", refusal.Message);
    }

    [Fact]
    public async Task Marks_gaps_and_what_the_register_counted_in_them()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        // Boot 1 loses records 2 and 3; boot 9 begins an hour after boot 1's last record, without a register reset.
        var later = Energy(id, 9, bootId: 9);
        await store.Energy.StoreAsync([.. new long[] { 4, 0, 1 }.Select(sequence => Energy(id, sequence)), later], Cancel);
        var gaps = await store.Energy.GapsAsync(id, 0, long.MaxValue / 2, Cancel);
        Assert.Equal(2, gaps.Count);
        Assert.Equal(2, gaps[0].MissingRecords);
        Assert.Equal(2_000, gaps[0].RegisterMilliwattHours);
        Assert.Equal(2 * EnergyLedger.SlotMs, gaps[0].ToUtcMs - gaps[0].FromUtcMs);
        Assert.Null(gaps[1].MissingRecords);
        Assert.Equal(later.StartUtcMs, gaps[1].ToUtcMs);
        Assert.Equal(4_000, gaps[1].RegisterMilliwattHours);
        Assert.Equal([gaps[1]], await store.Energy.GapsAsync(id, gaps[0].ToUtcMs + 1, long.MaxValue / 2, Cancel));
        await store.Energy.StoreAsync([Energy(id, 2), Energy(id, 3)], Cancel);
        Assert.Equal([gaps[1]], await store.Energy.GapsAsync(id, 0, long.MaxValue / 2, Cancel));
    }

    [Fact]
    public async Task Finds_records_longer_than_an_hour_that_reach_into_a_range()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        var merged = Energy(id, 0) with { EndUtcMs = TemporaryStore.BeginUtcMs + 5 * 86_400_000L };
        await store.Energy.StoreAsync([merged, Energy(id, 1)], Cancel);
        Assert.Equal([merged], await store.Energy.OfControllerAsync(id, merged.EndUtcMs - 1, merged.EndUtcMs, Cancel));
        Assert.Empty(await store.Energy.OfControllerAsync(id, merged.EndUtcMs, merged.EndUtcMs + 1, Cancel));
    }

    private static EnergyRow Record(long controllerId, (long Boot, long Sequence) key) =>
        Energy(controllerId, key.Sequence, 1_000 + 37 * key.Sequence, key.Boot) with { Quality = (int)(key.Sequence % 3) };
}
