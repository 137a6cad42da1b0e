using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>Which of several miners is on first where the settings do not say it: the one that hashes most for a joule, slowly.</summary>
public sealed class RankingTests
{
    private const int Looks = Ranking.StepMs / 1000;

    [Fact]
    public void Without_an_order_the_most_efficient_goes_first_after_it_was_measured_at_its_full_watts()
    {
        FirmwareRig rig = Rig(["", ""], [40, 60]);
        rig.Command(6000).Run(3 * Looks + 10);
        Assert.Equal([0, 3000], Orders(rig.Command(3000).Run(5)));
    }

    [Fact]
    public void What_an_order_says_is_not_measured()
    {
        FirmwareRig rig = Rig([",\"order\":0", ",\"order\":0"], [40, 60]);
        rig.Command(6000).Run(4 * Looks);
        Assert.Equal([3000, 0], Orders(rig.Command(3000).Run(5)));
    }

    [Fact]
    public void A_little_better_is_not_better()
    {
        FirmwareRig rig = Rig(["", ""], [50, 52]);
        rig.Command(6000).Run(6 * Looks);
        Assert.Equal([3000, 0], Orders(rig.Command(3000).Run(5)));
    }

    [Fact]
    public void A_load_that_works_at_part_of_its_watts_is_not_compared_for_it_is_always_more_efficient()
    {
        FirmwareRig rig = Rig(["", ""], [40, 60]);
        rig.Command(4500).Run(6 * Looks);
        Assert.Equal([3000, 1500], Orders(rig));
    }

    [Fact]
    public void A_rank_that_changed_stays_while_the_measure_stays()
    {
        FirmwareRig rig = Rig(["", "", ""], [40, 60, 50]);
        rig.Command(9000).Run(6 * Looks);
        rig.Command(4000).Run(5);
        Assert.Equal([0, 3000, 1000], Orders(rig));
        rig.Run(8 * Looks);
        Assert.Equal([0, 3000, 1000], Orders(rig));
    }

    private static int[] Orders(FirmwareRig rig) => [.. rig.Loads.Select(load => load.Order)];

    private static FirmwareRig Rig(string[] orders, int[] gigahashPerWatt)
    {
        FirmwareRig rig = new("", [.. orders.Select((order, i) => $$"""{"name":"m{{i}}","driver":"d","minWatts":1000,"maxWatts":3000{{order}}}""")]);
        for (int i = 0; i < orders.Length; i++)
        {
            rig.Loads[i].Remembers = false;
            rig.Loads[i].Ability.Work = WorkUnit.Gigahash;
            rig.Loads[i].GigahashPerWatt = gigahashPerWatt[i];
        }
        return rig;
    }
}
