using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

public sealed partial class ImageChoiceTests
{
    private readonly FirmwareStore _store = new();
    private readonly FirmwareImages _images = new();

    [Fact]
    public void A_new_board_runs_what_it_was_flashed_with()
    {
        Assert.Equal(ImageChoice.Flashed, new ImageChoice(new Records(_store)).Choose());
        Assert.Empty(_store.Records);
    }

    [Fact]
    public void A_healthy_hour_confirms_the_image_and_it_runs_ever_after()
    {
        FirmwareRig rig = OnTrial().Run(3590);
        Assert.Equal(Fault.UpdateOnTrial, rig.Controller.Faults);
        rig.Run(20);
        Assert.Equal(0, rig.Controller.Faults);
        Assert.Contains(rig.Uplink.Events, happened => happened is { Type: EventType.FaultCleared, Detail: "update-on-trial" });
        Assert.False(rig.Controller.TryTakeCommand(out _, out _));
        for (int i = 0; i < 10; i++)
            Assert.Equal(1, new ImageChoice(new Records(_store)).Choose());
    }

    [Fact]
    public void An_hour_without_the_gateway_for_a_while_does_not_confirm()
    {
        FirmwareRig rig = OnTrial().Run(1800).Run(200, heartbeat: false).Run(3590);
        Assert.True(rig.Boot.Images.IsOnTrial);
        rig.Run(20);
        Assert.False(rig.Boot.Images.HasTrial || rig.Boot.Images.HasReturned);
    }

    [Fact]
    public void An_hour_with_a_failed_tick_does_not_confirm()
    {
        FirmwareRig rig = OnTrial().Run(1800);
        rig.Loads[0].Throws = true;
        rig.Tick();
        rig.Loads[0].Throws = false;
        rig.Run(3600);
        Assert.True(rig.Boot.Images.IsOnTrial);
    }

    [Fact]
    public void An_image_that_never_hears_the_gateway_is_given_up_after_two_hours()
    {
        FirmwareRig rig = OnTrial().Run(7190, heartbeat: false);
        Assert.False(rig.Controller.TryTakeCommand(out _, out _));
        rig.Run(20, heartbeat: false);
        Assert.True(rig.Controller.TryTakeCommand(out CommandAction action, out _));
        Assert.Equal(CommandAction.Update, action);
        Assert.False(rig.Controller.TryTakeCommand(out _, out _));
        rig = Booted();
        Assert.Equal(ImageChoice.Flashed, rig.Boot.Images.Running);
        Assert.Equal(Fault.UpdateReturned, rig.Tick().Controller.Faults);
        Assert.Contains(rig.Uplink.Events, happened => happened is { Type: EventType.FaultRaised, Detail: "update-returned" });
    }

    [Fact]
    public void An_image_that_does_not_get_as_far_as_ticking_is_given_up_at_the_fourth_boot()
    {
        _ = OnTrial();
        Assert.Equal([1, 1, 0, 0], Enumerable.Range(0, 4).Select(_ => new ImageChoice(new Records(_store)).Choose()));
        Assert.True(new ImageChoice(new Records(_store)).HasReturned);
    }

    [Fact]
    public void An_image_that_cannot_be_loaded_is_given_up_at_once()
    {
        ImageChoice images = Put(1);
        Assert.Equal(1, images.Choose());
        Assert.Equal(ImageChoice.Flashed, images.Fail());
        Assert.True(images.HasReturned);
        Assert.Equal(ImageChoice.Flashed, new ImageChoice(new Records(_store)).Choose());
    }

    [Fact]
    public void A_new_image_that_fails_gives_way_to_the_confirmed_one_and_not_to_the_flashed()
    {
        Confirm(1);
        ImageChoice images = Put(2);
        Assert.Equal(2, images.Choose());
        Assert.Equal(1, images.Fail());
        Assert.Equal(1, new ImageChoice(new Records(_store)).Choose());
    }

    [Fact]
    public void A_confirmed_image_that_cannot_be_loaded_gives_way_to_the_flashed_one_for_this_boot()
    {
        Confirm(1);
        ImageChoice images = new(new Records(_store));
        Assert.Equal(1, images.Choose());
        Assert.Equal(ImageChoice.Flashed, images.Fail());
        Assert.True(images.HasReturned);
        Assert.Equal(1, new ImageChoice(new Records(_store)).Choose());
    }

