using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Core;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Sites;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;
using Controller = Fleet.Gateway.Sites.Controller;
using ControllerState = Fleet.Gateway.Sites.ControllerState;

namespace Fleet.Tests.Gateway.Dispatch;

/// <summary>The gateway's side of an update against the firmware's own, second by second, with whatever is lost between them.</summary>
public sealed partial class UpdateTests
{
    private static readonly ControllerAddress Address = new(FirmwareRig.Site, FirmwareRig.Name);
    private static readonly byte[] Image = NewImage(5 * Update.PartBytes + 77);

    private readonly FirmwareStore _store = new();
    private readonly FirmwareImages _images = new();
    private readonly List<Update> _ended = [];
    private SiteDispatch _dispatch;
    private FirmwareRig _controller;
    private DateTimeOffset _now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private long _sequence;
    private long _boots;
    private int _parts;
    private string _version = "0.1.0";
    private bool _isStuck;

    public UpdateTests()
    {
        _dispatch = NewGateway();
        _controller = Booted();
    }

    [Fact]
    public void An_image_goes_over_part_by_part_and_runs_on_trial_and_is_confirmed_after_an_hour()
    {
        var update = Begin();
        Run(until: () => update.State == UpdateState.OnTrial);
        Assert.Equal(Image, _images.Slots[1]);
        Assert.Equal(Image.Length, update.StoredBytes);
        Assert.Equal(7, _parts);
        Run(3_500);
        Assert.Equal(UpdateState.OnTrial, update.State);
        Run(200);
        Assert.Equal(UpdateState.Confirmed, update.State);
        Assert.Same(update, Assert.Single(_ended));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void It_arrives_whatever_is_lost_and_whoever_restarts_on_the_way(int seed)
    {
        var chance = new Random(seed);
        var update = Begin();
        for (var second = 0; second < 3_000 && update.State != UpdateState.OnTrial; second++)
        {
            if (chance.Next(60) == 0)
                _controller = Booted();
            if (chance.Next(90) == 0)
            {
                _dispatch = NewGateway();
                Hello();
                if (_version == "0.2.0")
                    break;
                update = Begin();
            }
            Second(losesDown: chance.Next(5) == 0, losesUp: chance.Next(5) == 0);
            Assert.NotEqual(UpdateState.Refused, update.State);
        }
        Assert.True(_controller.Boot.Images.IsOnTrial);
        Assert.Equal(Image, _images.Slots[1]);
    }

    [Fact]
    public void It_is_on_trial_though_the_word_that_it_starts_was_lost()
    {
        var update = Begin();
        for (var boots = _boots; _boots == boots;)
            Second(losesStart: true);
        Run(until: () => update.State != UpdateState.Sending);
        Assert.Equal((UpdateState.OnTrial, ""), (update.State, update.Reason));
    }

    [Fact]
    public void An_image_that_does_not_prove_itself_is_told_as_returned()
    {
        var update = Begin();
        Run(until: () => update.State == UpdateState.OnTrial);
        _controller.Boot.NoteCrash(1_000);
        _version = "0.1.0";
        _controller = Booted();
        Run(until: () => update.IsOver);
        Assert.Equal(UpdateState.Returned, update.State);
        Assert.StartsWith("the controller runs 0.1.0 again", update.Reason);
        Assert.Same(update, Assert.Single(_ended));
    }

    [Fact]
    public void An_image_that_stays_is_told_as_confirmed_whatever_it_calls_itself()
    {
        var update = new Update(Address, "v2", Image, _now);
        Assert.Null(_dispatch.Updates.Begin(update, _dispatch.Image));
        Run(until: () => update.IsOver);
        Assert.Equal((UpdateState.Confirmed, "the controller calls it 0.2.0"), (update.State, update.Reason));
    }

    [Fact]
    public void A_board_that_cannot_be_updated_refuses_and_says_how()
    {
        _controller = new FirmwareRig(store: _store, bootId: ++_boots);
        Hello();
        var update = Begin();
        Run(until: () => update.IsOver);
        Assert.Equal((UpdateState.Refused, "this board runs the image it was flashed with: flash the new one with nanoff"), (update.State, update.Reason));
        Run(60);
        Assert.Equal(3, _parts);
    }

    [Fact]
    public void A_storage_that_fails_ends_in_a_refusal_and_not_in_endless_writes()
    {
        _images.Fails = true;
        var update = Begin();
        Run(until: () => update.IsOver);
        Assert.Equal(UpdateState.Refused, update.State);
    }

    [Fact]
    public void What_a_controller_stored_before_is_not_sent_again()
    {
        var update = Begin();
        Run(until: () => update.StoredBytes >= 3 * Update.PartBytes);
        _controller = Booted();
        _dispatch = NewGateway();
        Hello();
        _parts = 0;
        update = Begin();
        Run(until: () => update.State == UpdateState.OnTrial);
        Assert.Equal(3, _parts);
    }

    [Fact]
    public void An_image_that_is_damaged_in_the_storage_again_and_again_is_given_up()
    {
        _images.Damages = true;
        var update = Begin();
        Run(until: () => update.IsOver);
        Assert.Equal(UpdateState.Refused, update.State);
        Assert.Equal(ImageChoice.Flashed, Booted().Boot.Images.Running);
    }

    [Fact]
    public void It_is_not_begun_for_who_is_away_or_runs_it_already_or_has_one_on_trial()
    {
        _dispatch = NewGateway();
        _dispatch.Tick(_now);
        Assert.EndsWith("is not connected: an update begins when it is.", Refusal("0.2.0"));
        Hello();
        Assert.EndsWith("runs 0.1.0 already.", Refusal("0.1.0"));
        var update = Begin();
        Run(until: () => update.State == UpdateState.OnTrial);
        Assert.EndsWith("has 0.2.0 on trial: wait until it is confirmed.", Refusal("0.3.0"));
    }

    private static byte[] NewImage(int bytes)
    {
        var image = new byte[bytes];
        new Random(7).NextBytes(image);
        return image;
    }

    private static SiteDispatch NewGateway() => new(
        new Site(new SiteTerms(Address.Site, "Hill", "Etc/UTC", 10_000, 0, 0, 0), [new Controller(Address, [])]), epoch: 1);

    private Update Begin()
    {
        var update = new Update(Address, "0.2.0", Image, _now);
        Assert.Null(_dispatch.Updates.Begin(update, _dispatch.Image));
        return update;
    }

    private string? Refusal(string version) => _dispatch.Updates.Begin(new Update(Address, version, Image, _now), _dispatch.Image);

    private FirmwareRig Booted()
    {
        var controller = new FirmwareRig(store: _store, images: _images, bootId: ++_boots);
        if (controller.Boot.Images.Choose() != ImageChoice.Flashed)
            _version = "0.2.0";
        _controller = controller;
        Hello();
        return controller;
    }

    private void Hello()
    {
        _dispatch.Inbox.Offer(new HelloReport(Address, _now, true, _boots, "board", _version, 1_000, []));
        _dispatch.Tick(_now);
    }

    private void Run(Func<bool> until)
    {
        for (var second = 0; !until(); second++)
        {
            Assert.True(second < 5_000);
            Second();
        }
    }

    private void Run(int seconds)
    {
        for (var second = 0; second < seconds; second++)
            Second();
    }

    private void Second(bool losesDown = false, bool losesUp = false, bool losesStart = false)
    {
        _now += TimeSpan.FromSeconds(1);
        var orders = _dispatch.Tick(_now);
        _ended.AddRange(orders.EndedUpdates);
        _parts += orders.ImageParts.Count;
        var parts = orders.ImageParts.Select(part => (SignedMessage)new ImagePart
        {
            Id = part.Id, BootId = part.BootId, ImageBytes = part.ImageBytes, Sha256 = part.Sha256, Offset = part.Offset,
            Content = Convert.ToHexStringLower(part.Content.Span),
        }).Concat(orders.Updates.Select(update => new Command { Id = update.Id, BootId = update.BootId, Action = CommandAction.Update, Argument = update.Sha256 }));
        foreach (var message in losesDown ? [] : parts)
        {
            message.Sequence = ++_sequence;
            message.IssuedUtcMs = _controller.UtcMs;
            _controller.Send(message is Command ? Kind.Command : Kind.Image, message);
        }
        _controller.Uplink.Sent.Clear();
        _controller.Run(1);
        foreach (var ack in losesUp ? [] : _controller.Uplink.Acks.Where(ack => !losesStart || ack.Kind != Kind.Command || ack.Result != AckResult.Accepted))
            _dispatch.Inbox.Offer(new AckReport(Address, _now, ack.BootId, Topics.NameOf(ack.Kind), ack.Id, (AckOutcome)ack.Result, ack.Reason, null, 0) { StoredBytes = ack.HasStoredBytes ? ack.StoredBytes : null });
        foreach (var told in losesUp ? [] : _controller.Uplink.Telemetries)
            _dispatch.Inbox.Offer(new TelemetryReport(Address, _now, told.BootId, told.Sequence, null, null, 0, ControllerState.FailSafe, null, null, told.Faults, [.. Named(told.Faults)], [], []));
        if (_controller.Controller.TryTakeCommand(out var action, out _) && action == CommandAction.Update && !_isStuck)
            _controller = Booted();
    }

    private static IEnumerable<string> Named(int faults) =>
        Enumerable.Range(0, Fault.Count).Where(bit => (faults & (1 << bit)) != 0).Select(Fault.NameOf);
}
