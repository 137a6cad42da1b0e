using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

public sealed class LuxOsTests : LoadContract
{
    private const string Sid = "yJN2nlj1";

    private int _targetWatts = 3500;
    private bool _asleep;
    private bool _session;

    protected override int Watts => 3487;

    protected override int LimitWatts => 2500;

    protected override bool Sleeps => _asleep;

    protected override bool Keeps(int limitWatts) => !_asleep && _targetWatts == limitWatts;

    protected override void Wake() => _asleep = false;

    protected override Driver Create() => Miner(Device);

    protected override byte[]? Answer(byte[] request)
    {
        string text = Encoding.ASCII.GetString(request);
        if (!text.EndsWith('}'))
            return null;
        string command = Regex.Match(text, "\"command\":\"(\\w+)\"").Groups[1].Value;
        string parameter = Regex.Match(text, "\"parameter\":\"([^\"]*)\"").Groups[1].Value;
        if (parameter.Length > 0 && (!_session || !parameter.StartsWith(Sid)))
            return Bytes(Refusal(402));
        if (command == "logon")
        {
            if (_session)
                return Bytes(Refusal(401));
            _session = true;
        }

        if (command is "logoff" or "kill")
            _session = false;
        if (command == "curtail")
            _asleep = parameter.EndsWith("sleep");
        if (command == "powertargetset")
            _targetWatts = int.Parse(parameter[(parameter.IndexOf('=') + 1)..]);
        return Bytes(Replies(_targetWatts, _asleep)[command]);
    }

    [Fact]
    public void Sets_a_target_sleeps_and_wakes_by_these_commands()
    {
        Transcript bus = new();
        LuxOs miner = Miner(bus);
        Poll(bus, "config", 3500, false);
        bus.Run(miner);
        miner.Apply(2500);
        Order(bus, "powertargetset", "power=2500");
        Poll(bus, "config", 2500, false);
        Poll(bus, "limits", 2500, false);
        Poll(bus, "summary", 2500, false);
        Poll(bus, "temps", 2500, false);
        bus.Run(miner);
        miner.Apply(0);
        Order(bus, "curtail", "sleep");
        Poll(bus, "config", 2500, true);
        bus.Run(miner);
        miner.Apply(3000);
        Order(bus, "powertargetset", "power=3000", "curtail", "wakeup");
        Poll(bus, "config", 3000, false);
        Poll(bus, "limits", 3000, false);
        Poll(bus, "summary", 3000, false);
        bus.Run(miner);
        LoadReading reading = new();
        Assert.True(miner.TryRead(reading));
        Assert.Equal((3487, 199500L, 59000, LoadState.Running), (reading.Watts, reading.WorkRate, reading.TemperatureMilliC, reading.State));
        Assert.Equal((1575, 3600), (miner.Ability.MinWatts, miner.Ability.MaxWatts));
        Assert.All(bus.Dialled, where => Assert.Equal("10.0.0.21:4028", where));
    }

    [Fact]
    public void Ends_a_busy_session_at_the_third_refusal_to_lower_power()
    {
        LoadDriver miner = (LoadDriver)Create();
        Device.Run(miner, 10_000);
        _session = true;
        miner.Apply(0);
        Device.Run(miner, 14_000);
        Assert.False(_asleep);
        Device.Run(miner, 60_000);
        Assert.True(_asleep);
        Assert.False(_session);
    }

    [Fact]
    public void Leaves_a_busy_session_alone_when_power_would_rise()
    {
        LoadDriver miner = (LoadDriver)Create();
        (_asleep, _session) = (true, true);
        Device.Run(miner, 10_000);
        miner.Apply(3600);
        Device.Run(miner, 300_000);
        Assert.True(_asleep);
        Assert.True(_session);
        _session = false;
        Device.Run(miner, 40_000);
        Assert.False(_asleep);
    }

    [Fact]
    public void Logs_off_and_stays_asleep_when_the_target_is_refused()
    {
        Transcript bus = new();
        LuxOs miner = Miner(bus);
        Poll(bus, "config", 3500, true);
        bus.Run(miner);
        miner.Apply(2500);
        bus.On("{\"command\":\"logon\"}").AnswerAndClose(Replies(0, true)["logon"]);
        bus.On(Request("powertargetset", "power=2500")).AnswerAndClose(Refusal(431));
        bus.On(Request("logoff", null)).AnswerAndClose(Replies(0, true)["logoff"]);
        bus.Run(miner);
    }

