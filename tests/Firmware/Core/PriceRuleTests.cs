using System.Linq;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>
/// A controller alone with a schedule that has prices. Its miners do 50 GH/s for a watt, which is 20 J/TH; at a hashprice of
/// 0.0384 a terahash and day their strike price is 80.
/// </summary>
public sealed class PriceRuleTests
{
    private const int Cheap = 60;
    private const int Dear = 100;

    [Fact]
    public void A_miner_rests_in_a_slot_that_costs_more_than_it_earns_and_wakes_after()
    {
        FirmwareRig rig = Alone(Miners(), Cheap, Cheap, Dear, Cheap);
        rig.Run(870, heartbeat: false);
        Assert.Equal((ControllerState.Scheduled, 7000), (rig.Controller.State, rig.TotalOrder));
        rig.Run(900, heartbeat: false);
        Assert.Equal(0, rig.TotalOrder);
        rig.Run(900, heartbeat: false);
        Assert.Equal((7000, ControllerState.Scheduled), (rig.TotalOrder, rig.Controller.State));
        Assert.Equal([Dear, Dear, 0, 0], rig.Uplink.Events.Where(one => one.Type == EventType.PriceRest).Select(one => one.Code));
    }

    [Theory]
    [InlineData(80, 80, 7000)] // what costs no more than it earns works
    [InlineData(81, 80, 0)]
    [InlineData(-50, -50, 7000)] // one is paid for taking it
    [InlineData(81, 77, 7000)] // one part in 32 below the strike price
    [InlineData(81, 78, 0)]
    public void It_rests_above_its_strike_price_and_wakes_a_little_below_it(int first, int second, int watts)
    {
        FirmwareRig rig = Alone(Miners(), Cheap, first, second);
        Assert.Equal(watts, rig.Run(1800, heartbeat: false).TotalOrder);
    }

