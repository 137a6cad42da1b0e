using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Fleet.Gateway.Storage;

/// <summary>
/// The only one who writes the database. Everything waiting goes into one transaction, so that many callers share one
/// sync of the disk:
/// <code>
///   WriteAsync  --&gt; [ bounded, callers wait when full ] --+
///   QueueAsync  --&gt; [        the same queue           ] --+--&gt; one transaction --&gt; callers told
///   Append      --&gt; [ bounded, oldest dropped          ] --+       |  ^
///                                                            failed|  | 0.1 s, 0.2 s … 5 s
///                                                                  v  |
///                                                              reopen, again
/// </code>
/// A failing database never throws at those who do not wait, loses nothing but the oldest telemetry, and heals without a
/// restart.
/// </summary>
public sealed class Writer : IAsyncDisposable
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(5);

    private readonly Database _database;
    private readonly StorageOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<Write> _writes;
    private readonly TelemetryQueue _telemetry;
    private readonly List<Write> _batch = [];
    private readonly List<TelemetryRow> _rows = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;
    private readonly WriterTally _tally = new();
    private CancellationTokenSource _overdue = new();
    private WriterSession? _session;

    /// <summary>Starts writing.</summary>
    public Writer(Database database, StorageOptions options, TimeProvider time, ILogger logger)
    {
        _database = database;
        _options = options;
        _time = time;
        _logger = logger;
        _telemetry = new TelemetryQueue(options.TelemetryQueueRows);
        _writes = Channel.CreateBounded<Write>(new BoundedChannelOptions(options.WriteQueueLength) { SingleReader = true });
        _loop = Task.Run(RunAsync);
    }

    /// <summary>How it fares.</summary>
    public WriterHealth Health => _tally.Health(_writes.Reader.Count, _telemetry.Count, _telemetry.Dropped);

    /// <summary>
    /// Writes and returns once it is on the disk and would survive a power cut. Waits while the queue is full. The write
    /// may be tried more than once, each time in a transaction of its own.
    /// </summary>
    /// <exception cref="StorageException">The database has failed for longer than <see cref="StorageOptions.WaitSeconds"/>, or
    /// refused the write for what it says; it is not written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before it was written; it is not written.</exception>
    public Task<T> WriteAsync<T>(Func<WriterSession, T> write, CancellationToken cancellation = default) =>
        WaitIsOver() ? Task.FromException<T>(Failure()) : WriteAsync(write, isPatient: false, cancellation);

    /// <summary>As <see cref="WriteAsync"/>, but waits for as long as the database fails: for what a controller keeps until then.</summary>
    /// <exception cref="StorageException">The database refused the write for what it says, or the gateway stops; it is not written.</exception>
    public Task<T> WriteInTimeAsync<T>(Func<WriterSession, T> write, CancellationToken cancellation = default) =>
        WriteAsync(write, isPatient: true, cancellation);

    private async Task<T> WriteAsync<T>(Func<WriterSession, T> write, bool isPatient, CancellationToken cancellation)
    {
        var awaited = new AwaitedWrite<T>(write);
        var waited = isPatient ? CancellationToken.None : Volatile.Read(ref _overdue).Token;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, waited);
        try
        {
            await EnqueueAsync(awaited, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Failure();
        }
        using var overdue = waited.UnsafeRegister(_ => awaited.TryFail(Failure()), null);
        using var registration = cancellation.UnsafeRegister(
            static (state, token) => ((Write)state!).TryFail(new OperationCanceledException(token)), awaited);
        return await awaited.Done.ConfigureAwait(false);
    }

    /// <summary>Writes soon, after what was queued before; returns once it has a place in the queue.</summary>
    /// <exception cref="StorageException">The writer has stopped.</exception>
    public ValueTask QueueAsync(Action<WriterSession> write, CancellationToken cancellation = default) =>
        EnqueueAsync(new QueuedWrite(write), cancellation);

    /// <summary>Returns once everything that was appended and queued before is on the disk.</summary>
    public async Task FlushAsync(CancellationToken cancellation = default)
    {
        do
            await WriteAsync(static _ => true, cancellation).ConfigureAwait(false);
        while (_telemetry.Count > 0);
    }

    /// <summary>Writes what waits, or after one more failure gives it up, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _writes.Writer.TryComplete();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stopping.Dispose();
    }

    internal void Append(in TelemetryRow row) => _telemetry.Add(row);

    internal ValueTask WhenTelemetryHasRoomAsync() => _telemetry.WhenRoomAsync();

    internal void RefuseTelemetry() => _tally.RefusedTelemetry();

    private async ValueTask EnqueueAsync(Write write, CancellationToken cancellation)
    {
        try
        {
            await _writes.Writer.WriteAsync(write, cancellation).ConfigureAwait(false);
        }
        catch (ChannelClosedException closed)
        {
            throw new StorageException($"The database {_database.Path} is closed: the gateway is stopping.", closed);
        }
    }

    private async Task RunAsync()
    {
        var wake = Task.CompletedTask;
        var tick = Task.CompletedTask;
        var backOff = FirstBackOff;
        while (true)
        {
            if (_batch.Count == 0 && _rows.Count == 0 && !HasFullBatch() && !_stopping.IsCancellationRequested)
            {
                wake = wake.IsCompleted ? _writes.Reader.WaitToReadAsync().AsTask() : wake;
                tick = tick.IsCompleted ? Task.Delay(TimeSpan.FromMilliseconds(_options.FlushMs), _time) : tick;
                await Task.WhenAny(wake, tick).ConfigureAwait(false);
            }
            TopUp();
            if (_batch.Count == 0 && _rows.Count == 0)
            {
                if (_stopping.IsCancellationRequested)
                    break;
                continue;
            }
            var wasStopping = _stopping.IsCancellationRequested;
            if (TryCommit())
            {
                backOff = FirstBackOff;
                continue;
            }
            if (wasStopping)
            {
                GiveUp();
                break;
            }
            FailOverdue();
            await Task.Delay(backOff, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            backOff = backOff * 2 < LongestBackOff ? backOff * 2 : LongestBackOff;
        }
        _session?.Dispose();
    }

    private bool HasFullBatch() => _telemetry.Count >= _options.BatchRows || _writes.Reader.TryPeek(out _);

    // Writes first: whoever waits for a write also waits for the telemetry appended before it.
    private void TopUp()
    {
        while (_batch.Count < _options.WriteQueueLength && _writes.Reader.TryRead(out var write))
            _batch.Add(write);
        _telemetry.TopUp(_rows, _options.BatchRows);
    }

    /// <summary>Writes the batch in one transaction; a write at fault itself is told so and left out. False when the database fails.</summary>
    private bool TryCommit()
    {
        while (true)
        {
            Write? current = null;
            try
            {
                _database.RequireFile();
                _session ??= new WriterSession(_database.OpenWriter());
                _batch.RemoveAll(static write => !write.TryStart());
                _session.Begin(isSynced: _batch.Exists(static write => write.IsAwaited));
                foreach (var write in _batch)
                {
                    current = write;
                    write.Apply(_session);
                }
                current = null;
                TelemetryTable.Insert(_session, _rows);
                _session.Commit();
            }
            catch (Exception failure)
            {
                var isAtFault = current is not null && _session is { IsOpen: true } && IsOfTheWrite(failure);
                Undo(keepOpen: isAtFault);
                if (!isAtFault)
                {
                    Note(failure);
                    return false;
                }
                Refuse(current!, failure);
                continue;
            }
            Finish();
            return true;
        }
    }

    // What the write says is wrong, not the database: it would fail again for ever.
    private static bool IsOfTheWrite(Exception failure) => failure is SqliteException sqlite
        ? sqlite.SqliteErrorCode is raw.SQLITE_ERROR or raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH or raw.SQLITE_TOOBIG or raw.SQLITE_RANGE
        : failure is not (IOException or StorageException or OutOfMemoryException);

    private void Undo(bool keepOpen)
    {
        try
        {
            _session?.Rollback();
        }
        catch (SqliteException failure)
        {
            keepOpen = false;
            _logger.LogDebug(failure, "The failed transaction was already undone.");
        }
        if (!keepOpen)
        {
            _session?.Dispose();
            _session = null;
        }
        foreach (var write in _batch)
            write.Release();
    }

    private void Refuse(Write write, Exception failure)
    {
        _batch.Remove(write);
        _tally.Lost(1);
        _logger.LogError(failure, "A write to {Path} was refused for what it says and is left out.", _database.Path);
        write.TryFail(new StorageException($"The database {_database.Path} refuses this write: {failure.Message}", failure));
    }

    private void Finish()
    {
        if (_tally.Committed(_batch.Count, _rows.Count))
        {
            _logger.LogInformation("The database {Path} takes writes again.", _database.Path);
            _telemetry.SetFailing(false);
        }
        foreach (var write in _batch)
            write.Complete();
        _batch.Clear();
        _rows.Clear();
    }

    private void Note(Exception failure)
    {
        var told = StorageException.Of(_database.Path, failure);
        _telemetry.SetFailing(true);
        if (_tally.Failed(told, _time.GetUtcNow()))
            _logger.LogError(failure, "{Failure} {Writes} writes wait.", told.Message, _batch.Count);
    }

    private bool WaitIsOver() =>
        _tally.FailingSince is { } since && _time.GetUtcNow() - since > TimeSpan.FromSeconds(_options.WaitSeconds);

    private StorageException Failure() => _tally.Failure ?? new StorageException($"The database {_database.Path} fails.");

    private void FailOverdue()
    {
        if (!WaitIsOver())
            return;
        // In the batch, in the queue and before it.
        var overdue = Interlocked.Exchange(ref _overdue, new CancellationTokenSource());
        overdue.Cancel();
    }

    private void GiveUp()
    {
        var failure = new StorageException($"The gateway stops while its database fails. {Failure().Message}");
        while (_writes.Reader.TryRead(out var write))
            _batch.Add(write);
        _tally.Lost(_batch.Count);
        _logger.LogError("{Failure} {Writes} writes and {Rows} telemetry rows are lost.", failure.Message, _batch.Count, _rows.Count + _telemetry.Count);
        foreach (var write in _batch)
            write.TryFail(failure);
        _batch.Clear();
    }
}
