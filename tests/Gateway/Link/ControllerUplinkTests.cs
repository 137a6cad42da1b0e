using System;
using System.Linq;
using System.Text;
using CsCheck;
using Fleet.Gateway.Link;
using Fleet.Gateway.Sites;
using Fleet.Tests.Firmware.Wire;
using Fleet.Wire;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fleet.Tests.Gateway.Link;

public sealed class ControllerUplinkTests
{
    private static readonly ControllerAddress From = new("north", "c1");
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly Kind[] Up = [Kind.Hello, Kind.Telemetry, Kind.Energy, Kind.Ack, Kind.Event];

    private readonly RecordingReception _reception = new();
    private readonly ControllerUplink _uplink;

    public ControllerUplinkTests() => _uplink = new ControllerUplink(_reception, new FakeTimeProvider(Now));

    [Fact]
    public void Hands_over_who_a_controller_is()
    {
        var hello = Taken<HelloReport>(Kind.Hello, "hello");
        Assert.Equal((From, Now, true, 12L, "olimex-esp32-poe-iso", 4_200), (hello.From, hello.At, hello.IsOnline, hello.BootId, hello.Board, hello.FailSafeWatts));
        Assert.Equal(((Hello)Samples.Filled("hello")).Loads.Select(load => load.Name), hello.LoadNames);
        Assert.Equal("tick-stalled", hello.BootReason);
        var will = Taken<HelloReport>(Kind.Hello, "hello-will");
        Assert.Equal((false, 12L, ""), (will.IsOnline, will.BootId, will.Board));
        Assert.Equal(hello.LoadNames, will.LoadNames); // a will names none; they are still those of the hello
    }

    [Fact]
    public void Hands_over_what_a_controller_measured_and_what_it_does_not_know_as_absent()
    {
        var sample = (Telemetry)Samples.Filled("telemetry");
        var full = Taken<TelemetryReport>(Kind.Telemetry, "telemetry");
        Assert.Equal((sample.BootId, sample.Sequence, (int?)sample.Watts, sample.EnergyMilliwattHours), (full.BootId, full.Sequence, full.Watts, full.EnergyMilliwattHours));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(sample.UtcMs), full.MeasuredAt);
        Assert.Equal(sample.LoadCount, full.Loads.Count);
        Assert.Equal((int?)sample.Loads[0].Watts, full.Loads[0].Watts);
        Assert.Equal(sample.Loads[0].WorkRate / 1000.0, full.Loads[0].WorkRate);
        Assert.Equal(sample.Faults == 0, full.Faults.Count == 0);

        Assert.Equal(new VitalsReport(310_000, 38_000, 61_000, 120, 1), full.Vitals);

