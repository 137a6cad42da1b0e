using System;
using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>The whole tick: what it reports, how fast power rises, and what it costs.</summary>
public sealed class ControllerTests
{
    [Fact]
    public void Says_hello_first_on_every_connection()
    {
        FirmwareRig rig = new();
        rig.Run(3);
        Assert.Equal(Kind.Hello, rig.Uplink.Kinds[0]);
        Hello hello = Assert.Single(rig.Uplink.Hellos);
        Assert.Equal((1L, 4000, 4, "m1", 3500), (hello.BootId, hello.FailSafeWatts, hello.Loads.Length, hello.Loads[0].Name, hello.Loads[0].MaxWatts));
        rig.Uplink.IsConnected = false;
        rig.Run(3);
        rig.Uplink.IsConnected = true;
        rig.Run(3);
        Assert.Equal(2, rig.Uplink.Hellos.Count);
    }

    [Fact]
    public void Says_hello_again_when_a_device_has_told_more_of_itself()
    {
        FirmwareRig rig = new();
        rig.Run(3);
        rig.Loads[2].Ability.LevelWatts = [1600, 2500, 3500];
        rig.Loads[2].Ability.Work = WorkUnit.Gigahash;
        rig.Run(3);
        Assert.Equal(2, rig.Uplink.Hellos.Count);
        Assert.Equal([1600, 2500, 3500], rig.Uplink.Hellos[1].Loads[2].LevelWatts);
    }

    [Fact]
    public void A_driver_that_makes_no_sense_is_not_believed()
    {
        FirmwareRig rig = new();
        rig.Loads[0].Ability = new LoadAbility { MinWatts = 9000, MaxWatts = 100 };
        rig.Loads[1].Ability = new LoadAbility { MaxWatts = 100, LevelWatts = [50, 40] };
        rig.Loads[2].Ability = new LoadAbility { MaxWatts = 100, LevelWatts = null };
        rig.Run(2);
        Assert.All(rig.Uplink.Hellos[0].Loads, load => Assert.Equal((1600, 3500, 0), (load.MinWatts, load.MaxWatts, load.LevelWatts.Length)));
    }

    [Fact]
    public void Telemetry_goes_out_at_its_pace_and_at_once_after_a_change_of_state()
    {
        FirmwareRig rig = new();
        rig.Run(20);
        Assert.Equal(4, rig.Uplink.Telemetries.Count);
        rig.Run(2).Command(7000);
        Telemetry last = rig.Uplink.Telemetries[^1];
        Assert.Equal((ControllerState.Commanded, 7000, "id-1", 6L), (last.State, last.LimitWatts, last.SetpointId, last.Sequence));
    }

    [Fact]
    public void Telemetry_tells_what_each_load_does()
    {
        FirmwareRig rig = new();
        rig.Loads[0].TemperatureMilliC = 61500;
        rig.Loads[1].TemperatureMilliC = int.MaxValue;
        rig.Loads[1].IsFaulty = true;
        rig.Sync().Command(-1).Run(6);
        Telemetry last = rig.Uplink.Telemetries[^1];
        Assert.Equal((true, 14000, true, 1), (last.HasWatts, last.Watts, last.IsUnlimited, last.TemperatureCount));
        Assert.Equal(61500, last.TemperatureMilliC[0]);
        Assert.Equal((true, 3500, 3500, LoadState.Running, 0), Load(last, 0));
        Assert.Equal((true, 3500, 3500, LoadState.Running, Fault.LoadFault), Load(last, 1));
    }

    [Fact]
    public void Telemetry_tells_how_the_machine_is_doing_as_often_as_it_is_sent()
    {
        CountingVitals vitals = new();
        FirmwareRig rig = new(vitals: vitals);
        rig.Sync().Run(30);
        Assert.Equal(Enumerable.Range(1, rig.Uplink.Telemetries.Count), rig.Uplink.Telemetries.Select(telemetry => telemetry.Vitals.HeapFreeBytes));
        Assert.All(rig.Uplink.Telemetries, telemetry => Assert.Equal((true, false, false, false),
            (telemetry.Vitals.HasHeapFree, telemetry.Vitals.HasLargestFree, telemetry.Vitals.HasTick, telemetry.Vitals.HasLinkLosses)));
    }

