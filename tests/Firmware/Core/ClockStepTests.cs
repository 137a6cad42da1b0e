using System;
using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>Intervals while clocks are set and the calendar does what it does: neighbours stay neighbours, none overlaps, none is empty, no energy is lost.</summary>
public sealed class ClockStepTests
{
    private const int Minute = 60;
    private const int IntervalMs = 300_000;
    private readonly EnergyLives _lives = new();

    [Theory]
    [InlineData("2028-02-28T23:31:07Z")]
    [InlineData("2028-02-29T23:31:07Z")]
    [InlineData("2027-12-31T23:31:07Z")]
    [InlineData("2100-02-28T23:31:07Z")]
    [InlineData("2999-12-31T21:31:07Z")]
    public void Days_of_the_calendar_are_like_any_other(string start)
    {
        FirmwareRig rig = _lives.Boot();
        rig.GatewayUtcAtBootMs = DateTimeOffset.Parse(start, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds() - rig.NowMs;
        rig.Sync().Run(71 * Minute);
        EnergyRecord[] told = _lives.Take(rig);
        Assert.Equal(14, told.Length);
        Assert.All(told, record => Assert.Equal(0, record.EndUtcMs % IntervalMs));
        AssertNeighbours(told);
        Assert.Equal(rig.Controller.RegisterMilliwattHours, _lives.SumMilliwattHours(rig));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-3_000)]
    [InlineData(-40_000)]
    [InlineData(-299_000)]
    [InlineData(1)]
    [InlineData(3_000)]
    [InlineData(40_000)]
    [InlineData(299_000)]
    [InlineData(86_400_000)]
    public void The_time_servers_time_takes_over_from_a_heartbeats_at_any_second_of_an_interval(int stepMs)
    {
        for (int second = 0; second < Minute; second++)
        {
            EnergyLives lives = new();
            FirmwareRig rig = lives.Boot();
            rig.Run(9 * Minute + 30 + second);
            rig.Controller.SetUtc(rig.NowMs, rig.UtcMs + stepMs);
            rig.Run(17 * Minute, heartbeat: false);
            EnergyRecord[] told = lives.Take(rig);
            AssertNeighbours(told);
            Assert.All(told.Take(told.Length - 1), record => Assert.True(record.EndUtcMs % IntervalMs == 0));
            Assert.Equal(rig.Controller.RegisterMilliwattHours, lives.SumMilliwattHours(rig));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_clock_that_is_set_to_and_fro_leaves_neighbours(int seed)
    {
        Random chance = new(seed);
        FirmwareRig rig = _lives.Boot();
        rig.Run(12 * Minute, heartbeat: false);
        for (int i = 0; i < 300; i++)
        {
            rig.Controller.SetUtc(rig.NowMs, rig.UtcMs + chance.Next(-20_000, 20_001));
            rig.Run(chance.Next(1, 200), heartbeat: false);
        }
        rig.Sync().Run(6 * Minute, heartbeat: false);
        EnergyRecord[] told = _lives.Take(rig);
        AssertNeighbours(told);
        Assert.InRange(told.Length, (told[^1].EndUtcMs - told[0].StartUtcMs) / IntervalMs - 15, (told[^1].EndUtcMs - told[0].StartUtcMs) / IntervalMs + 4);
        Assert.Equal(rig.Controller.RegisterMilliwattHours, _lives.SumMilliwattHours(rig));
    }

    [Theory]
    [InlineData(-3600_000)]
    [InlineData(-86400_000)]
    [InlineData(3600_000)]
    public void A_clock_that_was_wrong_by_hours_is_believed_from_then_on_and_loses_no_energy(long stepMs)
    {
        FirmwareRig rig = _lives.Boot();
        rig.Sync().Run(22 * Minute, heartbeat: false);
        rig.GatewayUtcAtBootMs += stepMs;
        rig.Sync().Run(47 * Minute, heartbeat: false);
        EnergyRecord[] told = _lives.Take(rig);
        Assert.All(told, record => Assert.True(record.EndUtcMs > record.StartUtcMs));
        Assert.InRange(rig.UtcMs - told[^1].EndUtcMs, 0, IntervalMs);
        Assert.All(told.TakeLast(5), record => Assert.Equal(IntervalMs, record.EndUtcMs - record.StartUtcMs));
        Assert.Equal(rig.Controller.RegisterMilliwattHours, _lives.SumMilliwattHours(rig));
    }

    private static void AssertNeighbours(EnergyRecord[] told)
    {
        Assert.All(told, record => Assert.True(record.EndUtcMs > record.StartUtcMs));
        Assert.All(told.Skip(1).Zip(told), pair => Assert.Equal(pair.Second.EndUtcMs, pair.First.StartUtcMs));
    }
}
