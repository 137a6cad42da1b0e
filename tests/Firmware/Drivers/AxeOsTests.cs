using System;
using System.Globalization;
using System.Text;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Firmware.Virtual;
using Fleet.Tests.Harness;
using Fleet.Virtual.Plant;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

public sealed class AxeOsTests : LoadContract
{
    private const string Get = "GET /api/system/info HTTP/1.1\r\nHost: 10.0.0.9\r\nConnection: close\r\n\r\n";

    private const string GetAsic = "GET /api/system/asic HTTP/1.1\r\nHost: 10.0.0.9\r\nConnection: close\r\n\r\n";

    private const string Asic = "{\"ASICModel\":\"BM1370\",\"deviceModel\":\"Gamma\",\"defaultFrequency\":525,\"frequencyOptions\":[400,490,525,550,600,625],"
        + "\"defaultVoltage\":1150,\"voltageOptions\":[1000,1060,1100,1150,1200,1250]}";

    private double _megahertz = 525;
    private bool _paused;
    private bool _chunked;

    protected override int Watts => (int)(Power + 0.5);

    protected override int LimitWatts => 11;

    protected override bool Sleeps => _paused;

    private double Power => _paused ? 3 : 3 + 14 * _megahertz / 525;

    protected override bool Keeps(int limitWatts) => !_paused && Power <= limitWatts && Power >= limitWatts * 0.85;

    protected override void Wake() => _paused = false;

    protected override Driver Create()
    {
        (_megahertz, _paused) = (525, false);
        return Miner(Device);
    }

    protected override byte[]? Answer(byte[] request)
    {
        string text = Encoding.ASCII.GetString(request);
        int head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (head < 0)
            return null;
        if (text.StartsWith("POST /api/system/pause "))
            _paused = true;
        if (text.StartsWith("POST /api/system/resume "))
            _paused = false;
        int frequency = text.IndexOf("{\"frequency\":", StringComparison.Ordinal);
        if (frequency > 0)
            _megahertz = double.Parse(text[(frequency + 13)..].TrimEnd('}'), CultureInfo.InvariantCulture);
        if (!text.StartsWith("GET "))
            return Encoding.ASCII.GetBytes(Ok("{\"message\":\"done\"}"));
        if (text.StartsWith("GET /api/system/asic "))
            return Encoding.ASCII.GetBytes(_chunked ? Chunked(Asic) : Ok(Asic));
        string info = Info(Power, _paused ? 0 : 1000, _megahertz, _paused);
        return Encoding.ASCII.GetBytes(_chunked ? Chunked(info) : Ok(info));
    }

    [Fact]
    public void Reads_a_chunked_answer()
    {
        _chunked = true;
        Reads_a_sound_device();
    }

    [Fact]
    public void Lowers_raises_pauses_and_resumes_by_these_requests()
    {
        Transcript bus = new();
        AxeOs miner = Miner(bus);
        bus.On(Get).AnswerAndClose(Ok(Info(17, 1071, 525, false)));
        bus.On(GetAsic).AnswerAndClose(Ok(Asic));
        bus.Run(miner);
        miner.Apply(10);
        // 17 W, of which 3.4 are taken for constant: 525 * (10 - 3.4) / (17 - 3.4).
        bus.On(Patch(254)).AnswerAndClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        bus.On(Get).AnswerAndClose(Ok(Info(9.8, 518, 254, false)));
        bus.On(Get).AnswerAndClose(Ok(Info(9.8, 518, 254, false)));
        bus.Run(miner);
        miner.Apply(15);
        // Raising takes nothing for constant: 254 * 15 / 9.8, aimed at 97 %.
        bus.On(Patch(377)).AnswerAndClose(Ok(""));
        bus.On(Get).AnswerAndClose(Ok(Info(13.1, 769, 377, false)));
        bus.Run(miner);
        miner.Apply(0);
        bus.On(Post("pause")).AnswerAndClose(Ok("{}"));
        bus.On(Get).AnswerAndClose(Ok(Info(3, 0, 377, true)));
        bus.On(Get).AnswerAndClose(Ok(Info(3, 0, 377, true)));
        bus.Run(miner);
        miner.Apply(15);
        // Asleep for another order than its frequency was chosen for only in between: it wakes as it was.
        bus.On(Post("resume")).AnswerAndClose(Ok("{}"));
        bus.On(Get).AnswerAndClose(Ok(Info(3, 0, 377, false)));
        bus.Run(miner);
        Assert.All(bus.Dialled, where => Assert.Equal("10.0.0.9:80", where));
    }

