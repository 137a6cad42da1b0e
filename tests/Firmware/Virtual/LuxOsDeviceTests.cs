using System.Linq;
using System.Text.Json;
using Fleet.Virtual.Plant;
using Xunit;

namespace Fleet.Tests.Firmware.Virtual;

public sealed class LuxOsDeviceTests
{
    private readonly LuxOsDevice _device = new(Plants.Warm(PlantRatings.AntminerS21));

    [Fact]
    public void Answers_one_command_with_sections_a_status_array_and_a_nul_and_closes()
    {
        var line = new DeviceLine(_device);
        line.Write("{\"command\": \"version\"}\n"u8);
        var answer = System.Text.Encoding.UTF8.GetString(Plants.ReadAll(line));
        Assert.Equal(
            "{\"STATUS\":[{\"Code\":22,\"Description\":\"LUXminer 2026.4.3.0-plant\",\"Msg\":\"LUXminer versions\",\"STATUS\":\"S\",\"When\":1767225600}],"
            + "\"VERSION\":[{\"API\":\"3.7\",\"CompileTime\":\"Fri Apr 03 12:00:00 UTC 2026\",\"LUXminer\":\"2026.4.3.120000-0000000\","
            + "\"Miner\":\"2026.4.3.120000\",\"Type\":\"Antminer S21\"}],\"id\":1}\0",
            answer);
        Assert.True(line.IsClosed);
    }

    [Fact]
    public void Waits_for_the_rest_of_a_command_that_comes_in_pieces_and_needs_no_line_end()
    {
        var line = new DeviceLine(_device);
        line.Write("{\"command\":"u8);
        Assert.Empty(Plants.ReadAll(line));
        line.Write("\"power\"}"u8);
        Assert.NotEmpty(Plants.ReadAll(line));
    }

    [Fact]
    public void Reports_power_hash_rate_temperatures_and_limits()
    {
        Assert.InRange(Item("power", "POWER").GetProperty("Watts").GetInt32(), 3_470, 3_500);
        Assert.InRange(Item("summary", "SUMMARY").GetProperty("GHS 5s").GetDouble(), 199_000, 200_000);
        Assert.InRange(Item("temps", "TEMPS").GetProperty("TopLeft").GetInt32(), 48, 52);
        var (limits, config) = (Item("limits", "LIMITS"), Item("config", "CONFIG"));
        Assert.Equal((1_575, 3_500), (limits.GetProperty("PowerTargetMin").GetInt32(), limits.GetProperty("PowerTargetMax").GetInt32()));
        Assert.Equal((3_500, 3_500), (config.GetProperty("PowerLimit").GetInt32(), config.GetProperty("IdealPowerTarget").GetInt32()));
        Assert.Equal(15.18, Item("limits", "LIMITS").GetProperty("VoltageMax").GetDouble());
        Assert.Equal(2, Reply("stats").GetProperty("STATS").GetArrayLength());
    }

    [Fact]
    public void Has_one_session_at_a_time()
    {
        var sessionId = Logon();
        Assert.Equal(8, sessionId.Length);
        Assert.Equal(("E", 401), Status(Reply("logon")));
        Assert.Equal(sessionId, Item("session", "SESSION").GetProperty("SessionID").GetString());
        Assert.Equal(("S", 317), Status(Reply("logoff", sessionId)));
        Assert.Equal("", Item("session", "SESSION").GetProperty("SessionID").GetString());
        Assert.NotEqual(sessionId, Logon());
    }

    [Fact]
    public void Forgets_a_session_a_minute_after_its_last_use_and_at_a_reboot()
    {
        var sessionId = Logon();
        _device.Model.Advance(59_500);
        Assert.Equal("S", Status(Reply("powertargetset", sessionId + ",power=3000")).Letter);
        _device.Model.Advance(119_000);
        Assert.Equal(sessionId, _device.SessionId);
        _device.Model.Advance(119_500);
        Assert.Equal(("E", 402), Status(Reply("powertargetset", sessionId + ",power=2000")));
        Assert.Equal(3_000, _device.Model.LimitWatts);
        Assert.Equal("S", Status(Reply("rebootdevice", Logon())).Letter);
        _device.Model.Advance(300_000);
        Assert.Equal("", _device.SessionId);
    }

    [Fact]
    public void Forgets_a_session_that_is_never_used_after_a_minute()
    {
        var sessionId = Logon();
        _device.Model.Advance(59_500);
        Assert.Equal(sessionId, _device.SessionId);
        _device.Model.Advance(60_000);
        Assert.Equal("", _device.SessionId);
    }

