using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>The small parts: whose clock counts for what, and bounded queues.</summary>
public sealed class ClockAndQueueTests
{
    private const long Utc = 1782907200000;

    [Fact]
    public void A_clock_that_was_never_set_is_ignored()
    {
        UtcClock clock = new();
        clock.SetServer(0, UtcClock.EarliestUtcMs - 1);
        clock.SetServer(0, Bounds.UtcMs + 1);
        clock.NoteHeartbeat(0, 0);
        Assert.False(clock.TryServer(5, out _));
        Assert.False(clock.TryStamp(5, out _));
        Assert.False(clock.TryTrusted(5, out _));
    }

    [Fact]
    public void A_heartbeat_stamps_but_is_not_trusted()
    {
        UtcClock clock = new();
        clock.NoteHeartbeat(0, Utc);
        Assert.True(clock.TryStamp(5, out long utcMs));
        Assert.Equal(Utc + 5, utcMs);
        Assert.False(clock.TryTrusted(5, out _));
    }

    [Theory]
    [InlineData(0, -1000, 0)]
    [InlineData(0, 1000, 1000)]
    [InlineData(-5000, -1000, -1000)]
    public void The_later_of_time_server_and_signed_message_is_trusted(long serverMs, long signedMs, long expectedMs)
    {
        UtcClock clock = new();
        clock.SetServer(0, Utc + serverMs);
        clock.NoteSigned(0, Utc + signedMs);
        clock.NoteSigned(0, Utc + signedMs - 500);
        Assert.True(clock.TryTrusted(7, out long utcMs));
        Assert.Equal(Utc + expectedMs + 7, utcMs);
    }

    [Fact]
    public void The_oldest_answer_gives_way_to_the_newest()
    {
        AckQueue acks = new();
        for (int i = 0; i < AckQueue.Capacity + 3; i++)
            acks.Add(new Ack { Sequence = i });
        Assert.Equal((AckQueue.Capacity, 3L), (acks.Count, acks.First.Sequence));
        acks.Remove();
        Assert.Equal(4, acks.First.Sequence);
    }

    [Fact]
    public void The_oldest_event_gives_way_and_its_sequence_shows_it()
    {
        EventQueue events = new(new FirmwareRig().Settings.LoadList, 9);
        const int Capacity = EventQueue.OwnEvents + 4 * EventQueue.LoadEvents;
        for (int i = 0; i < Capacity + 1; i++)
            events.Add(i, EventType.FaultRaised, i, EventQueue.Own);
        ControllerEvent first = events.First(30, new UtcClock());
        Assert.Equal((Capacity, 2L, 9L, 1, "load-silent"), (events.Count, first.Sequence, first.BootId, first.Code, first.Detail));
        Assert.False(first.HasUtc);
    }

    [Fact]
    public void An_event_of_before_the_clock_was_set_is_dated_when_it_leaves()
    {
        EventQueue events = new(new FirmwareRig().Settings.LoadList, 9);
        events.Add(1000, EventType.StateChanged, 2, 0);
        UtcClock clock = new();
        clock.SetServer(5000, Utc);
        ControllerEvent first = events.First(8000, clock);
        Assert.Equal((true, Utc - 4000, 1000L, "m1", ""), (first.HasUtc, first.UtcMs, first.MonotonicMs, first.Load, first.Detail));
    }

    [Fact]
    public void A_link_that_throws_is_a_fault_of_the_tick_and_keeps_the_loads_in_order()
    {
        FirmwareRig rig = new();
        rig.Command(7000).Run(3);
        rig.Uplink.Throws = true;
        rig.Run(5);
        Assert.Equal(Fault.TickThrew, rig.Controller.Faults);
        Assert.True(rig.TotalOrder <= 4000);
    }

    [Fact]
    public void A_load_with_limits_of_its_own_is_hot_by_them()
    {
        FirmwareRig rig = new("", ["""{"name":"a","driver":"d","minWatts":100,"maxWatts":300,"warnMilliC":50000,"tripMilliC":60000}"""]);
        rig.Loads[0].TemperatureMilliC = 55000;
        rig.Command(-1).Run(3);
        Assert.Equal(200, rig.Loads[0].Order);
        rig.Loads[0].TemperatureMilliC = 60000;
        rig.Run(5);
        Assert.Equal(0, rig.Loads[0].Order);
    }

    [Fact]
    public void A_load_that_cannot_tell_its_watts_counts_by_its_state()
    {
        FirmwareRig rig = new("", ["""{"name":"a","driver":"d","maxWatts":2000}""", """{"name":"b","driver":"d","maxWatts":2000}"""]);
        rig.Loads[0].ReportsWatts = false;
        (rig.Loads[0].State, rig.Loads[0].Obeys) = (LoadState.Starting, false);
        rig.Command(2000, loadWatts: [0, 2000]).Run(20);
        Assert.Equal(0, rig.TotalOrder);
        rig.Loads[0].State = LoadState.Off;
        rig.Run(3);
        Assert.Equal(2000, rig.Loads[1].Order);
    }
}
