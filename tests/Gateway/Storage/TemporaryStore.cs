using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fleet.Tests.Gateway.Storage;

/// <summary>A real store in a folder of its own, on a clock that the test moves; it can be closed, opened again and disturbed.</summary>
public sealed class TemporaryStore : IAsyncDisposable
{
    /// <summary>When the test's clock begins: a full hour.</summary>
    public const long BeginUtcMs = 1_780_002_000_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-storage-");
    private Store? _store;

    /// <summary>A folder without a database, with these options but the path.</summary>
    public TemporaryStore(StorageOptions? options = null)
    {
        Path = System.IO.Path.Combine(_folder.FullName, "fleet.db");
        Options = (options ?? new StorageOptions()) with { Path = Path };
    }

    /// <summary>Ends the test early.</summary>
    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The database file.</summary>
    public string Path { get; }

    /// <summary>What the store is opened with.</summary>
    public StorageOptions Options { get; }

    /// <summary>The test's clock.</summary>
    public FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(BeginUtcMs));

    /// <summary>The store that is open.</summary>
    public Store Store => _store ?? throw new InvalidOperationException("Open it first.");

    /// <summary>Opens a store, after closing the one that is open.</summary>
    public async Task<Store> OpenAsync()
    {
        await CloseAsync();
        return _store = await Store.OpenAsync(Options, Time, NullLogger.Instance);
    }

    /// <summary>Closes the store.</summary>
    public async Task CloseAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        _store = null;
    }

    /// <summary>Enrols controllers c1, c2 … on a site and returns their numbers.</summary>
    public async Task<long[]> EnrolAsync(int count, string site = "north")
    {
        var rows = await Store.Controllers.EnrolAsync([.. Enumerable.Range(1, count).Select(i => (site, $"c{i}", $"secret-{i}"))]);
        return [.. rows.Select(row => row.Id)];
    }

    /// <summary>A connection beside the store's own, for a test that disturbs it or looks behind it.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>Another program holds the database until this is disposed.</summary>
    public IDisposable Hold()
    {
        var connection = Connect();
        return new Held(connection, connection.BeginTransaction());
    }

    /// <summary>Moves the clock in steps of a second until something is true, for at most ten real seconds.</summary>
    public async Task UntilAsync(Func<bool> isTrue)
    {
        for (var attempt = 0; attempt < 1_000 && !isTrue(); attempt++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
        if (!isTrue())
            throw new TimeoutException("What the test waits for did not come.");
    }

    /// <summary>One 15-minute energy record of a controller; numbers and times follow from its sequence.</summary>
    public static EnergyRow Energy(long controllerId, long sequence, long milliwattHours = 1_000, long bootId = 1) => new()
    {
        ControllerId = controllerId,
        BootId = bootId,
        Sequence = sequence,
        StartUtcMs = BeginUtcMs + sequence * EnergyLedger.SlotMs,
        EndUtcMs = BeginUtcMs + (sequence + 1) * EnergyLedger.SlotMs,
        EnergyMilliwattHours = milliwattHours,
        RegisterMilliwattHours = (sequence + 1) * milliwattHours,
        Quality = 0,
    };

    /// <summary>One telemetry row of a controller, a number of milliseconds after the test's beginning.</summary>
    public static TelemetryRow Telemetry(long controllerId, long afterMs, int? watts = 1_000) =>
        new(controllerId, BeginUtcMs + afterMs, 1, afterMs, watts, 5_000, 2, 9_000, 0);

    /// <summary>Every energy record of a controller.</summary>
    public Task<IReadOnlyList<EnergyRow>> AllEnergyAsync(long controllerId) => Store.Energy.OfControllerAsync(controllerId, 0, long.MaxValue / 2);

    /// <summary>Closes the store and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Delete(recursive: true);
    }

    private sealed class Held(SqliteConnection connection, SqliteTransaction transaction) : IDisposable
    {
        public void Dispose()
        {
            transaction.Dispose();
            connection.Dispose();
        }
    }
}
