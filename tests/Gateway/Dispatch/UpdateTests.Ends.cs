using System;
using Fleet.Core;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Sites;
using Xunit;
using Controller = Fleet.Core.Controller;

namespace Fleet.Tests.Gateway.Dispatch;

/// <summary>How updates end when the controller does not tell it.</summary>
public sealed partial class UpdateTests
{
    [Fact]
    public void A_controller_that_never_comes_back_ends_its_update_as_lost_and_the_next_can_begin()
    {
        var update = Starting();
        Away(minutes: 149);
        Assert.Equal(UpdateState.Starting, update.State);
        Assert.StartsWith("nothing is heard of it since 2026-07-01 12:", update.Reason);
        Away(minutes: 2);
        Assert.Equal(UpdateState.Lost, update.State);
        Assert.Equal("nothing is heard of it for 150 minutes, and an image that cannot reach the gateway gives itself up in 120: see to its power and network, or flash it by cable", update.Reason);
        Assert.Same(update, Assert.Single(_ended));
        _version = "0.1.0";
        Hello();
        Assert.NotSame(update, Begin());
    }

    [Fact]
    public void A_controller_that_comes_back_in_time_is_told_by_what_it_runs()
    {
        var update = Starting();
        Away(minutes: 149);
        _controller = Booted();
        Run(until: () => update.State != UpdateState.Starting);
        Assert.Equal((UpdateState.OnTrial, ""), (update.State, update.Reason));
        Away(minutes: 140);
        _controller.Boot.NoteCrash(1_000);
        _version = "0.1.0";
        _controller = Booted();
        Run(until: () => update.IsOver);
        Assert.Equal(UpdateState.Returned, update.State);
    }

    [Fact]
    public void A_controller_that_takes_the_image_and_does_not_restart_is_told_as_lost()
    {
        _isStuck = true;
        var update = Begin();
        Run(until: () => update.State == UpdateState.Starting);
        Run(590);
        Assert.Equal(UpdateState.Starting, update.State);
        Run(until: () => update.IsOver);
        Assert.Equal((UpdateState.Lost, "it has taken the image and does not restart: cut its power for a moment, and it starts the image"), (update.State, update.Reason));
    }

    [Fact]
    public void A_controller_that_dies_on_trial_ends_its_update_as_lost()
    {
        var update = Begin();
        Run(until: () => update.State == UpdateState.OnTrial);
        Away(minutes: 151);
        Assert.Equal(UpdateState.Lost, update.State);
    }

    [Fact]
    public void A_controller_that_dies_while_the_image_goes_over_keeps_what_it_has_and_no_late_answer_revives_the_update()
    {
        var update = Begin();
        Run(until: () => update.StoredBytes > 0);
        _now += TimeSpan.FromSeconds(1);
        var order = Assert.Single(_dispatch.Tick(_now).ImageParts);
        Away(minutes: 151);
        Assert.Equal((UpdateState.Lost, "nothing is heard of it for 150 minutes: ask again when it is connected, and it goes on where it was"), (update.State, update.Reason));
        _dispatch.Inbox.Offer(new AckReport(Address, _now, _boots, "command", order.Id, AckOutcome.Accepted, "", null, 0));
        _dispatch.Tick(_now);
        Assert.Equal(UpdateState.Lost, update.State);
        Hello();
        update = Begin();
        Run(until: () => update.State == UpdateState.OnTrial);
    }

    [Fact]
    public void An_image_whose_attempt_was_not_counted_is_never_told_as_confirmed()
    {
        var update = Begin();
        Run(until: () => update.State == UpdateState.OnTrial);
        _version = "0.1.0";
        _store.Fails = true;
        _controller = Booted();
        Assert.Equal(ImageChoice.Flashed, _controller.Boot.Images.Running);
        Assert.False(_controller.Boot.Images.HasReturned);
        Run(until: () => update.IsOver);
        Assert.Equal(UpdateState.Returned, update.State);
    }

    [Fact]
    public void An_image_that_calls_itself_as_the_one_before_is_told_by_its_faults()
    {
        var update = Begin();
        Run(until: () => update.State == UpdateState.Starting);
        _version = "0.1.0";
        Hello();
        Run(until: () => update.State == UpdateState.OnTrial);
        Run(until: () => update.IsOver);
        Assert.Equal((UpdateState.Confirmed, "the controller calls it 0.1.0"), (update.State, update.Reason));
    }

    [Fact]
    public void An_image_whose_version_begins_as_the_flashed_ones_is_refused_before_any_of_it_is_stored()
    {
        byte[] image = [.. Image];
        BitConverter.TryWriteBytes(image.AsSpan(28), Controller.FirmwareNumber);
        var update = new Update(Address, "0.1.9", image, _now);
        Assert.Null(_dispatch.Updates.Begin(update, _dispatch.Image));
        Run(until: () => update.IsOver);
        Assert.Equal((UpdateState.Refused, "the image's version begins as the flashed one's: the first two numbers must differ"), (update.State, update.Reason));
        Assert.Equal(0, _images.Writes);
    }

    /// <summary>An update whose controller has restarted, and is not heard again.</summary>
    private Update Starting()
    {
        var update = Begin();
        Run(until: () => update.State == UpdateState.Starting);
        return update;
    }

    private void Away(int minutes)
    {
        _dispatch.Inbox.Offer(new HelloReport(Address, _now, false, _boots, "board", _version, 1_000, []));
        for (var minute = 0; minute < minutes; minute++)
        {
            _now += TimeSpan.FromMinutes(1);
            _ended.AddRange(_dispatch.Tick(_now).EndedUpdates);
        }
    }
}
