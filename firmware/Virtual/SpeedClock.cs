using System;
using System.Threading;
using System.Threading.Tasks;

namespace Fleet.Virtual;

/// <summary>
/// The one clock of a process that simulates a fleet: it begins at an instant of its own and runs a whole number of
/// times faster than the world. Timers, delays and time-outs made with it are as much shorter.
/// <code>
/// world  ──┼─────────┼─────────┼──►     one second apart
/// clock  ──┼ 12:00 ──┼ 12:01 ──┼──►     at a speed of 60
/// </code>
/// It never goes back. Periods of less than a millisecond of the world are kept on average, not one by one: a timer
/// that is late skips what it missed, as every timer does.
/// </summary>
public sealed class SpeedClock : TimeProvider
{
    /// <summary>Fastest: a second is then under two milliseconds of the world, which is as fine as its timers are.</summary>
    public const int MostSpeed = 600;

    private readonly DateTimeOffset _start;
    private readonly long _origin = System.GetTimestamp();

    /// <summary>A clock that shows <paramref name="start"/> now.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The speed is not 1 to <see cref="MostSpeed"/>.</exception>
    public SpeedClock(int speed, DateTimeOffset start)
    {
        if (speed is < 1 or > MostSpeed)
            throw new ArgumentOutOfRangeException(nameof(speed), speed, $"must be 1 to {MostSpeed}");
        Speed = speed;
        _start = start.ToUniversalTime();
    }

    /// <summary>Seconds of this clock in a second of the world.</summary>
    public int Speed { get; }

    /// <summary>Milliseconds since the clock began; what the firmware calls monotonic time.</summary>
    public long NowMs => GetTimestamp() / (TimestampFrequency / 1000);

    /// <inheritdoc/>
    public override long TimestampFrequency => System.TimestampFrequency;

    /// <inheritdoc/>
    public override long GetTimestamp() => (System.GetTimestamp() - _origin) * Speed;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start + GetElapsedTime(0, GetTimestamp());

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        => new FastTimer(this, callback, state, dueTime, period);

    /// <summary>How long the world waits until this clock shows the timestamp, in the whole milliseconds its timers know.</summary>
    private TimeSpan WorldWaitUntil(long timestamp)
    {
        var ticksPerMs = TimestampFrequency / 1000 * Speed;
        var left = timestamp - GetTimestamp();
        return TimeSpan.FromMilliseconds(left <= 0 ? 0 : (left + ticksPerMs - 1) / ticksPerMs);
    }

    /// <summary>A timer of the world that is set anew for each of its dues.</summary>
    private sealed class FastTimer : ITimer
    {
        private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(1);

        private readonly Lock _gate = new();
        private readonly SpeedClock _clock;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer _timer;
        private bool _isSet;
        private long _due;
        private long _period;

        public FastTimer(SpeedClock clock, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (_clock, _callback, _state) = (clock, callback, state);
            _timer = System.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_gate)
            {
                _isSet = dueTime != Timeout.InfiniteTimeSpan;
                _due = _clock.GetTimestamp() + TimestampsOf(dueTime);
                _period = period == Timeout.InfiniteTimeSpan ? 0 : TimestampsOf(period);
                return _timer.Change(_isSet ? _clock.WorldWaitUntil(_due) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }

        public void Dispose() => _timer.Dispose();

        public ValueTask DisposeAsync() => _timer.DisposeAsync();

        private long TimestampsOf(TimeSpan time) => (long)(time.TotalSeconds * _clock.TimestampFrequency);

        private void Fire()
        {
            lock (_gate)
            {
                var now = _clock.GetTimestamp();
                if (!_isSet)
                    return;
                // The world's timers may be a little early; nobody may be called before this clock shows the time.
                if (now < _due)
                {
                    Wait();
                    return;
                }
                _isSet = _period > 0;
                _due = long.Max(_due + _period, now);
                if (_isSet)
                    Wait();
            }
            _callback(_state);
        }

        private void Wait()
        {
            var wait = _clock.WorldWaitUntil(_due);
            _timer.Change(wait < LeastWait ? LeastWait : wait, Timeout.InfiniteTimeSpan);
        }
    }
}
