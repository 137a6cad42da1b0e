using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Fleet.Gateway.Sites;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Gateway.Sites;

public sealed class SiteInboxTests
{
    private static readonly ControllerAddress Stranger = new("hill", "nobody");

    private readonly Site _site = new SiteBench(2).Site;

    [Fact]
    public void Holds_so_many_acks_and_hellos_and_drops_and_counts_the_newcomer_beyond()
    {
        var inbox = new SiteInbox(_site);
        for (var i = 0; i < inbox.Capacity; i++)
            Assert.True(inbox.Offer(AckOf($"sp-{i}")));
        Assert.False(inbox.Offer(AckOf("one-too-many")));
        Assert.False(inbox.Offer(HelloOf(0, boot: 1)));
        Assert.Equal(2, inbox.Dropped);
        Assert.Equal(inbox.Capacity, Drain(inbox, new SiteImage(_site)).Count);
        Assert.True(inbox.Offer(AckOf("again")));
        Assert.Equal(2, inbox.Dropped);
    }

    [Fact]
    public void Of_telemetry_only_the_newest_of_each_controller_waits_and_a_full_inbox_does_not_stop_it()
    {
        var inbox = new SiteInbox(_site);
        for (var i = 0; i < inbox.Capacity; i++)
            inbox.Offer(AckOf($"sp-{i}"));
        for (var sequence = 1; sequence <= 5_000; sequence++)
            Assert.True(inbox.Offer(TelemetryOf(1, sequence)));
        var image = new SiteImage(_site);
        Drain(inbox, image);
        Assert.Null(image.Controllers[0].Telemetry);
        Assert.Equal(5_000, image.Controllers[1].Telemetry!.Sequence);
        Assert.Equal(0, inbox.Dropped);
    }

    [Fact]
    public void Takes_nothing_of_a_controller_the_site_has_not()
    {
        var inbox = new SiteInbox(_site);
        Assert.False(inbox.Offer(TelemetryOf(0, 1) with { From = Stranger }));
        Assert.False(inbox.Offer(AckOf("sp-1") with { From = Stranger }));
        Assert.False(inbox.Offer(HelloOf(0, 1) with { From = Stranger }));
        Assert.Empty(Drain(inbox, new SiteImage(_site)));
    }

    [Fact]
    public void Says_when_a_controller_has_come_online_and_not_when_one_has_gone()
    {
        var (inbox, image) = (new SiteInbox(_site), new SiteImage(_site));
        inbox.Offer(HelloOf(0, boot: 7));
        Assert.True(inbox.Drain(image, (_, _) => { }));
        inbox.Offer(HelloOf(0, boot: 7) with { IsOnline = false });
        Assert.False(inbox.Drain(image, (_, _) => { }));
        Assert.False(image.Controllers[0].IsOnline);
    }

    [Fact]
    public async Task Many_threads_may_fill_it_while_it_is_emptied_and_nothing_is_lost_uncounted()
    {
        var (inbox, image, taken) = (new SiteInbox(_site), new SiteImage(_site), 0);
        var filling = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 20_000).Count(i => inbox.Offer(AckOf("sp"))))));
        while (!filling.IsCompleted)
            taken += Drain(inbox, image).Count;
        taken += Drain(inbox, image).Count;
        Assert.Equal((await filling).Sum(), taken);
        Assert.Equal(80_000, taken + inbox.Dropped);
    }

    private static List<string> Drain(SiteInbox inbox, SiteImage image)
    {
        var acks = new List<string>();
        inbox.Drain(image, (_, ack) => acks.Add(ack.Id));
        return acks;
    }

    private AckReport AckOf(string id) => new(_site.Controllers[0].Address, default, 1, "setpoint", id, AckOutcome.Accepted, "", null, 1);

    private HelloReport HelloOf(int controller, long boot) => new(_site.Controllers[controller].Address, default, true, boot, "board", "1", 500, ["asic"]);

    private TelemetryReport TelemetryOf(int controller, long sequence) => new(
        _site.Controllers[controller].Address, default, 1, sequence, null, 1, 1, ControllerState.Commanded, null, null, 0, [], [], []);
}
