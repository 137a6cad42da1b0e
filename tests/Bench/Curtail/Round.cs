using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace Fleet.Bench.Curtail;

/// <summary>One fan-out: starts the watch and notes when each controller's ack has come all the way.</summary>
internal sealed class Round
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long[] _ackedAt;
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _left;

    public Round(int controllers)
    {
        _ackedAt = new long[controllers];
        _left = controllers;
    }

    public void Acked(int index)
    {
        if (Interlocked.CompareExchange(ref _ackedAt[index], Stopwatch.GetTimestamp(), 0) == 0 && Interlocked.Decrement(ref _left) == 0)
            _done.TrySetResult();
    }

    /// <summary>Milliseconds from the start to each ack, ascending; throws when acks are missing after a minute.</summary>
    public async Task<double[]> FinishAsync()
    {
        try
        {
            await _done.Task.WaitAsync(TimeSpan.FromMinutes(1));
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{Volatile.Read(ref _left)} of {_ackedAt.Length} acks missing after a minute");
        }
        var elapsedMs = Array.ConvertAll(_ackedAt, at => Stopwatch.GetElapsedTime(_start, at).TotalMilliseconds);
        Array.Sort(elapsedMs);
        return elapsedMs;
    }
}
