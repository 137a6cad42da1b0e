using System.Collections.Generic;
using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>Records until they are acknowledged: exactly once by their key, bounded, and joined rather than lost.</summary>
public sealed class EnergyLogTests
{
    private const long Utc = 1782907200000;
    private const long BootId = 3;
    private readonly FirmwareStore _store = new();
    private readonly EnergyLog _log;
    private readonly UtcClock _clock = new();
    private readonly EnergyRecord _record = new();
    private long _endMs;

    public EnergyLogTests()
    {
        _log = NewLog(BootId);
        _clock.SetServer(0, Utc);
    }

    private EnergyLog NewLog(long bootId) => new(new Records(_store), bootId);

    [Fact]
    public void Holds_eight_hours_at_the_default_as_they_were_measured()
    {
        Append(8 * 12);
        Assert.False(_log.HasOverflowed);
        Assert.Equal(8 * 12, _log.Count);
    }

    [Theory]
    [InlineData(16, 15)]
    [InlineData(24, 15)]
    [InlineData(30, 30)]
    [InlineData(48, 30)]
    [InlineData(24 * 7, 120)]
    public void Holds_any_outage_with_the_oldest_joined_within_the_slots_of_the_day(int hours, int longestMinutes)
    {
        Append(hours * 12);
        Assert.True(_log.HasOverflowed);
        List<EnergyRecord> all = Drain();
        Assert.Equal(hours * 12 * 10, all.Sum(record => record.EnergyMilliwattHours));
        Assert.Equal(longestMinutes, all.Max(record => record.EndUtcMs - record.StartUtcMs) / 60_000);
        long longestMs = longestMinutes * 60_000;
        Assert.All(all, record => Assert.Equal(record.StartUtcMs / longestMs, (record.EndUtcMs - 1) / longestMs));
    }

    [Fact]
    public void Overflow_joins_the_oldest_neighbours_and_keeps_every_milliwatt_hour()
    {
        Append(EnergyLog.Capacity + 100);
        Assert.True(_log.HasOverflowed);
        List<EnergyRecord> all = Drain();
        Assert.Equal(EnergyLog.Capacity, all.Count);
        Assert.Equal((EnergyLog.Capacity + 100) * 10, all.Sum(record => record.EnergyMilliwattHours));
        Assert.Equal(_endMs + Utc, all[^1].EndUtcMs);
        Assert.Equal(Utc, all[0].StartUtcMs);
        Assert.Equal(all.Skip(1).Select(record => record.StartUtcMs), all.SkipLast(1).Select(record => record.EndUtcMs));
        Assert.Equal(all.Count, all.Select(record => record.Sequence).Distinct().Count());
        Assert.False(_log.HasOverflowed);
    }

    [Fact]
    public void One_outage_after_another_is_held_whole()
    {
        for (int round = 1; round <= 3; round++)
        {
            Append(EnergyLog.Capacity);
            Assert.Equal(Enumerable.Range((round - 1) * EnergyLog.Capacity + 1, EnergyLog.Capacity), Drain().Select(record => (int)record.Sequence));
            Assert.Equal(0, _log.Count);
        }
        Assert.False(_log.HasOverflowed);
    }

    [Fact]
    public void A_record_once_sent_is_never_joined()
    {
        Append(EnergyLog.Capacity);
        _log.Date(_endMs, _clock);
        Assert.True(_log.TryNext(_endMs, _record));
        (long sequence, long end) = (_record.Sequence, _record.EndUtcMs);
        _log.NoteSent(1, _endMs);
        Append(5);
        _log.ForgetWay();
        Assert.True(_log.TryNext(_endMs, _record));
        Assert.Equal((sequence, end), (_record.Sequence, _record.EndUtcMs));
    }

    [Fact]
    public void Nothing_is_joined_over_a_gap_and_the_worse_quality_stays()
    {
        Append(0, 1000, 1, EnergyQuality.Metered);
        Append(5000, 6000, 2, EnergyQuality.Metered);
        Append(6000, 7000, 4, EnergyQuality.Nameplate);
        _endMs = 7000;
        Append(EnergyLog.Capacity - 2);
        List<EnergyRecord> all = Drain();
        Assert.Equal((1000, 1), (all[0].EndUtcMs - all[0].StartUtcMs, all[0].EnergyMilliwattHours));
        Assert.Equal((2000, 6, EnergyQuality.Nameplate), (all[1].EndUtcMs - all[1].StartUtcMs, all[1].EnergyMilliwattHours, all[1].Quality));
        Assert.Equal(7, all[1].RegisterMilliwattHours);
    }

    [Fact]
    public void Where_nothing_can_be_joined_the_oldest_goes_and_its_sequence_shows_it()
    {
        for (int i = 0; i <= EnergyLog.Capacity; i++)
            Append(i * 2000, i * 2000 + 1000, 1, EnergyQuality.Metered);
        _endMs = 1_000_000;
        Assert.Equal(2, Drain()[0].Sequence);
    }

    [Fact]
    public void A_delivered_record_leaves_in_whatever_order_the_answers_come()
    {
        Append(3);
        _log.Date(_endMs, _clock);
        for (int number = 11; number <= 13; number++)
        {
            Assert.True(_log.TryNext(_endMs, _record));
            _log.NoteSent(number, _endMs);
        }
        Assert.False(_log.TryNext(_endMs, _record));
        _log.NoteDelivered(12);
        _log.NoteDelivered(99);
        Assert.Equal(2, _log.Count);
        _log.NoteDelivered(11);
        Assert.Equal(1, _log.Count);
        _log.NoteDelivered(13);
        Assert.Equal(0, _log.Count);
    }

    [Fact]
    public void No_more_than_a_few_are_under_way_and_what_gets_no_answer_is_sent_again()
    {
        Append(20);
        _log.Date(_endMs, _clock);
        for (int number = 1; _log.TryNext(_endMs, _record); number++)
            _log.NoteSent(number, _endMs);
        Assert.Equal(EnergyLog.UnderWay, _record.Sequence);
        Assert.False(_log.TryNext(_endMs + EnergyLog.AgainMs, _record));
        Assert.True(_log.TryNext(_endMs + EnergyLog.AgainMs + 1, _record));
        Assert.Equal(1, _record.Sequence);
    }

    private void Append(int count)
    {
        for (int i = 0; i < count; i++, _endMs += 300_000)
            Append(_endMs, _endMs + 300_000, 10, EnergyQuality.Metered);
    }

    private void Append(long startMs, long endMs, int milliwattHours, EnergyQuality quality)
    {
        _log.Register.Add(milliwattHours * (long)Metering.HalfUnits);
        _log.Append(startMs, endMs, milliwattHours, quality);
    }

    private List<EnergyRecord> Drain()
    {
        List<EnergyRecord> all = [];
        _log.Date(_endMs, _clock);
        while (_log.TryNext(_endMs, _record))
        {
            all.Add(new EnergyRecord
            {
                Sequence = _record.Sequence,
                StartUtcMs = _record.StartUtcMs,
                EndUtcMs = _record.EndUtcMs,
                EnergyMilliwattHours = _record.EnergyMilliwattHours,
                RegisterMilliwattHours = _record.RegisterMilliwattHours,
                Quality = _record.Quality,
            });
            _log.NoteSent((int)_record.Sequence, _endMs);
            _log.NoteDelivered((int)_record.Sequence);
        }
        return all;
    }
}
