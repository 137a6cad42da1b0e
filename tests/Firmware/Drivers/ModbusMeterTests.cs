using System;
using System.Buffers.Binary;
using System.Text;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

public sealed class ModbusMeterTests : DriverContract
{
    protected override int Watts => 3501;

    protected override Driver Create() => ModbusMeter.Sdm630(Wired.Meter(new ModbusBus(Device), 7));

    protected override byte[]? Answer(byte[] request)
    {
        if (request.Length < 8)
            return null;
        return request[3] switch
        {
            0x34 => Reply(7, 3500.6f),
            0x48 => Reply(7, 1234.5f),
            0x46 => Reply(7, 49.98f),
            _ => Reply(7, 231.5f),
        };
    }

    protected override (long AtMs, int Watts)? Read(Driver driver)
    {
        MeterReading reading = new();
        return ((MeterDriver)driver).TryRead(reading) ? (reading.AtMs, reading.Watts) : null;
    }

    [Fact]
    public void Asks_a_three_phase_meter_by_these_bytes()
    {
        Transcript bus = new();
        ModbusMeter meter = ModbusMeter.Sdm630(Wired.Meter(new ModbusBus(bus), 1));
        bus.On([0x01, 0x04, 0x00, 0x34, 0x00, 0x02, 0x30, 0x05]).Answer(Reply(1, -812.4f));
        bus.On([0x01, 0x04, 0x00, 0x48, 0x00, 0x02, 0xF1, 0xDD]).Answer(Reply(1, 1234.5f));
        bus.On([0x01, 0x04, 0x00, 0x46, 0x00, 0x02, 0x90, 0x1E]).Answer(Reply(1, 50.02f));
        bus.On([0x01, 0x04, 0x00, 0x00, 0x00, 0x02, 0x71, 0xCB]).Answer(Reply(1, 231.25f));
        bus.Run(meter);
        MeterReading reading = new();
        Assert.True(meter.TryRead(reading));
        Assert.Equal((-812, 1_234_500_000L, 50_020, 231_250), (reading.Watts, reading.EnergyMilliwattHours, reading.MilliHertz, reading.Millivolts));
        Assert.True(reading.HasEnergy && reading.HasFrequency && reading.HasVoltage);
    }

    [Fact]
    public void Asks_an_em340_for_whole_numbers_low_word_first()
    {
        Transcript bus = new();
        ModbusMeter meter = ModbusMeter.Em340(Wired.Meter(new ModbusBus(bus), 1));
        bus.On(Request(1, 0x28)).Answer(WithCrc([1, 4, 4, 0xE0, 0x44, 0xFF, 0xFF]));
        bus.On(Request(1, 0x34)).Answer(WithCrc([1, 4, 4, 0x38, 0x80, 0x00, 0x01]));
        bus.On(Request(1, 0x33, 1)).Answer(WithCrc([1, 4, 2, 0x01, 0xF3]));
        bus.On(Request(1, 0x00)).Answer(WithCrc([1, 4, 4, 0x09, 0x08, 0x00, 0x00]));
        bus.Run(meter);
        MeterReading reading = new();
        Assert.True(meter.TryRead(reading));
        Assert.Equal((-812, 8_000_000_000L, 49_900, 231_200), (reading.Watts, reading.EnergyMilliwattHours, reading.MilliHertz, reading.Millivolts));
    }

    [Fact]
    public void Asks_a_pzem_for_its_own_numbers()
    {
        Transcript bus = new();
        ModbusMeter meter = ModbusMeter.Pzem004T(Wired.Meter(new ModbusBus(bus), 2));
        bus.On(Request(2, 0x03)).Answer(WithCrc([2, 4, 4, 0x59, 0xD8, 0x00, 0x03]));
        bus.On(Request(2, 0x05)).Answer(WithCrc([2, 4, 4, 0x00, 0x01, 0x00, 0x01]));
        bus.On(Request(2, 0x07, 1)).Answer(WithCrc([2, 4, 2, 0x01, 0xF4]));
        bus.On(Request(2, 0x00, 1)).Answer(WithCrc([2, 4, 2, 0x08, 0xFC]));
        bus.Run(meter);
        MeterReading reading = new();
        Assert.True(meter.TryRead(reading));
        Assert.Equal((21_961, 65_537_000L, 50_000, 230_000), (reading.Watts, reading.EnergyMilliwattHours, reading.MilliHertz, reading.Millivolts));
    }

    [Theory]
    [InlineData(0xFF, 0xFF, 0x7F, 0xFF)]
    [InlineData(0x00, 0x00, 0x00, 0x20)]
    public void Has_no_reading_of_an_em340_out_of_range(byte a, byte b, byte c, byte d)
    {
        Transcript bus = new();
        ModbusMeter meter = ModbusMeter.Em340(Wired.Meter(new ModbusBus(bus), 1));
        bus.On(Request(1, 0x28)).Answer(WithCrc([1, 4, 4, a, b, c, d]));
        bus.Run(meter);
        Assert.False(meter.TryRead(new MeterReading()));
    }

