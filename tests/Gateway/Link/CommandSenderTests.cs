using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Link;
using Fleet.Gateway.Sites;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Gateway.Link;

public sealed class CommandSenderTests
{
    private static readonly ControllerAddress To = new("north", "c1");
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private readonly Wires _wires = new();
    private readonly CommandSender _sender;
    private long _number;

    public CommandSenderTests() => _sender = new CommandSender(_wires, _ => ++_number, to => to == To ? Key : null);

    private static SetpointCommand SetpointOf(string id = "sp-1", string reason = "plan", int limit = 5_000) =>
        new(To, 12, id, limit, [3_000, 2_000], 500, TimeSpan.FromMinutes(15), reason);

    private static ScheduleCommand ScheduleOf(int watts, SchedulePrices? prices) =>
        new(To, 12, "plan-1-1", Now, TimeSpan.FromMinutes(15), [.. Enumerable.Repeat(watts, 144)], prices);

    [Fact]
    public void A_setpoint_is_signed_for_this_controller_and_kind_alone()
    {
        Assert.Equal(1, _sender.Send(SetpointOf(), Now));
        var (to, kind, payload) = Assert.Single(_wires.Sent);
        Assert.Equal((To, Kind.Setpoint), (to, kind));
        Assert.True(Signature.Verify(payload, payload.Length, Topics.Of("north", "c1", Kind.Setpoint), Key));
        Assert.False(Signature.Verify(payload, payload.Length, Topics.Of("north", "c2", Kind.Setpoint), Key));
        Assert.False(Signature.Verify(payload, payload.Length, Topics.Of("north", "c1", Kind.Schedule), Key));
        Assert.False(Signature.Verify(payload, payload.Length, Topics.Of("north", "c1", Kind.Setpoint), new byte[32]));
        payload[payload.AsSpan().IndexOf("5000"u8)]++;
        Assert.False(Signature.Verify(payload, payload.Length, Topics.Of("north", "c1", Kind.Setpoint), Key));
    }

    [Fact]
    public void A_setpoint_arrives_as_it_was_ordered()
    {
        _sender.Send(SetpointOf(reason: "curtailed: \"grid\" \\ Ü 🔌"), Now);
        var read = Read<Setpoint>();
        Assert.Equal(("sp-1", 12L, 1L, Now.ToUnixTimeMilliseconds()), (read.Id, read.BootId, read.Sequence, read.IssuedUtcMs));
        Assert.Equal((5_000, 500, 900, "curtailed: \"grid\" \\ Ü 🔌"), (read.LimitWatts, read.RampWattsPerSecond, read.ValidSeconds, read.Reason));
        Assert.Equal([3_000, 2_000], read.LoadWatts);
    }

    [Fact]
    public void A_schedule_of_36_hours_fits_and_is_signed()
    {
        Assert.NotNull(_sender.Send(new ScheduleCommand(To, 12, "plan-1-1", Now, TimeSpan.FromMinutes(15), [.. Enumerable.Repeat(10_000_000, 144)]), Now));
        var read = Read<Schedule>();
        Assert.Equal((144, 900, Now.ToUnixTimeMilliseconds()), (read.LimitWatts.Length, read.SlotSeconds, read.StartUtcMs));
        var payload = _wires.Sent[0].Payload;
        Assert.True(Signature.Verify(payload, payload.Length, Topics.Of("north", "c1", Kind.Schedule), Key));
    }

    [Fact]
    public void A_schedule_takes_its_prices_with_it()
    {
        _sender.Send(ScheduleOf(9_000, new SchedulePrices([87, -12, int.MaxValue, int.MinValue], 38_200)), Now);
        var read = Read<Schedule>();
        Assert.Equal((true, 38_200), (read.HasHashprice, read.HashpriceMicros));
        Assert.Equal([87, -12, Bounds.PricePerMegawattHour, -Bounds.PricePerMegawattHour], read.PricePerMegawattHour);
    }

    [Theory]
    [InlineData(22_000, 85, 144, 144)] // 36 h of a container and ordinary prices
    [InlineData(22_000, 1_234, 80, 143)]
    [InlineData(10_000_000, 10_000_000, 0, 8)]
    public void Prices_that_do_not_fit_are_left_out_from_the_end_and_the_limits_are_all_there(int watts, int price, int least, int most)
    {
        Assert.NotNull(_sender.Send(ScheduleOf(watts, new SchedulePrices([.. Enumerable.Repeat(price, 144)], 38_200)), Now));
        var read = Read<Schedule>();
        Assert.Equal([.. Enumerable.Repeat(watts, 144)], read.LimitWatts);
        Assert.InRange(read.PricePerMegawattHour.Length, least, most);
        Assert.Equal(read.PricePerMegawattHour.Length > 0, read.HasHashprice);
        Assert.InRange(_wires.Sent[0].Payload.Length, 1, Bounds.DownBytes);
    }