    [Fact]
    public void Sets_the_frequency_of_a_paused_miner_before_it_resumes()
    {
        Transcript bus = new();
        AxeOs miner = Miner(bus);
        bus.On(Get).AnswerAndClose(Ok(Info(3, 0, 625, true)));
        bus.On(GetAsic).AnswerAndClose(Ok(Asic));
        bus.Run(miner);
        miner.Apply(15);
        // Of 25 W at 625 MHz a fifth is taken for constant: 625 * (15 - 5) / (25 - 5).
        bus.On(Patch(312)).AnswerAndClose(Ok(""));
        bus.On(Post("resume")).AnswerAndClose(Ok("{}"));
        bus.Run(miner);
    }

    [Theory]
    [InlineData("{\"frequencyOptions\":[350,375,380,400,410]}", "200 OK", 410)]
    [InlineData("{\"ASICModel\":\"BM1370\"}", "200 OK", 400)]
    [InlineData("{\"error\":\"unknown route\"}", "404 Not Found", 400)]
    public void Is_never_driven_above_what_it_offers_or_its_owner_has_set(string asic, string status, int highest)
    {
        Transcript bus = new();
        AxeOs miner = Miner(bus);
        bus.On(Get).AnswerAndClose(Ok(Info(12, 800, 400, false)));
        bus.On(GetAsic).AnswerAndClose(Ok(asic).Replace("200 OK", status));
        bus.On(Get).AnswerAndClose(Ok(Info(12, 800, 400, false)));
        bus.Run(miner);
        miner.Apply(25);
        if (highest > 400)
            bus.On(Patch(highest)).AnswerAndClose(Ok(""));
        bus.On(Get).AnswerAndClose(Ok(Info(12.3, 820, highest, false)));
        bus.On(Get).AnswerAndClose(Ok(Info(12.3, 820, highest, false)));
        bus.Run(miner);
    }

    [Fact]
    public void Writes_no_frequency_inside_the_band()
    {
        Transcript bus = new();
        AxeOs miner = Miner(bus);
        miner.Apply(17);
        bus.On(Get).AnswerAndClose(Ok(Info(16.3, 1000, 500, false)));
        bus.On(GetAsic).AnswerAndClose(Ok(Asic));
        foreach (double watts in (double[])[16.2, 16.9, 15.4, 16.5, 16.4])
            bus.On(Get).AnswerAndClose(Ok(Info(watts, 1000, 500, false)));
        bus.Run(miner);
    }

    [Fact]
    public void Does_not_raise_a_miner_that_is_still_starting()
    {
        Transcript bus = new();
        AxeOs miner = Miner(bus);
        bus.On(Get).AnswerAndClose(Ok(Info(3, 0, 300, false)));
        bus.On(GetAsic).AnswerAndClose(Ok(Asic));
        bus.Run(miner);
        miner.Apply(20);
        for (int i = 0; i < 5; i++)
            bus.On(Get).AnswerAndClose(Ok(Info(3 + i, i < 3 ? 0 : 100 * i, 300, false)));
        bus.Run(miner);
        LoadReading reading = new();
        miner.TryRead(reading);
        Assert.Equal(LoadState.Running, reading.State);
    }

    [Theory]
    [InlineData("\"overheat_mode\":1")]
    [InlineData("\"power_fault\":\"VOUT_UV\"")]
    [InlineData("\"hardware_fault\":\"fan\"")]
    public void Reports_the_faults_of_the_miner(string member)
    {
        Transcript bus = new();
        AxeOs miner = Miner(bus);
        bus.On(Get).AnswerAndClose(Ok(Info(17, 1000, 525, false)));
        bus.On(GetAsic).AnswerAndClose(Ok(Asic));
        bus.On(Get).AnswerAndClose(Ok(Info(17, 1000, 525, false).Replace("\"overheat_mode\":0", member)));
        LoadReading reading = new();
        bus.Pass(1);
        miner.Step(bus.NowMs);
        miner.Step(bus.NowMs);
        Assert.True(miner.TryRead(reading));
        Assert.False(reading.IsFaulty);
        bus.Run(miner);
        miner.TryRead(reading);
        Assert.True(reading.IsFaulty);
        Assert.Equal(LoadState.Faulted, reading.State);
    }