    [Fact]
    public void Takes_no_answer_of_another_length()
    {
        Transcript bus = new();
        ModbusMeter meter = ModbusMeter.Pzem004T(Wired.Meter(new ModbusBus(bus), 2));
        bus.On(Request(2, 0x03)).Answer(WithCrc([2, 4, 2, 0x59, 0xD8]));
        bus.Run(meter);
        Assert.False(meter.TryRead(new MeterReading()));
    }

    [Fact]
    public void Reads_two_meters_of_one_line_in_turn()
    {
        Transcript line = new();
        ModbusBus bus = new(line);
        ModbusMeter one = ModbusMeter.Sdm120(Wired.Meter(bus, 1));
        ModbusMeter two = ModbusMeter.Sdm630(Wired.Meter(bus, 2));
        foreach (int register in (int[])[0x0C, 0x48, 0x46, 0x00])
        {
            line.On(Request(1, register)).Answer(Reply(1, 50));
            line.On(Request(2, register == 0x0C ? 0x34 : register)).Answer(Reply(2, 60));
        }

        for (int i = 0; i < 4; i++)
        {
            one.Step(line.NowMs);
            two.Step(line.NowMs);
        }

        line.Done();
        MeterReading reading = new();
        Assert.True(one.TryRead(reading));
        Assert.Equal(50, reading.Watts);
        Assert.True(two.TryRead(reading));
        Assert.Equal(60, reading.Watts);
    }

    [Fact]
    public void Passes_over_echo_noise_and_the_answer_of_another_meter()
    {
        Transcript line = new();
        ModbusMeter meter = ModbusMeter.Sdm120(Wired.Meter(new ModbusBus(line), 3));
        byte[] request = Request(3, 0x0C);
        line.On(request).Answer([.. request, 0x00, 0xFF, .. Reply(2, 1f), 0x03, .. Reply(3, 777f)]);
        line.On(Request(3, 0x48)).Answer(Reply(3, 1f));
        line.On(Request(3, 0x46)).Answer(Reply(3, 50f));
        line.On(Request(3, 0x00)).Answer(Reply(3, 230f));
        line.Run(meter);
        MeterReading reading = new();
        Assert.True(meter.TryRead(reading));
        Assert.Equal(777, reading.Watts);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(1e38f)]
    [InlineData(24_001f)]
    [InlineData(-24_001f)]
    public void Has_no_reading_of_power_that_cannot_be(float power)
    {
        Transcript line = new();
        ModbusMeter meter = ModbusMeter.Sdm120(Wired.Meter(new ModbusBus(line), 3));
        line.On(Request(3, 0x0C)).Answer(Reply(3, power));
        line.Run(meter);
        Assert.False(meter.TryRead(new MeterReading()));
    }

    [Fact]
    public void Leaves_out_energy_and_frequency_that_cannot_be_or_are_refused()
    {
        Transcript line = new();
        ModbusMeter meter = ModbusMeter.Sdm120(Wired.Meter(new ModbusBus(line), 3));
        line.On(Request(3, 0x0C)).Answer(Reply(3, 100f));
        line.On(Request(3, 0x48)).Answer(WithCrc([3, 0x84, 2]));
        line.On(Request(3, 0x46)).Answer(Reply(3, float.NaN));
        line.On(Request(3, 0x00)).Answer(Reply(3, 1e6f));
        line.Run(meter);
        MeterReading reading = new();
        Assert.True(meter.TryRead(reading));
        Assert.Equal((100, false, false, false), (reading.Watts, reading.HasEnergy, reading.HasFrequency, reading.HasVoltage));
    }

