using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

/// <summary>What every driver of a load keeps beside <see cref="DriverContract"/>.</summary>
public abstract class LoadContract : DriverContract
{
    /// <summary>A limit the device can keep, below its highest watts.</summary>
    protected abstract int LimitWatts { get; }

    /// <summary>How long the device may take to sleep once it has the order.</summary>
    protected virtual int SleepMs => 1_000;

    /// <summary>Whether the device, by its own state, is asleep.</summary>
    protected abstract bool Sleeps { get; }

    /// <summary>Whether the device, by its own state, works and keeps the limit.</summary>
    protected abstract bool Keeps(int limitWatts);

    [Fact]
    public void Brings_the_device_to_a_limit_to_sleep_and_back()
    {
        LoadDriver driver = (LoadDriver)Create();
        driver.Apply(LimitWatts);
        Device.Run(driver, 60_000);
        Assert.True(Keeps(LimitWatts));
        driver.Apply(0);
        Device.Run(driver, 20_000);
        Assert.True(Sleeps);
        driver.Apply(LimitWatts);
        Device.Run(driver, 60_000);
        Assert.True(Keeps(LimitWatts));
    }

    [Fact]
    public void Repeats_an_order_until_the_device_answers()
    {
        LoadDriver driver = (LoadDriver)Create();
        driver.Apply(LimitWatts);
        Device.Run(driver, 60_000);
        Device.Trouble = Trouble.Silence;
        driver.Apply(0);
        Device.Run(driver, 300_000);
        Assert.False(Sleeps);
        Device.Trouble = Trouble.None;
        Device.Run(driver, LoadDriver.LongestRepeatMs + 10_000);
        Assert.True(Sleeps);
    }

    [Fact]
    public void Sends_a_new_order_at_once_after_a_long_silence()
    {
        LoadDriver driver = (LoadDriver)Create();
        driver.Apply(LimitWatts);
        Device.Run(driver, 60_000);
        Device.Trouble = Trouble.Silence;
        Device.Run(driver, 300_000);
        Device.Trouble = Trouble.None;
        driver.Apply(0);
        Device.Run(driver, SleepMs);
        Assert.True(Sleeps);
    }

    [Fact]
    public void Orders_again_when_the_device_has_forgotten()
    {
        LoadDriver driver = (LoadDriver)Create();
        driver.Apply(0);
        Device.Run(driver, 20_000);
        Assert.True(Sleeps);
        Wake();
        Device.Run(driver, 20_000);
        Assert.True(Sleeps);
    }

    [Fact]
    public void Sleeps_below_the_least_watts_it_works_at()
    {
        LoadDriver driver = (LoadDriver)Create();
        driver.Apply(driver.Ability.MinWatts - 1);
        Device.Run(driver, 20_000);
        Assert.True(Sleeps);
    }

    /// <summary>The device works again by itself, as after a reset button.</summary>
    protected abstract void Wake();

    /// <inheritdoc/>
    protected override (long AtMs, int Watts)? Read(Driver driver)
    {
        LoadReading reading = new();
        return ((LoadDriver)driver).TryRead(reading) && reading.HasWatts ? (reading.AtMs, reading.Watts) : null;
    }

    /// <summary>What the settings would say of the load.</summary>
    protected static LoadAbility Ability(string driver, WorkUnit work, int minWatts, int maxWatts) =>
        new() { Name = "load-1", Driver = driver, Work = work, MinWatts = minWatts, MaxWatts = maxWatts, Sleeps = true };
}
