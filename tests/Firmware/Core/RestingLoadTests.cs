using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>What a load takes at rest, fans and a control board, is lowered by no order: it must not keep another from starting.</summary>
public sealed class RestingLoadTests
{
    [Fact]
    public void What_a_resting_load_takes_does_not_keep_a_relay_from_a_limit_that_is_just_its_own()
    {
        FirmwareRig rig = new(loads:
        [
            """{"name":"miner","driver":"luxos","minWatts":1600,"maxWatts":3500,"order":1}""",
            """{"name":"heater","driver":"relay","output":"relay-1","minWatts":2000,"maxWatts":2000,"order":2}""",
        ]);
        rig.Loads[0].Obeys = false;
        rig.Loads[0].Watts = 25;
        rig.Command(2000, loadWatts: [0, 2000]).Run(10);
        Assert.Equal(0, rig.Loads[0].Order);
        Assert.Equal(2000, rig.Loads[1].Order);
    }

    [Fact]
    public void A_load_that_takes_more_than_rest_without_an_order_still_leaves_no_room_for_another()
    {
        FirmwareRig rig = new(loads:
        [
            """{"name":"miner","driver":"luxos","minWatts":1600,"maxWatts":3500,"order":1}""",
            """{"name":"heater","driver":"relay","output":"relay-1","minWatts":2000,"maxWatts":2000,"order":2}""",
        ]);
        rig.Loads[0].Obeys = false;
        rig.Loads[0].Watts = 101;
        rig.Command(2000, loadWatts: [0, 2000]).Run(10);
        Assert.Equal(0, rig.Loads[1].Order);
    }
}
