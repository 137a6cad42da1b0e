using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Fleet.Virtual.Plant;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

public sealed class BraiinsTests : PlantLoadContract
{
    private const string Password = "a\"b\\ü";

    private readonly BraiinsDevice _device;

    public BraiinsTests()
        : base(PlantRatings.AntminerS19jPro)
    {
        _device = new BraiinsDevice(Model) { Password = Password };
    }

    protected override LoadDevice Plant => _device;

    protected override int LimitWatts => 2_500;

    protected override Driver Create() => Miner(Device);

    [Fact]
    public void Reads_back_sets_a_target_pauses_and_resumes_by_these_requests()
    {
        Transcript bus = new();
        Braiins miner = Miner(bus);
        bus.On(Request("POST", "auth/login", null, "{\"username\":\"root\",\"password\":\"a\\u0022b\\u005c\\u00fc\"}")).AnswerAndClose(Ok("{\"timeout_s\":3600,\"token\":\"T0\"}"));
        bus.On(Request("GET", "miner/stats", "T0")).AnswerAndClose(Ok("{\"power_stats\":{\"approximated_consumption\":{\"watt\":3050}}}"));
        bus.On(Request("GET", "miner/details", "T0")).AnswerAndClose(Ok("{\"status\":2}"));
        bus.Run(miner);
        miner.Apply(2_500);
        bus.On(Request("GET", "performance/mode", "T0")).AnswerAndClose(Ok(Mode(3_068)));
        bus.On(Request("PUT", "performance/power-target", "T0", "{\"watt\":2500}")).AnswerAndClose(Ok("{\"watt\":2500}"));
        bus.On(Request("GET", "miner/stats", "T0")).AnswerAndClose(Ok("{\"power_stats\":{\"approximated_consumption\":{\"watt\":3050}}}"));
        bus.Run(miner);
        miner.Apply(0);
        bus.On(Request("PUT", "actions/pause", "T0", "")).AnswerAndClose(Ok("false"));
        bus.On(Request("GET", "miner/stats", "T0")).AnswerAndClose(Ok("{\"power_stats\":{\"approximated_consumption\":{\"watt\":30}}}"));
        bus.On(Request("GET", "miner/details", "T0")).AnswerAndClose(Ok("{\"status\":3}"));
        bus.Run(miner);
        miner.Apply(2_500);
        // The target is in force already: only the resume is written.
        bus.On(Request("GET", "performance/mode", "T0")).AnswerAndClose(Ok(Mode(2_500)));
        bus.On(Request("PUT", "actions/resume", "T0", "")).AnswerAndClose(Ok("false"));
        bus.Run(miner);
        Assert.All(bus.Dialled, where => Assert.Equal("10.0.0.51:80", where));
    }

    [Fact]
    public void Starts_a_miner_whose_program_is_stopped()
    {
        Transcript bus = new();
        Braiins miner = Miner(bus);
        bus.On(Request("POST", "auth/login", null, "{\"username\":\"root\",\"password\":\"a\\u0022b\\u005c\\u00fc\"}")).AnswerAndClose(Ok("{\"token\":\"T0\"}"));
        bus.On(Request("GET", "miner/stats", "T0")).AnswerAndClose(Ok("{\"power_stats\":{\"approximated_consumption\":{\"watt\":30}}}"));
        bus.On(Request("GET", "miner/details", "T0")).AnswerAndClose(Ok("{\"status\":1}"));
        bus.Run(miner);
        Assert.Equal(LoadState.Sleeping, Reading(miner).State);
        miner.Apply(2_500);
        bus.On(Request("GET", "performance/mode", "T0")).AnswerAndClose(Ok(Mode(2_500)));
        bus.On(Request("PUT", "actions/start", "T0", "")).AnswerAndClose(Ok("false"));
        bus.Run(miner);
    }

    [Fact]
    public void Learns_bands_temperature_work_and_state()
    {
        Braiins miner = Miner(Device);
        Device.Run(miner, 12_000);
        Assert.Equal((1_380, 3_068), (miner.Ability.MinWatts, miner.Ability.MaxWatts));
        LoadReading reading = Reading(miner);
        Assert.Equal((Model.MilliworkPerSecond / 1000, LoadState.Running, false), (reading.WorkRate, reading.State, reading.IsFaulty));
        Assert.InRange(reading.TemperatureMilliC, Model.MilliCelsius - 51, Model.MilliCelsius + 51);
    }

    [Fact]
    public void Logs_in_again_when_its_token_is_refused_and_loses_no_order()
    {
        Braiins miner = Miner(Device);
        miner.Apply(2_500);
        Device.Run(miner, 20_000);
        Assert.Equal(1, _device.Logins);
        _device.ForgetToken();
        miner.Apply(0);
        Device.Run(miner, 1_000);
        Assert.True(Sleeps);
        Assert.Equal(2, _device.Logins);
    }

    [Fact]
    public void Tries_a_wrong_password_ever_more_seldom()
    {
        _device.Password = "other";
        Braiins miner = Miner(Device);
        Device.Run(miner, 60_000);
        int attempts = Device.Attempts;
        Device.Run(miner, 600_000);
        Assert.InRange(Device.Attempts - attempts, 30, 45);
        Assert.False(miner.TryRead(new LoadReading()));
    }

    [Fact]
    public void Keeps_asking_for_a_target_that_is_refused_and_never_resumes_above_it()
    {
        Model.Sleep();
        _device.IsManual = true;
        Braiins miner = Miner(Device);
        miner.Apply(2_000);
        Device.Run(miner, 120_000);
        Assert.True(Sleeps);
        _device.IsManual = false;
        Device.Run(miner, LoadDriver.LongestRepeatMs + 20_000);
        Assert.True(Keeps(2_000));
    }