    [Fact]
    public void Refuses_a_frame_with_any_bit_turned()
    {
        byte[] good = Reply(3, 100f);
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] bad = [.. good];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            Transcript line = new();
            ModbusMeter meter = ModbusMeter.Sdm120(Wired.Meter(new ModbusBus(line), 3));
            line.On(Request(3, 0x0C)).Answer(bad);
            line.Run(meter);
            Assert.False(meter.TryRead(new MeterReading()));
        }
    }

    [Fact]
    public void Takes_a_late_answer_for_none()
    {
        Transcript line = new();
        ModbusMeter meter = ModbusMeter.Sdm120(Wired.Meter(new ModbusBus(line), 3));
        line.On(Request(3, 0x0C)).Answer(Reply(3, 100f));
        line.On(Request(3, 0x48)).Answer([]);
        // The energy comes late, is read away, and power is asked again.
        line.On(Request(3, 0x0C)).Answer(Reply(3, 200f));
        line.On(Request(3, 0x48)).Answer(Reply(3, 5f));
        line.On(Request(3, 0x46)).Answer(Reply(3, 50f));
        line.On(Request(3, 0x00)).Answer(Reply(3, 230f));
        line.Run(meter);
        MeterReading reading = new();
        Assert.True(meter.TryRead(reading));
        Assert.Equal((200, 5_000_000L), (reading.Watts, reading.EnergyMilliwattHours));
    }

    [Fact]
    public void Dials_a_bridge_and_again_after_a_silence()
    {
        TroubledDevice bridge = new(Answer);
        ModbusMeter meter = ModbusMeter.Sdm630(Wired.Meter(new ModbusBus(bridge, "bridge", 502), 7));
        bridge.Run(meter, 3_000);
        Assert.Equal(3501, Read(meter)!.Value.Watts);
        bridge.Trouble = Trouble.Refusal;
        bridge.Run(meter, 30_000);
        bridge.Trouble = Trouble.None;
        bridge.Run(meter, 12_000);
        Assert.InRange(Read(meter)!.Value.AtMs, bridge.NowMs - 2_000, bridge.NowMs);
    }

    [Fact]
    public void Dials_a_bridge_anew_that_closes_after_every_answer()
    {
        Transcript bridge = new();
        ModbusMeter meter = ModbusMeter.Sdm120(Wired.Meter(new ModbusBus(bridge, "bridge", 502), 3));
        foreach (int register in (int[])[0x0C, 0x48, 0x46, 0x00])
            bridge.On(Request(3, register)).AnswerAndClose(Encoding.Latin1.GetString(Reply(3, register == 0x0C ? 777f : 50f)));
        bridge.Run(meter);
        MeterReading reading = new();
        Assert.True(meter.TryRead(reading));
        Assert.Equal((777, true), (reading.Watts, reading.HasVoltage));
    }

    [Fact]
    public void Reads_a_meter_that_is_silent_on_what_it_does_not_measure()
    {
        Transcript line = new();
        ModbusMeter meter = ModbusMeter.Sdm72(Wired.Meter(new ModbusBus(line), 3));
        line.On(Request(3, 0x34)).Answer(Reply(3, 777f));
        line.On(Request(3, 0x48)).Answer(Reply(3, 5f));
        line.On(Request(3, 0x46)).Answer([]);
        line.On(Request(3, 0x00)).Answer([]);
        line.Run(meter);
        MeterReading reading = new();
        Assert.True(meter.TryRead(reading));
        Assert.Equal((777, 5_000_000L, false, false), (reading.Watts, reading.EnergyMilliwattHours, reading.HasFrequency, reading.HasVoltage));
    }

    [Fact]
    public void Reads_no_power_and_no_voltage_of_a_pzem_without_mains()
    {
        Transcript bus = new();
        ModbusMeter meter = ModbusMeter.Pzem004T(Wired.Meter(new ModbusBus(bus), 2));
        bus.On(Request(2, 0x03)).Answer(WithCrc([2, 4, 4, 0, 0, 0, 0]));
        bus.On(Request(2, 0x05)).Answer(WithCrc([2, 4, 4, 0x00, 0x01, 0x00, 0x01]));
        bus.On(Request(2, 0x07, 1)).Answer(WithCrc([2, 4, 2, 0, 0]));
        bus.On(Request(2, 0x00, 1)).Answer(WithCrc([2, 4, 2, 0, 0]));
        bus.Run(meter);
        MeterReading reading = new();
        Assert.True(meter.TryRead(reading));
        Assert.Equal((0, true, false, false), (reading.Watts, reading.HasEnergy, reading.HasFrequency, reading.HasVoltage));
    }

    [Fact]
    public void Takes_no_answer_of_another_unit_even_alone_on_the_line()
    {
        Transcript line = new();
        ModbusMeter meter = ModbusMeter.Sdm120(Wired.Meter(new ModbusBus(line), 3));
        line.On(Request(3, 0x0C)).Answer(Reply(4, 100f));
        line.Run(meter);
        Assert.False(meter.TryRead(new MeterReading()));
    }

    private static byte[] Request(byte address, int register, byte count = 2) => WithCrc([address, 4, 0, (byte)register, 0, count]);

    private static byte[] Reply(byte address, float value)
    {
        byte[] frame = [address, 4, 4, 0, 0, 0, 0];
        BinaryPrimitives.WriteSingleBigEndian(frame.AsSpan(3), value);
        return WithCrc(frame);
    }

    private static byte[] WithCrc(byte[] frame)
    {
        int crc = ModbusBus.Crc(frame, 0, frame.Length);
        return [.. frame, (byte)crc, (byte)(crc >> 8)];
    }
}
