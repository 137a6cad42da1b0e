using System;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

/// <summary>What every driver keeps, whatever its device does. A new driver's tests inherit it.</summary>
public abstract class DriverContract
{
    /// <summary>Longest silence a driver may keep between two tries of a dead device.</summary>
    private const int LongestTryMs = 16_000 + TcpExchange.ConnectMs + TcpExchange.AnswerMs;

    protected DriverContract()
    {
        Device = new TroubledDevice(Answer);
    }

    /// <summary>The device behind the troubled line.</summary>
    protected TroubledDevice Device { get; }

    /// <summary>The watts the device really takes.</summary>
    protected abstract int Watts { get; }

    /// <summary>Makes the driver, connected to <see cref="Device"/>.</summary>
    protected abstract Driver Create();

    /// <summary>The sound answer to the request received so far; null while it is not whole.</summary>
    protected abstract byte[]? Answer(byte[] request);

    /// <summary>The driver's reading as time and watts; null when there is none.</summary>
    protected abstract (long AtMs, int Watts)? Read(Driver driver);

    [Fact]
    public void Reads_a_sound_device()
    {
        Driver driver = Create();
        Assert.Null(Read(driver));
        Device.Run(driver, 5_000);
        Assert.Equal(Watts, Read(driver)!.Value.Watts);
        Assert.InRange(Read(driver)!.Value.AtMs, Device.NowMs - 2_500, Device.NowMs);
    }

    [Fact]
    public void Reads_a_device_that_answers_byte_by_byte()
    {
        Driver driver = Create();
        Device.Trouble = Trouble.ByteByByte;
        Device.Run(driver, 5_000);
        Assert.Equal(Watts, Read(driver)!.Value.Watts);
    }

    [Theory]
    [InlineData(Trouble.Silence)]
    [InlineData(Trouble.Garbage)]
    [InlineData(Trouble.Trickle)]
    [InlineData(Trouble.Refusal)]
    [InlineData(Trouble.Flood)]
    [InlineData(Trouble.Throws)]
    public void Lets_the_reading_grow_old_and_reads_again_when_the_trouble_is_over(Trouble trouble)
    {
        Driver driver = Create();
        Device.Run(driver, 5_000);
        (long AtMs, int Watts)? before = Read(driver);
        Device.Trouble = trouble;
        long troubledAtMs = Device.NowMs;
        Device.Run(driver, 120_000);
        // A round that was under way when the trouble began may have ended with what it had.
        Assert.InRange(Read(driver)!.Value.AtMs, before!.Value.AtMs, troubledAtMs);
        Assert.Equal(Watts, Read(driver)!.Value.Watts);
        Device.Trouble = Trouble.None;
        Device.Run(driver, LongestTryMs + 1_000);
        Assert.InRange(Read(driver)!.Value.AtMs, Device.NowMs - LongestTryMs, Device.NowMs);
    }

    [Theory]
    [InlineData(Trouble.Silence)]
    [InlineData(Trouble.Garbage)]
    [InlineData(Trouble.Trickle)]
    [InlineData(Trouble.Refusal)]
    [InlineData(Trouble.Flood)]
    [InlineData(Trouble.Throws)]
    public void Has_no_reading_of_a_device_that_never_answered(Trouble trouble)
    {
        Driver driver = Create();
        Device.Trouble = trouble;
        Device.Run(driver, 60_000);
        Assert.Null(Read(driver));
    }

    [Fact]
    public void Never_reads_a_wrong_value_from_a_reply_cut_at_any_byte()
    {
        Device.Run(Create(), 5_000);
        int length = Device.ReplyLength;
        Device.Trouble = Trouble.Cut;
        for (int cut = 0; cut <= length; cut++)
        {
            Device.CutAt = cut;
            Driver driver = Create();
            Device.Run(driver, 3_000);
            Assert.Equal(Watts, Read(driver)?.Watts ?? Watts);
        }
    }

    [Theory]
    [InlineData(Trouble.Silence)]
    [InlineData(Trouble.Garbage)]
    [InlineData(Trouble.Trickle)]
    [InlineData(Trouble.Refusal)]
    [InlineData(Trouble.Flood)]
    public void A_step_ends_within_its_time_out(Trouble trouble)
    {
        Driver driver = Create();
        Device.Trouble = trouble;
        Assert.InRange(Device.Run(driver, 60_000), 0, TcpExchange.ConnectMs + TcpExchange.AnswerMs);
    }

    [Fact]
    public void Tries_a_dead_device_ever_more_seldom_but_never_gives_up()
    {
        Driver driver = Create();
        Device.Trouble = Trouble.Silence;
        Device.Run(driver, 60_000);
        int attempts = Device.Attempts;
        Device.Run(driver, 600_000);
        Assert.InRange(Device.Attempts - attempts, 600_000 / LongestTryMs, 600_000 / 8_000);
    }
}
