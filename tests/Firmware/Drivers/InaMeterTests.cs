using System.Collections.Generic;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Fleet.Virtual.Plant;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

/// <summary>The driver of the INA226 and INA228 against the chips' registers.</summary>
public sealed class InaMeterTests
{
    private readonly List<string> _sent = [];
    private long _nowMs;

    [Fact]
    public void Sets_an_ina226_by_these_registers()
    {
        InaChip chip = InaChip.Ina226(() => _nowMs);
        Run(Make(chip, isWide: false), 200);
        Assert.Equal(["FF", "074E20", "068000", "004927"], _sent);
    }

    [Fact]
    public void Sets_an_ina228_by_these_registers()
    {
        InaChip chip = InaChip.Ina228(() => _nowMs);
        Run(Make(chip, isWide: true), 200);
        Assert.Equal(["3F", "021000", "0C2710", "0B8000", "01BB6C"], _sent);
    }

    [Theory]
    [InlineData(false, 12.0, 10.0, 120)]
    [InlineData(false, 36.0, -20.0, -720)]
    [InlineData(false, 5.0, 0.0, 0)]
    [InlineData(true, 12.0, 10.0, 120)]
    [InlineData(true, 54.0, 50.0, 2700)]
    [InlineData(true, 80.0, -49.9, -3992)]
    public void Multiplies_voltage_and_current(bool isWide, double volts, double amperes, int watts)
    {
        InaChip chip = isWide ? InaChip.Ina228(() => _nowMs) : InaChip.Ina226(() => _nowMs);
        (chip.Volts, chip.Amperes) = (volts, amperes);
        InaMeter meter = Make(chip, isWide);
        Run(meter, 3_000);
        MeterReading reading = new();
        Assert.True(meter.TryRead(reading));
        Assert.InRange(reading.Watts, watts - 1, watts + 1);
        Assert.InRange(reading.Millivolts, (int)(volts * 1000) - 2, (int)(volts * 1000) + 2);
        Assert.InRange(reading.AtMs, _nowMs - 1_100, _nowMs);
        Assert.Equal(isWide, reading.HasEnergy);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Divides_by_the_shunt_of_the_settings(bool isWide)
    {
        InaChip chip = isWide
            ? InaChip.Ina228(() => _nowMs, Load(PlantRatings.AiBox60))
            : InaChip.Ina226(() => _nowMs, Load(PlantRatings.AiBox60));
        InaMeter meter = Make(chip, isWide, "\"shuntMicroOhms\":1250");
        Run(meter, 3_000);
        MeterReading reading = new();
        Assert.True(meter.TryRead(reading));
        // The chip sits on 1 mΩ: settings of 1.25 mΩ show four fifths.
        Assert.InRange(reading.Watts, 46, 50);
    }

    [Fact]
    public void Reads_the_energy_that_the_ina228_has_counted()
    {
        PlantModel box = Load(PlantRatings.AiBox60);
        InaMeter meter = Make(InaChip.Ina228(() => _nowMs, box), isWide: true);
        Run(meter, 3_000);
        MeterReading reading = new();
        Assert.True(meter.TryRead(reading));
        Assert.InRange(reading.EnergyMilliwattHours, box.MilliwattHours - 10, box.MilliwattHours);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Alerts_above_the_highest_current(bool isWide)
    {
        InaChip chip = isWide ? InaChip.Ina228(() => _nowMs) : InaChip.Ina226(() => _nowMs);
        Run(Make(chip, isWide), 1_000);
        chip.Amperes = 49.5;
        Assert.False(chip.Alerts);
        chip.Amperes = 50.5;
        Assert.True(chip.Alerts);
    }

    [Theory]
    [InlineData(false, 90.0, 12.0)]
    [InlineData(false, -90.0, 12.0)]
    [InlineData(false, 1.0, 41.0)]
    [InlineData(true, 170.0, 12.0)]
    [InlineData(true, -170.0, 12.0)]
    public void Has_no_reading_at_the_end_of_a_range(bool isWide, double amperes, double volts)
    {
        InaChip chip = isWide ? InaChip.Ina228(() => _nowMs) : InaChip.Ina226(() => _nowMs);
        (chip.Amperes, chip.Volts) = (amperes, volts);
        InaMeter meter = Make(chip, isWide);
        Run(meter, 30_000);
        Assert.False(meter.TryRead(new MeterReading()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sets_the_chip_again_after_it_has_lost_its_power(bool isWide)
    {
        InaChip chip = isWide ? InaChip.Ina228(() => _nowMs) : InaChip.Ina226(() => _nowMs);
        InaMeter meter = Make(chip, isWide);
        Run(meter, 3_000);
        _sent.Clear();
        chip.PowerUp();
        Run(meter, 3_000);
        Assert.Contains(isWide ? "01BB6C" : "004927", _sent);
        MeterReading reading = new();
        Assert.True(meter.TryRead(reading));
        Assert.InRange(reading.AtMs, _nowMs - 1_100, _nowMs);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Lets_the_reading_grow_old_when_the_chip_is_gone_or_stands_still(bool isWide, bool isDark)
    {
        InaChip chip = isWide ? InaChip.Ina228(() => _nowMs) : InaChip.Ina226(() => _nowMs);
        InaMeter meter = Make(chip, isWide);
        Run(meter, 3_000);
        long beforeMs = _nowMs;
        (chip.IsDark, chip.IsStuck) = (isDark, !isDark);
        Run(meter, 30_000);
        MeterReading reading = new();
        Assert.True(meter.TryRead(reading));
        Assert.True(reading.AtMs <= beforeMs);
        (chip.IsDark, chip.IsStuck) = (false, false);
        Run(meter, 10_000);
        meter.TryRead(reading);
        Assert.InRange(reading.AtMs, _nowMs - 1_100, _nowMs);
    }

    [Fact]
    public void Takes_no_other_chip_for_its_own()
    {
        InaChip chip = InaChip.Ina226(() => _nowMs);
        InaMeter meter = Make(chip, isWide: true);
        Run(meter, 30_000);
        Assert.False(meter.TryRead(new MeterReading()));
        Assert.All(_sent, sent => Assert.Equal("3F", sent));
    }

    private InaMeter Make(InaChip chip, bool isWide, string options = "")
    {
        Wiring wiring = Wired.Meter(options);
        wiring.I2c = new Bus(chip, _sent);
        return isWide ? InaMeter.Ina228(wiring) : InaMeter.Ina226(wiring);
    }

    private void Run(InaMeter meter, long ms)
    {
        for (long end = _nowMs + ms; _nowMs < end; _nowMs += 100)
            meter.Step(_nowMs);
    }

    private static PlantModel Load(PlantRating rating)
    {
        PlantModel model = new(rating, seed: 1, startMs: -600_000);
        model.Advance(0);
        return model;
    }

    /// <summary>Notes what is written, and which register is asked for the chip's name.</summary>
    private sealed class Bus(InaChip chip, List<string> sent) : II2cDevice
    {
        public bool Exchange(byte[] write, int writeCount, byte[] read, int readCount)
        {
            if (writeCount == 3 || write[0] >= 0x3F)
                sent.Add(System.Convert.ToHexString(write, 0, writeCount));
            return chip.Exchange(write[..writeCount], new System.Span<byte>(read, 0, readCount));
        }
    }
}
