using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

public sealed class PulseMeterTests
{
    private readonly Input _input = new();
    private readonly MeterReading _reading = new();
    private long _nowMs = 5_000;
    private long _microjoules;
    private long _wrapsAt = long.MaxValue;

    [Theory]
    [InlineData(1_000, 3_500)]
    [InlineData(1_000, 900)]
    [InlineData(800, 12_000)]
    [InlineData(10_000, 3_500)]
    [InlineData(100_000, 20_000)]
    public void Reads_a_steady_load_within_three_percent(int pulsesPerKilowattHour, int watts)
    {
        PulseMeter meter = Make(pulsesPerKilowattHour);
        Run(meter, pulsesPerKilowattHour, watts, 60);
        for (int i = 0; i < 100; i++)
        {
            Run(meter, pulsesPerKilowattHour, watts, 1);
            Assert.True(meter.TryRead(_reading));
            Assert.InRange(_reading.Watts, watts * 97 / 100, watts * 103 / 100);
            Assert.Equal(_nowMs - 100, _reading.AtMs);
        }
    }

    [Fact]
    public void Counts_energy_exactly_and_never_above_the_truth()
    {
        PulseMeter meter = Make(1_000);
        for (int i = 0; i < 600; i++)
        {
            Run(meter, 1_000, 100 + i * 7 % 5_000, 1);
            if (!meter.TryRead(_reading))
                continue;
            Assert.True(_reading.HasEnergy);
            Assert.Equal(_input.Pulses * 1_000, _reading.EnergyMilliwattHours);
            Assert.InRange(_microjoules / 3_600 - _reading.EnergyMilliwattHours * 1_000, 0, 1_000_000);
        }
    }

    [Fact]
    public void Falls_with_the_silence_and_never_shows_more_than_it_allows()
    {
        PulseMeter meter = Make(1_000);
        Run(meter, 1_000, 3_500, 60);
        for (int second = 1; second <= 600; second++)
        {
            Run(meter, 1_000, 0, 1);
            meter.TryRead(_reading);
            Assert.InRange(_reading.Watts, 0, 3_600 / second);
        }

        Assert.InRange(_reading.Watts, 0, 6);
    }

    [Fact]
    public void Follows_a_step_up_within_two_seconds()
    {
        PulseMeter meter = Make(1_000);
        Run(meter, 1_000, 500, 60);
        Run(meter, 1_000, 3_500, 3);
        meter.TryRead(_reading);
        Assert.InRange(_reading.Watts, 3_000, 4_300);
    }

    [Fact]
    public void Follows_a_step_down_within_a_few_pulses()
    {
        PulseMeter meter = Make(10_000);
        Run(meter, 10_000, 3_500, 60);
        Run(meter, 10_000, 1_600, 3);
        meter.TryRead(_reading);
        Assert.InRange(_reading.Watts, 1_300, 1_950);
    }

    [Fact]
    public void Reads_a_load_that_is_off_from_the_start_as_no_more_than_the_silence_allows()
    {
        PulseMeter meter = Make(1_000);
        Run(meter, 1_000, 0, 9);
        Assert.False(meter.TryRead(_reading));
        Run(meter, 1_000, 0, 3);
        Assert.True(meter.TryRead(_reading));
        Assert.InRange(_reading.Watts, 1, 360);
        Run(meter, 1_000, 0, 600);
        meter.TryRead(_reading);
        Assert.InRange(_reading.Watts, 0, 6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Lets_the_reading_grow_old_when_the_counter_fails(bool throws)
    {
        PulseMeter meter = Make(1_000);
        Run(meter, 1_000, 3_500, 60);
        long beforeMs = _nowMs;
        (_input.IsBroken, _input.Throws) = (true, throws);
        Run(meter, 1_000, 3_500, 30);
        meter.TryRead(_reading);
        Assert.True(_reading.AtMs < beforeMs);
        _input.IsBroken = false;
        Run(meter, 1_000, 3_500, 20);
        meter.TryRead(_reading);
        Assert.InRange(_reading.Watts, 3_350, 3_650);
        Assert.Equal(_nowMs - 100, _reading.AtMs);
    }

    [Fact]
    public void Listens_anew_when_the_counter_begins_from_nothing()
    {
        PulseMeter meter = Make(1_000);
        Run(meter, 1_000, 3_500, 60);
        (_microjoules, _input.Pulses) = (0, 0);
        long beforeMs = _nowMs;
        Run(meter, 1_000, 3_500, 9);
        meter.TryRead(_reading);
        Assert.True(_reading.AtMs < beforeMs);
        Run(meter, 1_000, 3_500, 11);
        meter.TryRead(_reading);
        Assert.InRange(_reading.Watts, 3_300, 3_700);
    }

    [Fact]
    public void Has_no_reading_of_a_contact_that_chatters()
    {
        PulseMeter meter = Make(1_000);
        Run(meter, 1_000, 3_500, 60);
        long beforeMs = _nowMs;
        // A contact that bounces ten thousand times a second: 36 MW.
        Run(meter, 1_000, 36_000_000, 20);
        meter.TryRead(_reading);
        Assert.InRange(_reading.AtMs, 0, beforeMs + 1_000);
        Assert.InRange(_reading.Watts, 0, 10_000_000);
        Run(meter, 1_000, 3_500, 30);
        meter.TryRead(_reading);
        Assert.InRange(_reading.Watts, 3_350, 3_650);
    }

    [Fact]
    public void Reads_no_power_of_a_counter_that_wraps()
    {
        _microjoules = (1L << 31) * 3_600_000_000 - 200L * 3_600_000_000;
        PulseMeter meter = Make(1_000);
        Run(meter, 1_000, 3_500, 60);
        _wrapsAt = 1L << 31;
        for (int i = 0; i < 300; i++)
        {
            Run(meter, 1_000, 3_500, 1);
            meter.TryRead(_reading);
            Assert.InRange(_reading.Watts, 0, 3_700);
        }

        Assert.InRange(_reading.Watts, 3_350, 3_650);
        Assert.InRange(_input.Pulses, 0, 1_000);
    }

    private PulseMeter Make(int pulsesPerKilowattHour)
    {
        Wiring wiring = Wired.Meter($"\"pulsesPerKilowattHour\":{pulsesPerKilowattHour}");
        wiring.Pulses = _input;
        return new PulseMeter(wiring);
    }

    /// <summary>A load takes these watts; the driver is stepped ten times a second.</summary>
    private void Run(PulseMeter meter, int pulsesPerKilowattHour, int watts, int seconds)
    {
        for (int i = 0; i < 10 * seconds; i++, _nowMs += 100)
        {
            _microjoules += watts * 100_000L;
            _input.Pulses = (long)((System.Int128)_microjoules * pulsesPerKilowattHour / 3_600_000_000_000) % _wrapsAt;
            meter.Step(_nowMs);
        }
    }

    private sealed class Input : IPulseInput
    {
        public long Pulses { get; set; }

        public bool IsBroken { get; set; }

        public bool Throws { get; set; }

        public bool TryRead(out long pulses)
        {
            pulses = Pulses;
            return !IsBroken || (Throws ? throw new System.IO.IOException("broken") : false);
        }
    }
}
