using System;
using System.Text;
using System.Text.Json;
using Fleet.Virtual.Plant;
using Xunit;

namespace Fleet.Tests.Firmware.Virtual;

public sealed class DeviceLineTests
{
    private const string Request = "{\"command\":\"summary\"}";

    private readonly LuxOsDevice _device = new(Plants.Warm(PlantRatings.AntminerS21));

    [Fact]
    public void Stays_open_without_an_answer_when_silent()
    {
        _device.Fault = LineFault.Silent;
        var line = Ask();
        Assert.Empty(Plants.ReadAll(line));
        Assert.False(line.IsClosed);
    }

    [Fact]
    public void Answers_as_many_other_bytes_when_garbage()
    {
        var sound = Plants.ReadAll(Ask());
        _device.Fault = LineFault.Garbage;
        var garbage = Plants.ReadAll(Ask());
        Assert.Equal(sound.Length, garbage.Length);
        Assert.NotEqual(sound, garbage);
    }

    [Fact]
    public void Answers_a_byte_at_a_time_when_slow()
    {
        var sound = Plants.ReadAll(Ask());
        _device.Fault = LineFault.Slow;
        var line = Ask();
        Assert.Equal(1, line.Read(new byte[100]));
        Assert.False(line.IsClosed);
        Assert.Equal(sound[1..], Plants.ReadAll(line));
        Assert.True(line.IsClosed);
    }

    [Fact]
    public void Closes_after_half_an_answer_when_partial()
    {
        var sound = Plants.ReadAll(Ask());
        _device.Fault = LineFault.Partial;
        var line = Ask();
        Assert.Equal(sound[..(sound.Length / 2)], Plants.ReadAll(line));
        Assert.True(line.IsClosed);
    }

    [Fact]
    public void Is_refused_by_fault_and_while_the_device_boots()
    {
        _device.Fault = LineFault.Refused;
        Assert.True(new DeviceLine(_device) is { WasRefused: true, IsClosed: true });
        _device.Fault = LineFault.None;
        _device.Model.Reboot();
        Assert.True(new DeviceLine(_device) is { WasRefused: true, IsClosed: true });
        _device.Model.Advance(30_500);
        Assert.False(new DeviceLine(_device).WasRefused);
    }

    [Fact]
    public void Gets_no_answer_from_a_dark_or_hung_device_and_is_gone_after_its_boot()
    {
        var before = new DeviceLine(_device);
        _device.Model.Supply(false);
        before.Write(Encoding.UTF8.GetBytes(Request));
        Assert.Empty(Plants.ReadAll(before));
        Assert.Empty(Plants.ReadAll(Ask()));
        Assert.False(before.IsClosed);
        _device.Model.Supply(true);
        _device.Model.Advance(30_500);
        Assert.True(before.IsClosed);
        _device.Model.Crash();
        Assert.Empty(Plants.ReadAll(Ask()));
    }

    [Theory]
    [InlineData(MalformedJson.CommaBeforeBrace, ",}")]
    [InlineData(MalformedJson.Newlines, ",\r\n")]
    [InlineData(MalformedJson.JoinedObjects, "}{")]
    [InlineData(MalformedJson.CommaAfterBracket, "[,{")]
    [InlineData(MalformedJson.DoubledQuote, "\"\"temp0\"")]
    [InlineData(MalformedJson.Infinity, ":\"inf\",")]
    [InlineData(MalformedJson.NotANumber, ":\"nan\",")]
    [InlineData(MalformedJson.LeadingComma, ",{")]
    [InlineData(MalformedJson.ListLikeObject, "\"error_code\":{\"206\",\"400\"}")]
    [InlineData(MalformedJson.TrailingNuls, "}\0\0\0\0")]
    public void Answers_json_broken_in_the_ways_of_the_field(MalformedJson way, string sign)
    {
        Assert.DoesNotContain(sign, Encoding.UTF8.GetString(Plants.ReadAll(Ask())));
        (_device.Fault, _device.Malformed) = (LineFault.Malformed, way);
        var answer = Encoding.UTF8.GetString(Plants.ReadAll(Ask()));
        Assert.Contains(sign, answer);
        if (way is not (MalformedJson.Newlines or MalformedJson.Infinity or MalformedJson.NotANumber or MalformedJson.TrailingNuls))
            Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(answer.TrimEnd('\0')));
    }

    [Fact]
    public void Answers_json_without_its_tail()
    {
        var sound = Plants.ReadAll(Ask());
        (_device.Fault, _device.Malformed) = (LineFault.Malformed, MalformedJson.TruncatedTail);
        var answer = Plants.ReadAll(Ask());
        Assert.InRange(answer.Length, sound.Length / 2, sound.Length - 2);
        Assert.Equal(sound[..(answer.Length - 1)], answer[..^1]);
        Assert.Equal(0, answer[^1]);
    }

    [Fact]
    public void Keeps_http_whole_around_broken_json()
    {
        var device = new AxeOsDevice(Plants.Warm(PlantRatings.BitaxeGamma)) { Fault = LineFault.Malformed, Malformed = MalformedJson.TruncatedTail };
        var answer = device.Ask("GET /api/system/asic HTTP/1.1\r\n\r\n");
        var body = answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        Assert.Contains($"Content-Length: {body.Length}\r\n", answer);
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(body));
    }

    private DeviceLine Ask()
    {
        var line = new DeviceLine(_device);
        line.Write(Encoding.UTF8.GetBytes(Request));
        return line;
    }
}