    [Fact]
    public void A_crash_gives_up_the_image_on_trial_at_once_and_leaves_a_confirmed_one()
    {
        FirmwareRig rig = OnTrial().Run(100);
        rig.Boot.NoteCrash(rig.NowMs);
        Assert.Equal(ImageChoice.Flashed, new ImageChoice(new Records(_store)).Choose());
        Confirm(1);
        Boot boot = new(_store, _images, "1");
        boot.Images.Choose();
        boot.NoteCrash(5000);
        Assert.Equal(1, new ImageChoice(new Records(_store)).Choose());
    }

    [Fact]
    public void A_crash_before_the_new_image_was_started_is_not_its_fault()
    {
        _ = Put(1);
        Boot boot = new(_store, _images, "1");
        boot.NoteCrash(0);
        Assert.Equal(1, boot.Images.Choose());
    }

    [Fact]
    public void An_attempt_that_cannot_be_counted_is_not_made()
    {
        ImageChoice images = Put(1);
        _store.Fails = true;
        Assert.Equal(ImageChoice.Flashed, images.Choose());
        Assert.False(images.IsOnTrial);
    }

    [Fact]
    public void A_confirmation_that_cannot_be_kept_leaves_the_image_on_trial_and_is_tried_again()
    {
        FirmwareRig rig = OnTrial().Run(1);
        _store.Fails = true;
        rig.Run(3600);
        Assert.True(rig.Boot.Images.IsOnTrial);
        _store.Fails = false;
        rig.Run(3580);
        Assert.True(rig.Boot.Images.IsOnTrial);
    }

    [Fact]
    public void A_damaged_record_runs_the_flashed_image()
    {
        TornFlash flash = new();
        ImageChoice images = new(new Records(new SlotStore(flash)));
        Assert.True(images.TryPut(1, 100));
        Assert.Equal(1, new ImageChoice(new Records(new SlotStore(flash))).Choose());
        for (int at = 0; at < flash.Files["image.0"].Length; at++)
        {
            TornFlash damaged = new(flash.Files);
            foreach (byte[] file in damaged.Files.Values)
                file[at] ^= 0x10;
            Assert.Equal(ImageChoice.Flashed, new ImageChoice(new Records(new SlotStore(damaged))).Choose());
        }
    }

    [Fact]
    public void A_returned_image_can_be_put_on_trial_again_without_being_sent_again()
    {
        byte[] image = Updates.NewImage(2000);
        FirmwareRig rig = Booted();
        Updates.Send(rig, image);
        Updates.Activate(rig, image);
        new ImageChoice(new Records(_store)).Choose();
        new Boot(_store, _images, "1").NoteCrash(0);
        rig = Booted();
        Assert.True(rig.Boot.Images.HasReturned);
        Assert.Equal(image.Length, Updates.Stored(rig, image));
        Updates.Activate(rig.Run(3), image);
        Assert.Equal(1, Booted().Boot.Images.Running);
    }

    [Fact]
    public void The_hello_tells_the_version_of_the_image_that_runs()
    {
        FirmwareRig rig = Booted();
        rig.Run(2);
        Assert.Equal(Controller.FirmwareVersion, rig.Uplink.Hellos[0].Firmware);
    }

    private ImageChoice Put(int slot)
    {
        Assert.True(new ImageChoice(new Records(_store)).TryPut(slot, 1000));
        return new ImageChoice(new Records(_store));
    }

    private void Confirm(int slot)
    {
        _ = Put(slot);
        FirmwareRig rig = Booted().Run(3650);
        Assert.False(rig.Boot.Images.HasTrial);
    }

    private FirmwareRig OnTrial()
    {
        _ = Put(1);
        FirmwareRig rig = Booted();
        Assert.True(rig.Boot.Images.IsOnTrial);
        return rig;
    }

    private FirmwareRig Booted()
    {
        FirmwareRig rig = new(store: _store, images: _images);
        rig.Boot.Images.Choose();
        return rig;
    }
}
