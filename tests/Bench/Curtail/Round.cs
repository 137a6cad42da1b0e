using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Fleet.Bench.Curtail;

/// <summary>One fan-out: starts the watch and notes when each controller's ack of the limit has come all the way.</summary>
internal sealed class Round(int controllers, int watts)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long[] _ackedAt = new long[controllers];
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _left = controllers;

    /// <summary>Completes with the last controller's ack.</summary>
    public Task Done => _done.Task;

    /// <summary>Controllers whose ack has not come.</summary>
    public IEnumerable<int> Missing => Enumerable.Range(0, _ackedAt.Length).Where(index => Volatile.Read(ref _ackedAt[index]) == 0);

    /// <summary>Milliseconds from the start to each ack, ascending.</summary>
    public double[] ElapsedMs => [.. _ackedAt.Select(at => Stopwatch.GetElapsedTime(_start, at).TotalMilliseconds).Order()];

    public void Acked(int index, int limitWatts)
    {
        if (limitWatts == watts && Interlocked.CompareExchange(ref _ackedAt[index], Stopwatch.GetTimestamp(), 0) == 0 && Interlocked.Decrement(ref _left) == 0)
            _done.TrySetResult();
    }
}