    [Fact]
    public void It_rests_by_its_own_measured_efficiency()
    {
        FirmwareRig rig = Miners();
        rig.Loads[1].GigahashPerWatt = 100;
        Alone(rig, Cheap, Dear, 161).Run(890, heartbeat: false);
        Assert.Equal([0, 3500], rig.Loads.Select(load => load.Order));
        rig.Run(900, heartbeat: false);
        Assert.Equal([0, 0], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void One_that_was_never_measured_is_left_alone()
    {
        FirmwareRig rig = Miners();
        rig.Loads[0].GigahashPerWatt = 0; // tells no hash rate
        rig.Loads[1].ReportsWatts = false;
        Assert.Equal(7000, Alone(rig, Dear, Dear, Dear).Run(1800, heartbeat: false).TotalOrder);
    }

    [Fact]
    public void Work_that_is_not_hashing_is_left_alone()
    {
        FirmwareRig rig = Miners();
        (rig.Loads[0].Ability.Work, rig.Loads[1].Ability.Work) = (WorkUnit.Millitoken, WorkUnit.None);
        Assert.Equal(7000, Alone(rig, Dear, Dear, Dear).Run(1800, heartbeat: false).TotalOrder);
    }

    [Fact]
    public void A_miner_that_has_lost_its_pool_is_not_taken_for_one_that_earns_nothing_for_ever()
    {
        FirmwareRig rig = Alone(Miners(), Cheap, Cheap, Cheap);
        rig.Loads[0].GigahashPerWatt = 0;
        Assert.Equal(7000, rig.Run(1000, heartbeat: false).TotalOrder);
    }

    [Fact]
    public void Slots_without_a_price_and_a_schedule_without_a_hashprice_have_no_effect()
    {
        FirmwareRig rig = Miners().Measured();
        Schedule schedule = Priced(rig, Dear, Dear, Dear, Dear);
        schedule.PricePerMegawattHour = [Dear];
        Assert.Equal(0, Left(rig, schedule).Run(700, heartbeat: false).TotalOrder);
        Assert.Equal(7000, rig.Run(300, heartbeat: false).TotalOrder);

        rig = Miners().Measured();
        schedule = Priced(rig, Dear, Dear, Dear, Dear);
        (schedule.HasHashprice, schedule.HashpriceMicros) = (false, 0);
        Assert.Equal(7000, Left(rig, schedule).Run(700, heartbeat: false).TotalOrder);
    }

    [Fact]
    public void A_hashprice_of_nothing_rests_every_miner_that_costs_anything()
    {
        FirmwareRig rig = Miners().Measured();
        Schedule schedule = Priced(rig, 1, 1, 0);
        schedule.HashpriceMicros = 0;
        Assert.Equal(0, Left(rig, schedule).Run(1000, heartbeat: false).TotalOrder);
        Assert.Equal(7000, rig.Run(700, heartbeat: false).TotalOrder);
    }

    [Fact]
    public void The_highest_prices_and_hash_rates_there_can_be_do_not_wrap()
    {
        FirmwareRig rig = Miners();
        foreach (FirmwareLoad load in rig.Loads)
            load.GigahashPerWatt = int.MaxValue;
        rig.Measured();
        Schedule schedule = Priced(rig, Bounds.PricePerMegawattHour, -Bounds.PricePerMegawattHour, Bounds.PricePerMegawattHour);
        schedule.HashpriceMicros = Bounds.HashpriceMicros;
        Assert.Equal(7000, Left(rig, schedule).Run(1700, heartbeat: false).TotalOrder);

        rig = Miners().Measured();
        schedule = Priced(rig, Bounds.PricePerMegawattHour, -Bounds.PricePerMegawattHour, Bounds.PricePerMegawattHour);
        Assert.Equal(0, Left(rig, schedule).Run(700, heartbeat: false).TotalOrder);
        Assert.Equal(7000, rig.Run(600, heartbeat: false).TotalOrder);
    }

    [Fact]
    public void A_setpoint_and_the_fail_safe_limit_know_no_prices()
    {
        FirmwareRig rig = Miners().Measured();
        rig.Send(Kind.Schedule, Priced(rig, Dear, Dear));
        Assert.Equal(7000, rig.Run(60).TotalOrder); // commanded
        Assert.Equal(0, rig.Run(300, heartbeat: false).TotalOrder);
        rig.Command(9000).Run(400);
        Assert.Equal(7000, rig.TotalOrder);
        rig.Run(1800, heartbeat: false); // beyond the last slot
        Assert.Equal((ControllerState.FailSafe, 3500), (rig.Controller.State, rig.TotalOrder));
    }

    [Fact]
    public void What_has_just_started_works_for_its_least_time_and_what_rests_rests_for_its_own()
    {
        string[] miner = ["""{"name":"a","driver":"luxos","minWatts":1600,"maxWatts":3500,"minOnSeconds":1500,"minOffSeconds":1200}"""];
        FirmwareRig rig = new("", miner);
        (rig.Loads[0].Ability.Work, rig.Loads[0].GigahashPerWatt) = (WorkUnit.Gigahash, 50);
        (rig.Loads[0].State, rig.Loads[0].Watts) = (LoadState.Running, 3500);
        rig.Measured();
        rig.Send(Kind.Schedule, Priced(rig, Cheap, Dear, Cheap, Cheap));
        rig.Run(1300, heartbeat: false);
        Assert.Equal(3500, rig.TotalOrder);
        Assert.Equal(0, rig.Run(60, heartbeat: false).TotalOrder);
        Assert.Equal(0, rig.Run(1170, heartbeat: false).TotalOrder);
        Assert.Equal(3500, rig.Run(60, heartbeat: false).TotalOrder);
    }

    [Fact]
    public void Prices_of_short_slots_around_the_strike_price_do_not_make_it_flap()
    {
        FirmwareRig rig = Miners().Measured();
        Schedule schedule = Priced(rig, [.. Enumerable.Range(0, 60).Select(slot => slot % 2 == 0 ? Dear : Cheap)]);
        schedule.SlotSeconds = 60;
        Left(rig, schedule).Run(3000, heartbeat: false);
        int changes = rig.Loads[0].Orders.Zip(rig.Loads[0].Orders.Skip(1)).Count(pair => pair.First > 0 != pair.Second > 0);
        Assert.InRange(changes, 2, 12);
    }

    [Fact]
    public void A_miner_at_rest_does_not_give_its_watts_away_above_the_slots_limit()
    {
        FirmwareRig rig = Miners();
        rig.Loads[1].GigahashPerWatt = 100;
        rig.Measured();
        Schedule schedule = Priced(rig, Dear, Dear);
        schedule.LimitWatts = [3000, 3000];
        Left(rig, schedule).Run(600, heartbeat: false);
        Assert.Equal([0, 3000], rig.Loads.Select(load => load.Order));
    }

    [Fact]
    public void The_prices_survive_a_power_cut_and_count_again_once_the_miner_is_measured()
    {
        FirmwareRig rig = Miners().Measured();
        rig.Send(Kind.Schedule, Priced(rig, [.. Enumerable.Repeat(Dear, 40)]));
        rig.Run(2);
        FirmwareRig next = Miners(rig.Store);
        next.GatewayUtcAtBootMs = rig.UtcMs - next.NowMs + 60_000;
        next.Sync().Run(130, heartbeat: false);
        Assert.Equal(ControllerState.Scheduled, next.Controller.State);
        Assert.Equal(0, next.Run(300, heartbeat: false).TotalOrder);
    }

    [Fact]
    public void Forged_or_changed_prices_are_refused_with_the_whole_schedule()
    {
        FirmwareRig rig = Miners().Measured();
        rig.Send(Kind.Schedule, Priced(rig, Cheap, Cheap, Cheap));
        rig.Send(Kind.Schedule, Priced(rig, Dear, Dear, Dear), new byte[32]);
        Assert.Equal(7000, rig.Run(500, heartbeat: false).TotalOrder);
        Assert.Equal(AckResult.Refused, rig.Uplink.Acks[^1].Result);
    }

    private static FirmwareRig Miners(FirmwareStore? store = null)
    {
        FirmwareRig rig = new("", FirmwareRig.FourMiners[..2], store: store, bootId: store is null ? 1 : 2);
        foreach (FirmwareLoad load in rig.Loads)
            (load.Ability.Work, load.GigahashPerWatt) = (WorkUnit.Gigahash, 50);
        return rig;
    }

    /// <summary>The gateway dies; the first slot began when it did.</summary>
    private static FirmwareRig Alone(FirmwareRig rig, params int[] prices) => Left(rig.Measured(), Priced(rig, prices));

    private static Schedule Priced(FirmwareRig rig, params int[] prices) => rig.Signed(new Schedule
    {
        StartUtcMs = rig.UtcMs,
        SlotSeconds = 900,
        LimitWatts = [.. Enumerable.Repeat(9000, prices.Length)],
        HasHashprice = true,
        HashpriceMicros = 38400,
        PricePerMegawattHour = prices,
    });

    private static FirmwareRig Left(FirmwareRig rig, Schedule schedule)
    {
        rig.Send(Kind.Schedule, schedule);
        return rig.Run(130, heartbeat: false);
    }
}

internal static class PriceRuleSteps
{
    /// <summary>Works under a setpoint until its loads have been measured.</summary>
    public static FirmwareRig Measured(this FirmwareRig rig) => rig.Sync().Command(9000).Run(150);
}
