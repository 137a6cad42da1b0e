using System;
using System.Threading;

namespace Fleet.Gateway.Storage;

/// <summary>How the writer fares, counted since the start.</summary>
/// <param name="FailingSince">Since when every attempt has failed; null when the last one did not.</param>
/// <param name="LastFailure">What went wrong last, for a person; null when nothing has.</param>
/// <param name="FailedAttempts">Transactions that failed and were tried again.</param>
/// <param name="Batches">Transactions committed.</param>
/// <param name="Writes">Writes committed, telemetry apart.</param>
/// <param name="LostWrites">Writes given up: refused by the database for what they say, or still waiting at a stop while it failed.</param>
/// <param name="WaitingWrites">Writes in the queue.</param>
/// <param name="TelemetryRows">Telemetry rows committed.</param>
/// <param name="DroppedTelemetryRows">Telemetry rows lost: the oldest of a full queue, or refused.</param>
/// <param name="WaitingTelemetryRows">Telemetry rows in the queue.</param>
public sealed record WriterHealth(
    DateTimeOffset? FailingSince, string? LastFailure, long FailedAttempts, long Batches, long Writes, long LostWrites,
    int WaitingWrites, long TelemetryRows, long DroppedTelemetryRows, int WaitingTelemetryRows);

/// <summary>Counts for <see cref="WriterHealth"/>: written by the writer, read by anyone.</summary>
internal sealed class WriterTally
{
    private readonly Lock _gate = new();
    private DateTimeOffset? _failingSince;
    private StorageException? _failure;
    private long _failedAttempts;
    private long _batches;
    private long _writes;
    private long _lostWrites;
    private long _telemetryRows;
    private long _refusedRows;

    public DateTimeOffset? FailingSince
    {
        get
        {
            lock (_gate)
                return _failingSince;
        }
    }

    public StorageException? Failure
    {
        get
        {
            lock (_gate)
                return _failure;
        }
    }

    /// <summary>True when it had failed before.</summary>
    public bool Committed(int writes, int telemetryRows)
    {
        lock (_gate)
        {
            var hadFailed = _failingSince is not null;
            _failingSince = null;
            _batches++;
            _writes += writes;
            _telemetryRows += telemetryRows;
            return hadFailed;
        }
    }

    /// <summary>True when it is the first of a row, or for another cause than the last.</summary>
    public bool Failed(StorageException failure, DateTimeOffset now)
    {
        lock (_gate)
        {
            var isNews = _failingSince is null || _failure?.Message != failure.Message;
            _failingSince ??= now;
            _failure = failure;
            _failedAttempts++;
            return isNews;
        }
    }

    public void Lost(int writes)
    {
        lock (_gate)
            _lostWrites += writes;
    }

    public void RefusedTelemetry()
    {
        lock (_gate)
            _refusedRows++;
    }

    public WriterHealth Health(int waitingWrites, int waitingRows, long droppedRows)
    {
        lock (_gate)
        {
            return new WriterHealth(
                _failingSince, _failure?.Message, _failedAttempts, _batches, _writes, _lostWrites, waitingWrites,
                _telemetryRows, droppedRows + _refusedRows, waitingRows);
        }
    }
}
