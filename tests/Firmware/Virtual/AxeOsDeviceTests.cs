using System;
using System.Text;
using System.Text.Json;
using Fleet.Virtual.Plant;
using Xunit;

namespace Fleet.Tests.Firmware.Virtual;

public sealed class AxeOsDeviceTests
{
    private readonly AxeOsDevice _device = new(Plants.Warm(PlantRatings.BitaxeGamma));

    [Fact]
    public void Tells_its_state_in_the_fields_and_units_of_the_firmware()
    {
        var answer = _device.Ask("GET /api/system/info HTTP/1.1\r\nHost: bitaxe\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ", answer);
        var info = Body(answer);
        Assert.InRange(info.GetProperty("power").GetDouble(), 16.5, 17.5);
        Assert.InRange(info.GetProperty("hashRate").GetDouble(), 1_060, 1_080);
        Assert.Equal(1_071, info.GetProperty("expectedHashrate").GetDouble());
        Assert.InRange(info.GetProperty("current").GetDouble(), 3_200, 3_450);
        Assert.InRange(info.GetProperty("temp").GetDouble(), 50, 60);
        Assert.Equal(525, info.GetProperty("frequency").GetDouble());
        Assert.Equal(1150, info.GetProperty("coreVoltage").GetInt32());
        Assert.False(info.GetProperty("miningPaused").GetBoolean());
    }

    [Fact]
    public void Tells_the_frequencies_and_voltages_it_offers()
    {
        var asic = Body(_device.Ask("GET /api/system/asic HTTP/1.1\r\n\r\n"));
        Assert.Equal("[400,490,525,550,600,625]", asic.GetProperty("frequencyOptions").GetRawText());
        Assert.Equal("[1000,1060,1100,1150,1200,1250]", asic.GetProperty("voltageOptions").GetRawText());
    }

    [Fact]
    public void Lowers_its_power_with_frequency_and_the_square_of_voltage()
    {
        var answer = _device.Ask(Request("PATCH", "/api/system", "{\"frequency\":400,\"coreVoltage\":1000,\"unknownSetting\":\"x\"}"));
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\nAccess-Control-Allow-Origin: *\r\n\r\n0\r\n\r\n", answer);
        _device.Model.Advance(20_000);
        var expected = 3 + 14 * (400 / 525.0) * (1000 / 1150.0) * (1000 / 1150.0);
        Assert.InRange(_device.Model.Milliwatts / 1000.0, expected - 0.2, expected + 0.2);
        Assert.InRange(_device.Model.MilliworkPerSecond / 1000.0, 810, 820);
    }

    [Fact]
    public void Pauses_resumes_and_forgets_the_pause_over_a_restart()
    {
        Assert.Equal("Mining paused", Message("POST", "/api/system/pause"));
        _device.Model.Advance(5_000);
        Assert.True(Body(_device.Ask("GET /api/system/info HTTP/1.1\r\n\r\n")).GetProperty("miningPaused").GetBoolean());
        Assert.Equal(3_000, _device.Model.Milliwatts);
        Assert.Equal("Mining resumed", Message("POST", "/api/system/resume"));
        Assert.Equal(PlantState.Starting, _device.Model.State);
        Message("POST", "/api/system/pause");
        Assert.Equal("System will restart shortly.", Message("POST", "/api/system/restart"));
        _device.Model.Advance(60_000);
        Assert.Equal(PlantState.Running, _device.Model.State);
    }

    [Fact]
    public void Shows_itself_for_thirty_seconds_and_stops_when_asked_again()
    {
        Assert.Equal("The device says \"Hi!\" for 30 seconds.", Message("POST", "/api/system/identify"));
        Assert.True(_device.IsIdentifying);
        _device.Model.Advance(29_500);
        Assert.True(_device.IsIdentifying);
        Assert.Equal("The device no longer says \"Hi!\".", Message("POST", "/api/system/identify"));
        Assert.False(_device.IsIdentifying);
    }

    [Theory]
    [InlineData("PATCH", "/api/system", "{\"frequency\":\"fast\"}", "400 Bad Request", "Wrong API input")]
    [InlineData("PATCH", "/api/system", "{\"frequency\":0}", "400 Bad Request", "Wrong API input")]
    [InlineData("PATCH", "/api/system", "{\"coreVoltage\":70000}", "400 Bad Request", "Wrong API input")]
    [InlineData("PATCH", "/api/system", "{\"frequency\":", "400 Bad Request", "Invalid JSON")]
    [InlineData("POST", "/api/system/shutdown", "", "405 Method Not Allowed", "Specified method is invalid for this resource")]
    [InlineData("GET", "/api/system/nothing", "", "404 Not Found", "{\"error\":\"unknown route\"}")]
    public void Refuses_in_the_words_of_the_firmware_and_changes_nothing(string method, string path, string body, string status, string content)
    {
        var answer = _device.Ask(Request(method, path, body));
        Assert.StartsWith("HTTP/1.1 " + status + "\r\n", answer);
        Assert.EndsWith("\r\n\r\n" + content, answer);
        _device.Model.Advance(10_000);
        Assert.InRange(_device.Model.Milliwatts, 16_500, 17_500);
    }

    [Theory]
    [InlineData("what is this\r\n\r\n", "400 Bad Request")]
    [InlineData("PATCH /api/system HTTP/1.1\r\nContent-Length: -5\r\n\r\n", "400 Bad Request")]
    [InlineData("PATCH /api/system HTTP/1.1\r\nContent-Length: 999999\r\n\r\n", "500 Internal Server Error")]
    public void Refuses_and_closes_on_what_is_not_http(string request, string status)
    {
        var line = new DeviceLine(_device);
        line.Write(Encoding.ASCII.GetBytes(request));
        Assert.StartsWith("HTTP/1.1 " + status, Encoding.ASCII.GetString(Plants.ReadAll(line)));
        Assert.True(line.IsClosed);
    }

    [Fact]
    public void Refuses_headers_without_end()
    {
        var line = new DeviceLine(_device);
        line.Write(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nX: " + new string('x', 2_000)));
        Assert.StartsWith("HTTP/1.1 431", Encoding.ASCII.GetString(Plants.ReadAll(line)));
        Assert.True(line.IsClosed);
    }

    [Fact]
    public void Keeps_the_connection_for_more_requests_unless_asked_to_close()
    {
        var line = new DeviceLine(_device);
        foreach (var one in Encoding.ASCII.GetBytes("GET /api/system/asic HTTP/1.1\r\n\r\n"))
            line.Write([one]);
        Assert.NotEmpty(Plants.ReadAll(line));
        Assert.False(line.IsClosed);
        line.Write("GET /api/system/asic HTTP/1.1\r\nConnection: close\r\n\r\n"u8);
        Assert.Contains("\r\nConnection: close\r\n", Encoding.ASCII.GetString(Plants.ReadAll(line)));
        Assert.True(line.IsClosed);
    }

    private static string Request(string method, string path, string body) =>
        $"{method} {path} HTTP/1.1\r\nHost: bitaxe\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private static JsonElement Body(string answer) =>
        JsonDocument.Parse(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]).RootElement;

    private string? Message(string method, string path) => Body(_device.Ask(Request(method, path, ""))).GetProperty("message").GetString();
}
