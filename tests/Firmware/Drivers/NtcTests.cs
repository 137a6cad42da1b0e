using Fleet.Drivers;
using Fleet.Tests.Harness;
using Fleet.Virtual.Plant;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

public sealed class NtcTests
{
    private int _milliC = 25_000;
    private long _nowMs;

    [Theory]
    [InlineData(10_000, 10_000, 3950)]
    [InlineData(4_700, 10_000, 3435)]
    [InlineData(100_000, 100_000, 4250)]
    [InlineData(1_000, 2_000, 3500)]
    public void Reads_within_a_degree_where_it_matters(int pullUpOhms, int ohmsAt25C, int betaKelvin)
    {
        NtcDivider divider = new(() => _milliC) { PullUpOhms = pullUpOhms, OhmsAt25C = ohmsAt25C, BetaKelvin = betaKelvin };
        Ntc driver = Make(divider, $"\"pullUpOhms\":{pullUpOhms},\"ohmsAt25C\":{ohmsAt25C},\"betaKelvin\":{betaKelvin}");
        for (_milliC = 0; _milliC <= 105_000; _milliC += 500)
        {
            Run(driver);
            Assert.True(driver.TryRead(out int milliC, out long atMs));
            Assert.InRange(milliC, _milliC - 1_000, _milliC + 1_000);
            Assert.Equal(_nowMs - 100, atMs);
        }
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Has_no_reading_of_a_wire_that_is_open_or_shorted(bool isOpen, bool isShorted)
    {
        NtcDivider divider = new(() => _milliC);
        Ntc driver = Make(divider, "");
        Run(driver);
        Assert.True(driver.TryRead(out _, out long beforeMs));
        (divider.IsOpen, divider.IsShorted) = (isOpen, isShorted);
        for (int i = 0; i < 10; i++)
            Run(driver);
        Assert.True(driver.TryRead(out int milliC, out long atMs));
        Assert.Equal((beforeMs, true), (atMs, milliC is > 24_000 and < 26_000));
        (divider.IsOpen, divider.IsShorted) = (false, false);
        for (int i = 0; i < 10; i++)
            Run(driver);
        driver.TryRead(out _, out atMs);
        Assert.True(atMs > beforeMs);
    }

    [Theory]
    [InlineData(-60_000)]
    [InlineData(180_000)]
    public void Has_no_reading_beyond_its_range(int milliC)
    {
        _milliC = milliC;
        Ntc driver = Make(new NtcDivider(() => _milliC), "");
        Run(driver);
        Assert.False(driver.TryRead(out _, out _));
    }

    [Fact]
    public void Has_no_reading_when_the_settings_make_no_sense_of_the_voltage()
    {
        Ntc driver = Make(new NtcDivider(() => 150_000), "\"ohmsAt25C\":1000000,\"betaKelvin\":1000");
        Run(driver);
        Assert.False(driver.TryRead(out _, out _));
    }

    [Fact]
    public void Has_no_reading_of_a_converter_that_fails()
    {
        Wiring wiring = Wired.Thermometer("");
        wiring.Analog = new Input(null);
        Ntc driver = new(wiring);
        Run(driver);
        Assert.False(driver.TryRead(out _, out _));
    }

    private static Ntc Make(NtcDivider divider, string options)
    {
        Wiring wiring = Wired.Thermometer(options);
        wiring.Analog = new Input(divider);
        return new Ntc(wiring);
    }

    /// <summary>The next poll, whenever it is due.</summary>
    private void Run(Ntc driver)
    {
        _nowMs += ThermometerDriver.LongestPollMs;
        driver.Step(_nowMs);
        _nowMs += 100;
    }

    private sealed class Input(NtcDivider? divider) : IAnalogInput
    {
        public bool TryRead(out int millivolts)
        {
            millivolts = divider?.Millivolts ?? 0;
            return divider is not null;
        }
    }
}