    [Fact]
    public void Reads_watts_hash_rate_and_the_hotter_chip_and_narrows_by_the_board()
    {
        Transcript bus = new();
        AxeOs miner = Miner(bus);
        bus.On(Get).AnswerAndClose(Ok(Info(17.53, 1071.4, 525, false).Replace("\"maxPower\":25", "\"maxPower\":20").Replace("\"temp2\":-1", "\"temp2\":62.5")));
        bus.On(GetAsic).AnswerAndClose(Ok(Asic));
        bus.Run(miner);
        LoadReading reading = new();
        Assert.True(miner.TryRead(reading));
        Assert.Equal((18, 1071L, 62500, LoadState.Running), (reading.Watts, reading.WorkRate, reading.TemperatureMilliC, reading.State));
        Assert.Equal(20, miner.Ability.MaxWatts);
    }

    [Theory]
    [InlineData("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 401 Unauthorized\r\nContent-Length: 12\r\n\r\n{\"power\":17}")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n{\"power\":17,\"frequency\":525}")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n{\"power\":\"inf\",\"a\":1}")]
    [InlineData("SSH-2.0-dropbear\r\n")]
    public void Refuses_what_is_no_answer(string reply)
    {
        Transcript bus = new();
        AxeOs miner = Miner(bus);
        bus.On(Get).AnswerAndClose(reply);
        bus.Run(miner);
        Assert.False(miner.TryRead(new LoadReading()));
    }

    [Theory]
    [InlineData(true, PlantState.Sleeping)]
    [InlineData(false, PlantState.Running)]
    public void Rests_a_nerdqaxe_by_shutdown_and_older_firmware_at_its_least(bool isNerdQAxe, PlantState rest)
    {
        PlantModel model = Plants.Warm(PlantRatings.BitaxeGamma with { NoiseMilliwatts = 0 });
        SpoiledDevice line = new(new AxeOsDevice(model) { IsNerdQAxe = isNerdQAxe, IsOld = !isNerdQAxe });
        AxeOs miner = Miner(line);
        foreach (int limit in (int[])[12, 0, 14])
        {
            miner.Apply(limit);
            for (long end = line.NowMs + 120_000; line.NowMs < end; line.NowMs += 500)
            {
                model.Advance(line.NowMs);
                miner.Step(line.NowMs);
            }

            Assert.Equal(limit == 0 ? rest : PlantState.Running, model.State);
            Assert.InRange(model.Milliwatts, 0, limit == 0 ? 5_000 : limit * 1_000);
        }
    }

    private static AxeOs Miner(IDialer dialer) => new(Ability("axeos", WorkUnit.Gigahash, 4, 25), dialer, "10.0.0.9", 80);

    private static string Patch(int megahertz) =>
        "PATCH /api/system HTTP/1.1\r\nHost: 10.0.0.9\r\nConnection: close\r\nContent-Type: application/json\r\n"
        + $"Content-Length: {17}\r\n\r\n{{\"frequency\":{megahertz}}}";

    private static string Post(string what) =>
        $"POST /api/system/{what} HTTP/1.1\r\nHost: 10.0.0.9\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

    private static string Ok(string body) =>
        $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private static string Chunked(string body) =>
        $"HTTP/1.1 200 OK\r\ntransfer-encoding:  chunked\r\n\r\n20;x=y\r\n{body[..32]}\r\n{body.Length - 32:X}\r\n{body[32..]}\r\n0\r\nTrailer: 1\r\n\r\n"
            .Replace(":  chunked", ": chunked");

    private static string Info(double power, double hashRate, double megahertz, bool paused) =>
        $"{{\"power\":{Number(power)},\"voltage\":5100,\"current\":3437.25,\"temp\":61.25,\"temp2\":-1,\"vrTemp\":65,\"maxPower\":25,"
        + $"\"nominalVoltage\":5,\"hashRate\":{Number(hashRate)},\"frequency\":{Number(megahertz)},\"miningPaused\":{(paused ? "true" : "false")},"
        + "\"overheat_mode\":0,\"ASICModel\":\"BM1370\",\"hostname\":\"ax\\\"e\",\"pools\":[{\"id\":0,\"stratumURL\":\"\"},{}]}";

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);
}
