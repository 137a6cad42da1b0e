using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>A relay whose contact stays closed: known by its feedback, or by the controller's meter, or not at all.</summary>
public sealed class StuckRelayTests
{
    private const string Miner = """{"name":"m","driver":"d","minWatts":1000,"maxWatts":3000,"order":1}""";
    private const string EverySecond = "\"telemetrySeconds\":1,";
    private const int RelayWatts = 2000;

    [Fact]
    public void By_the_meter_it_is_found_within_ten_seconds_and_the_others_make_up_for_it()
    {
        FirmwareRig rig = Rig(meters: 1);
        Stick(rig);
        rig.Command(3000, loadWatts: [3000, 0]);
        rig.Run(10);
        Assert.Equal(Fault.RelayStuck, Faults(rig, 1));
        rig.Run(2);
        Assert.Equal([1000, 0], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void It_is_no_longer_stuck_when_the_meter_no_longer_shows_it()
    {
        FirmwareRig rig = Rig(meters: 1);
        Stick(rig);
        rig.Command(3000, loadWatts: [3000, 0]).Run(20);
        rig.Loads[1].Watts = 0;
        rig.Run(10);
        Assert.Equal(0, Faults(rig, 1));
        Assert.Equal([3000, 0], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void Without_a_meter_and_without_feedback_it_cannot_be_known()
    {
        FirmwareRig rig = Rig(meters: 0);
        Stick(rig);
        rig.Command(3000, loadWatts: [3000, 0]).Run(60);
        Assert.Equal(0, Faults(rig, 1));
        Assert.Equal([3000, 0], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void By_its_feedback_it_is_found_within_ten_seconds_without_a_meter()
    {
        FirmwareRig rig = Rig(meters: 0);
        Stick(rig);
        rig.Loads[1].State = LoadState.Running;
        rig.Command(3000, loadWatts: [3000, 0]).Run(10);
        Assert.Equal(Fault.RelayStuck, Faults(rig, 1));
    }

    [Fact]
    public void What_the_other_loads_may_take_is_not_the_relays()
    {
        FirmwareRig rig = Rig(meters: 1);
        rig.Command(3000, loadWatts: [3000, 0]).Run(5);
        // The miner's own report is below the meter's, which also counts the controller's own supply.
        rig.Meters[0].Measures = () => rig.Loads[0].Watts * 108 / 100 + 80;
        rig.Run(60);
        Assert.Equal(0, Faults(rig, 1));
        rig.Loads[0].Answers = false;
        rig.Run(60);
        Assert.Equal(0, Faults(rig, 1));
    }

    [Fact]
    public void A_reading_from_before_the_relay_opened_does_not_show_that_it_is_stuck()
    {
        FirmwareRig rig = Rig(meters: 1);
        rig.Meters[0].Answers = false;
        rig.Command(3000, loadWatts: [3000, 0]).Run(14);
        Assert.Equal(0, Faults(rig, 1));
    }

    [Fact]
    public void Of_several_open_relays_the_first_are_blamed_for_what_the_meter_shows()
    {
        FirmwareRig rig = new(EverySecond, [Relay("r", 1), Relay("s", 2), Relay("t", 3)], meters: 1);
        foreach (FirmwareLoad load in rig.Loads)
            load.ReportsWatts = false;
        rig.Meters[0].Measures = () => RelayWatts + RelayWatts / 2;
        rig.Command(0).Run(15);
        Assert.Equal([Fault.RelayStuck, Fault.RelayStuck, 0], Enumerable.Range(0, 3).Select(i => Faults(rig, i)));
    }

    [Fact]
    public void One_that_is_stuck_by_its_feedback_casts_no_doubt_on_the_others()
    {
        FirmwareRig rig = new(EverySecond, [Relay("r", 1), Relay("s", 2)], meters: 1);
        foreach (FirmwareLoad load in rig.Loads)
            load.ReportsWatts = false;
        rig.Meters[0].Measures = () => RelayWatts;
        (rig.Loads[0].Obeys, rig.Loads[0].State) = (false, LoadState.Running);
        rig.Command(0).Run(60);
        Assert.Equal([Fault.RelayStuck, 0], Enumerable.Range(0, 2).Select(i => Faults(rig, i)));
    }

    [Fact]
    public void A_load_that_nothing_switches_and_that_takes_no_orders_ignores_them_and_has_no_relay_to_be_stuck()
    {
        FirmwareRig rig = new(EverySecond, [Miner, """{"name":"c","driver":"cgminer","host":"h","minWatts":2000,"maxWatts":2000,"order":2}"""], meters: 1);
        rig.Loads[1].Ability.Sleeps = false;
        (rig.Loads[1].Obeys, rig.Loads[1].State, rig.Loads[1].Watts, rig.Loads[1].ReportsWatts) = (false, LoadState.Running, RelayWatts, false);
        rig.Meters[0].Measures = () => rig.TotalWatts;
        rig.Command(5000).Run(5);
        rig.Command(3000).Run(60);
        Assert.Equal(Fault.LoadIgnores, Faults(rig, 1));
        Assert.Equal([1000, 0], rig.Loads.Select(load => load.Order));
    }

    private static string Relay(string name, int order) =>
        $$"""{"name":"{{name}}","driver":"relay","output":"relay-{{order}}","minWatts":{{RelayWatts}},"maxWatts":{{RelayWatts}},"order":{{order}}}""";

    /// <summary>A miner at 3,000 W and a closed relay that cannot tell its watts.</summary>
    private static FirmwareRig Rig(int meters)
    {
        FirmwareRig rig = new(EverySecond, [Miner, Relay("r", 2)], meters: meters);
        rig.Loads[1].ReportsWatts = false;
        foreach (FirmwareMeter meter in rig.Meters)
            meter.Measures = () => rig.TotalWatts;
        rig.Command(5000).Run(5);
        Assert.Equal([3000, RelayWatts], rig.Loads.Select(load => load.Order));
        return rig;
    }

    /// <summary>The relay opens by its own account, and the contact does not.</summary>
    private static void Stick(FirmwareRig rig) =>
        (rig.Loads[1].Obeys, rig.Loads[1].State, rig.Loads[1].Watts) = (false, LoadState.Off, RelayWatts);

    private static int Faults(FirmwareRig rig, int load) => rig.Uplink.Telemetries[^1].Loads[load].Faults;
}
