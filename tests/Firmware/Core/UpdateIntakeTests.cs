using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

public sealed class UpdateIntakeTests
{
    private static readonly byte[] Image = Updates.NewImage(3 * Bounds.ImagePartBytes + 100);

    private readonly FirmwareStore _store = new();
    private readonly FirmwareImages _images = new();
    private long _boots;

    [Fact]
    public void A_whole_image_is_stored_verified_and_run_from_the_next_boot_on()
    {
        FirmwareRig rig = Booted();
        Updates.Send(rig, Image);
        Updates.Activate(rig, Image);
        Assert.True(rig.Controller.TryTakeCommand(out CommandAction action, out _));
        Assert.Equal(CommandAction.Update, action);
        Assert.Equal(Image, _images.Slots[1]);
        rig = Booted();
        Assert.Equal(1, rig.Boot.Images.Running);
        Assert.Equal(Image.Length, rig.Boot.Images.LengthOf(1));
        Assert.Equal(Fault.UpdateOnTrial, rig.Tick().Controller.Faults);
    }

    [Fact]
    public void Every_cut_of_the_power_in_a_write_leaves_the_old_image_and_the_update_goes_on()
    {
        for (int cut = 0; cut < Image.Length; cut += 37)
        {
            UpdateIntakeTests one = new();
            FirmwareRig rig = one.Booted();
            one._images.CutAfterBytes = cut;
            for (int at = 0; at <= cut; at += Bounds.ImagePartBytes)
            {
                rig.Beat().Send(Kind.Image, Updates.Part(rig, Image, at));
                rig.Tick();
            }
            one._images.CutAfterBytes = null;
            rig = one.Booted();
            Assert.Equal(ImageChoice.Flashed, rig.Boot.Images.Running);
            Assert.Equal(cut, Updates.Stored(rig, Image));
            Updates.Send(rig, Image);
            Updates.Activate(rig.Run(4), Image);
            Assert.Equal(Image, one._images.Slots[1]);
        }
    }

    [Fact]
    public void A_storage_that_stops_working_at_any_write_leaves_the_old_image_and_the_update_can_be_sent_again()
    {
        for (int good = 0; good < 12; good++)
        {
            UpdateIntakeTests one = new();
            FirmwareRig rig = one.Booted();
            for (int at = 0; at < Image.Length; at += Bounds.ImagePartBytes)
            {
                one._store.Fails = one._images.Fails = one._store.Writes + one._images.Writes >= good;
                Updates.Ask(rig, Kind.Image, Updates.Part(rig, Image, at));
            }
            Updates.AskToRun(rig, Image);
            one._store.Fails = one._images.Fails = false;
            rig = one.Booted();
            if (rig.Boot.Images.Running == ImageChoice.Flashed)
                Updates.Send(rig, Image);
            Assert.Equal(Image, one._images.Slots[1]);
        }
    }

    [Fact]
    public void A_part_whose_answer_was_lost_is_taken_again_without_a_write()
    {
        FirmwareRig rig = Booted();
        Updates.Ask(rig, Kind.Image, Updates.Part(rig, Image, 0));
        int writes = _images.Writes;
        Ack ack = Updates.Ask(rig, Kind.Image, Updates.Part(rig, Image, 0));
        Assert.Equal((AckResult.Accepted, Bounds.ImagePartBytes, writes), (ack.Result, ack.StoredBytes, _images.Writes));
    }

    [Fact]
    public void Parts_out_of_order_are_refused_and_say_where_to_go_on()
    {
        FirmwareRig rig = Booted();
        AssertRefused(rig, Updates.Part(rig, Image, 512), "offset: nothing of this image is stored", 0);
        Updates.Ask(rig, Kind.Image, Updates.Part(rig, Image, 0));
        AssertRefused(rig, Updates.Part(rig, Image, 1024), $"offset: 512 of {Image.Length} bytes", 512);
        AssertRefused(rig, Updates.Part(rig, Image, 100), $"offset: 512 of {Image.Length} bytes", 512);
    }

