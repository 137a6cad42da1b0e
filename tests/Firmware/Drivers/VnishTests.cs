using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Fleet.Virtual.Plant;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

public sealed class VnishTests : PlantLoadContract
{
    private readonly VnishDevice _device;

    public VnishTests()
        : base(PlantRatings.AntminerS19jPro with { CapsWatts = [1_400, 1_900, 2_500, 3_068] })
    {
        _device = new VnishDevice(Model);
    }

    protected override LoadDevice Plant => _device;

    protected override int LimitWatts => 2_600;

    protected override Driver Create() => Miner(Device);

    [Fact]
    public void Stops_sets_a_preset_and_starts_by_these_requests()
    {
        Transcript bus = new();
        Vnish miner = Miner(bus);
        bus.On(Request("POST", "unlock", null, "{\"pw\":\"admin\"}")).AnswerAndClose(Ok("{\"token\":\"T0\"}"));
        bus.On(Request("GET", "summary", "T0")).AnswerAndClose(Ok(Summary("mining")));
        bus.On(Request("GET", "perf-summary", "T0")).AnswerAndClose(Ok(Preset(3_068)));
        bus.Run(miner);
        miner.Apply(2_600);
        bus.On(Request("GET", "perf-summary", "T0")).AnswerAndClose(Ok(Preset(3_068)));
        bus.On(Request("POST", "settings", "T0", Choice(2_500))).AnswerAndClose(Ok("{\"reboot_required\":false,\"restart_required\":true}"));
        bus.On(Request("POST", "mining/restart", "T0", "")).AnswerAndClose(Ok(""));
        bus.On(Request("GET", "summary", "T0")).AnswerAndClose(Ok(Summary("restarting")));
        bus.On(Request("GET", "perf-summary", "T0")).AnswerAndClose(Ok(Preset(2_500)));
        bus.Run(miner);
        Assert.Equal(LoadState.Starting, Reading(miner).State);
        miner.Apply(0);
        bus.On(Request("POST", "mining/stop", "T0", "")).AnswerAndClose(Ok(""));
        bus.On(Request("GET", "summary", "T0")).AnswerAndClose(Ok(Summary("shutting-down")));
        bus.On(Request("GET", "perf-summary", "T0")).AnswerAndClose(Ok(Preset(2_500)));
        bus.On(Request("GET", "summary", "T0")).AnswerAndClose(Ok(Summary("stopped")));
        bus.On(Request("GET", "status", "T0")).AnswerAndClose(Ok("{\"miner_state\":\"stopped\",\"restart_required\":false}"));
        bus.Run(miner);
        Assert.Equal(LoadState.Sleeping, Reading(miner).State);
        miner.Apply(1_400);
        bus.On(Request("GET", "perf-summary", "T0")).AnswerAndClose(Ok(Preset(2_500)));
        bus.On(Request("POST", "settings", "T0", Choice(1_400))).AnswerAndClose(Ok("{\"reboot_required\":false,\"restart_required\":true}"));
        bus.On(Request("POST", "mining/start", "T0", "")).AnswerAndClose(Ok(""));
        bus.Run(miner);
        Assert.All(bus.Dialled, where => Assert.Equal("10.0.0.61:80", where));
    }

    [Fact]
    public void Restarts_no_miner_that_has_its_preset()
    {
        Vnish miner = Miner(Device);
        foreach (int limit in (int[])[2_600, 2_500, 2_700, 3_000])
        {
            miner.Apply(limit);
            Device.Run(miner, 30_000);
        }

        Assert.Equal((2_500, 1), (Model.LimitWatts, _device.Restarts));
    }

    [Fact]
    public void Reads_work_and_the_hottest_chip()
    {
        Vnish miner = Miner(Device);
        Device.Run(miner, 5_000);
        LoadReading reading = Reading(miner);
        Assert.Equal((Model.MilliworkPerSecond / 1000, Model.MilliCelsius / 1000 * 1000, LoadState.Running), (reading.WorkRate, reading.TemperatureMilliC, reading.State));
    }

