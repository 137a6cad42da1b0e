using System.Text;
using System.Text.Json;
using Fleet.Virtual.Plant;
using Xunit;

namespace Fleet.Tests.Firmware.Virtual;

public sealed class AiBoxDeviceTests
{
    private readonly AiBoxDevice _device = new(Plants.Warm(PlantRatings.AiBox60));

    [Fact]
    public void Answers_each_line_with_one_line_of_whole_numbers()
    {
        var line = new DeviceLine(_device);
        line.Write("{\"cmd\":\"status\"}\r\n{\"cmd\":\"sta"u8);
        line.Write("tus\"}\n"u8);
        var answers = Encoding.UTF8.GetString(Plants.ReadAll(line));
        Assert.Equal(3, answers.Split('\n').Length);
        Assert.Matches(
            """^\{"watts":6?[05]\d?,"capWatts":60,"minWatts":15,"maxWatts":60,"tokens":\d+,"millitokensPerSecond":\d+,"activeRequests":4,"state":"running","temperatureMilliC":\d+,"bootId":\d+\}\n""",
            answers);
        Assert.False(line.IsClosed);
    }

    [Fact]
    public void Caps_at_its_own_step_and_says_which()
    {
        var reply = Reply("{\"cmd\":\"cap\",\"watts\":39}");
        Assert.Equal(25, reply.GetProperty("capWatts").GetInt32());
        _device.Model.Advance(1_000);
        Assert.InRange(Reply("{\"cmd\":\"status\"}").GetProperty("watts").GetInt32(), 24, 26);
    }

    [Fact]
    public void Drains_sleeps_and_resumes()
    {
        Assert.Equal("draining", State("{\"cmd\":\"drain\"}"));
        _device.Model.Advance(5_000);
        Assert.Equal("running", State("{\"cmd\":\"resume\"}"));
        State("{\"cmd\":\"drain\"}");
        while (State("{\"cmd\":\"status\"}") == "draining")
            _device.Model.Advance(_device.Model.NowMs + 1_000);
        Assert.Equal("drained", State("{\"cmd\":\"drain\"}"));
        _device.Model.Advance(_device.Model.NowMs + 6_000);
        var asleep = Reply("{\"cmd\":\"status\"}");
        Assert.Equal(("sleeping", 2), (asleep.GetProperty("state").GetString(), asleep.GetProperty("watts").GetInt32()));
        Assert.Equal("running", State("{\"cmd\":\"resume\"}"));
    }

    [Fact]
    public void Comes_back_from_a_boot_with_another_id_its_full_cap_and_no_tokens()
    {
        var before = Reply("{\"cmd\":\"cap\",\"watts\":15}");
        _device.Model.Supply(false);
        _device.Model.Supply(true);
        Assert.True(new DeviceLine(_device).WasRefused);
        _device.Model.Advance(20_500);
        var after = Reply("{\"cmd\":\"status\"}");
        Assert.NotEqual(before.GetProperty("bootId").GetInt64(), after.GetProperty("bootId").GetInt64());
        Assert.Equal((60, 0), (after.GetProperty("capWatts").GetInt32(), after.GetProperty("tokens").GetInt32()));
        Assert.True(before.GetProperty("tokens").GetInt32() > 0);
    }

    [Theory]
    [InlineData("{\"cmd\":\"cap\",\"watts\":5}", "cap: watts 5 is below minWatts 15; send 15 to 60")]
    [InlineData("{\"cmd\":\"cap\",\"watts\":61}", "cap: watts 61 is above maxWatts 60; send 15 to 60")]
    [InlineData("{\"cmd\":\"cap\",\"watts\":20.5}", "cap: watts is missing or not a whole number; send 15 to 60")]
    [InlineData("{\"cmd\":\"cap\"}", "cap: watts is missing or not a whole number; send 15 to 60")]
    [InlineData("{\"cmd\":\"explode\"}", "cmd: \"explode\" is unknown; send status, cap, drain or resume")]
    [InlineData("{\"watts\":20}", "cmd: missing or not a string; send status, cap, drain or resume")]
    [InlineData("cap 20", "line: not a JSON object; send one object a line")]
    [InlineData("", "line: not a JSON object; send one object a line")]
    public void Refuses_with_what_where_and_what_to_do_and_changes_nothing(string request, string error)
    {
        Assert.Equal(error, Reply(request).GetProperty("error").GetString());
        Assert.Equal((60, PlantState.Running), (_device.Model.LimitWatts, _device.Model.State));
    }

    [Fact]
    public void Closes_on_a_line_without_end()
    {
        var line = new DeviceLine(_device);
        line.Write(Encoding.ASCII.GetBytes(new string('x', 600)));
        Assert.StartsWith("{\"error\":\"line: longer", Encoding.ASCII.GetString(Plants.ReadAll(line)));
        Assert.True(line.IsClosed);
    }

    private JsonElement Reply(string request) => JsonDocument.Parse(_device.Ask(request + "\n")).RootElement;

    private string? State(string request) => Reply(request).GetProperty("state").GetString();
}