    [Fact]
    public void A_part_that_ends_behind_the_image_or_is_no_hex_is_refused()
    {
        FirmwareRig rig = Booted();
        ImagePart part = Updates.Part(rig, Image, 0);
        part.ImageBytes = 511;
        AssertRefused(rig, part, "content: ends behind the image's end", 0);
        foreach (string content in new[] { "0", "0g", "00 0", "zz" })
        {
            part = Updates.Part(rig, Image, 0);
            part.Content = content;
            AssertRefused(rig, part, "sha256 or content: is not made of pairs of hex digits", 0);
        }
        part = Updates.Part(rig, Image, 0);
        part.Sha256 = new string('x', 64);
        AssertRefused(rig, part, "sha256 or content: is not made of pairs of hex digits", 0);
        Assert.Empty(_images.Slots);
    }

    [Fact]
    public void Forged_parts_of_every_kind_change_nothing()
    {
        FirmwareRig rig = Booted();
        byte[] wrongKey = new byte[32];
        List<Action<ImagePart>> changes = [part => part.BootId++, part => part.Sequence = 1, part => part.BootId = 0];
        Updates.Ask(rig, Kind.Image, Updates.Part(rig, Image, 0, 0));
        foreach (Action<ImagePart> change in changes)
        {
            ImagePart part = Updates.Part(rig, Image, 0);
            change(part);
            Assert.Equal(AckResult.Refused, Updates.Ask(rig, Kind.Image, part).Result);
        }
        rig.Send(Kind.Image, Updates.Part(rig, Image, 0), wrongKey);
        rig.Tick();
        Assert.Empty(_images.Slots);
        Assert.False(_store.Records.ContainsKey("update"));
    }

    [Fact]
    public void A_replayed_part_changes_nothing()
    {
        FirmwareRig rig = Booted();
        ImagePart part = Updates.Part(rig, Image, 0);
        Updates.Ask(rig, Kind.Image, part);
        byte[] other = Updates.NewImage(2000, seed: 2);
        Updates.Send(rig, other);
        Assert.Equal(AckResult.Refused, Updates.Ask(rig, Kind.Image, part).Result);
        Assert.Equal(other, _images.Slots[1]);
    }

    [Fact]
    public void An_image_that_is_not_the_one_announced_is_forgotten_and_never_run()
    {
        FirmwareRig rig = Booted();
        byte[] forged = [.. Image];
        forged[600] ^= 1;
        for (int at = 0; at < Image.Length; at += Bounds.ImagePartBytes)
        {
            ImagePart part = Updates.Part(rig, forged, at);
            part.Sha256 = Updates.DigestOf(Image);
            Updates.Ask(rig, Kind.Image, part);
        }
        rig.Run(5);
        Assert.Equal(AckResult.Refused, Updates.AskToRun(rig, Image).Result);
        Assert.Equal(0, Updates.Stored(rig, Image));
        Assert.Equal(ImageChoice.Flashed, Booted().Boot.Images.Running);
        Updates.Send(rig, Image);
        Updates.Activate(rig, Image);
    }

    [Fact]
    public void Bytes_that_change_in_the_storage_after_they_were_written_are_found_before_the_image_runs()
    {
        FirmwareRig rig = Booted();
        Updates.Send(rig, Image);
        _images.Slots[1][^1] ^= 0x80;
        rig = Booted();
        Assert.Equal(Image.Length, Updates.Stored(rig, Image));
        rig.Run(5);
        Ack ack = Updates.AskToRun(rig, Image);
        Assert.Equal((AckResult.Refused, $"the image is not whole: 0 of {Image.Length} bytes"), (ack.Result, ack.Reason));
    }

