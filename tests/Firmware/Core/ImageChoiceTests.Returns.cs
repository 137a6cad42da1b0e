using System;
using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>What was not counted, what has returned, and what was flashed anew.</summary>
public sealed partial class ImageChoiceTests
{
    private const long NextNumber = Controller.FirmwareNumber + (1L << 32);

    [Fact]
    public void An_attempt_that_could_not_be_counted_is_told_as_returned_and_blames_no_later_crash_on_the_image()
    {
        ImageChoice images = Put(1);
        _store.Fails = true;
        images.Choose();
        Assert.Equal((false, true), (images.HasTrial, images.HasReturned));
        _store.Fails = false;
        images.NoteCrash();
        Assert.Equal(1, new ImageChoice(new Records(_store)).Choose());
    }

    [Fact]
    public void A_program_does_not_run_in_a_slot_that_the_record_does_not_name()
    {
        ImageChoice images = Put(1);
        Assert.Throws<ArgumentException>(() => images.TakeUp(2));
        images.TakeUp(1);
        Assert.True(images.IsOnTrial);
        _store.Fails = true;
        Assert.Throws<ArgumentException>(() => new ImageChoice(new Records(_store)).TakeUp(1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_board_that_is_flashed_anew_runs_what_it_was_flashed_with_whatever_is_stored(bool isOnTrial)
    {
        Confirm(1);
        if (isOnTrial)
            _ = Put(2);
        ImageChoice images = new(new Records(_store));
        Assert.Equal(ImageChoice.Flashed, images.Choose(NextNumber));
        Assert.Equal((false, false, 1), (images.HasTrial, images.HasReturned, images.Spare));
        Assert.Equal(ImageChoice.Flashed, new ImageChoice(new Records(_store)).Choose(NextNumber));
        Assert.True(images.TryPut(1, 1000));
        Assert.Equal(1, new ImageChoice(new Records(_store)).Choose(NextNumber));
    }

    [Fact]
    public void A_board_that_is_flashed_back_does_not_run_what_was_stored_before()
    {
        Confirm(1);
        new ImageChoice(new Records(_store)).Choose(NextNumber);
        Assert.Equal(ImageChoice.Flashed, new ImageChoice(new Records(_store)).Choose());
    }

    [Fact]
    public void The_number_of_the_firmware_is_its_version()
    {
        int[] parts = [.. Controller.FirmwareVersion.Split('.').Select(int.Parse)];
        Assert.Equal([.. parts], Enumerable.Range(0, 3).Select(i => (int)(Controller.FirmwareNumber >> (16 * i)) & 0xFFFF));
    }

    [Fact]
    public void That_an_image_has_returned_is_told_until_the_one_before_it_was_healthy_for_an_hour()
    {
        FirmwareRig rig = Returned().Run(3590);
        Assert.Equal(Fault.UpdateReturned, rig.Controller.Faults);
        rig.Run(20);
        Assert.Equal(0, rig.Controller.Faults);
        Assert.Contains(rig.Uplink.Events, happened => happened is { Type: EventType.FaultCleared, Detail: "update-returned" });
        Assert.Equal(0, Booted().Tick().Controller.Faults);
    }

    [Fact]
    public void That_an_image_has_returned_is_told_on_while_the_gateway_is_away_or_the_storage_fails()
    {
        FirmwareRig rig = Returned().Run(8000, heartbeat: false);
        Assert.Equal(Fault.UpdateReturned, rig.Controller.Faults);
        _store.Fails = true;
        rig.Run(3700);
        Assert.Equal(Fault.UpdateReturned, rig.Controller.Faults & Fault.UpdateReturned);
        _store.Fails = false;
        rig.Run(3700);
        Assert.Equal(0, rig.Controller.Faults);
        Assert.Equal(ImageChoice.Flashed, new ImageChoice(new Records(_store)).Choose());
    }

    [Fact]
    public void That_a_confirmed_image_cannot_be_loaded_is_told_for_the_whole_boot()
    {
        Confirm(1);
        FirmwareRig rig = Booted();
        rig.Boot.Images.Fail();
        rig.Run(3700);
        Assert.Equal(Fault.UpdateReturned, rig.Controller.Faults);
        Assert.Equal(1, new ImageChoice(new Records(_store)).Choose());
    }

    [Fact]
    public void An_image_whose_version_begins_as_the_flashed_ones_is_refused_at_its_first_part_whichever_image_runs()
    {
        byte[] image = Updates.NewImage(2000);
        BitConverter.TryWriteBytes(image.AsSpan(28), Controller.FirmwareNumber);
        FirmwareRig rig = Booted();
        AssertIsLikeFlashed(rig, image);
        Assert.Empty(_images.Slots);
        image[30]++;
        Updates.Send(rig, image);
        Updates.Activate(rig.Run(3), image);
        rig = Booted().Run(3700);
        Assert.Equal((1, false), (rig.Boot.Images.Running, rig.Boot.Images.HasTrial));
        image[30]--;
        AssertIsLikeFlashed(rig, image);
        AssertIsLikeFlashed(rig, image[..32]);
        Assert.Equal(AckResult.Accepted, Updates.Ask(rig, Kind.Image, Updates.Part(rig, image[..31], 0)).Result);
    }

    private static void AssertIsLikeFlashed(FirmwareRig rig, byte[] image)
    {
        Ack ack = Updates.Ask(rig, Kind.Image, Updates.Part(rig, image, 0));
        Assert.Equal((AckResult.Refused, "the image's version begins as the flashed one's: the first two numbers must differ"), (ack.Result, ack.Reason));
    }

    private FirmwareRig Returned()
    {
        _ = OnTrial();
        new Boot(_store, _images, "1").NoteCrash(0);
        return Booted();
    }
}
