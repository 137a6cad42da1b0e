using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;

namespace Fleet.Gateway.Storage;

/// <summary>
/// All the gateway remembers, in one file. Open one at the start; ask its parts; dispose it last.
/// <code>
///   await using var store = await Store.OpenAsync(new StorageOptions(), TimeProvider.System, logger);
///   var rows = await store.Controllers.EnrolAsync([("north", "c1", secret)]);
///   store.Telemetry.Append(new TelemetryRow(rows[0].Id, utcMs, boot, sequence, watts, register, state, limit, faults));
///   await store.Energy.StoreAsync(records);      // then acknowledge
/// </code>
/// </summary>
public sealed class Store : IAsyncDisposable
{
    private readonly Database _database;
    private readonly Writer _writer;

    private Store(Database database, StorageOptions options, TimeProvider time, ILogger logger)
    {
        _database = database;
        _writer = new Writer(database, options, time, logger);
        Controllers = new ControllerStore(database, _writer, time);
        Sequences = new CommandSequences(_writer);
        Telemetry = new TelemetryStore(database, _writer, options, time);
        Energy = new EnergyStore(database, _writer, time, logger);
        Prices = new PriceStore(database, _writer, time);
        Ledger = new EnergyLedger(database, Prices);
        Signals = new SignalStore(database, _writer);
        Setpoints = new SetpointStore(database, _writer);
        Events = new EventStore(database, _writer);
        Plans = new PlanStore(database, _writer);
        Audit = new AuditStore(database, _writer, time);
        Housekeeping = new Housekeeping(_writer, options, time, logger);
    }

    /// <summary>How many times a gateway has started on this file, this time included; on the disk before anyone sees it.</summary>
    public long Epoch { get; private set; }

    /// <summary>The controllers that may connect.</summary>
    public ControllerStore Controllers { get; }

    /// <summary>The numbers of commands.</summary>
    public CommandSequences Sequences { get; }

    /// <summary>What was measured.</summary>
    public TelemetryStore Telemetry { get; }

    /// <summary>Energy, each interval once.</summary>
    public EnergyStore Energy { get; }

    /// <summary>Energy and money by slot.</summary>
    public EnergyLedger Ledger { get; }

    /// <summary>Prices as loaded.</summary>
    public PriceStore Prices { get; }

    /// <summary>Signals and how they were followed.</summary>
    public SignalStore Signals { get; }

    /// <summary>Setpoints and what became of them.</summary>
    public SetpointStore Setpoints { get; }

    /// <summary>What happened on the controllers.</summary>
    public EventStore Events { get; }

    /// <summary>Plans as they were made.</summary>
    public PlanStore Plans { get; }

    /// <summary>Who did what.</summary>
    public AuditStore Audit { get; }

    /// <summary>Averages and removals.</summary>
    public Housekeeping Housekeeping { get; }

    /// <summary>How the writer fares.</summary>
    public WriterHealth Health => _writer.Health;

    /// <summary>Opens the file, brings its schema up to date, and counts the epoch.</summary>
    /// <exception cref="StorageException">It cannot be opened or written; the message says why and what to do.</exception>
    public static async Task<Store> OpenAsync(
        StorageOptions options, TimeProvider time, ILogger logger, CancellationToken cancellation = default)
    {
        var store = new Store(Database.Open(options, time), options, time, logger);
        try
        {
            store.Epoch = await store._writer.WriteAsync(
                session => session.Scalar<long>(
                    """
                    INSERT INTO counters (name, value) VALUES ('epoch', 1)
                    ON CONFLICT (name) DO UPDATE SET value = counters.value + 1
                    RETURNING value
                    """),
                cancellation).ConfigureAwait(false);
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        store.Housekeeping.Start();
        return store;
    }

    /// <summary>Returns once everything that was given before is on the disk.</summary>
    public Task FlushAsync(CancellationToken cancellation = default) => _writer.FlushAsync(cancellation);

    /// <summary>Writes what waits and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await Housekeeping.DisposeAsync().ConfigureAwait(false);
        await _writer.DisposeAsync().ConfigureAwait(false);
        _database.Dispose();
    }
}
