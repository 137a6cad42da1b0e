using System.Linq;
using System.Text.Json.Nodes;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Wire;

public sealed class WritingTests
{
    [Fact]
    public void Never_writes_past_the_end_and_then_has_no_length()
    {
        Telemetry telemetry = Samples.Telemetry();
        byte[] buffer = new byte[Bounds.PayloadBytes];
        int full = telemetry.Write(buffer);
        for (int size = 0; size < full; size++)
        {
            Assert.Equal(0, telemetry.Write(new byte[size], out string reason));
            Assert.Equal("payload: does not fit", reason);
        }
        Assert.Equal(full, telemetry.Write(new byte[full]));
    }

    [Fact]
    public void A_message_outside_its_bounds_is_not_written_and_says_why()
    {
        Setpoint setpoint = (Setpoint)Samples.Filled("setpoint");
        setpoint.LimitWatts = Bounds.Watts + 1;
        Assert.Equal(0, setpoint.Write(new byte[Bounds.PayloadBytes], out string reason));
        Assert.Equal("limitWatts: 10000001 is above 10000000", reason);
        Assert.Equal(0, setpoint.WriteSigned(new byte[Bounds.PayloadBytes], Samples.SetpointTopic, new byte[32]));
        setpoint.LimitWatts = 0;
        setpoint.Id = null;
        Assert.Equal(0, setpoint.Write(new byte[Bounds.PayloadBytes], out reason));
        Assert.Equal("id: 0 characters, fewer than 1", reason);
        Telemetry telemetry = Samples.Telemetry();
        telemetry.Loads[1].LimitWatts = -1;
        Assert.Equal(0, telemetry.Write(new byte[Bounds.PayloadBytes], out reason));
        Assert.Equal("loads[1].limitWatts: -1 is below 0", reason);
    }

    [Fact]
    public void No_message_has_more_than_half_of_the_fields_that_are_read()
    {
        foreach (string name in Samples.Names)
        {
            JsonObject message = JsonNode.Parse(Messages.Json(Samples.Filled(name)))!.AsObject();
            Assert.InRange(message.Count, 1, Bounds.Fields / 2);
            Assert.All(message["loads"] is JsonArray loads ? loads : [], load => Assert.InRange(load!.AsObject().Count, 1, Bounds.Fields / 2));
        }
    }

    [Fact]
    public void A_reason_longer_than_a_line_is_cut()
    {
        Ack ack = (Ack)Samples.Filled("ack-refused");
        ack.Reason = new string('r', Bounds.ReasonLength + 50);
        byte[] payload = Messages.Payload(ack);
        Assert.True(ack.TryRead(payload, payload.Length, out string reason), reason);
        Assert.Equal(new string('r', Bounds.ReasonLength), ack.Reason);
    }

    [Fact]
    public void The_largest_message_of_every_kind_fits_the_payload()
    {
        Schedule schedule = (Schedule)Samples.Filled("schedule");
        schedule.LimitWatts = [.. Enumerable.Repeat(Bounds.Watts, Bounds.Slots)];
        schedule.Id = new string('i', Bounds.TextLength);
        Assert.True(schedule.WriteSigned(new byte[Bounds.DownBytes], Samples.SetpointTopic, new byte[32]) > 0);

        Config config = (Config)Samples.Filled("config");
        config.Names = [.. Enumerable.Range(10, Bounds.Settings).Select(i => i + new string('n', Bounds.NameLength - 2))];
        config.Values = [.. Enumerable.Repeat(-Bounds.Counter, Bounds.Settings)];
        config.Id = schedule.Id;
        Assert.True(config.WriteSigned(new byte[Bounds.DownBytes], Samples.SetpointTopic, new byte[32]) > 0);

        ImagePart part = (ImagePart)Samples.Filled("image");
        part.ImageBytes = Bounds.ImageBytes;
        part.Offset = Bounds.ImageBytes;
        part.Content = new string('f', 2 * Bounds.ImagePartBytes);
        part.Id = schedule.Id;
        part.Sequence = Bounds.Counter;
        part.BootId = Bounds.Counter;
        part.IssuedUtcMs = Bounds.UtcMs;
        Assert.True(part.WriteSigned(new byte[Bounds.DownBytes], Samples.SetpointTopic, new byte[32]) > 0);

        Hello hello = (Hello)Samples.Filled("hello");
        hello.Loads = [.. Enumerable.Range(0, Bounds.Loads).Select(i => new LoadAbility
        {
            Name = i + new string('n', Bounds.NameLength - 1), Driver = new string('d', Bounds.NameLength),
            MinWatts = Bounds.Watts, MaxWatts = Bounds.Watts, Work = WorkUnit.Millitoken,
            LevelWatts = [.. Enumerable.Range(0, Bounds.Levels).Select(level => Bounds.Watts - Bounds.Levels + level)],
        })];
        Assert.True(hello.Write(new byte[Bounds.PayloadBytes], out string reason) > 0, reason);
    }
}