    public static IEnumerable<TheoryDataRow<string>> Malformed()
    {
        const string Good = "{\"STATUS\":[{\"STATUS\":\"S\",\"Code\":322,\"Msg\":\"Power\"}],\"POWER\":[{\"Watts\":3487}],\"id\":1}";
        yield return Good + "\0\0\0";
        yield return Good.Replace("}]", ",}]") + "\0";
        yield return Good.Replace(",", ",\r\n") + "\0";
        yield return Good + Good + "\0";
        yield return Good.Replace("[{", "[,{") + "\0";
        yield return Good.Replace("{\"Watts", "{\"\"temp0\":1,\"Watts") + "\0";
        yield return Good.Replace("\"id\"", "\"a\":\"inf\",\"b\":\"nan\",\"id\"") + "\0";
        yield return "," + Good + "\0";
        yield return Good[..^8];
        yield return Good.Replace("\"id\"", "\"error_code\":{\"206\",\"400\"},\"id\"") + "\0";
        yield return Good;
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Reads_the_malformed_json_of_miners(string reply)
    {
        Transcript bus = new();
        LuxOs miner = Miner(bus);
        bus.On("{\"command\":\"power\"}").AnswerAndClose(reply);
        bus.On("{\"command\":\"config\"}").AnswerAndClose(Replies(3500, false)["config"]);
        bus.Run(miner);
        LoadReading reading = new();
        Assert.True(miner.TryRead(reading));
        Assert.Equal(3487, reading.Watts);
    }

    [Theory]
    [InlineData("{\"STATUS\":[{\"STATUS\":\"S\"}],\"POWER\":[{\"Watts\":\"inf\"}]}\0")]
    [InlineData("{\"STATUS\":[{\"STATUS\":\"S\"}],\"POWER\":[{\"Watts\":\"nan\"}]}\0")]
    [InlineData("{\"STATUS\":[{\"STATUS\":\"S\"}],\"POWER\":[{\"Watts\":-5}]}\0")]
    [InlineData("{\"STATUS\":[{\"STATUS\":\"S\"}],\"POWER\":[{\"Watts\":1e99}]}\0")]
    [InlineData("{\"STATUS\":[{\"STATUS\":\"S\"}],\"POWER\":[{\"Watts\":34")]
    [InlineData("{\"STATUS\":[{\"STATUS\":\"E\",\"Code\":14}],\"POWER\":[{\"Watts\":3487}]}\0")]
    [InlineData("{\"POWER\":[{\"Watts\":3487}]}\0")]
    [InlineData("\0")]
    public void Has_no_reading_of_what_is_none(string reply)
    {
        Transcript bus = new();
        LuxOs miner = Miner(bus);
        bus.On("{\"command\":\"power\"}").AnswerAndClose(reply);
        bus.Run(miner);
        Assert.False(miner.TryRead(new LoadReading()));
    }

    private static LuxOs Miner(IDialer dialer) => new(Ability("luxos", WorkUnit.Gigahash, 1500, 3600), dialer, "10.0.0.21", 4028);

    private static void Poll(Transcript bus, string question, int targetWatts, bool asleep)
    {
        foreach (string command in (string[])["power", question])
            bus.On($"{{\"command\":\"{command}\"}}").AnswerAndClose(Replies(targetWatts, asleep)[command]);
    }

    private static void Order(Transcript bus, params string[] commands)
    {
        bus.On("{\"command\":\"logon\"}").AnswerAndClose(Replies(0, false)["logon"]);
        for (int i = 0; i < commands.Length; i += 2)
            bus.On(Request(commands[i], commands[i + 1])).AnswerAndClose(Replies(0, false)[commands[i]]);
        bus.On(Request("logoff", null)).AnswerAndClose(Replies(0, false)["logoff"]);
    }

    private static string Request(string command, string? argument) =>
        $"{{\"command\":\"{command}\",\"parameter\":\"{Sid}{(argument is null ? "" : "," + argument)}\"}}";

    private static Dictionary<string, string> Replies(int targetWatts, bool asleep) => new()
    {
        ["power"] = Success(322, "\"POWER\":[{\"Watts\":3487}]"),
        ["config"] = Success(33, $"\"CONFIG\":[{{\"CurtailMode\":\"{(asleep ? "Sleep" : "None")}\",\"IdealPowerTarget\":{targetWatts},\"ActualPowerTarget\":3500,\"PowerLimit\":3600}}]"),
        ["limits"] = Success(333, "\"LIMITS\":[{\"FrequencyMax\":800,\"PowerTargetMax\":3600,\"PowerTargetMin\":1575,\"VoltageMax\":15.18}]"),
        ["summary"] = Success(11, "\"SUMMARY\":[{\"Elapsed\":100,\"GHS 5s\":199500.25,\"GHS av\":200000.1}]"),
        ["temps"] = Success(201, "\"TEMPS\":[{\"BottomLeft\":58,\"BottomRight\":42,\"TopLeft\":56},{\"BottomLeft\":59,\"TopLeft\":55},{\"BottomLeft\":0}]"),
        ["logon"] = Success(316, $"\"SESSION\":[{{\"SessionID\":\"{Sid}\"}}]"),
        ["logoff"] = Success(317, "\"id\":2"),
        ["kill"] = Success(318, "\"id\":2"),
        ["curtail"] = Success(335, "\"CURTAIL\":[{\"Action\":\"sleep mode\"}]"),
        ["powertargetset"] = Success(342, "\"POWERTARGET\":[{\"Power\":2500}]"),
    };

    private static string Success(int code, string section) =>
        $"{{\"STATUS\":[{{\"Code\":{code},\"Description\":\"LUXminer 2026.4\",\"Msg\":\"ok\",\"STATUS\":\"S\",\"When\":1667917312}}],{section},\"id\":1}}\0";

    private static string Refusal(int code) =>
        $"{{\"STATUS\":[{{\"Code\":{code},\"Description\":\"LUXminer 2026.4\",\"Msg\":\"no\",\"STATUS\":\"E\",\"When\":1667917312}}],\"id\":1}}\0";

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
