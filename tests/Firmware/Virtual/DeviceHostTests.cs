using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Virtual.Plant;
using Xunit;

namespace Fleet.Tests.Firmware.Virtual;

public sealed class DeviceHostTests : IAsyncDisposable
{
    private static readonly byte[] VoltsRequest = Convert.FromHexString("01040000000271CB");

    private readonly DeviceHost _host = new(TimeProvider.System);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Serves_a_miner_to_a_real_http_client(bool chunked)
    {
        var device = new AxeOsDevice(Plants.Warm(PlantRatings.BitaxeGamma)) { AnswersChunked = chunked };
        using var client = new HttpClient { BaseAddress = new Uri($"http://{_host.Serve(device)}") };
        var info = await client.GetFromJsonAsync<JsonElement>("/api/system/info", Cancel);
        Assert.InRange(info.GetProperty("power").GetDouble(), 16, 18);
        using var patch = await client.PatchAsync("/api/system", new StringContent("{\"frequency\":400}"), Cancel);
        Assert.Equal(HttpStatusCode.OK, patch.StatusCode);
        Assert.Equal("", await patch.Content.ReadAsStringAsync(Cancel));
        info = await client.GetFromJsonAsync<JsonElement>("/api/system/info", Cancel);
        Assert.Equal(400, info.GetProperty("frequency").GetInt32());
    }

    [Fact]
    public async Task Serves_two_hundred_devices_to_eight_hundred_callers_at_once_while_they_live()
    {
        var devices = Enumerable.Range(0, 200).Select(i => new LuxOsDevice(Plants.Warm(PlantRatings.AntminerS21, i), i)).ToArray();
        var places = devices.Select(_host.Serve).ToArray();
        var callers = Enumerable.Range(0, 800).Select(i => Ask(places[i % places.Length], "{\"command\":\"power\"}")).ToList();
        for (var nowMs = 1_000; callers.Any(caller => !caller.IsCompleted); nowMs += 1_000)
        {
            foreach (var device in devices)
                device.Model.Advance(nowMs);
            await Task.Yield();
        }

        foreach (var answer in await Task.WhenAll(callers))
        {
            Assert.Equal(0, answer[^1]);
            var reply = JsonDocument.Parse(answer.AsMemory(..^1)).RootElement;
            Assert.InRange(reply.GetProperty("POWER")[0].GetProperty("Watts").GetInt32(), 3_470, 3_500);
        }
    }

    [Fact]
    public async Task Trickles_when_slow_and_resets_when_refused()
    {
        var line = new ModbusLine(() => 0, EastronMeter.Sdm120(1)) { Fault = LineFault.Slow };
        var place = _host.Serve(line);
        using (var client = await Connect(place))
        {
            await client.SendAsync(VoltsRequest, Cancel);
            var answer = new byte[9];
            var pieces = 0;
            for (var total = 0; total < answer.Length; pieces++)
                total += await client.ReceiveAsync(answer.AsMemory(total), Cancel);
            Assert.InRange(pieces, 5, 9);
            Assert.StartsWith("010404", Convert.ToHexString(answer));
        }

        line.Fault = LineFault.Refused;
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            using var client = await Connect(place);
            while (await client.ReceiveAsync(new byte[1], Cancel) > 0)
            {
            }
        });
    }

    [Fact]
    public async Task Closes_every_port_and_connection_when_disposed()
    {
        var place = _host.Serve(new AiBoxDevice(Plants.Warm(PlantRatings.AiBox60)));
        using var client = await Connect(place);
        await client.SendAsync("{\"cmd\":\"status\"}\n"u8.ToArray(), Cancel);
        Assert.True(await client.ReceiveAsync(new byte[500], Cancel) > 0);
        await _host.DisposeAsync();
        Assert.Equal(0, await client.ReceiveAsync(new byte[500], Cancel));
        await Assert.ThrowsAsync<SocketException>(() => Connect(place));
    }

    [Fact]
    public async Task Serves_a_meter_over_a_pseudo_terminal()
    {
        if (!PseudoTerminal.TryOpen(out var terminal))
            Assert.Skip("This machine gives no pseudo-terminal.");
        using (terminal)
        {
            var meter = EastronMeter.Sdm120(1);
            _host.Serve(new ModbusLine(() => 0, meter), terminal.Device);
            var answer = new byte[9];
            await terminal.Port.WriteAsync(VoltsRequest, Cancel);
            await terminal.Port.ReadExactlyAsync(answer, Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Cancel);
            Assert.Equal("010404" + Convert.ToHexString(BitConverter.GetBytes(230f).Reverse().ToArray()), Convert.ToHexString(answer)[..14]);
            Assert.Equal(ModbusLine.Crc(answer.AsSpan(..7)), BitConverter.ToUInt16(answer, 7));
        }
    }

    private static async Task<Socket> Connect(IPEndPoint place)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(place, Cancel);
        return client;
    }

    private static async Task<byte[]> Ask(IPEndPoint place, string request)
    {
        using var client = await Connect(place);
        await client.SendAsync(Encoding.UTF8.GetBytes(request), Cancel);
        using var answer = new MemoryStream();
        await using var stream = new NetworkStream(client);
        await stream.CopyToAsync(answer, Cancel);
        return answer.ToArray();
    }
}
