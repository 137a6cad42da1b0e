using System;
using System.Linq;
using System.Threading.Tasks;
using CsCheck;
using Fleet.Gateway.Storage;
using Xunit;
using static Fleet.Tests.Gateway.Storage.TemporaryStore;

namespace Fleet.Tests.Gateway.Storage;

/// <summary>Telemetry in, by range out, averaged by minute and removed by age.</summary>
public sealed class TelemetryTests
{
    private const long Begin = TemporaryStore.BeginUtcMs;

    [Fact]
    public async Task Gives_back_what_was_appended_with_unknowns_still_unknown()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        LoadSample[] loads = [new(3_490, 3_500, 4, 0, 199_000), new(null, null, 0, 2, null), new(-5, 0, 2, 0, long.MaxValue)];
        TelemetryRow full = new(id, Begin, 12, 31, 8_990, 123_456_789, 2, 9_000, 5, loads);
        TelemetryRow bare = new(id, Begin + 1, 12, 32, null, 123_456_789, 0, null, 0);
        store.Telemetry.Append(full);
        store.Telemetry.Append(bare);
        await store.FlushAsync(Cancel);
        var rows = await store.Telemetry.OfControllerAsync(id, Begin, Begin + 2, Cancel);
        Assert.Equal(full with { Loads = null }, rows[0] with { Loads = null });
        Assert.Equal(loads, rows[0].Loads);
        Assert.Equal(bare, rows[1]);
    }

    [Fact]
    public async Task Finds_a_range_of_one_controller_or_site_across_minutes()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var north = await bench.EnrolAsync(2);
        var south = await bench.EnrolAsync(1, "south");
        foreach (var id in north.Concat(south))
        {
            for (var second = 0; second < 300; second++)
                store.Telemetry.Append(Telemetry(id, second * 1_000));
        }
        await store.FlushAsync(Cancel);
        var rows = await store.Telemetry.OfControllerAsync(north[1], Begin + 59_000, Begin + 121_000, Cancel);
        Assert.Equal(Enumerable.Range(59, 62).Select(second => Begin + second * 1_000), rows.Select(row => row.UtcMs));
        Assert.Equal(2 * 62, (await store.Telemetry.OfSiteAsync("north", Begin + 59_000, Begin + 121_000, Cancel)).Count);
        Assert.Empty(await store.Telemetry.OfControllerAsync(north[1], Begin + 2, Begin + 2, Cancel));
    }

    [Fact]
    public async Task Ignores_a_repeated_row_and_refuses_one_from_the_future_or_long_ago()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        store.Telemetry.Append(Telemetry(id, 0, 1));
        store.Telemetry.Append(Telemetry(id, 0, 2));
        store.Telemetry.Append(Telemetry(id, 86_400_000));
        store.Telemetry.Append(Telemetry(id, -15 * 86_400_000L));
        await store.FlushAsync(Cancel);
        Assert.Equal(1, Assert.Single(await store.Telemetry.OfControllerAsync(id, 0, long.MaxValue, Cancel)).Watts);
        Assert.Equal(2, store.Health.DroppedTelemetryRows);
    }

    [Fact]
    public async Task Averages_each_finished_minute_of_a_site_and_again_with_late_rows()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var ids = await bench.EnrolAsync(2);
        // Minute 0: averages 1,500 and 4,000. Minute 1: one heard, one without a reading. Minute 2 is still running.
        foreach (var (id, afterMs, watts) in new (long, long, int?)[]
        {
            (ids[0], 0, 1_000), (ids[0], 30_000, 2_000), (ids[1], 1_000, 4_000),
            (ids[0], 61_000, 700), (ids[1], 61_000, null), (ids[0], 120_000, 9_999),
        })
            store.Telemetry.Append(Telemetry(id, afterMs, watts));
        await store.FlushAsync(Cancel);
        bench.Time.Advance(TimeSpan.FromSeconds(130));
        await store.Housekeeping.RunOnceAsync(Cancel);
        Assert.Equal([new SiteMinute(Begin, 5_500, 2), new SiteMinute(Begin + 60_000, 700, 1)], await store.Telemetry.MinutesAsync("north", Begin, Begin + 600_000, Cancel));

        store.Telemetry.Append(Telemetry(ids[1], 62_000, 300));
        await store.FlushAsync(Cancel);
        bench.Time.Advance(TimeSpan.FromSeconds(60));
        await store.Housekeeping.RunOnceAsync(Cancel);
        Assert.Equal([1_000L, 9_999L], (await store.Telemetry.MinutesAsync("north", Begin + 1, Begin + 600_000, Cancel)).Select(minute => minute.AverageWatts));
    }

    [Fact]
    public async Task Removes_what_is_too_old_in_slices_and_keeps_energy()
    {
        await using var bench = new TemporaryStore(new StorageOptions { KeepTelemetryDays = 1, KeepPlansDays = 1 });
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        for (var i = 0; i < 25_000; i++)
            store.Telemetry.Append(Telemetry(id, i));
        await store.Energy.StoreAsync([Energy(id, 0)], Cancel);
        await store.Setpoints.QueueAsync([SignalTests.Setpoint("of-a-signal", id, "signal"), SignalTests.Setpoint("of-a-plan", id)], Cancel);
        await store.FlushAsync(Cancel);
        bench.Time.Advance(TimeSpan.FromHours(24) + TimeSpan.FromMinutes(2));
        store.Telemetry.Append(Telemetry(id, 86_400_000));
        await store.FlushAsync(Cancel);
        Assert.InRange(await store.Housekeeping.RunOnceAsync(Cancel), 3, 20);
        using (var connection = bench.Connect())
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT COUNT(*) FROM telemetry";
            Assert.Equal(1L, command.ExecuteScalar());
        }
        Assert.Single(await bench.AllEnergyAsync(id));
        Assert.Equal("of-a-signal", Assert.Single(await store.Setpoints.OfControllerAsync(id, 0, long.MaxValue, Cancel)).Id);
    }

    [Fact]
    public void Packs_any_loads_and_unpacks_the_same()
    {
        var sample = Gen.Select(Gen.Int.Nullable(), Gen.Int.Nullable(), Gen.Int, Gen.Int, Gen.Long.Nullable(), (a, b, c, d, e) => new LoadSample(a, b, c, d, e));
        GenExtensions.get_Array(sample)[0, 12].Sample(loads => LoadSamples.Unpack(LoadSamples.Pack(loads))!.SequenceEqual(loads));
    }

    [Fact]
    public void Refuses_damaged_loads_and_never_throws_anything_else()
    {
        GenExtensions.get_Array(Gen.Byte)[0, 40].Sample(bytes =>
        {
            try
            {
                LoadSamples.Unpack(bytes);
            }
            catch (StorageException)
            {
            }
        });
        Assert.Throws<StorageException>(() => LoadSamples.Unpack([1, 4, 0]));
        Assert.Throws<StorageException>(() => LoadSamples.Unpack([]));
    }
}
