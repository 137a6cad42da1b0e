using System.Linq;
using System.Threading;
using Fleet.Core;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>What waits for the tick, in which order, and what gives way when there is too much.</summary>
public sealed class InboxTests
{
    private readonly Inbox _inbox = new();

    [Fact]
    public void Hands_over_messages_in_their_order_of_arrival()
    {
        Offer(Kind.Setpoint, 1);
        Offer(Kind.Heartbeat, 2);
        Offer(Kind.Config, 3);
        Offer(Kind.Heartbeat, 4);
        Offer(Kind.Setpoint, 5);
        Assert.Equal([(Kind.Setpoint, 1), (Kind.Heartbeat, 4), (Kind.Config, 3), (Kind.Setpoint, 5)], TakeAll());
        Assert.Equal(0, _inbox.Drops);
    }

    [Fact]
    public void A_flood_of_messages_loses_neither_the_newest_setpoint_nor_the_newest_heartbeat()
    {
        for (byte i = 0; i < 100; i++)
            Offer(Kind.Command, i);
        for (byte i = 100; i < 200; i++)
        {
            Offer(Kind.Setpoint, i);
            Offer(Kind.Heartbeat, i);
        }
        (Kind, int)[] taken = TakeAll();
        Assert.Equal(Inbox.Messages + 2, taken.Length);
        Assert.Equal([(Kind.Heartbeat, 199), (Kind.Setpoint, 199)], taken[^2..]);
        Assert.Equal(100 - Inbox.Messages + 99, _inbox.Drops);
    }

    [Fact]
    public void A_setpoint_that_finds_no_bytes_left_takes_its_own_place()
    {
        Offer(Kind.Schedule, 1, Inbox.QueueBytes - 700);
        Offer(Kind.Config, 2, 600);
        Offer(Kind.Setpoint, 3, 300);
        Offer(Kind.Setpoint, 4, 10);
        Assert.Equal([(Kind.Schedule, 1), (Kind.Config, 2), (Kind.Setpoint, 4)], TakeAll());
        Assert.Equal(1, _inbox.Drops);
    }

    [Fact]
    public void The_longest_schedule_has_room_behind_the_longest_setpoint()
    {
        Offer(Kind.Setpoint, 1, Inbox.SetpointBytes);
        Offer(Kind.Schedule, 2, Bounds.DownBytes);
        Assert.Equal([(Kind.Setpoint, 1), (Kind.Schedule, 2)], TakeAll());
        Assert.Equal(0, _inbox.Drops);
    }

    [Theory]
    [InlineData(Kind.Heartbeat, Inbox.HeartbeatBytes + 1)]
    [InlineData(Kind.Schedule, 1)]
    [InlineData(Kind.Setpoint, Inbox.SetpointBytes + 1)]
    public void What_fits_nowhere_is_dropped_and_counted(Kind kind, int length)
    {
        Offer(Kind.Schedule, 1, Inbox.QueueBytes);
        Offer(kind, 2, length);
        Assert.Equal([(Kind.Schedule, 1)], TakeAll());
        Assert.Equal(1, _inbox.Drops);
    }

    [Fact]
    public void Is_as_large_again_after_it_was_emptied()
    {
        for (int round = 0; round < 3; round++)
        {
            Offer(Kind.Schedule, 1, Bounds.DownBytes);
            Offer(Kind.Setpoint, 2, 500);
            Assert.True(_inbox.SetpointWaits);
            Assert.Equal(2, TakeAll().Length);
            Assert.False(_inbox.SetpointWaits);
        }
        Assert.Equal(0, _inbox.Drops);
    }

    [Fact]
    public void Keeps_delivery_numbers_a_clock_and_a_reset_until_they_are_taken()
    {
        for (int number = 1; number <= Inbox.Deliveries + 5; number++)
            _inbox.OfferDelivery(number);
        int taken = 0;
        while (_inbox.TryTakeDelivery(out int number))
            taken += number <= Inbox.Deliveries ? 1 : 0;
        Assert.Equal(Inbox.Deliveries, taken);
        _inbox.OfferUtc(1, 2);
        _inbox.OfferUtc(3, 4);
        Assert.True(_inbox.TryTakeUtc(out long nowMs, out long utcMs));
        Assert.Equal((3, 4), (nowMs, utcMs));
        Assert.False(_inbox.TryTakeUtc(out _, out _));
        _inbox.OfferReset();
        Assert.True(_inbox.TakeReset());
        Assert.False(_inbox.TakeReset());
    }

    [Fact]
    public void Loses_and_mixes_nothing_between_two_threads()
    {
        const int Count = 20000;
        byte[] payload = new byte[65];
        Thread network = new(() =>
        {
            for (int i = 0; i < Count; i++)
            {
                System.Array.Fill(payload, (byte)i);
                _inbox.Offer(Kind.Command, payload, payload.Length - 1);
            }
        });
        network.Start();
        int taken = 0;
        while (network.IsAlive || taken + _inbox.Drops < Count)
        {
            while (_inbox.TryTake(out _, out byte[] message))
            {
                Assert.True(message.All(b => b == message[0]));
                taken++;
            }
        }
        network.Join();
        Assert.Equal(Count, taken + _inbox.Drops);
    }

    private void Offer(Kind kind, byte content, int length = 1)
    {
        byte[] payload = new byte[length];
        payload[0] = content;
        _inbox.Offer(kind, payload, length);
    }

    private (Kind, int)[] TakeAll()
    {
        System.Collections.Generic.List<(Kind, int)> all = [];
        while (_inbox.TryTake(out Kind kind, out byte[] payload))
            all.Add((kind, payload[0]));
        return [.. all];
    }
}
