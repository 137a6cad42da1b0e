using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

public sealed class CrashCountTests
{
    private const int Minute = 60000;

    private readonly FirmwareStore _store = new();

    [Theory]
    [InlineData(new[] { 9, 4, 5 }, true)]
    [InlineData(new[] { 0, 0, 0 }, true)]
    [InlineData(new[] { 0, 5, 5 }, true)]
    [InlineData(new[] { 0, 5, 6 }, false)]
    [InlineData(new[] { 0, 10, 1 }, false)]
    [InlineData(new[] { 0, 9, 2, 8 }, true)]
    [InlineData(new[] { 0, 9, 9, 9, 9, 9 }, false)]
    [InlineData(new[] { 0, 11, 1 }, false)]
    [InlineData(new[] { 0, 1, 11, 1, 1 }, true)]
    [InlineData(new[] { 0, 1 }, false)]
    public void Three_crashes_in_ten_minutes_of_running_begin_the_minimal_mode(int[] runMinutes, bool isMinimal)
    {
        foreach (int minutes in runMinutes)
            Boot(minutes);
        Assert.Equal(isMinimal, new CrashCount(new Records(_store)).IsMinimal);
    }

    [Fact]
    public void A_run_of_more_than_ten_minutes_begins_the_count_anew_even_if_nobody_knows_how_long_it_was()
    {
        Boot(1);
        Boot(1);
        CrashCount run = new(new Records(_store));
        run.Step(CrashCount.WindowMs + 1, isClean: true);
        new CrashCount(new Records(_store)).Note(0);
        Assert.False(new CrashCount(new Records(_store)).IsMinimal);
    }

    [Fact]
    public void Power_cuts_between_crashes_neither_count_nor_hide_them()
    {
        Boot(1);
        for (int i = 0; i < 10; i++)
            _ = new CrashCount(new Records(_store));
        Boot(1);
        Assert.False(new CrashCount(new Records(_store)).IsMinimal);
        Boot(1);
        Assert.True(new CrashCount(new Records(_store)).IsMinimal);
    }

    [Fact]
    public void Minimal_mode_outlives_power_cuts_and_crashes_and_ends_after_a_healthy_hour()
    {
        Crash3();
        new CrashCount(new Records(_store)).Note(Minute);
        CrashCount crashes = new(new Records(_store));
        for (long nowMs = 0; nowMs < CrashCount.HealthyMs; nowMs += Minute)
            crashes.Step(nowMs, isClean: nowMs != 30 * Minute);
        Assert.True(crashes.IsMinimal);
        for (long nowMs = CrashCount.HealthyMs; nowMs < CrashCount.HealthyMs + 30 * Minute; nowMs += Minute)
            crashes.Step(nowMs, isClean: true);
        Assert.True(crashes.IsMinimal);
        crashes.Step(CrashCount.HealthyMs + 31 * Minute, isClean: true);
        Assert.False(crashes.IsMinimal);
        Assert.False(new CrashCount(new Records(_store)).IsMinimal);
    }

    [Fact]
    public void A_storage_that_keeps_nothing_never_begins_the_minimal_mode()
    {
        _store.Fails = true;
        Crash3();
        Assert.False(new CrashCount(new Records(_store)).IsMinimal);
    }

    [Fact]
    public void A_damaged_record_counts_as_none()
    {
        TornFlash flash = new();
        CrashCount crashes = new(new Records(new SlotStore(flash)));
        for (int i = 0; i < CrashCount.MostCrashes; i++)
            crashes.Note(0);
        Assert.True(new CrashCount(new Records(new SlotStore(flash))).IsMinimal);
        foreach (byte[] file in flash.Files.Values)
            file[^1] ^= 4;
        Assert.False(new CrashCount(new Records(new SlotStore(flash))).IsMinimal);
    }

