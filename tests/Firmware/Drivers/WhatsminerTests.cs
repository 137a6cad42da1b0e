using System.Text;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Fleet.Virtual.Plant;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

public sealed class WhatsminerTests : PlantLoadContract
{
    private readonly WhatsminerDevice _device;

    public WhatsminerTests()
        : base(PlantRatings.WhatsminerM30S)
    {
        _device = new WhatsminerDevice(Model) { Password = "abcdefg" };
    }

    protected override LoadDevice Plant => _device;

    protected override int LimitWatts => 2_800;

    protected override Driver Create() => Miner(Device);

    [Fact]
    public void Sets_a_limit_stops_and_starts_by_these_frames()
    {
        Transcript bus = new();
        Whatsminer miner = Miner(bus);
        Asks(bus, "get.device.info", "miner", "{\"miner\":{\"working\":\"true\",\"power-limit-set\":\"3600\"}}");
        Asks(bus, "get.miner.status", "summary", "{\"summary\":{\"power-realtime\":3268,\"hash-realtime\":101.847,\"chip-temp-max\":100.3,\"power-limit\":3500}}");
        Asks(bus, "get.device.info", "error-code", "{\"error-code\":[]}");
        bus.Run(miner);
        LoadReading reading = Reading(miner);
        Assert.Equal((3_268, 101_847L, 100_300, LoadState.Running), (reading.Watts, reading.WorkRate, reading.TemperatureMilliC, reading.State));
        miner.Apply(3_000);
        Asks(bus, "get.device.info", "salt", "{\"salt\":\"QbVy1Ou3\"}");
        // Tokens of openssl: printf '%s' 'set.miner.power_limitabcdefgQbVy1Ou31692685476' | openssl sha256 -binary | base64 | cut -c1-8
        Sets(bus, "set.miner.power_limit", "3000", 1692685476, "m3kYjw1w");
        Asks(bus, "get.device.info", "miner", "{\"miner\":{\"working\":\"false\",\"power-limit-set\":\"3000\"}}");
        Asks(bus, "get.device.info", "power", "{\"power\":{\"pin\":52}}");
        bus.Run(miner);
        Assert.Equal((52, LoadState.Sleeping), (Reading(miner).Watts, Reading(miner).State));
        miner.Apply(0);
        Sets(bus, "set.miner.service", "\"stop\"", 1692685476, "4HG8387N");
        bus.Run(miner);
        Assert.All(bus.Dialled, where => Assert.Equal("10.0.0.71:4433", where));
    }

    [Fact]
    public void Restarts_no_miner_for_a_limit_it_has()
    {
        Whatsminer miner = Miner(Device);
        foreach (int limit in (int[])[2_800, 0, 2_800, 3_300])
        {
            miner.Apply(limit);
            Device.Run(miner, 60_000);
        }

        // 3,300 W is more than it can: what it made of it counts, and is not asked for again.
        Assert.Equal((3_268, 2), (Model.LimitWatts, _device.Restarts));
    }

    [Fact]
    public void Learns_the_least_watts_from_what_the_miner_makes_of_a_limit_and_sleeps_below_it()
    {
        Whatsminer miner = new(Ability("whatsminer", 500, 3_400), Device, "10.0.0.71", 4433, "", "abcdefg");
        miner.Apply(800);
        Device.Run(miner, 60_000);
        Assert.Equal((1_470, 1), (miner.Ability.MinWatts, _device.Restarts));
        Assert.True(Sleeps);
    }

    [Fact]
    public void Asks_for_the_salt_again_when_it_has_changed()
    {
        Whatsminer miner = Miner(Device);
        miner.Apply(2_800);
        Device.Run(miner, 20_000);
        _device.Salt = "px5hoXa9";
        miner.Apply(0);
        Device.Run(miner, LoadDriver.RepeatMs + 2_000);
        Assert.True(Sleeps);
    }

    [Fact]
    public void Is_not_confirmed_by_a_miner_that_allows_no_writing()
    {
        _device.AllowsWriting = false;
        Whatsminer miner = Miner(Device);
        miner.Apply(0);
        Device.Run(miner, 60_000);
        Assert.False(Sleeps);
        _device.AllowsWriting = true;
        Device.Run(miner, LoadDriver.LongestRepeatMs + 5_000);
        Assert.True(Sleeps);
    }

    [Fact]
    public void Reports_the_errors_of_the_miner()
    {
        _device.Error = "Slot1 not found.";
        Whatsminer miner = Miner(Device);
        Device.Run(miner, 5_000);
        Assert.Equal((true, LoadState.Running), (Reading(miner).IsFaulty, Reading(miner).State));
        _device.Error = null;
        Device.Run(miner, 20_000);
        Assert.False(Reading(miner).IsFaulty);
    }

    [Fact]
    public void Passes_over_heartbeats()
    {
        _device.SendsHeartbeats = true;
        Reads_a_sound_device();
    }

    [Fact]
    public void Is_read_as_starting_while_it_restarts_and_has_no_status()
    {
        _device.BlindMs = 60_000;
        Whatsminer miner = Miner(Device);
        Device.Run(miner, 3_000);
        miner.Apply(2_800);
        Device.Run(miner, 30_000);
        Assert.Equal((LoadState.Starting, false), (Reading(miner).State, Reading(miner).HasWatts));
        Assert.InRange(Reading(miner).AtMs, Device.NowMs - 2_500, Device.NowMs);
        Device.Run(miner, 60_000);
        Assert.Equal((LoadState.Running, 1), (Reading(miner).State, _device.Restarts));
    }

    [Theory]
    [InlineData(86_400)]
    [InlineData(-86_400)]
    public void Follows_the_clock_of_the_miner_wherever_it_steps(int seconds)
    {
        Whatsminer miner = Miner(Device);
        Device.Run(miner, 20_000);
        (_device.ClockAheadSeconds, _device.Salt) = (seconds, "px5hoXa9");
        miner.Apply(0);
        Device.Run(miner, LoadDriver.RepeatMs + 2_000);
        Assert.True(Sleeps);
    }

    private static Whatsminer Miner(IDialer dialer) => new(Ability("whatsminer", 2_000, 3_400), dialer, "10.0.0.71", 4433, "", "abcdefg");

    private static void Asks(Transcript bus, string command, string parameter, string message) =>
        bus.On(Frame($"{{\"cmd\":\"{command}\",\"param\":\"{parameter}\"}}")).Answer(Frame($"{{\"code\":0,\"when\":1692685476,\"msg\":{message},\"desc\":\"{command}\"}}"));

    private static void Sets(Transcript bus, string command, string parameter, long time, string token) =>
        bus.On(Frame($"{{\"cmd\":\"{command}\",\"param\":{parameter},\"ts\":{time},\"token\":\"{token}\",\"account\":\"super\"}}"))
            .Answer(Frame($"{{\"code\":0,\"when\":{time},\"msg\":\"ok\",\"desc\":\"{command}\"}}"));

    private static byte[] Frame(string json) => [(byte)json.Length, (byte)(json.Length >> 8), 0, 0, .. Encoding.ASCII.GetBytes(json)];
}
