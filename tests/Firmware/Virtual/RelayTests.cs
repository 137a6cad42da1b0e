using Fleet.Virtual.Plant;
using Xunit;

namespace Fleet.Tests.Firmware.Virtual;

public sealed class RelayTests
{
    private readonly PlantModel _load = Plants.Warm(PlantRatings.AntminerS21);

    [Fact]
    public void Darkens_its_load_when_it_opens_and_boots_it_when_it_closes()
    {
        var relay = new Relay(_load) { HasFeedback = true };
        relay.Set(false);
        Assert.Equal((PlantState.Dark, 0L), (_load.State, _load.Milliwatts));
        Assert.True(relay.TryReadFeedback(out var closed));
        Assert.False(closed);
        relay.Set(true);
        Assert.Equal(PlantState.Booting, _load.State);
    }

    [Fact]
    public void Stays_as_it_is_when_stuck_and_follows_its_coil_when_freed()
    {
        var relay = new Relay(_load) { HasFeedback = true, Stuck = true };
        relay.Set(false);
        Assert.True(relay.IsClosed);
        Assert.Equal(PlantState.Running, _load.State);
        relay.Stuck = false;
        Assert.False(relay.IsClosed);
        Assert.Equal(PlantState.Dark, _load.State);
    }

    [Fact]
    public void Keeps_its_load_dark_after_an_outage_when_it_is_open()
    {
        var relay = new Relay(_load);
        relay.Live = false;
        relay.Set(false);
        relay.Live = true;
        Assert.Equal(PlantState.Dark, _load.State);
        relay.Set(true);
        Assert.Equal(PlantState.Booting, _load.State);
    }

    [Fact]
    public void Has_no_feedback_unless_it_is_wired() => Assert.False(new Relay(_load).TryReadFeedback(out _));
}
