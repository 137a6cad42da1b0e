using System;
using System.IO;
using System.Threading.Tasks;
using Dapper;
using Fleet.Gateway.Storage;
using Microsoft.Data.Sqlite;
using Xunit;
using static Fleet.Tests.Gateway.Storage.TemporaryStore;

namespace Fleet.Tests.Gateway.Storage;

/// <summary>The file: made, brought up to date, or refused with a message that says what to do.</summary>
public sealed class DatabaseTests
{
    public static TheoryData<int> EarlierVersions => [.. System.Linq.Enumerable.Range(1, Migrations.Latest - 1)];

    [Fact]
    public async Task Makes_a_missing_database_with_the_latest_schema()
    {
        await using var bench = new TemporaryStore();
        await bench.OpenAsync();
        using var connection = bench.Connect();
        Assert.Equal(Migrations.Latest, connection.ExecuteScalar<int>("SELECT MAX(version) FROM schema_versions"));
        Assert.Equal("wal", connection.ExecuteScalar<string>("PRAGMA journal_mode"));
    }

    [Theory]
    [MemberData(nameof(EarlierVersions))]
    public async Task Upgrades_from_every_earlier_schema_and_keeps_its_rows(int version)
    {
        await using var bench = new TemporaryStore();
        using (var connection = bench.Connect())
        {
            Migrations.Apply(connection, bench.Path, bench.Time, version);
            Assert.Equal(version, connection.ExecuteScalar<int>("SELECT MAX(version) FROM schema_versions"));
            connection.Execute("INSERT INTO controllers VALUES (7, 'north', 'c7', 'secret', 1)");
            connection.Execute("INSERT INTO counters VALUES ('epoch', 41)");
        }
        var store = await bench.OpenAsync();
        Assert.Equal(42, store.Epoch);
        Assert.Equal(7, (await store.Controllers.FindAsync("north", "c7", Cancel))!.Id);
        await store.Energy.StoreAsync([Energy(7, 0)], Cancel);
        await store.Audit.AddAsync("operator", "upgraded", "", Cancel);
        using var after = bench.Connect();
        Assert.Equal(Migrations.Latest, after.ExecuteScalar<int>("SELECT COUNT(*) FROM schema_versions"));
    }

    [Fact]
    public async Task Undoes_a_step_that_fails_half_way()
    {
        await using var bench = new TemporaryStore();
        using var connection = bench.Connect();
        Migrations.Apply(connection, bench.Path, bench.Time, 1);
        connection.Execute("CREATE TABLE site_minutes (in_the_way BIGINT)");
        var refusal = await Assert.ThrowsAsync<StorageException>(bench.OpenAsync);
        Assert.Contains("site_minutes", refusal.Message);
        Assert.Equal(0, connection.ExecuteScalar<int>("SELECT COUNT(*) FROM sqlite_master WHERE name = 'telemetry'"));
        Assert.Equal(1, connection.ExecuteScalar<int>("SELECT MAX(version) FROM schema_versions"));
    }

    [Fact]
    public async Task Refuses_a_database_of_a_newer_Fleet()
    {
        await using var bench = new TemporaryStore();
        await bench.OpenAsync();
        await bench.CloseAsync();
        using (var connection = bench.Connect())
            connection.Execute("INSERT INTO schema_versions VALUES (99, 'of-tomorrow', 1)");
        var refusal = await Assert.ThrowsAsync<StorageException>(bench.OpenAsync);
        Assert.Contains(bench.Path, refusal.Message);
        Assert.Contains("schema 99", refusal.Message);
        Assert.Contains("Start the newer Fleet", refusal.Message);
    }

    [Fact]
    public async Task Refuses_a_file_that_is_no_database_and_leaves_it_alone()
    {
        await using var bench = new TemporaryStore();
        var text = new string('x', 5_000);
        await File.WriteAllTextAsync(bench.Path, text, Cancel);
        var refusal = await Assert.ThrowsAsync<StorageException>(bench.OpenAsync);
        Assert.Contains(bench.Path, refusal.Message);
        Assert.Contains("put a backup in its place", refusal.Message);
        Assert.Equal(text, await File.ReadAllTextAsync(bench.Path, Cancel));
    }

    [Fact]
    public async Task Refuses_a_path_that_cannot_be_written()
    {
        await using var bench = new TemporaryStore();
        await File.WriteAllTextAsync(bench.Path, "a file where a folder should be", Cancel);
        var options = bench.Options with { Path = Path.Combine(bench.Path, "fleet.db") };
        var refusal = Assert.Throws<StorageException>(() => Database.Open(options, bench.Time));
        Assert.Contains(options.Path, refusal.Message);
        Assert.Contains("path names a file in a folder", refusal.Message);
    }

    [Fact]
    public async Task Refuses_a_folder_in_place_of_the_file()
    {
        await using var bench = new TemporaryStore();
        Directory.CreateDirectory(bench.Path);
        var refusal = await Assert.ThrowsAsync<StorageException>(bench.OpenAsync);
        Assert.Contains(bench.Path, refusal.Message);
    }

    [Fact]
    public async Task Refuses_a_second_gateway_and_takes_over_when_the_first_is_gone()
    {
        await using var bench = new TemporaryStore();
        await bench.OpenAsync();
        var refusal = Assert.Throws<StorageException>(() => Database.Open(bench.Options, bench.Time));
        Assert.Contains("in use by another gateway", refusal.Message);
        await bench.CloseAsync();
        Database.Open(bench.Options, bench.Time).Dispose();
    }

    [Fact]
    public async Task Hides_the_secrets_from_other_users()
    {
        await using var bench = new TemporaryStore();
        await bench.OpenAsync();
        await bench.EnrolAsync(1);
        // Windows has no file modes: the folder's rights decide there.
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Owner, File.GetUnixFileMode(bench.Path));
        Assert.Equal(Owner, File.GetUnixFileMode(bench.Path + "-wal"));
    }

    [Fact]
    public async Task Readers_cannot_write()
    {
        await using var bench = new TemporaryStore();
        using var database = Database.Open(bench.Options, bench.Time);
        using var reader = database.OpenReader();
        Assert.Throws<SqliteException>(() => reader.Execute("DELETE FROM controllers"));
    }

    [Theory]
    [InlineData(nameof(StorageOptions.FlushMs), 0)]
    [InlineData(nameof(StorageOptions.BatchRows), 1_000_001)]
    [InlineData(nameof(StorageOptions.KeepTelemetryDays), -1)]
    [InlineData(nameof(StorageOptions.WaitSeconds), 3_601)]
    public void Refuses_an_option_out_of_range_by_its_name(string name, int value)
    {
        var options = new StorageOptions();
        typeof(StorageOptions).GetProperty(name)!.SetValue(options, value);
        var refusal = Assert.Throws<StorageException>(() => Database.Open(options, TimeProvider.System));
        Assert.Contains($"Storage:{name} is {value}. Give a number from", refusal.Message);
    }
}
