using System;
using System.Text;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

public sealed class AiBoxTests : LoadContract
{
    private int _capWatts = 60;
    private string _state = "running";

    protected override int Watts => 38;

    protected override int LimitWatts => 45;

    protected override bool Sleeps => _state == "sleeping";

    protected override bool Keeps(int limitWatts) => _state == "running" && _capWatts <= limitWatts;

    protected override void Wake() => _state = "running";

    protected override Driver Create() => new AiBox(Ability("aibox", WorkUnit.Millitoken, 15, 60), Device, "box", 4060);

    protected override byte[]? Answer(byte[] request)
    {
        string line = Encoding.ASCII.GetString(request);
        if (!line.EndsWith('\n'))
            return null;
        if (line.Contains("drain"))
            _state = "sleeping";
        if (line.Contains("resume"))
            _state = "running";
        int watts = line.IndexOf("\"watts\":", StringComparison.Ordinal);
        if (watts > 0)
            _capWatts = int.Parse(line[(watts + 8)..].TrimEnd('}', '\n')) >= 40 ? 40 : 15;
        return Encoding.ASCII.GetBytes(Status(_capWatts, _state) + "\n");
    }

    [Fact]
    public void Repeats_a_cap_that_is_one_of_the_boxs_own_steps_until_it_is_kept()
    {
        Transcript bus = new();
        LoadAbility ability = Ability("aibox", WorkUnit.Millitoken, 15, 60);
        ability.LevelWatts = [15, 25, 40, 60];
        AiBox box = new(ability, bus, "10.0.0.7", 4060);
        box.Apply(40);
        bus.On("{\"cmd\":\"cap\",\"watts\":40}\n").Answer(Status(15, "running") + "\n");
        bus.On("{\"cmd\":\"status\"}\n").Answer(Status(15, "running") + "\n");
        bus.On("{\"cmd\":\"status\"}\n").Answer(Status(15, "running") + "\n");
        bus.On("{\"cmd\":\"status\"}\n").Answer(Status(15, "running") + "\n");
        bus.On("{\"cmd\":\"cap\",\"watts\":40}\n").Answer(Status(40, "running") + "\n");
        bus.On("{\"cmd\":\"status\"}\n").Answer(Status(40, "running") + "\n");
        bus.Run(box);
    }

    [Fact]
    public void Caps_then_resumes_then_drains()
    {
        Transcript bus = new();
        AiBox box = new(Ability("aibox", WorkUnit.Millitoken, 15, 60), bus, "10.0.0.7", 4060);
        bus.On("{\"cmd\":\"status\"}\n").Answer(Status(60, "sleeping") + "\r\n");
        bus.Run(box);
        box.Apply(45);
        bus.On("{\"cmd\":\"cap\",\"watts\":45}\n").Answer(Status(40, "sleeping") + "\n");
        bus.On("{\"cmd\":\"resume\"}\n").Answer(Status(40, "running") + "\n");
        bus.On("{\"cmd\":\"status\"}\n").Answer(Status(40, "running") + "\n");
        bus.On("{\"cmd\":\"status\"}\n").Answer(Status(40, "running") + "\n");
        bus.Run(box);
        box.Apply(0);
        bus.On("{\"cmd\":\"drain\"}\n").Answer(Status(40, "draining") + "\n");
        bus.On("{\"cmd\":\"status\"}\n").Answer(Status(40, "draining") + "\n");
        bus.On("{\"cmd\":\"status\"}\n").Answer(Status(40, "sleeping") + "\n");
        bus.Run(box);
        Assert.All(bus.Dialled, where => Assert.Equal("10.0.0.7:4060", where));
    }

    [Fact]
    public void Reads_watts_tokens_temperature_and_state()
    {
        Transcript bus = new();
        AiBox box = new(Ability("aibox", WorkUnit.Millitoken, 10, 100), bus, "box", 4060);
        bus.On("{\"cmd\":\"status\"}\n").Answer(Status(60, "draining") + "\n");
        bus.Run(box);
        LoadReading reading = new();
        Assert.True(box.TryRead(reading));
        Assert.Equal((38, 30200L, 61250, LoadState.Draining), (reading.Watts, reading.WorkRate, reading.TemperatureMilliC, reading.State));
        Assert.True(reading.HasWatts && reading.HasWorkRate && reading.HasTemperature);
        Assert.Equal((15, 60), (box.Ability.MinWatts, box.Ability.MaxWatts));
    }

    [Fact]
    public void Caps_again_when_the_box_has_rebooted_to_its_highest()
    {
        Transcript bus = new();
        AiBox box = new(Ability("aibox", WorkUnit.Millitoken, 15, 60), bus, "box", 4060);
        box.Apply(45);
        bus.On("{\"cmd\":\"cap\",\"watts\":45}\n").Answer(Status(40, "running") + "\n");
        bus.On("{\"cmd\":\"status\"}\n").Answer(Status(40, "running") + "\n");
        bus.On("{\"cmd\":\"status\"}\n").Answer(Status(60, "running") + "\n");
        bus.On("{\"cmd\":\"cap\",\"watts\":45}\n").Answer(Status(40, "running") + "\n");
        bus.Run(box);
    }

    [Theory]
    [InlineData("{\"error\":\"cap: watts 45 is above maxWatts 40; send 15 to 40\"}")]
    [InlineData("{\"watts\":38,\"capWatts\":60,\"state\":\"running\"}")]
    [InlineData("{\"watts\":38,\"capWatts\":40,\"state\":\"dreaming\"}")]
    [InlineData("{}")]
    public void Repeats_a_cap_that_was_not_taken(string reply)
    {
        Transcript bus = new();
        AiBox box = new(Ability("aibox", WorkUnit.Millitoken, 15, 60), bus, "box", 4060);
        box.Apply(45);
        bus.On("{\"cmd\":\"cap\",\"watts\":45}\n").Answer(reply + "\n");
        bus.On("{\"cmd\":\"status\"}\n").Answer(Status(60, "running") + "\n");
        bus.On("{\"cmd\":\"status\"}\n").Answer(Status(60, "running") + "\n");
        bus.On("{\"cmd\":\"status\"}\n").Answer(Status(60, "running") + "\n");
        bus.On("{\"cmd\":\"cap\",\"watts\":45}\n").Answer(Status(40, "running") + "\n");
        bus.Run(box);
    }

    private static string Status(int capWatts, string state) =>
        $"{{\"watts\":38,\"capWatts\":{capWatts},\"minWatts\":15,\"maxWatts\":60,\"tokens\":123456,\"millitokensPerSecond\":30200,"
        + $"\"activeRequests\":4,\"state\":\"{state}\",\"temperatureMilliC\":61250,\"bootId\":172635}}";
}
