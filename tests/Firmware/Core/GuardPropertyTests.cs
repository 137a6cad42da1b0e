using System;
using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>What no order of events may break, tried with many; a failure names its seed.</summary>
public sealed class GuardPropertyTests
{
    private static readonly string[] Loads =
    [
        """{"name":"a","driver":"d","minWatts":1600,"maxWatts":3500,"nameplateWatts":3700,"order":17,"minOnSeconds":60,"minOffSeconds":20}""",
        """{"name":"b","driver":"d","minWatts":1000,"maxWatts":3000,"order":22,"levelWatts":[1000,2000,3000],"startSeconds":30,"inrushWatts":2500}""",
        """{"name":"c","driver":"ai","maxWatts":700,"order":1,"failSafeWatts":200}""",
        """{"name":"r","driver":"relay","output":"relay-1","minWatts":2000,"maxWatts":2000,"order":90}""",
    ];

    [Fact]
    public void The_sum_of_orders_never_exceeds_the_limit_and_no_order_its_load()
    {
        for (int seed = 1; seed <= 150; seed++)
        {
            Random random = new(seed);
            FirmwareRig rig = new("\"failSafeWatts\":3000,\"startStaggerSeconds\":20,\"heartbeatTimeoutSeconds\":30,", Loads, meters: seed % 2);
            for (int second = 0; second < 400; second++)
            {
                Disturb(rig, random, misbehaves: true);
                rig.Run(1, heartbeat: random.Next(100) < 60);
                Check(rig, $"seed {seed}, second {second}");
            }
        }
    }

    [Fact]
    public void The_sum_of_orders_exceeds_the_limit_by_no_more_than_a_meter_proves_untaken_and_never_by_more_than_a_tenth()
    {
        for (int seed = 1; seed <= 150; seed++)
        {
            Random random = new(seed);
            FirmwareRig rig = new("\"failSafeWatts\":3000,\"heartbeatTimeoutSeconds\":30,", Loads, meters: 1);
            int untakenWatts = 0;
            double factor = 1;
            rig.Meters[0].Measures = () => (int)(rig.TotalWatts * factor);
            for (int second = 0; second < 600; second++)
            {
                if (random.Next(100) == 0)
                    factor = 0.85 + random.NextDouble() * 0.25;
                if (random.Next(200) == 0)
                    rig.Meters[0].Answers = !rig.Meters[0].Answers;
                if (second % 150 == 0 || random.Next(200) == 0)
                    Disturb(rig, random, misbehaves: random.Next(2) == 0);
                int beforeWatts = rig.TotalOrder;
                rig.Run(1, heartbeat: random.Next(100) < 60);
                bool isProven = (rig.Controller.Faults & Fault.MeterStale) == 0 && rig.Controller.State != ControllerState.FailSafe;
                // The most it has proven of the orders in force, which it raised by that; less of it later only lowers them.
                untakenWatts = !isProven ? 0 : Math.Max(untakenWatts, beforeWatts - rig.Meters[0].Watts);
                int limitWatts = rig.Controller.LimitWatts;
                Assert.True(rig.TotalOrder <= limitWatts + Math.Min(limitWatts / 10, untakenWatts) || rig.Loads.Any(load => load.Throws),
                    $"seed {seed}, second {second}: {rig.TotalOrder} W ordered, {limitWatts} W is the limit, {untakenWatts} W untaken");
            }
        }
    }

    [Fact]
    public void Loads_that_obey_never_take_more_than_the_limit_together()
    {
        for (int seed = 1; seed <= 100; seed++)
        {
            Random random = new(seed);
            FirmwareRig rig = new("\"failSafeWatts\":3000,", Loads);
            for (int second = 0; second < 300; second++)
            {
                Disturb(rig, random, misbehaves: false);
                rig.Run(1);
                foreach (FirmwareLoad load in rig.Loads)
                    load.Step(rig.NowMs);
                Assert.True(rig.TotalWatts <= rig.Controller.LimitWatts, $"seed {seed}, second {second}: {rig.TotalWatts} W above {rig.Controller.LimitWatts} W");
            }
        }
    }

    private static void Disturb(FirmwareRig rig, Random random, bool misbehaves)
    {
        if (random.Next(15) == 0)
            rig.Setpoint(random.Next(-500, 10000), random.Next(3) * 20, random.Next(3) == 0 ? [.. rig.Loads.Select(_ => random.Next(4000))] : null, random.Next(3) * 200, random.Next(2) * 10);
        if (random.Next(40) == 0)
            rig.Sync().Schedule([.. Enumerable.Range(0, 4).Select(_ => random.Next(10000))]);
        FirmwareLoad load = rig.Loads[random.Next(rig.Loads.Length)];
        if (!misbehaves)
            return;
        switch (random.Next(60))
        {
            case 0: load.Answers = !load.Answers; break;
            case 1: load.Obeys = !load.Obeys; break;
            case 2: load.Watts = random.Next(-100, 9000); break;
            case 3: load.TemperatureMilliC = random.Next(20000, 97000); break;
            case 4: load.TemperatureMilliC = null; break;
            case 5: load.State = (LoadState)random.Next(7); break;
            case 6: load.ReportsWatts = !load.ReportsWatts; break;
            case 7: load.Throws = random.Next(3) == 0; break;
            case 8: rig.Controller.ResetTrips(); break;
            case 9: load.Ability = new LoadAbility { MinWatts = random.Next(3000), MaxWatts = random.Next(9000), Sleeps = true }; break;
        }
    }

    private static void Check(FirmwareRig rig, string where)
    {
        bool throws = rig.Loads.Any(load => load.Throws);
        int limitWatts = throws ? Math.Max(3000, rig.Controller.LimitWatts) : rig.Controller.LimitWatts;
        Assert.True(rig.TotalOrder <= limitWatts, $"{where}: {rig.TotalOrder} W ordered above {limitWatts} W");
        for (int i = 0; i < rig.Loads.Length; i++)
            Assert.True(rig.Loads[i].Order <= rig.Settings.LoadList[i].NameplateWatts, $"{where}: load {i} ordered {rig.Loads[i].Order} W");
    }
}
