using System;
using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>Energy over cuts of the power: every closed interval reaches the gateway exactly once, oldest first, and adds up to the register.</summary>
public sealed class KeptEnergyTests
{
    private const int Minute = 60;
    private const int Hour = 3600;
    private readonly EnergyLives _lives = new();

    [Fact]
    public void A_day_without_a_gateway_and_a_cut_of_the_power_arrives_oldest_first()
    {
        FirmwareRig rig = _lives.Boot(meets: false);
        rig.Sync().Run(24 * Hour, heartbeat: false);
        _lives.Cut(seconds: 100);
        rig = _lives.Boot();
        rig.Sync().Run(20 * Minute);
        EnergyRecord[] told = _lives.Take(rig);
        Assert.Equal(told.OrderBy(record => record.BootId).ThenBy(record => record.Sequence).Select(record => record.StartUtcMs), told.Select(record => record.StartUtcMs));
        Assert.True(told.Count(record => record.BootId == 1) >= 96);
        Assert.All(told, record => Assert.InRange(record.EndUtcMs - record.StartUtcMs, 1, 900_000));
        Assert.Equal(rig.Controller.RegisterMilliwattHours, _lives.SumMilliwattHours(rig));
        // All of the day but the interval that was open; and the gap is a gap.
        EnergyRecord last = told.Last(record => record.BootId == 1);
        Assert.InRange(last.EndUtcMs, _lives.CutUtcMs - 300_000, _lives.CutUtcMs);
        Assert.True(told.First(record => record.BootId == 2).StartUtcMs >= _lives.CutUtcMs + 100_000);
    }

    [Fact]
    public void What_was_on_its_way_is_sent_again_the_same_by_the_next_boot()
    {
        FirmwareRig rig = _lives.Boot(meets: false);
        rig.Sync().Run(2 * Hour, heartbeat: false);
        (rig.Uplink.IsConnected, rig.Acknowledges) = (true, false);
        rig.Run(40);
        EnergyRecord[] sent = _lives.Take(rig);
        Assert.Equal(EnergyLog.UnderWay, sent.Length);
        _lives.Cut(seconds: 3000);
        rig = _lives.Boot();
        rig.Sync().Run(5 * Minute);
        // Take compares what comes twice; so it came twice, and all of it.
        Assert.True(_lives.Copies >= EnergyLog.UnderWay);
        Assert.Equal(rig.Controller.RegisterMilliwattHours, _lives.SumMilliwattHours(rig));
    }

    [Fact]
    public void A_boot_that_never_learnt_the_time_is_dated_at_the_latest_it_can_have_been_and_says_how_much_earlier()
    {
        FirmwareRig rig = _lives.Boot();
        rig.Sync().Run(11 * Minute);
        long dated = _lives.Take(rig)[^1].EndUtcMs;
        _lives.Cut(seconds: 600);
        rig = _lives.Boot(meets: false);
        rig.Run(22 * Minute, heartbeat: false);
        _lives.Cut(seconds: 1800);
        long began = _lives.UtcMs;
        rig = _lives.Boot();
        rig.Run(7 * Minute, heartbeat: false);
        Assert.Empty(_lives.Take(rig));
        rig.Sync().Run(10 * Minute, heartbeat: false);
        EnergyRecord[] late = [.. _lives.Take(rig).Where(record => record.BootId == 2)];
        Assert.Equal(4, late.Length);
        Assert.Equal(began, late[^1].EndUtcMs);
        Assert.All(late, record => Assert.Equal(300_000, record.EndUtcMs - record.StartUtcMs));
        Assert.All(late, record => Assert.Equal((late[0].StartUtcMs - dated + 999) / 1000, record.EarlierSeconds));
        Assert.All(late.Skip(1).Zip(late), pair => Assert.Equal(pair.Second.EndUtcMs, pair.First.StartUtcMs));
        EnergyRecord[] own = [.. _lives.Taken(rig).Where(record => record.BootId == 3)];
        Assert.Equal((0, began), (own[0].EarlierSeconds, own[0].StartUtcMs));
        Assert.Equal(rig.Controller.RegisterMilliwattHours, _lives.SumMilliwattHours(rig));
    }

