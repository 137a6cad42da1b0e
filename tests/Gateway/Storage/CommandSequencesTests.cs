using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Fleet.Gateway.Storage;
using Xunit;
using static Fleet.Tests.Gateway.Storage.TemporaryStore;

namespace Fleet.Tests.Gateway.Storage;

/// <summary>Numbers that only grow, across restarts and failures.</summary>
public sealed class CommandSequencesTests
{
    [Fact]
    public async Task Grow_by_one_and_never_repeat_across_restarts()
    {
        await using var bench = new TemporaryStore();
        var used = new List<long>();
        for (var start = 1; start <= 3; start++)
        {
            var store = await bench.OpenAsync();
            Assert.Equal(start, store.Epoch);
            var id = (await bench.EnrolAsync(1))[0];
            for (var i = 0; i < 1_500; i++)
                used.Add(await store.Sequences.NextAsync(id, Cancel));
        }
        Assert.Equal(1, used[0]);
        Assert.Equal(4_500, used.Distinct().Count());
        Assert.Equal(used.Order(), used);
        Assert.Equal(Enumerable.Range(1, 1_500).Select(i => (long)i), used.Take(1_500));
    }

    [Fact]
    public async Task Never_repeat_when_many_ask_at_once()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        var used = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var mine = new List<long>();
            for (var i = 0; i < 1_000; i++)
                mine.Add(await store.Sequences.NextAsync(id));
            Assert.Equal(mine.Order(), mine);
            return mine;
        })));
        Assert.Equal(8_000, used.SelectMany(numbers => numbers).Distinct().Count());
    }

    [Fact]
    public async Task Are_at_hand_for_reserved_controllers_while_the_database_fails()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var ids = await bench.EnrolAsync(3);
        await store.Sequences.ReserveAsync(ids, Cancel);
        using (bench.Hold())
        {
            foreach (var id in ids)
            {
                for (var i = 1; i <= CommandSequences.BlockLength; i++)
                    Assert.Equal(i, store.Sequences.TryNext(id));
                Assert.Null(store.Sequences.TryNext(id));
            }
        }
        var next = store.Sequences.NextAsync(ids[0], Cancel).AsTask();
        await bench.UntilAsync(() => next.IsCompleted);
        Assert.True(await next > CommandSequences.BlockLength);
    }

    [Fact]
    public async Task Say_that_a_controller_is_not_enrolled()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        await Assert.ThrowsAsync<StorageException>(() => store.Sequences.NextAsync(404, Cancel).AsTask());
    }
}
