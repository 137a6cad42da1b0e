using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Storage;
using Xunit;
using static Fleet.Tests.Gateway.Storage.TemporaryStore;

namespace Fleet.Tests.Gateway.Storage;

/// <summary>The one writer: what it promises while the database is slow, full, locked or gone.</summary>
public sealed class WriterTests
{
    [Fact]
    public async Task Shares_one_transaction_among_all_who_wait()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        var batches = store.Health.Batches;
        Task<EnergyOutcome>[] waiting;
        using (bench.Hold())
        {
            waiting = [.. Enumerable.Range(0, 200).Select(i => store.Energy.StoreAsync([Energy(id, i)]))];
            await bench.UntilAsync(() => store.Health.FailedAttempts > 0);
        }
        await bench.UntilAsync(() => waiting.All(task => task.IsCompleted));
        Assert.Equal(200, (await Task.WhenAll(waiting)).Sum(outcome => outcome.Stored));
        Assert.InRange(store.Health.Batches - batches, 1, 20);
    }

    [Fact]
    public async Task Writes_telemetry_after_the_flush_time_without_being_asked()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        store.Telemetry.Append(Telemetry(id, 0));
        await bench.UntilAsync(() => store.Health.TelemetryRows == 1);
    }

    [Fact]
    public async Task Loses_no_telemetry_of_those_who_wait_for_room()
    {
        await using var bench = new TemporaryStore(new StorageOptions { TelemetryQueueRows = 100, BatchRows = 20 });
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        for (var i = 0; i < 1_000; i++)
        {
            store.Telemetry.Append(Telemetry(id, i));
            var room = store.Telemetry.WhenRoomAsync();
            if (!room.IsCompleted)
                await bench.UntilAsync(() => room.IsCompleted);
        }
        await store.FlushAsync(Cancel);
        Assert.Equal(1_000, store.Health.TelemetryRows);
        Assert.Equal(0, store.Health.DroppedTelemetryRows);
    }

    [Fact]
    public async Task Lets_nobody_wait_for_room_while_the_database_fails()
    {
        await using var bench = new TemporaryStore(new StorageOptions { TelemetryQueueRows = 100, BatchRows = 20 });
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        using (bench.Hold())
        {
            for (var i = 0; i < 200; i++)
                store.Telemetry.Append(Telemetry(id, i));
            var room = store.Telemetry.WhenRoomAsync().AsTask();
            await bench.UntilAsync(() => room.IsCompleted);
            Assert.True(store.Health.FailedAttempts > 0);
            Assert.True(store.Telemetry.WhenRoomAsync().IsCompleted);
        }
        await bench.UntilAsync(() => store.Health.FailingSince is null);
    }

    [Fact]
    public async Task Drops_only_the_oldest_telemetry_and_counts_it_when_the_queue_is_full()
    {
        await using var bench = new TemporaryStore(new StorageOptions { TelemetryQueueRows = 100, BatchRows = 50 });
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        using (bench.Hold())
        {
            for (var i = 0; i < 1_000; i++)
                store.Telemetry.Append(Telemetry(id, i));
            await bench.UntilAsync(() => store.Health.FailedAttempts > 0);
        }
        await bench.UntilAsync(() => store.Health.FailingSince is null);
        await store.FlushAsync(Cancel);
        var kept = (await store.Telemetry.OfControllerAsync(id, 0, long.MaxValue, Cancel)).Select(row => row.Sequence).ToList();
        Assert.InRange(kept.Count, 100, 150);
        Assert.Equal(1_000 - kept.Count, store.Health.DroppedTelemetryRows);
        Assert.Equal(Enumerable.Range(900, 100).Select(i => (long)i), kept.TakeLast(100));
    }

    [Fact]
    public async Task Tells_the_waiter_when_a_locked_database_is_free_again()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        Task<EnergyOutcome> waiting;
        using (bench.Hold())
        {
            waiting = store.Energy.StoreAsync([Energy(id, 0)], Cancel);
            await bench.UntilAsync(() => store.Health.FailedAttempts > 0);
            Assert.False(waiting.IsCompleted);
            Assert.Contains("Another program holds it", store.Health.LastFailure);
        }
        await bench.UntilAsync(() => waiting.IsCompleted);
        Assert.Equal(1, (await waiting).Stored);
        Assert.Null(store.Health.FailingSince);
        Assert.Single(await bench.AllEnergyAsync(id));
    }

    [Fact]
    public async Task Fails_a_waiter_after_its_time_and_does_not_write_behind_its_back()
    {
        await using var bench = new TemporaryStore(new StorageOptions { WaitSeconds = 1 });
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        using (bench.Hold())
        {
            var waiting = store.Energy.StoreAsync([Energy(id, 0)], Cancel);
            await bench.UntilAsync(() => waiting.IsCompleted);
            var failure = await Assert.ThrowsAsync<StorageException>(() => waiting);
            Assert.Contains(bench.Path, failure.Message);
            await Assert.ThrowsAsync<StorageException>(() => store.Energy.StoreAsync([Energy(id, 1)], Cancel));
            await store.Setpoints.QueueAsync([], Cancel);
        }
        await bench.UntilAsync(() => store.Health.FailingSince is null);
        await store.FlushAsync(Cancel);
        Assert.Empty(await bench.AllEnergyAsync(id));
    }

    [Fact]
    public async Task Does_not_write_what_was_cancelled_before()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        using (bench.Hold())
        {
            using var cancellation = new CancellationTokenSource();
            await store.Setpoints.QueueAsync([], Cancel);
            await bench.UntilAsync(() => store.Health.FailedAttempts > 0);
            var waiting = store.Energy.StoreAsync([Energy(id, 0)], cancellation.Token);
            await cancellation.CancelAsync();
            await bench.UntilAsync(() => waiting.IsCompleted);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }
        await bench.UntilAsync(() => store.Health.FailingSince is null);
        await store.FlushAsync(Cancel);
        Assert.Empty(await bench.AllEnergyAsync(id));
    }

    [Fact]
    public async Task Does_not_write_what_was_cancelled_while_the_file_was_gone()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        File.Move(bench.Path, bench.Path + ".away");
        using var cancellation = new CancellationTokenSource();
        var waiting = store.Energy.StoreAsync([Energy(id, 0)], cancellation.Token);
        await bench.UntilAsync(() => store.Health.FailedAttempts > 0);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        var attempts = store.Health.FailedAttempts;
        await store.Setpoints.QueueAsync([], Cancel);
        await bench.UntilAsync(() => store.Health.FailedAttempts > attempts);
        File.Move(bench.Path + ".away", bench.Path);
        await bench.UntilAsync(() => store.Health.FailingSince is null);
        Assert.Empty(await bench.AllEnergyAsync(id));
    }

    [Fact]
    public async Task Heals_from_a_full_disk_without_a_restart()
    {
        await using var bench = new TemporaryStore(new StorageOptions { MaxFileBytes = 1 << 20 });
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        for (var i = 0; i < 60_000; i++)
            store.Telemetry.Append(Telemetry(id, i));
        await bench.UntilAsync(() => store.Health.FailingSince is not null);
        Assert.Contains("Storage:MaxFileBytes", store.Health.LastFailure);
        var waiting = store.Energy.StoreAsync([Energy(id, 0)], Cancel);
        bench.Options.MaxFileBytes = 0;
        await bench.UntilAsync(() => waiting.IsCompleted);
        Assert.Equal(1, (await waiting).Stored);
        await store.FlushAsync(Cancel);
        Assert.Equal(60_000, store.Health.TelemetryRows);
        Assert.Equal(0, store.Health.DroppedTelemetryRows);
    }

    [Fact]
    public async Task Acknowledges_nothing_while_the_file_is_gone_and_goes_on_when_it_is_back()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        await store.Energy.StoreAsync([Energy(id, 0)], Cancel);
        File.Move(bench.Path, bench.Path + ".away");
        var waiting = store.Energy.StoreAsync([Energy(id, 1)], Cancel);
        await bench.UntilAsync(() => store.Health.FailedAttempts > 2);
        Assert.False(waiting.IsCompleted);
        Assert.Contains("is gone", store.Health.LastFailure);
        File.Move(bench.Path + ".away", bench.Path);
        await bench.UntilAsync(() => waiting.IsCompleted);
        Assert.Equal(1, (await waiting).Stored);
        Assert.Equal(2, (await bench.AllEnergyAsync(id)).Count);
    }

    [Fact]
    public async Task Leaves_out_a_write_at_fault_and_does_the_others()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        Task<EnergyOutcome>[] waiting;
        using (bench.Hold())
        {
            waiting = [.. new[] { id, 999, id }.Select((controller, i) => store.Energy.StoreAsync([Energy(controller, i)]))];
            await bench.UntilAsync(() => store.Health.FailedAttempts > 0);
        }
        await bench.UntilAsync(() => waiting.All(task => task.IsCompleted));
        var failure = await Assert.ThrowsAsync<StorageException>(() => waiting[1]);
        Assert.Contains("FOREIGN KEY", failure.Message);
        Assert.Equal([0L, 2L], (await bench.AllEnergyAsync(id)).Select(row => row.Sequence));
        Assert.Equal(1, store.Health.LostWrites);
    }

    [Theory]
    [InlineData(3)] // the last one has a place in the queue
    [InlineData(6)] // the last one waits for a place
    public async Task Tells_who_waits_behind_a_full_queue_in_time_and_does_not_do_it_afterwards(int patient)
    {
        await using var bench = new TemporaryStore(new StorageOptions { WriteQueueLength = 2, WaitSeconds = 5 });
        var store = await bench.OpenAsync();
        Task[] waiting;
        using (bench.Hold())
        {
            waiting = [.. Enumerable.Range(0, patient).Select(_ => store.Events.StoreAsync([], Cancel))];
            await bench.UntilAsync(() => store.Health.FailedAttempts > 0);
            var late = store.Audit.AddAsync("operator", "curtail", "", Cancel);
            await bench.UntilAsync(() => late.IsCompleted);
            await Assert.ThrowsAsync<StorageException>(() => late);
        }
        await bench.UntilAsync(() => waiting.All(task => task.IsCompleted));
        await store.FlushAsync(Cancel);
        Assert.Empty(await store.Audit.RangeAsync(0, long.MaxValue, Cancel));
    }

    [Fact]
    public async Task Writes_what_waits_before_it_closes()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        for (var i = 0; i < 500; i++)
            store.Telemetry.Append(Telemetry(id, i));
        await store.Setpoints.QueueAsync([SignalTests.Setpoint("s1", id)], Cancel);
        store = await bench.OpenAsync();
        Assert.Equal(500, (await store.Telemetry.OfControllerAsync(id, 0, long.MaxValue, Cancel)).Count);
        Assert.Single(await store.Setpoints.OfControllerAsync(id, 0, long.MaxValue, Cancel));
    }

    [Fact]
    public async Task Ends_with_a_clear_failure_when_the_database_is_locked_at_the_stop()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        using (bench.Hold())
        {
            var waiting = store.Energy.StoreAsync([Energy(id, 0)], Cancel);
            await bench.CloseAsync();
            var failure = await Assert.ThrowsAsync<StorageException>(() => waiting);
            Assert.Contains("stops while its database fails", failure.Message);
        }
        await Assert.ThrowsAsync<StorageException>(() => store.Energy.StoreAsync([Energy(id, 0)], Cancel));
        await bench.OpenAsync();
        Assert.Empty(await bench.AllEnergyAsync(id));
    }
}