    [Fact]
    public void Vitals_that_throw_are_found_in_the_tick_and_cost_no_limit()
    {
        FirmwareRig rig = new(vitals: new BrokenVitals());
        rig.Sync().Run(30);
        Assert.NotEqual(0, rig.Controller.Faults & Fault.TickThrew);
        Assert.InRange(rig.Controller.LimitWatts, 0, rig.Settings.FailSafeWatts);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void The_hello_tells_why_the_run_began(int reason)
    {
        FirmwareRig rig = new();
        rig.Controller.NoteReboot(0, reason);
        rig.Sync().Run(2);
        Hello hello = rig.Uplink.Hellos[^1];
        Assert.Equal((true, (BootReason)reason), (hello.HasBootReason, hello.BootReason));
    }

    [Fact]
    public void A_host_that_does_not_say_why_leaves_that_out_of_the_hello()
    {
        FirmwareRig rig = new();
        rig.Sync().Run(2);
        Assert.False(rig.Uplink.Hellos[^1].HasBootReason);
    }

    private sealed class CountingVitals : IVitals
    {
        private int _count;

        public void Fill(Vitals vitals) => (vitals.HasHeapFree, vitals.HeapFreeBytes) = (true, ++_count);
    }

    private sealed class BrokenVitals : IVitals
    {
        public void Fill(Vitals vitals) => throw new InvalidOperationException();
    }

    [Fact]
    public void Events_tell_faults_states_and_the_reboot()
    {
        FirmwareRig rig = new(meters: 1);
        rig.Controller.NoteReboot(0, 4);
        rig.Command(7000).Run(3);
        rig.Meters[0].Answers = false;
        rig.Run(20);
        rig.Meters[0].Answers = true;
        rig.Loads[1].IsFaulty = true;
        rig.Run(20);
        Assert.Equal(
            [(EventType.Rebooted, 4, ""), (EventType.StateChanged, 2, ""), (EventType.FaultRaised, 0, ""), (EventType.FaultCleared, 0, ""), (EventType.FaultRaised, 7, "m2")],
            rig.Uplink.Events.Select(e => (e.Type, e.Code, e.Load)));
        Assert.Equal([1L, 2L, 3L, 4L, 5L], rig.Uplink.Events.Select(e => e.Sequence));
        Assert.Equal("load-fault", rig.Uplink.Events[^1].Detail);
    }

    [Fact]
    public void What_the_link_does_not_take_waits()
    {
        FirmwareRig rig = new();
        rig.Uplink.Room = 0;
        rig.Sync().Command(7000).Run(700);
        rig.Uplink.Room = int.MaxValue;
        rig.Run(6);
        Assert.Equal([Kind.Hello, Kind.Ack, Kind.Ack, Kind.Telemetry, Kind.Event, Kind.Energy, Kind.Energy], rig.Uplink.Kinds.Take(7));
    }

    [Fact]
    public void A_backlog_of_energy_leaves_slowly_and_never_before_live_reports()
    {
        FirmwareRig rig = new();
        rig.Sync().Run(1);
        rig.Uplink.IsConnected = false;
        rig.Run(6 * 3600);
        rig.Uplink.IsConnected = true;
        rig.Uplink.Sent.Clear();
        for (int second = 0; second < 60; second++)
        {
            rig.Run(1);
            Assert.True(rig.Uplink.Sent.Count(sent => sent.Kind == Kind.Energy) <= 2 * (second + 1));
        }
        Assert.Equal(72, rig.Uplink.Records.Count);
        Assert.Equal(72, rig.Uplink.Records.Select(record => record.Sequence).Distinct().Count());
        Assert.True(rig.Uplink.Telemetries.Count >= 12);
    }

    [Fact]
    public void Power_rises_by_the_ramp_and_falls_at_once()
    {
        FirmwareRig rig = new();
        rig.Command(0).Run(3);
        rig.Command(10000, ramp: 500);
        for (int second = 1; second <= 20; second++)
        {
            rig.Run(1);
            Assert.InRange(rig.Controller.LimitWatts, 500 * second, 500 * (second + 1));
        }
        rig.Run(2);
        Assert.Equal(10000, rig.Controller.LimitWatts);
        rig.Command(1600);
        Assert.Equal((1600, 1600), (rig.Controller.LimitWatts, rig.TotalOrder));
    }

    [Fact]
    public void Power_waits_its_own_part_of_the_window_before_it_rises()
    {
        long[] waits = [.. Enumerable.Range(0, 200).Select(i => Spread.ShareMs("c-" + i, "plan-7", 300))];
        Assert.All(waits, wait => Assert.InRange(wait, 0, 300_000));
        Assert.InRange(waits.Average(), 120_000, 180_000);
        Assert.InRange(waits.Count(wait => wait < 60_000), 20, 60);

        FirmwareRig rig = new();
        rig.Command(0).Run(3);
        rig.Command(5000, window: 300);
        long wait = Spread.ShareMs(FirmwareRig.Name, "id-2", 300);
        rig.Run((int)(wait / 1000) - 1);
        Assert.Equal(0, rig.Controller.LimitWatts);
        rig.Run(3);
        Assert.Equal(5000, rig.Controller.LimitWatts);
    }

    [Fact]
    public void A_newer_wish_does_not_send_a_waiting_rise_to_the_end_of_the_queue()
    {
        FirmwareRig rig = new();
        rig.Command(0).Run(3);
        for (int i = 0; i < 35; i++)
            rig.Command(5000 + i, window: 300).Run(9);
        Assert.True(rig.Controller.LimitWatts >= 5000);
    }

    [Fact]
    public void After_fail_safe_power_rises_by_the_settings_ramp()
    {
        FirmwareRig rig = new("\"failSafeWatts\":1600,\"rampWattsPerSecond\":100,");
        rig.Sync().Beat().Schedule(9000, 9000);
        rig.Run(120, heartbeat: false).Run(3, heartbeat: false);
        Assert.Equal(ControllerState.Scheduled, rig.Controller.State);
        Assert.InRange(rig.Controller.LimitWatts, 1600, 2000);
        rig.Run(100, heartbeat: false);
        Assert.Equal(9000, rig.Controller.LimitWatts);
    }

    [Fact]
    public void Wants_a_tick_while_a_setpoint_waits()
    {
        FirmwareRig rig = new();
        rig.Beat();
        Assert.False(rig.Controller.WantsTick);
        rig.Setpoint(5000);
        Assert.True(rig.Controller.WantsTick);
        rig.Tick();
        Assert.False(rig.Controller.WantsTick);
    }

    [Fact]
    public void Loads_and_meters_must_be_those_of_the_settings()
    {
        FirmwareRig rig = new();
        Assert.Throws<ArgumentException>(() => new Controller(rig.Settings, [], [], [], rig.Store, rig.Uplink, 1));
        Assert.Throws<ArgumentException>(() => new Controller(rig.Settings, [.. rig.Loads], [new FirmwareMeter()], [], rig.Store, rig.Uplink, 1));
        Assert.Throws<ArgumentException>(() => new Controller(rig.Settings, [.. rig.Loads], [], [new FirmwareThermometer()], rig.Store, rig.Uplink, 1));
    }

    [Fact]
    public void A_failing_storage_is_shown_and_stops_nothing()
    {
        FirmwareRig rig = new();
        rig.Store.Fails = true;
        rig.Sync().Command(7000).Run(700);
        Assert.Equal(Fault.StorageFailed, rig.Controller.Faults);
        Assert.Equal(7000, rig.TotalOrder);
        rig.Store.Fails = false;
        rig.Run(310);
        Assert.Equal(0, rig.Controller.Faults);
    }

    private static (bool, int, int, LoadState, int) Load(Telemetry telemetry, int i)
    {
        LoadTelemetry load = telemetry.Loads[i];
        return (load.HasWatts, load.Watts, load.LimitWatts, load.State, load.Faults);
    }
}