    [Fact]
    public void Several_boots_without_the_time_are_dated_together_in_their_order()
    {
        for (int i = 0; i < 3; i++)
        {
            _lives.Boot(meets: false).Run(11 * Minute, heartbeat: false);
            _lives.Cut(seconds: 60);
        }
        FirmwareRig rig = _lives.Boot();
        rig.Sync().Run(Minute);
        EnergyRecord[] told = _lives.Take(rig);
        Assert.Equal(["1/1", "1/2", "2/1", "2/2", "3/1", "3/2"], told.Select(record => $"{record.BootId}/{record.Sequence}"));
        Assert.All(told.Skip(1).Zip(told), pair => Assert.Equal(pair.Second.EndUtcMs, pair.First.StartUtcMs));
        // Nothing before them is dated: all that is known is that it was after clocks were made.
        Assert.All(told, record => Assert.InRange(record.EarlierSeconds, 6 * 365 * 86400, Bounds.EarlierSeconds));
    }

    [Fact]
    public void Clocks_that_contradict_each_other_bound_nothing_but_lose_nothing()
    {
        FirmwareRig rig = _lives.Boot();
        rig.Controller.SetUtc(rig.NowMs, rig.UtcMs + 86_400_000);
        rig.Run(11 * Minute);
        _lives.Take(rig);
        _lives.Cut(seconds: 10);
        _lives.Boot(meets: false).Run(11 * Minute, heartbeat: false);
        _lives.Cut(seconds: 10);
        rig = _lives.Boot();
        rig.Sync().Run(6 * Minute);
        Assert.All(_lives.Take(rig).Where(record => record.BootId == 2), record => Assert.True(record.EarlierSeconds > 86_400));
        Assert.Equal(rig.Controller.RegisterMilliwattHours, _lives.SumMilliwattHours(rig));
    }

    [Fact]
    public void A_wanted_restart_loses_not_even_the_open_interval()
    {
        FirmwareRig rig = _lives.Boot();
        rig.Sync().Command(-1).Run(100);
        rig.Send(Kind.Command, rig.Signed(new Command { Action = CommandAction.Reboot, Argument = "" }));
        rig.Tick();
        Assert.True(rig.Controller.TryTakeCommand(out _, out _));
        long register = rig.Controller.RegisterMilliwattHours;
        Assert.True(register > 0);
        _lives.Cut(seconds: 5);
        rig = _lives.Boot();
        Assert.Equal(register, rig.Controller.RegisterMilliwattHours);
        rig.Sync().Run(10);
        Assert.Equal(register, _lives.Take(rig).Sum(record => record.EnergyMilliwattHours));
    }