        var unknown = Taken<TelemetryReport>(Kind.Telemetry, "telemetry-unknown");
        Assert.Equal(new VitalsReport(900, null, null, null, null), unknown.Vitals);
        Assert.Equal((null, null, null), (unknown.Watts, unknown.MeasuredAt, unknown.LimitWatts));
        Assert.Empty(unknown.Loads);
        Assert.Equal(sample.LoadCount, full.Loads.Count); // what was handed over stays as it was
    }

    [Fact]
    public void Hands_over_acks_energy_and_events()
    {
        var ack = Taken<AckReport>(Kind.Ack, "ack");
        Assert.Equal(("setpoint", "sp-7", AckOutcome.Achieved, (int?)8_990, 4_200L), (ack.Kind, ack.Id, ack.Outcome, ack.Watts, ack.ElapsedMs));
        var refused = Taken<AckReport>(Kind.Ack, "ack-refused");
        Assert.Equal((AckOutcome.Refused, "limitWatts: 99999999 is above 10000000", null), (refused.Outcome, refused.Reason, refused.Watts));
        var energy = Taken<EnergyInterval>(Kind.Energy, "energy");
        Assert.Equal((12L, 4L, -2_250_000L, 123_456_789L), (energy.BootId, energy.Sequence, energy.EnergyMilliwattHours, energy.RegisterMilliwattHours));
        Assert.Equal((TimeSpan.FromMinutes(15), Fleet.Gateway.Sites.EnergyQuality.Reported), (energy.End - energy.Start, energy.Quality));
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromSeconds(5400)), (energy.Earlier, Taken<EnergyInterval>(Kind.Energy, "energy-undated").Earlier));
        var happened = Taken<EventReport>(Kind.Event, "event");
        Assert.Equal(("fault-raised", "s21-1", 3L), (happened.What, happened.Load, happened.Sequence));
        Assert.Equal(Fault.NameOf(1), happened.Code);
    }

    [Theory]
    [InlineData(EventType.FaultCleared, 0, "fault-cleared", null)]
    [InlineData(EventType.FaultRaised, 30, "fault-raised", "fault-30")]
    [InlineData(EventType.StateChanged, 0, "state-changed", "fail-safe")]
    [InlineData(EventType.StateChanged, 1, "state-changed", "scheduled")]
    [InlineData(EventType.StateChanged, 2, "state-changed", "commanded")]
    [InlineData(EventType.StateChanged, 9, "state-changed", "9")]
    [InlineData(EventType.Rebooted, 0, "rebooted", "power-or-reset")]
    [InlineData(EventType.Rebooted, 1, "rebooted", "command")]
    [InlineData(EventType.Rebooted, 2, "rebooted", "ticks-threw")]
    [InlineData(EventType.Rebooted, 3, "rebooted", "tick-stalled")]
    [InlineData(EventType.Rebooted, 4, "rebooted", "update")]
    [InlineData(EventType.Rebooted, 5, "rebooted", "memory-short")]
    [InlineData(EventType.Rebooted, 6, "rebooted", "reason-6")]
    [InlineData(EventType.PriceRest, 112, "price-rest", "112")]
    [InlineData(EventType.GridAnswered, 2140, "grid-answered", "2140 ms")]
    public void Names_events_in_words_and_those_of_a_newer_firmware_by_number(EventType type, int code, string what, string? name)
    {
        Receive(Kind.Event, Written(new ControllerEvent { Sequence = 1, BootId = 1, Type = type, Code = code, Load = "", Detail = "" }));
        var happened = Assert.IsType<EventReport>(Assert.Single(_reception.Taken));
        Assert.Equal((what, name ?? Fault.NameOf(code), Now), (happened.What, happened.Code, happened.At));
    }

    [Fact]
    public void Names_every_fault_bit_once()
    {
        Receive(Kind.Telemetry, Written(new Telemetry { BootId = 1, Sequence = 1, IsUnlimited = true, Faults = 0b11 | 1 << 30 }));
        var telemetry = Assert.IsType<TelemetryReport>(Assert.Single(_reception.Taken));
        Assert.Equal([Fault.NameOf(0), Fault.NameOf(1), "fault-30"], telemetry.Faults);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"bootId\":")]
    [InlineData("\u0000\u0001\u0002")]
    [InlineData("{\"wire\":99,\"online\":true}")]
    public void Refuses_garbage_of_every_kind_with_a_reason(string garbage)
    {
        foreach (var kind in Up)
            Receive(kind, Encoding.UTF8.GetBytes(garbage));
        Assert.Empty(_reception.Taken);
        Assert.Equal(Up.Select(Topics.NameOf), _reception.Refused.Select(one => one.Kind));
        Assert.All(_reception.Refused, one => Assert.True(one.From == From && one.Reason.Length > 3, one.Reason));
    }

    [Fact]
    public void Refuses_what_only_goes_down()
    {
        foreach (var kind in new[] { Kind.Setpoint, Kind.Schedule, Kind.Config, Kind.Command, Kind.Heartbeat })
            Receive(kind, Written(Samples.Filled("setpoint")));
        Assert.Empty(_reception.Taken);
        Assert.Equal(5, _reception.Refused.Count);
    }

    [Fact]
    public void Never_throws_and_takes_or_refuses_every_mutated_message() => Gen.Select(
        Gen.Int[0, 4].Select(i => new[] { "hello", "telemetry", "energy", "ack", "event" }[i]), Gen.Int[0, 400], Gen.Byte, Gen.Int[0, 400]).Sample((name, at, value, cut) =>
    {
        var bytes = Written(Samples.Filled(name));
        bytes[at % bytes.Length] = value;
        var before = _reception.Taken.Count + _reception.Refused.Count;
        Receive(Enum.Parse<Kind>(name, ignoreCase: true), bytes[..Math.Max(0, bytes.Length - Math.Max(0, cut - 200))]);
        Assert.Equal(before + 1, _reception.Taken.Count + _reception.Refused.Count);
    }, iter: 2_000, threads: 1);

    [Fact]
    public void Takes_a_payload_out_of_the_middle_of_a_buffer()
    {
        var message = Written(Samples.Filled("ack"));
        byte[] buffer = [1, 2, 3, .. message, 4, 5];
        Assert.True(_uplink.ReceiveAsync(From, Kind.Ack, buffer.AsMemory(3, message.Length), atLeastOnce: true).IsCompletedSuccessfully);
        Assert.IsType<AckReport>(Assert.Single(_reception.Taken));
    }

    private T Taken<T>(Kind kind, string sample)
    {
        Receive(kind, Written(Samples.Filled(sample)));
        Assert.Empty(_reception.Refused);
        return Assert.IsType<T>(_reception.Taken[^1]);
    }

    private void Receive(Kind kind, byte[] payload) =>
        Assert.True(_uplink.ReceiveAsync(From, kind, payload, atLeastOnce: true).IsCompletedSuccessfully);

    private static byte[] Written(Message message)
    {
        var buffer = new byte[Bounds.PayloadBytes];
        var length = message.Write(buffer, out var reason);
        Assert.True(length > 0, reason);
        return buffer[..length];
    }
}