    [Fact]
    public void An_image_is_not_run_before_all_of_it_is_there_and_verified()
    {
        FirmwareRig rig = Booted();
        Assert.Equal("argument: no image with this SHA-256 is stored", Updates.AskToRun(rig, Image).Reason);
        Updates.Ask(rig, Kind.Image, Updates.Part(rig, Image, 0));
        Assert.Equal($"the image is not whole: 512 of {Image.Length} bytes", Updates.AskToRun(rig, Image).Reason);
        Updates.Send(rig, Image);
        rig = Booted();
        Updates.Stored(rig, Image);
        Assert.Equal($"the image is being verified: 1024 of {Image.Length} bytes", Updates.AskToRun(rig, Image).Reason);
        Updates.Activate(rig.Run(1), Image);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0.2.0")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void A_command_that_names_no_stored_image_is_refused(string argument)
    {
        FirmwareRig rig = Booted();
        Updates.Send(rig, Image);
        Ack ack = Updates.Ask(rig, Kind.Command, rig.Signed(new Command { Action = CommandAction.Update, Argument = argument }));
        Assert.Equal(AckResult.Refused, ack.Result);
        Assert.False(rig.Controller.TryTakeCommand(out _, out _));
    }

    [Fact]
    public void Another_image_takes_the_place_of_one_that_was_not_finished()
    {
        FirmwareRig rig = Booted();
        byte[] other = Updates.NewImage(900, seed: 2);
        Updates.Ask(rig, Kind.Image, Updates.Part(rig, Image, 0));
        Updates.Ask(rig, Kind.Image, Updates.Part(rig, Image, 512));
        Updates.Send(rig, other);
        Assert.Equal(other, _images.Slots[1]);
        Assert.Equal(0, Updates.Stored(rig, Image));
        Updates.Activate(rig, other);
    }

    [Fact]
    public void A_board_that_cannot_run_images_from_storage_says_so()
    {
        FirmwareRig rig = new();
        Ack ack = Updates.Ask(rig, Kind.Image, Updates.Part(rig, Image, 0, 0));
        Assert.Equal((AckResult.Refused, "this board runs the image it was flashed with: flash the new one with nanoff"), (ack.Result, ack.Reason));
        Assert.Equal(AckResult.Refused, Updates.AskToRun(rig, Image).Result);
        _images.Refusal = "the storage is absent";
        rig = Booted();
        Assert.Equal("the storage is absent", Updates.Ask(rig, Kind.Image, Updates.Part(rig, Image, 0, 0)).Reason);
    }

    [Fact]
    public void While_an_image_is_on_trial_or_about_to_be_no_other_is_taken()
    {
        FirmwareRig rig = Booted();
        Updates.Send(rig, Image);
        Updates.Activate(rig, Image);
        byte[] other = Updates.NewImage(700, seed: 2);
        AssertRefused(rig, Updates.Part(rig, other, 0), "an image is on trial: wait until it is confirmed", 0);
        rig = Booted();
        AssertRefused(rig, Updates.Part(rig, other, 0), "an image is on trial: wait until it is confirmed", 0);
        Assert.Equal(Image, _images.Slots[1]);
    }

    [Fact]
    public void The_image_after_a_confirmed_one_goes_to_the_other_slot_and_leaves_it_whole()
    {
        FirmwareRig rig = Booted();
        byte[] second = Updates.NewImage(2500, seed: 2);
        byte[] third = Updates.NewImage(2600, seed: 3);
        foreach ((byte[] image, int slot) in new[] { (Image, 1), (second, 2), (third, 1) })
        {
            Updates.Send(rig, image);
            Updates.Activate(rig.Run(3), image);
            rig = Booted();
            Assert.Equal(slot, rig.Boot.Images.Running);
            Assert.Equal(image, _images.Slots[slot]);
            rig.Run(3700);
            Assert.False(rig.Boot.Images.HasTrial);
        }
        Assert.Equal(second, _images.Slots[2]);
    }

    [Fact]
    public void A_board_that_is_not_updated_writes_nothing_for_it()
    {
        Booted().Run(20);
        Assert.Equal(0, _images.Writes);
        Assert.Empty(_store.Records.Keys.Intersect(["image", "update", "crashes"]));
    }

    private static void AssertRefused(FirmwareRig rig, ImagePart part, string reason, int stored)
    {
        Ack ack = Updates.Ask(rig, Kind.Image, part);
        Assert.Equal((AckResult.Refused, reason, stored), (ack.Result, ack.Reason, ack.StoredBytes));
    }

    /// <summary>The next boot, which its host has chosen an image for.</summary>
    private FirmwareRig Booted()
    {
        FirmwareRig rig = new(store: _store, images: _images, bootId: ++_boots);
        rig.Boot.Images.Choose();
        rig.Beat().Tick();
        return rig;
    }
}