    [Fact]
    public void A_link_that_throws_keeps_nothing_from_being_kept()
    {
        FirmwareRig rig = _lives.Boot();
        rig.Sync();
        rig.Uplink.Throws = true;
        rig.Run(11 * Minute, heartbeat: false);
        long open = rig.Controller.RegisterMilliwattHours;
        _lives.Cut(seconds: 5);
        rig = _lives.Boot();
        Assert.InRange(rig.Controller.RegisterMilliwattHours, open - 300_000, open);
        rig.Sync().Run(10);
        Assert.Equal(rig.Controller.RegisterMilliwattHours, _lives.SumMilliwattHours(rig));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void A_flash_that_fails_is_shown_and_stops_nothing_and_is_made_up_for_when_it_works_again(bool failsToRead, bool failsToWrite)
    {
        (_lives.Flash.FailsToRead, _lives.Flash.FailsToWrite) = (failsToRead, failsToWrite);
        FirmwareRig rig = _lives.Boot();
        rig.Sync().Command(7000).Run(11 * Minute);
        Assert.Equal(Fault.StorageFailed, rig.Controller.Faults & Fault.StorageFailed);
        Assert.Equal(7000, rig.Controller.LimitWatts);
        rig.Configure(("failSafeWatts", 2222));
        rig.Schedule(5000, 5000);
        rig.Run(2);
        Assert.Equal(2, rig.Uplink.Acks.Count(ack => ack.Result == AckResult.Refused && ack.Reason.Contains("the storage failed")));
        (_lives.Flash.FailsToRead, _lives.Flash.FailsToWrite) = (false, false);
        rig.Run(6 * Minute);
        Assert.Equal(0, rig.Controller.Faults & Fault.StorageFailed);
        _lives.Take(rig);
        _lives.Cut(seconds: 5);
        FirmwareRig after = _lives.Boot();
        Assert.Equal(2222, after.Settings.FailSafeWatts);
        after.Sync().Run(6 * Minute);
        _lives.Take(after);
        Assert.Equal(after.Controller.RegisterMilliwattHours, _lives.SumMilliwattHours(after));
    }

    [Fact]
    public void What_was_joined_while_the_flash_takes_nothing_is_not_sent_beside_its_parts()
    {
        FirmwareRig rig = JoinedUnkept();
        EnergyRecord[] sent = [.. rig.Uplink.Records];
        Assert.Contains(sent, record => record.StartUtcMs > _lives.UtcMs + 8 * Hour * 1000L);
        _lives.Flash.FailsToWrite = false;
        FirmwareRig after = _lives.Boot();
        after.Sync().Run(20 * Minute);
        EnergyRecord[] all = [.. sent.Concat(after.Uplink.Records).DistinctBy(record => (record.BootId, record.Sequence)).Where(record => record.BootId == 1).OrderBy(record => record.StartUtcMs)];
        Assert.All(all.Zip(all.Skip(1)), pair => Assert.True(pair.First.EndUtcMs <= pair.Second.StartUtcMs, $"{pair.First.Sequence} and {pair.Second.Sequence} overlap"));
    }

    [Fact]
    public void What_was_joined_while_the_flash_took_nothing_is_sent_when_it_is_kept()
    {
        FirmwareRig rig = JoinedUnkept();
        _lives.Flash.FailsToWrite = false;
        rig.Run(20 * Minute);
        long told = rig.Uplink.Records.DistinctBy(record => record.Sequence).Sum(record => record.EnergyMilliwattHours);
        Assert.InRange(rig.Controller.RegisterMilliwattHours - told, 0, 300_000);
    }

    [Fact]
    public void A_backlog_starves_neither_telemetry_nor_answers_nor_the_newest_record_for_long()
    {
        FirmwareRig rig = _lives.Boot(meets: false);
        rig.Sync().Run(30 * Hour, heartbeat: false);
        rig.Uplink.IsConnected = true;
        int before = rig.Uplink.Sent.Count;
        for (int second = 0; second < 3 * Minute; second++)
        {
            rig.Beat().Setpoint(5000 + second);
            int acks = rig.Uplink.Acks.Count;
            rig.Tick();
            Assert.True(rig.Uplink.Acks.Count > acks, "an answer waited");
        }
        Kind[] kinds = [.. rig.Uplink.Kinds.Skip(before)];
        Assert.InRange(kinds.Count(kind => kind == Kind.Telemetry), 3 * Minute / 5, 3 * Minute);
        Assert.True(kinds.Count(kind => kind == Kind.Energy) >= 96);
        Assert.Equal(rig.Controller.RegisterMilliwattHours, _lives.SumMilliwattHours(rig));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_happens_to_power_link_answers_and_clock_every_closed_interval_arrives_once(int seed)
    {
        for (int life = seed * 1000; life < seed * 1000 + 5; life++)
            new EnergyLives().Live(new Random(life));
    }

    [Fact]
    public void What_is_joined_on_a_flash_that_never_worked_is_sent_all_the_same()
    {
        _lives.Flash.FailsToWrite = true;
        FirmwareRig rig = JoinedUnkept();
        long told = rig.Uplink.Records.DistinctBy(record => record.Sequence).Sum(record => record.EnergyMilliwattHours);
        Assert.InRange(rig.Controller.RegisterMilliwattHours - told, 0, 300_000);
    }

    /// <summary>More hours without a gateway than there is room for, the last of them without a flash; then the gateway is back.</summary>
    private FirmwareRig JoinedUnkept()
    {
        FirmwareRig rig = _lives.Boot(meets: false);
        rig.Sync().Run(8 * Hour, heartbeat: false);
        _lives.Flash.FailsToWrite = true;
        rig.Run(Hour, heartbeat: false);
        rig.Uplink.IsConnected = true;
        return rig.Run(20 * Minute);
    }
}