    [Fact]
    public void Reads_the_watts_of_older_firmware()
    {
        Transcript bus = new();
        Vnish miner = new(Ability("vnish", 1_000, 3_100), bus, "10.0.0.61", 80, "s3cret");
        bus.On(Request("POST", "unlock", null, "{\"pw\":\"s3cret\"}")).AnswerAndClose(Ok("{\"token\":\"T0\"}"));
        bus.On(Request("GET", "summary", "T0")).AnswerAndClose(Ok("{\"miner\":{\"miner_status\":{\"miner_state\":\"failure\"},\"power_usage\":3050}}"));
        bus.On(Request("GET", "perf-summary", "T0")).AnswerAndClose(Ok("{}"));
        bus.Run(miner);
        Assert.Equal((3_050, LoadState.Faulted, true), (Reading(miner).Watts, Reading(miner).State, Reading(miner).IsFaulty));
        Assert.Equal((3_100, 3_100), (miner.Ability.MinWatts, miner.Ability.MaxWatts));
    }

    [Fact]
    public void Logs_in_again_when_its_token_is_refused_and_loses_no_order()
    {
        Vnish miner = Miner(Device);
        Device.Run(miner, 5_000);
        _device.ForgetToken();
        miner.Apply(0);
        Device.Run(miner, 1_000);
        Assert.True(Sleeps);
        Assert.Equal(2, _device.Logins);
    }

    [Fact]
    public void Is_never_confirmed_by_a_miner_that_lacks_the_preset()
    {
        Vnish miner = new(Ability("vnish", 1_000, 3_100, 1_400, 2_000, 3_068), Device, "10.0.0.61", 80, "");
        miner.Apply(2_000);
        Device.Run(miner, 60_000);
        int attempts = Device.Attempts;
        Device.Run(miner, 60_000);
        // Polls of two exchanges every two seconds, and an order of three every half minute.
        Assert.InRange(Device.Attempts - attempts, 60, 75);
        Assert.Equal(3_068, Model.LimitWatts);
    }

    [Fact]
    public void Restarts_a_miner_whose_answer_to_its_preset_was_lost()
    {
        Vnish miner = Miner(Device);
        Device.Run(miner, 10_000);
        miner.Apply(2_000);
        // The read-back is answered; the preset is taken, but its answer never comes.
        miner.Step(Device.NowMs);
        _device.HidesSaves = true;
        Device.Run(miner, 1_000);
        _device.HidesSaves = false;
        Assert.Equal((3_068, 0), (Model.LimitWatts, _device.Restarts));
        Device.Run(miner, 20_000);
        Assert.Equal((1_900, 1), (Model.LimitWatts, _device.Restarts));
    }

    private static Vnish Miner(IDialer dialer) => new(Ability("vnish", 1_000, 3_100, 1_400, 1_900, 2_500, 3_068), dialer, "10.0.0.61", 80, "");

    private static string Summary(string state) => $"{{\"miner\":{{\"miner_status\":{{\"miner_state\":\"{state}\"}},\"power_consumption\":3050,\"power_usage\":29.5,\"hr_realtime\":0}}}}";

    private static string Preset(int watts) => $"{{\"current_preset\":{{\"name\":\"{watts}\",\"pretty\":\"\"}},\"preset_switcher\":{{\"name\":\"x\"}}}}";

    private static string Choice(int watts) => $"{{\"miner\":{{\"overclock\":{{\"preset\":\"{watts}\"}}}}}}";

    private static string Request(string method, string path, string? token, string? body = null) =>
        $"{method} /api/v1/{path} HTTP/1.1\r\nHost: 10.0.0.61\r\nConnection: close\r\n"
        + (token is null ? "" : $"Authorization: Bearer {token}\r\n")
        + (string.IsNullOrEmpty(body) ? "" : "Content-Type: application/json\r\n")
        + (body is null ? "" : $"Content-Length: {body.Length}\r\n") + "\r\n" + body;

    private static string Ok(string body) => $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";
}
