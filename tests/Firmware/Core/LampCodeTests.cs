using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>What the lamp tells, and of what.</summary>
public sealed class LampCodeTests
{
    [Theory]
    [InlineData(LampState.Offline, "#.#.....")]
    [InlineData(LampState.Online, "########")]
    [InlineData(LampState.Minimal, "####....")]
    [InlineData(LampState.Tripped, "#.#.#...")]
    [InlineData(LampState.Identify, "#.#.#.#.")]
    public void Each_state_has_its_own_pattern_over_two_seconds(LampState state, string pattern)
    {
        Assert.Equal(2000, LampCode.Steps * LampCode.StepMs);
        Assert.Equal(pattern + pattern, string.Concat(Enumerable.Range(0, 2 * LampCode.Steps).Select(step => LampCode.IsLit(state, step) ? '#' : '.')));
    }

    [Theory]
    [InlineData(false, false, 0, LampState.Offline)]
    [InlineData(true, false, 0, LampState.Online)]
    [InlineData(true, false, ~Fault.MinimalMode, LampState.Online)]
    [InlineData(true, false, Fault.MinimalMode, LampState.Minimal)]
    [InlineData(false, false, Fault.MinimalMode | Fault.MeterStale, LampState.Minimal)]
    [InlineData(true, true, 0, LampState.Tripped)]
    [InlineData(false, true, Fault.MinimalMode, LampState.Tripped)]
    public void What_a_person_must_come_for_hides_how_the_link_stands(bool isOnline, bool isTripped, int faults, LampState state) =>
        Assert.Equal(state, LampCode.Of(isOnline, isTripped, faults));

    [Fact]
    public void A_trip_shows_until_somebody_resets_it_even_over_a_restart()
    {
        FirmwareRig rig = new();
        rig.Sync().Command(-1).Run(10);
        Assert.False(rig.Controller.IsTripped);
        rig.Loads[1].TemperatureMilliC = 96_000;
        rig.Run(20);
        Assert.True(rig.Controller.IsTripped);

        FirmwareRig again = new(store: rig.Store, bootId: 2);
        again.Run(2);
        Assert.True(again.Controller.IsTripped);

        again.Controller.ResetTrips();
        again.Run(2);
        Assert.False(again.Controller.IsTripped);
    }
}
