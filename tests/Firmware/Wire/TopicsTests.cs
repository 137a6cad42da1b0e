using CsCheck;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Wire;

public sealed class TopicsTests
{
    [Fact]
    public void Takes_apart_what_it_builds()
    {
        Gen<string> name = Gen.Select(Gen.Char.AlphaNumeric, Gen.String[Gen.OneOf(Gen.Char.AlphaNumeric, Gen.Const('-')), 0, 30],
            Gen.Char.AlphaNumeric, (first, middle, last) => (first + middle + last).ToLowerInvariant());
        Gen.Select(name, name, Gen.Int[0, Topics.KindCount - 1]).Sample((site, controller, index) =>
        {
            Kind kind = (Kind)index;
            string sent = kind == Kind.Heartbeat ? Topics.WholeSite : controller;
            string topic = kind == Kind.Heartbeat ? Topics.HeartbeatOf(site) : Topics.Of(site, controller, kind);
            return topic.Length <= Bounds.TopicLength && Topics.IsName(controller)
                && Topics.TryParse(topic, out string readSite, out string readController, out Kind readKind)
                && readSite == site && readController == sent && readKind == kind;
        });
    }

    [Fact]
    public void Builds_the_topics_of_the_design()
    {
        Assert.Equal("fleet/v1/north/c-1/setpoint", Topics.Of("north", "c-1", Kind.Setpoint));
        Assert.Equal("fleet/v1/north/-/heartbeat", Topics.HeartbeatOf("north"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("fleet/v1/")]
    [InlineData("fleet/v1/north")]
    [InlineData("fleet/v1/north/c1")]
    [InlineData("fleet/v1/north/c1/")]
    [InlineData("fleet/v1/north/c1/setpoint/")]
    [InlineData("fleet/v1/north/c1/setpoint/x")]
    [InlineData("fleet/v1/north/c1/Setpoint")]
    [InlineData("fleet/v1/north/c1/setpoint\0")]
    [InlineData("fleet/v1/north/c1/unknown")]
    [InlineData("fleet/v2/north/c1/setpoint")]
    [InlineData("Fleet/v1/north/c1/setpoint")]
    [InlineData("/fleet/v1/north/c1/setpoint")]
    [InlineData("fleet/v1//c1/setpoint")]
    [InlineData("fleet/v1/north//setpoint")]
    [InlineData("fleet/v1/-/c1/setpoint")]
    [InlineData("fleet/v1/+/c1/setpoint")]
    [InlineData("fleet/v1/north/#")]
    [InlineData("fleet/v1/north/#/setpoint")]
    [InlineData("fleet/v1/north/+/setpoint")]
    [InlineData("fleet/v1/north/-/setpoint")]
    [InlineData("fleet/v1/north/-/hello")]
    [InlineData("fleet/v1/north/c1/heartbeat")]
    [InlineData("fleet/v1/north/../setpoint")]
    [InlineData("fleet/v1/north/c 1/setpoint")]
    [InlineData("fleet/v1/north/С1/setpoint")]
    [InlineData("fleet/v1/north/c1-/setpoint")]
    [InlineData("fleet/v1/north/012345678901234567890123456789012/setpoint")]
    [InlineData("$SYS/broker/clients")]
    public void Refuses_a_foreign_or_hostile_topic(string? topic)
    {
        Assert.False(Topics.TryParse(topic, out string site, out string controller, out _));
        Assert.Null(site);
        Assert.Null(controller);
    }

    [Fact]
    public void Survives_any_text()
    {
        Gen.Select(Gen.Bool, Gen.String).Sample((prefixed, text) =>
        {
            string topic = prefixed ? Topics.Prefix + text : text;
            return !Topics.TryParse(topic, out string site, out _, out _) || Topics.IsName(site);
        });
    }

    [Fact]
    public void Knows_which_kinds_go_up()
    {
        Assert.True(Topics.IsUp(Kind.Hello) && Topics.IsUp(Kind.Ack) && Topics.IsUp(Kind.Event));
        Assert.False(Topics.IsUp(Kind.Heartbeat) || Topics.IsUp(Kind.Setpoint) || Topics.IsUp(Kind.Command));
    }

    [Fact]
    public void Names_every_fault_and_those_of_newer_firmware()
    {
        Assert.Equal("meter-stale", Fault.NameOf(0));
        Assert.Equal("grid-abnormal", Fault.NameOf(Fault.Count - 1));
        Assert.Equal("fault-30", Fault.NameOf(30));
    }
}
