using System.Collections.Generic;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Fleet.Virtual.Plant;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

/// <summary>The driver of the DS18B20 against the bus, byte by byte.</summary>
public sealed class Ds18B20Tests
{
    private const string One = "28ff641e0216035c";
    private const string Other = "28aa00000000004f";

    private readonly List<string> _sent = [];
    private readonly Ds18B20Chip _one;
    private readonly Ds18B20Chip _other;
    private long _nowMs;
    private int _milliC = 61_250;

    public Ds18B20Tests()
    {
        _one = new Ds18B20Chip(One, () => _nowMs, () => _milliC);
        _other = new Ds18B20Chip(Other, () => _nowMs, () => 20_000);
    }

    [Fact]
    public void Asks_the_only_one_by_these_bytes_and_never_waits_in_a_step()
    {
        Ds18B20 driver = Make(new OneWireLine(_one));
        for (int ms = 0; ms < 800; ms += 50, _nowMs += 50)
        {
            driver.Step(_nowMs);
            if (ms < 750)
                Assert.Equal(["reset", "CC", "44"], _sent);
        }

        Assert.Equal(["reset", "CC", "44", "reset", "CC", "BE", "read9"], _sent);
        Shows(driver, 61_250);
    }

    [Fact]
    public void Asks_one_of_several_by_its_number()
    {
        OneWireLine line = new(_one, _other);
        (Ds18B20 one, Ds18B20 other) = (Make(line, One), Make(line, Other));
        Run(3_000, one, other);
        Shows(one, 61_250);
        Shows(other, 20_000);
        Assert.Contains("5528FF641E0216035C44", string.Concat(_sent));
    }

    [Theory]
    [InlineData(-55_000)]
    [InlineData(-10_125)]
    [InlineData(-62)]
    [InlineData(0)]
    [InlineData(85_062)]
    [InlineData(125_000)]
    public void Reads_sixteenths_of_a_degree(int milliC)
    {
        _milliC = milliC;
        Ds18B20 driver = Make(new OneWireLine(_one));
        Run(3_000, driver);
        Shows(driver, milliC);
    }

    [Fact]
    public void Takes_the_85_degrees_of_power_up_for_none()
    {
        _milliC = 85_000;
        Ds18B20 driver = Make(new OneWireLine(_one));
        Run(30_000, driver);
        Assert.False(driver.TryRead(out _, out _));
    }

    [Fact]
    public void Has_no_reading_of_a_chip_that_lost_its_power_while_it_converted()
    {
        Ds18B20 driver = Make(new OneWireLine(_one));
        Run(300, driver);
        _one.PowerUp();
        Run(700, driver);
        Assert.False(driver.TryRead(out _, out _));
        Run(5_000, driver);
        Shows(driver, 61_250);
    }

    [Fact]
    public void Refuses_a_scratchpad_with_any_bit_turned()
    {
        for (int bit = 0; bit < 72; bit++)
        {
            _one.TurnedBit = bit;
            Ds18B20 driver = Make(new OneWireLine(_one));
            Run(2_000, driver);
            Assert.False(driver.TryRead(out _, out _));
        }
    }

    [Fact]
    public void Has_no_reading_of_two_that_speak_at_once_of_none_and_of_a_shorted_wire()
    {
        Ds18B20[] drivers =
        [
            Make(new OneWireLine(_one, _other)), Make(new OneWireLine()), Make(new OneWireLine(_one) { IsShorted = true }), Make(new OneWireLine(_one), Other),
        ];
        Run(20_000, drivers);
        Assert.All(drivers, driver => Assert.False(driver.TryRead(out _, out _)));
    }

    [Fact]
    public void Lets_the_reading_grow_old_while_the_chip_is_gone()
    {
        Ds18B20 driver = Make(new OneWireLine(_one));
        Run(5_000, driver);
        long beforeMs = _nowMs;
        _one.IsPresent = false;
        Run(60_000, driver);
        Assert.True(driver.TryRead(out _, out long atMs));
        Assert.InRange(atMs, 0, beforeMs);
        _one.IsPresent = true;
        Run(ThermometerDriver.LongestPollMs + 1_000, driver);
        Shows(driver, 61_250);
    }

    private void Shows(Ds18B20 driver, int expected)
    {
        Assert.True(driver.TryRead(out int milliC, out long atMs));
        Assert.InRange(milliC, expected - 63, expected + 63);
        Assert.InRange(atMs, _nowMs - ThermometerDriver.LongestPollMs, _nowMs);
    }

    private void Run(long ms, params Ds18B20[] drivers)
    {
        for (long end = _nowMs + ms; _nowMs < end; _nowMs += 100)
        {
            foreach (Ds18B20 driver in drivers)
                driver.Step(_nowMs);
        }
    }

    private Ds18B20 Make(OneWireLine line, string rom = "")
    {
        Wiring wiring = Wired.Thermometer(rom.Length > 0 ? $"\"rom\":\"{rom}\"" : "");
        wiring.OneWire = new Bus(line, _sent);
        return new Ds18B20(wiring);
    }

    private sealed class Bus(OneWireLine line, List<string> sent) : IOneWireBus
    {
        public bool Reset()
        {
            sent.Add("reset");
            return line.Reset();
        }

        public void Write(byte value)
        {
            sent.Add(value.ToString("X2", null));
            line.Write(value);
        }

        public byte Read()
        {
            int reads = sent[^1].StartsWith("read", System.StringComparison.Ordinal) ? sent[^1][4] - '0' : 0;
            if (reads > 0)
                sent.RemoveAt(sent.Count - 1);
            sent.Add("read" + (char)('0' + reads + 1));
            return line.Read();
        }
    }
}
