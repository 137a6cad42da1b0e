using Fleet.Drivers;
using Fleet.Tests.Harness;
using Fleet.Virtual.Plant;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

/// <summary>The driver of LuxOS against the simulated miner: sessions, reboots, and models without targets.</summary>
public sealed class LuxOsPlantTests : PlantLoadContract
{
    private readonly LuxOsDevice _device;

    public LuxOsPlantTests()
        : base(PlantRatings.AntminerS21)
    {
        _device = new LuxOsDevice(Model);
    }

    protected override LoadDevice Plant => _device;

    protected override int LimitWatts => 2_500;

    protected override Driver Create() => Miner(1_000);

    [Fact]
    public void Loses_no_order_when_its_session_expires_in_the_middle()
    {
        LuxOs miner = Miner(1_000);
        Device.Run(miner, 10_000);
        miner.Apply(2_000);
        miner.Step(Device.NowMs);
        Assert.NotEqual("", _device.SessionId);
        Device.NowMs += LuxOsDevice.SessionIdleMs + 1_000;
        Model.Advance(Device.NowMs);
        Assert.Equal("", _device.SessionId);
        Device.Run(miner, LoadDriver.RepeatMs + 5_000);
        Assert.True(Keeps(2_000));
        Assert.Equal("", _device.SessionId);
    }

    [Theory]
    [InlineData(1_800)]
    [InlineData(3_300)]
    public void Goes_on_with_its_own_session_when_an_answer_was_lost(int limitWatts)
    {
        LuxOs miner = Miner(1_000);
        miner.Apply(2_500);
        Device.Run(miner, 30_000);
        miner.Apply(limitWatts);
        miner.Step(Device.NowMs);
        Device.Trouble = Trouble.Silence;
        miner.Step(Device.NowMs);
        Device.Trouble = Trouble.None;
        Device.Run(miner, LoadDriver.RepeatMs + 4_000);
        Assert.True(Keeps(limitWatts));
        Assert.Equal("", _device.SessionId);
    }

    [Fact]
    public void Takes_a_foreign_session_over_only_to_lower_power()
    {
        LuxOs miner = Miner(1_000);
        miner.Apply(2_000);
        Device.Run(miner, 30_000);
        Ask("{\"command\":\"logon\"}");
        miner.Apply(3_000);
        Device.Run(miner, 30_000);
        Assert.True(Keeps(2_000));
        miner.Apply(0);
        Device.Run(miner, 30_000);
        Assert.True(Sleeps);
    }

    [Fact]
    public void Finds_a_sleep_that_has_survived_a_reboot_and_wakes_it_with_its_target()
    {
        LuxOs miner = Miner(1_000);
        miner.Apply(0);
        Device.Run(miner, 30_000);
        Model.Reboot();
        Device.Run(miner, 60_000);
        Assert.Equal((true, LoadState.Sleeping), (Sleeps, Reading(miner).State));
        miner.Apply(2_200);
        Device.Run(miner, 60_000);
        Assert.True(Keeps(2_200));
    }

    [Theory]
    [InlineData(3_000, 2_779)]
    [InlineData(2_600, 2_538)]
    [InlineData(1_575, 1_575)]
    public void Takes_the_highest_profile_within_a_limit_where_there_are_no_targets(int limitWatts, int profileWatts)
    {
        _device.LacksTargets = true;
        LuxOs miner = Miner(1_000);
        Device.Run(miner, 10_000);
        miner.Apply(limitWatts);
        Device.Run(miner, 30_000);
        Assert.Equal(profileWatts, Model.LimitWatts);
        int attempts = Device.Attempts;
        Device.Run(miner, 60_000);
        // Two exchanges a poll, and no order again.
        Assert.InRange(Device.Attempts - attempts, 50, 62);
    }

    [Fact]
    public void Sleeps_below_the_lowest_profile_and_wakes_with_its_profile()
    {
        _device.LacksTargets = true;
        LuxOs miner = Miner(1_000);
        Device.Run(miner, 10_000);
        miner.Apply(1_200);
        Device.Run(miner, 40_000);
        Assert.Equal((true, 1_201), (Sleeps, miner.Ability.MinWatts));
        miner.Apply(2_000);
        Device.Run(miner, 60_000);
        Assert.Equal(PlantState.Running, Model.State);
        Assert.InRange(Model.LimitWatts, 1_700, 2_000);
    }

    private LuxOs Miner(int minWatts) => new(Ability("luxos", minWatts, 3_500), Device, "10.0.0.21", 4028);
}
