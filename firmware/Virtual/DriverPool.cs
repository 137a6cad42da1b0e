using System;
using System.Collections.Generic;
using System.Threading;
using Fleet.Drivers;

namespace Fleet.Virtual;

/// <summary>A driver and its place in the pool: it is stepped by one thread at a time.</summary>
internal sealed class DriverSeat(Driver driver, Func<long> nowMs)
{
    private int _isTaken;

    /// <summary>Whether its last step waited for a device that did not answer.</summary>
    public bool IsSlow { get; private set; }

    /// <summary>How often it has been stepped.</summary>
    public int Steps { get; private set; }

    /// <summary>Takes the seat for one step; false when it waits for one or is in one.</summary>
    public bool TryTake() => Interlocked.Exchange(ref _isTaken, 1) == 0;

    public void Step()
    {
        var began = TimeProvider.System.GetTimestamp();
        driver.Step(nowMs());
        Steps++;
        IsSlow = TimeProvider.System.GetElapsedTime(began) >= DriverPool.Slow;
        Volatile.Write(ref _isTaken, 0);
    }
}

/// <summary>
/// Steps the drivers of many controllers on a bounded number of threads, first come, first served. Drivers whose device
/// keeps them waiting go to a lane of their own, so that however many are silent, the others are not held up for long.
/// <code>
///   seats ──►─┬── prompt lane ──► threads ──┐
///             └── slow lane ────► threads ──┴──► the seat's last step tells its next lane
/// </code>
/// </summary>
internal sealed class DriverPool : IDisposable
{
    /// <summary>A step as long as this waited for something: loopback answers a hundred times faster.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(100);

    private readonly Lane _prompt = new("prompt drivers");
    private readonly Lane _slow = new("slow drivers");

    /// <summary>Offers these drivers a step; those that still wait for one keep their place.</summary>
    public void Offer(DriverSeat[] seats)
    {
        foreach (var seat in seats)
        {
            if (seat.TryTake())
                (seat.IsSlow ? _slow : _prompt).Add(seat);
        }
        _prompt.Wake();
        _slow.Wake();
    }

    /// <summary>Ends every thread; waits for the steps they are in, which the drivers' time-outs bound.</summary>
    public void Dispose()
    {
        _prompt.Close();
        _slow.Close();
    }

    /// <summary>A queue and its threads, made as they are needed.</summary>
    private sealed class Lane(string name)
    {
        /// <summary>Most threads: a few hundred devices that fall silent at once are then found out within half a minute.</summary>
        private const int MostThreads = 32;

        /// <summary>An exchange needs little stack.</summary>
        private const int StackBytes = 256 * 1024;

        private readonly object _gate = new();
        private readonly Queue<DriverSeat> _queue = [];
        private readonly List<Thread> _threads = [];
        private int _idle;
        private bool _isClosed;

        public void Add(DriverSeat seat)
        {
            lock (_gate)
                _queue.Enqueue(seat);
        }

        /// <summary>Sets one more thread to work where there is any: a controller's drivers are seldom worth more.</summary>
        public void Wake()
        {
            lock (_gate)
            {
                if (_isClosed || _queue.Count == 0)
                    return;
                if (_idle > 0)
                    Monitor.Pulse(_gate);
                else if (_threads.Count < MostThreads)
                    AddThread();
            }
        }

        public void Close()
        {
            lock (_gate)
            {
                _isClosed = true;
                Monitor.PulseAll(_gate);
            }
            foreach (var thread in _threads)
                thread.Join();
        }

        private void AddThread()
        {
            var thread = new Thread(Run, StackBytes) { IsBackground = true, Name = name };
            _threads.Add(thread);
            thread.Start();
        }

        private void Run()
        {
            while (TryNext(out var seat))
                seat.Step();
        }

        private bool TryNext(out DriverSeat seat)
        {
            lock (_gate)
            {
                while (!_isClosed && _queue.Count == 0)
                {
                    _idle++;
                    Monitor.Wait(_gate);
                    _idle--;
                }
                seat = _isClosed ? null! : _queue.Dequeue();
                return !_isClosed;
            }
        }
    }
}