    [Fact]
    public void A_controller_without_crashes_writes_nothing()
    {
        CrashCount crashes = new(new Records(_store));
        for (long nowMs = 0; nowMs < 2 * CrashCount.HealthyMs; nowMs += Minute)
            crashes.Step(nowMs, isClean: true);
        crashes.Clear();
        Assert.Equal(0, _store.Writes);
    }

    [Fact]
    public void In_minimal_mode_neither_setpoint_nor_schedule_lifts_the_limit_above_fail_safe()
    {
        FirmwareRig rig = Minimal();
        rig.Sync().Command(-1);
        rig.Schedule(12000, 12000);
        rig.Run(60);
        Assert.Equal(4000, rig.Controller.LimitWatts);
        Assert.False(rig.Controller.IsUnlimited);
        Assert.InRange(rig.TotalOrder, 1600, 4000);
        rig.Run(300, heartbeat: false);
        Assert.Equal(4000, rig.Controller.LimitWatts);
    }

    [Fact]
    public void In_minimal_mode_a_lower_setpoint_holds_and_power_is_metered_and_told()
    {
        FirmwareRig rig = Minimal();
        rig.Command(2000).Run(60);
        Assert.InRange(rig.TotalOrder, 1600, 2000);
        Telemetry told = rig.Uplink.Telemetries[^1];
        Assert.Equal(2000, told.LimitWatts);
        Assert.True(told.HasWatts);
        Assert.Equal(Fault.MinimalMode, told.Faults);
        Assert.Contains(rig.Uplink.Events, happened => happened is { Type: EventType.FaultRaised, Detail: "minimal-mode" });
    }

    [Fact]
    public void Minimal_mode_ends_by_itself_after_a_healthy_hour_without_a_restart()
    {
        FirmwareRig rig = Minimal();
        rig.Command(-1).Run(3590);
        Assert.Equal(4000, rig.Controller.LimitWatts);
        rig.Run(60);
        Assert.Equal(14000, rig.Controller.LimitWatts);
        Assert.Contains(rig.Uplink.Events, happened => happened is { Type: EventType.FaultCleared, Detail: "minimal-mode" });
        Assert.False(rig.Controller.TryTakeCommand(out _, out _));
    }

    [Fact]
    public void Minimal_mode_is_left_by_the_reboot_command_and_not_by_identify()
    {
        FirmwareRig rig = Minimal();
        rig.Beat().Send(Kind.Command, rig.Signed(new Command { Action = CommandAction.Identify, Argument = "" }));
        rig.Tick();
        Assert.True(rig.Controller.TryTakeCommand(out _, out _));
        Assert.True(new CrashCount(new Records(_store)).IsMinimal);
        rig.Send(Kind.Command, rig.Signed(new Command { Action = CommandAction.Reboot, Argument = "" }));
        rig.Tick();
        Assert.True(rig.Controller.TryTakeCommand(out CommandAction action, out _));
        Assert.Equal(CommandAction.Reboot, action);
        Assert.False(new CrashCount(new Records(_store)).IsMinimal);
    }

    [Fact]
    public void Minimal_mode_takes_an_update()
    {
        FirmwareRig rig = Minimal(new FirmwareImages());
        rig.Beat().Tick();
        byte[] image = [.. Enumerable.Range(0, 700).Select(i => (byte)i)];
        Updates.Send(rig, image);
        Updates.Activate(rig, image);
        Assert.True(rig.Controller.TryTakeCommand(out CommandAction action, out _));
        Assert.Equal(CommandAction.Update, action);
        Assert.False(new CrashCount(new Records(_store)).IsMinimal);
    }

    private FirmwareRig Minimal(FirmwareImages? images = null)
    {
        Crash3();
        return new FirmwareRig(store: _store, meters: 1, images: images);
    }

    private void Crash3()
    {
        for (int i = 0; i < CrashCount.MostCrashes; i++)
            Boot(1);
    }

    private void Boot(int minutesToCrash)
    {
        CrashCount crashes = new(new Records(_store));
        crashes.Step(minutesToCrash * Minute, isClean: true);
        crashes.Note(minutesToCrash * Minute);
    }
}