    [Fact]
    public void Sleeps_wakes_and_sleeps_on_over_a_reboot_of_the_device()
    {
        var sessionId = Logon();
        var reply = Reply("curtail", sessionId + ",sleep");
        Assert.Equal(("S", 335), Status(reply));
        Assert.Equal("sleep mode", reply.GetProperty("CURTAIL")[0].GetProperty("Action").GetString());
        _device.Model.Advance(10_000);
        Assert.InRange(_device.Model.Milliwatts, 0, 25_000);
        Assert.Equal("SLEEP", Item("events", "EVENTS").GetProperty("Code").GetString());
        Assert.Equal("E", Status(Reply("reboot", sessionId + ",1")).Letter);
        Assert.Equal("S", Status(Reply("rebootdevice", sessionId)).Letter);
        _device.Model.Advance(100_000);
        Assert.Equal(PlantState.Sleeping, _device.Model.State);
        Assert.Equal("wake up", Reply("curtail", Logon() + ",wakeup").GetProperty("CURTAIL")[0].GetProperty("Action").GetString());
        _device.Model.Advance(500_000);
        Assert.InRange(_device.Model.Milliwatts, 3_470_000, 3_500_000);
    }

    [Theory]
    [InlineData("powertargetset", "power=2500", 2_500)]
    [InlineData("profileset", "default", 3_500)]
    [InlineData("profileset", "-2", 3_019)]
    [InlineData("profileset", "3.2kW", 3_019)]
    [InlineData("profileset", "3100W", 3_019)]
    [InlineData("profileset", "545MHz", 0)]
    [InlineData("profileset", "520MHz", 3_260)]
    [InlineData("profileset", "150THs", 2_297)]
    [InlineData("profileset", "1,520MHz", 3_260)]
    public void Follows_power_targets_and_profiles(string command, string words, int watts)
    {
        var reply = Reply(command, Logon() + "," + words);
        Assert.Equal(watts == 0 ? "E" : "S", Status(reply).Letter);
        Assert.Equal(watts == 0 ? 3_500 : watts, _device.Model.LimitWatts);
    }

    [Theory]
    [InlineData("powertargetset", "3000", "Invalid key/value format")]
    [InlineData("powertargetset", "power=-5", "Invalid key/value format")]
    [InlineData("powertargetset", "power=1000", "Power target 1000 is not within 1575 and 3500")]
    [InlineData("powertargetset", "power=9999", "Power target 9999 is not within 1575 and 3500")]
    [InlineData("curtail", "idle", "Invalid curtailment action: send sleep or wakeup")]
    [InlineData("profileset", "+1", "Profile not found")]
    [InlineData("reboot", "9", "Invalid board ID")]
    public void Refuses_what_it_cannot_do_and_changes_nothing(string command, string words, string message)
    {
        var reply = Reply(command, Logon() + "," + words);
        Assert.Equal("E", Status(reply).Letter);
        Assert.Equal(message, reply.GetProperty("STATUS")[0].GetProperty("Msg").GetString());
        Assert.Equal((3_500, PlantState.Running), (_device.Model.LimitWatts, _device.Model.State));
    }

    [Theory]
    [InlineData("{\"command\":\"curtail\",\"parameter\":\"sleep\"}", "E", 402)]
    [InlineData("{\"command\":\"curtail\",\"parameter\":\"wrongone,sleep\"}", "E", 402)]
    [InlineData("{\"command\":\"curtail\"}", "E", 402)]
    [InlineData("{\"command\":\"dance\"}", "E", 14)]
    [InlineData("{\"parameter\":\"x\"}", "E", 24)]
    [InlineData("[]", "E", 24)]
    [InlineData("}", "E", 23)]
    [InlineData("{\"command\":\n", "E", 23)]
    public void Refuses_what_is_not_a_command(string request, string letter, int code) =>
        Assert.Equal((letter, code), Status(Parse(_device.Ask(request))));

    [Fact]
    public void Lists_profiles_from_least_to_most_power()
    {
        var profiles = Reply("profiles").GetProperty("PROFILES").EnumerateArray().ToArray();
        var watts = profiles.Select(profile => profile.GetProperty("Watts").GetInt32()).ToArray();
        Assert.Equal((1_575, 3_500), (watts[0], watts[^1]));
        Assert.Equal(watts.Order(), watts);
        Assert.Equal("default", profiles[^1].GetProperty("Profile Name").GetString());
    }

    private static JsonElement Parse(string answer) => JsonDocument.Parse(answer.TrimEnd('\0')).RootElement;

    private static (string? Letter, int Code) Status(JsonElement reply)
    {
        var status = reply.GetProperty("STATUS")[0];
        return (status.GetProperty("STATUS").GetString(), status.GetProperty("Code").GetInt32());
    }

    private JsonElement Reply(string command, string parameter = "") =>
        Parse(_device.Ask($"{{\"command\":\"{command}\",\"parameter\":\"{parameter}\"}}"));

    private JsonElement Item(string command, string section) => Reply(command).GetProperty(section)[0];

    private string Logon() => Item("logon", "SESSION").GetProperty("SessionID").GetString()!;
}