    [Theory]
    [InlineData(Bounds.HashpriceMicros + 1)]
    [InlineData(-1)]
    public void A_hashprice_that_the_wire_does_not_have_leaves_the_prices_out(int micros)
    {
        Assert.NotNull(_sender.Send(ScheduleOf(9_000, new SchedulePrices([87], micros)), Now));
        Assert.Empty(Read<Schedule>().PricePerMegawattHour);
    }

    [Fact]
    public void Numbers_grow_with_every_command_of_either_kind()
    {
        for (var i = 0; i < 20; i++)
        {
            _sender.Send(SetpointOf($"sp-{i}"), Now);
            _sender.Send(new ScheduleCommand(To, 12, $"plan-{i}", Now, TimeSpan.FromMinutes(15), [1]), Now);
        }
        var numbers = _wires.Sent.Select(sent => sent.Kind == Kind.Setpoint ? Parsed<Setpoint>(sent.Payload).Sequence : Parsed<Schedule>(sent.Payload).Sequence);
        Assert.Equal(Enumerable.Range(1, 40).Select(i => (long)i), numbers);
    }

    [Fact]
    public void A_reason_too_long_for_the_wire_is_cut_never_inside_a_character()
    {
        foreach (var length in Enumerable.Range(Bounds.ReasonLength - 3, 6))
        {
            _wires.Sent.Clear();
            Assert.NotNull(_sender.Send(SetpointOf(reason: new string('x', length) + "🔌🔌"), Now));
            var read = Read<Setpoint>().Reason;
            Assert.StartsWith(new string('x', Math.Min(length, Bounds.ReasonLength - 1)), read);
            Assert.DoesNotContain('\uFFFD', read);
        }
    }

    [Fact]
    public void Without_a_number_or_a_key_or_with_a_full_link_nothing_is_sent_and_it_says_so()
    {
        Assert.Null(new CommandSender(_wires, _ => null, _ => Key).Send(SetpointOf(), Now));
        Assert.Null(_sender.Send(SetpointOf() with { To = new("north", "stranger") }, Now));
        Assert.Empty(_wires.Sent);
        _wires.IsFull = true;
        Assert.Null(_sender.Send(SetpointOf(), Now));
    }

    [Fact]
    public void The_heartbeat_tells_time_and_epoch()
    {
        _sender.Beat("north", 7, Now);
        var (site, payload) = Assert.Single(_wires.Beats);
        Assert.Equal(("north", 7L, Now.ToUnixTimeMilliseconds()), (site, Parsed<Heartbeat>(payload).Epoch, Parsed<Heartbeat>(payload).UtcMs));
    }

    private T Read<T>()
        where T : Message, new() => Parsed<T>(Assert.Single(_wires.Sent).Payload);

    private static T Parsed<T>(byte[] payload)
        where T : Message, new()
    {
        var message = new T();
        Assert.True(message.TryRead(payload, payload.Length, out var reason), $"{reason} in {Encoding.UTF8.GetString(payload)}");
        return message;
    }

    /// <summary>A link that keeps what it is given.</summary>
    private sealed class Wires : ILink
    {
        public List<(ControllerAddress To, Kind Kind, byte[] Payload)> Sent { get; } = [];

        public List<(string Site, byte[] Payload)> Beats { get; } = [];

        public bool IsFull { get; set; }

        public LinkCounters Counters { get; } = new();

        public Task StartAsync(IUplink uplink, CancellationToken cancellation) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellation) => Task.CompletedTask;

        public bool Send(ControllerAddress to, Kind kind, ReadOnlyMemory<byte> payload, TimeSpan expiry)
        {
            if (!IsFull)
                Sent.Add((to, kind, payload.ToArray()));
            return !IsFull;
        }

        public void Broadcast(string site, ReadOnlyMemory<byte> payload) => Beats.Add((site, payload.ToArray()));

        public bool TryGetPresence(ControllerAddress controller, out Presence presence)
        {
            presence = default;
            return false;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
