using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace Fleet.Bench.Curtail;

/// <summary>One fan-out: starts the watch and notes when each controller's ack of the limit has come all the way.</summary>
internal sealed class Round(int controllers, int watts)
{
    private static readonly TimeSpan ReportPeriod = TimeSpan.FromSeconds(4);
    private const int MostPeriods = 20;

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long[] _ackedAt = new long[controllers];
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _left = controllers;

    public void Acked(int index, int limitWatts)
    {
        if (limitWatts == watts && Interlocked.CompareExchange(ref _ackedAt[index], Stopwatch.GetTimestamp(), 0) == 0 && Interlocked.Decrement(ref _left) == 0)
            _done.TrySetResult();
    }

    /// <summary>
    /// Milliseconds from the start to each ack, ascending. While it lasts the controllers <paramref name="report"/>, as
    /// controllers do; throws when acks are still missing after 80 seconds.
    /// </summary>
    public async Task<double[]> FinishAsync(Action report)
    {
        for (var period = 0; !_done.Task.IsCompleted; period++)
        {
            await Task.WhenAny(_done.Task, Task.Delay(ReportPeriod));
            if (period == MostPeriods)
                throw new TimeoutException($"{Volatile.Read(ref _left)} of {_ackedAt.Length} acks of {watts} W are missing");
            if (!_done.Task.IsCompleted)
                report();
        }
        var elapsedMs = Array.ConvertAll(_ackedAt, at => Stopwatch.GetElapsedTime(_start, at).TotalMilliseconds);
        Array.Sort(elapsedMs);
        return elapsedMs;
    }
}
