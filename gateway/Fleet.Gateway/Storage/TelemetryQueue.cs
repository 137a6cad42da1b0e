using System.Collections.Generic;
using System.Threading;
using System.Threading.Channels;

namespace Fleet.Gateway.Storage;

/// <summary>Telemetry rows waiting for the writer: bounded, never waits, and drops the oldest when it is full.</summary>
internal sealed class TelemetryQueue
{
    private readonly Channel<TelemetryRow> _rows;
    private long _dropped;

    public TelemetryQueue(int capacity)
    {
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
    }
}
