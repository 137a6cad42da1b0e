using System;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Virtual;
using Xunit;

namespace Fleet.Tests.Firmware.Virtual;

public sealed class SpeedClockTests
{
    private static readonly DateTimeOffset Start = new(2023, 3, 26, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_minute_passes_in_a_second_of_the_world()
    {
        var clock = new SpeedClock(60, Start);
        var began = TimeProvider.System.GetTimestamp();

        await Task.Delay(TimeSpan.FromMinutes(1), clock, TestContext.Current.CancellationToken);

        var world = TimeProvider.System.GetElapsedTime(began);
        Assert.InRange(world, TimeSpan.FromMilliseconds(990), TimeSpan.FromSeconds(10));
        Assert.InRange(clock.GetUtcNow(), Start.AddMinutes(1), Start.AddMinutes(10));
        Assert.InRange(clock.NowMs, 60_000, 600_000);
    }

    [Theory]
    [InlineData(1, 30)]
    [InlineData(60, 1_000)]
    [InlineData(600, 700)]
    public async Task A_delay_never_ends_before_its_time(int speed, int delayMs)
    {
        var clock = new SpeedClock(speed, Start);
        for (var i = 0; i < 20; i++)
        {
            var began = clock.GetTimestamp();
            await Task.Delay(TimeSpan.FromMilliseconds(delayMs), clock, TestContext.Current.CancellationToken);
            Assert.True(clock.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(delayMs));
        }
    }

    [Fact]
    public async Task A_timer_keeps_its_average_period_where_the_machines_timers_are_too_coarse()
    {
        // A period of 2.5 ms of the world, which the machine can only do as 2 or 3.
        var clock = new SpeedClock(400, Start);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        var began = clock.GetTimestamp();
        var ticks = 0;
        while (clock.GetElapsedTime(began) < TimeSpan.FromSeconds(200) && await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken))
            ticks++;

        Assert.True(ticks <= clock.GetElapsedTime(began).TotalSeconds + 1, $"{ticks} ticks are too many");
        Assert.True(ticks > 10, $"{ticks} ticks are too few for 200 s, even on a machine that is very busy");
    }

    [Fact]
    public async Task A_timer_can_be_stopped_and_set_again()
    {
        var clock = new SpeedClock(100, Start);
        var fired = new SemaphoreSlim(0);
        await using var timer = clock.CreateTimer(_ => fired.Release(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await Task.Delay(TimeSpan.FromSeconds(2), clock, TestContext.Current.CancellationToken);
        Assert.Equal(0, fired.CurrentCount);

        Assert.True(timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        Assert.True(await fired.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));

        Assert.True(timer.Change(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
        for (var i = 0; i < 3; i++)
            Assert.True(await fired.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(601)]
    public void A_speed_out_of_range_is_refused(int speed) =>
        Assert.Contains("must be 1 to 600", Assert.Throws<ArgumentOutOfRangeException>(() => new SpeedClock(speed, Start)).Message);
}
