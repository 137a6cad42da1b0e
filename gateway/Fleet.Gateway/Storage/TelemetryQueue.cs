using System.Collections.Generic;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace Fleet.Gateway.Storage;

/// <summary>
/// Telemetry rows waiting for the writer: bounded, never waits, and drops the oldest when it is full. Who can be slowed
/// down waits for room above half, so that rows are dropped only while the database fails:
/// <code>
///   0 ------------- half ------------- full
///     room             wait, unless       drop the oldest
///                      the writer fails
/// </code>
/// </summary>
internal sealed class TelemetryQueue
{
    private readonly Channel<TelemetryRow> _rows;
    private readonly int _half;
    private readonly Lock _gate = new();
    private TaskCompletionSource? _room;
    private bool _isFailing;
    private long _dropped;

    public TelemetryQueue(int capacity)
    {
        _half = capacity / 2;
        var options = new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true };
        _rows = Channel.CreateBounded<TelemetryRow>(options, _ => Interlocked.Increment(ref _dropped));
    }

    public int Count => _rows.Reader.Count;

    public long Dropped => Interlocked.Read(ref _dropped);

    public void Add(in TelemetryRow row) => _rows.Writer.TryWrite(row);

    /// <summary>Moves rows into <paramref name="batch"/> until it holds <paramref name="most"/>.</summary>
    public void TopUp(List<TelemetryRow> batch, int most)
    {
        while (batch.Count < most && _rows.Reader.TryRead(out var row))
            batch.Add(row);
        if (Count <= _half)
            Open();
    }

    /// <summary>Completes when half of the queue is free, and at once while the writer fails.</summary>
    public ValueTask WhenRoomAsync()
    {
        if (Count <= _half)
            return ValueTask.CompletedTask;
        lock (_gate)
        {
            // Looked at again: the writer may have made room meanwhile, and would not come back to say so.
            if (_isFailing || Count <= _half)
                return ValueTask.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_room.Task);
        }
    }

    /// <summary>The writer fails, or works again: while it fails nobody waits for it.</summary>
    public void SetFailing(bool isFailing)
    {
        lock (_gate)
            _isFailing = isFailing;
        if (isFailing)
            Open();
    }

    private void Open()
    {
        lock (_gate)
        {
            _room?.TrySetResult();
            _room = null;
        }
    }
}