    [Theory]
    [InlineData(4, LoadState.Starting, false)]
    [InlineData(5, LoadState.Faulted, true)]
    public void Reports_a_miner_that_is_suspended_or_restricted(int status, LoadState state, bool isFaulty)
    {
        Transcript bus = new();
        Braiins miner = Miner(bus);
        bus.On(Request("POST", "auth/login", null, "{\"username\":\"root\",\"password\":\"a\\u0022b\\u005c\\u00fc\"}")).AnswerAndClose(Ok("{\"token\":\"T0\"}"));
        bus.On(Request("GET", "miner/stats", "T0")).AnswerAndClose(Ok("{\"power_stats\":{\"approximated_consumption\":{\"watt\":130}}}"));
        bus.On(Request("GET", "miner/details", "T0")).AnswerAndClose(Ok($"{{\"status\":{status}}}"));
        bus.Run(miner);
        Assert.Equal((state, isFaulty), (Reading(miner).State, Reading(miner).IsFaulty));
    }

    [Fact]
    public void Reads_the_constraints_again_when_a_target_is_outside_them()
    {
        Transcript bus = new();
        Braiins miner = Miner(bus);
        bus.On(Request("POST", "auth/login", null, "{\"username\":\"root\",\"password\":\"a\\u0022b\\u005c\\u00fc\"}")).AnswerAndClose(Ok("{\"token\":\"T0\"}"));
        bus.On(Request("GET", "miner/stats", "T0")).AnswerAndClose(Ok("{\"power_stats\":{\"approximated_consumption\":{\"watt\":3050}}}"));
        bus.On(Request("GET", "miner/details", "T0")).AnswerAndClose(Ok("{\"status\":2}"));
        bus.Run(miner);
        miner.Apply(1_200);
        bus.On(Request("GET", "performance/mode", "T0")).AnswerAndClose(Ok(Mode(3_068)));
        bus.On(Request("PUT", "performance/power-target", "T0", "{\"watt\":1200}")).AnswerAndClose("HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n");
        bus.On(Request("GET", "miner/stats", "T0")).AnswerAndClose(Ok("{\"power_stats\":{\"approximated_consumption\":{\"watt\":3050}}}"));
        bus.On(Request("GET", "configuration/constraints", "T0"))
            .AnswerAndClose(Ok("{\"tuner_constraints\":{\"power_target\":{\"default\":{\"watt\":3068},\"max\":{\"watt\":3500},\"min\":{\"watt\":1380}}}}"));
        bus.Run(miner);
        Assert.Equal((1_380, 3_500), (miner.Ability.MinWatts, miner.Ability.MaxWatts));
    }

    [Fact]
    public void Is_all_or_nothing_where_the_model_takes_no_targets()
    {
        _device.LacksTargets = true;
        Braiins miner = Miner(Device);
        miner.Apply(2_500);
        Device.Run(miner, 60_000);
        Assert.Equal((4_000, true), (miner.Ability.MinWatts, Sleeps));
        miner.Apply(4_000);
        Device.Run(miner, 60_000);
        Assert.Equal(PlantState.Running, Model.State);
    }

    [Fact]
    public void Confirms_a_rest_in_which_no_power_is_told()
    {
        _device.HidesRestingPower = true;
        Braiins miner = Miner(Device);
        miner.Apply(0);
        Device.Run(miner, 20_000);
        Assert.Equal((LoadState.Sleeping, false), (Reading(miner).State, Reading(miner).HasWatts));
        Assert.InRange(Reading(miner).AtMs, Device.NowMs - 2_500, Device.NowMs);
    }

    [Fact]
    public void Loses_no_order_when_its_token_expires_between_read_back_and_target()
    {
        Transcript bus = new();
        Braiins miner = Miner(bus);
        const string Login = "{\"username\":\"root\",\"password\":\"a\\u0022b\\u005c\\u00fc\"}";
        miner.Apply(2_500);
        bus.On(Request("POST", "auth/login", null, Login)).AnswerAndClose(Ok("{\"token\":\"T0\"}"));
        bus.On(Request("GET", "performance/mode", "T0")).AnswerAndClose(Ok(Mode(3_068)));
        bus.On(Request("PUT", "performance/power-target", "T0", "{\"watt\":2500}")).AnswerAndClose("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
        bus.On(Request("POST", "auth/login", null, Login)).AnswerAndClose(Ok("{\"token\":\"T1\"}"));
        bus.On(Request("PUT", "performance/power-target", "T1", "{\"watt\":2500}")).AnswerAndClose(Ok("{\"watt\":2500}"));
        bus.Run(miner);
    }

    private static Braiins Miner(IDialer dialer) => new(Ability("braiins", 1_000, 4_000), dialer, "10.0.0.51", 80, "", Password);

    private static string Mode(int watts) => $"{{\"tunermode\":{{\"target\":{{\"powertarget\":{{\"power_target\":{{\"watt\":{watts}}}}}}}}}}}";

    private static string Request(string method, string path, string? token, string? body = null) =>
        $"{method} /api/v1/{path} HTTP/1.1\r\nHost: 10.0.0.51\r\nConnection: close\r\n"
        + (token is null ? "" : $"Authorization: {token}\r\n")
        + (string.IsNullOrEmpty(body) ? "" : "Content-Type: application/json\r\n")
        + (body is null ? "" : $"Content-Length: {body.Length}\r\n") + "\r\n" + body;

    private static string Ok(string body) => $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";
}
