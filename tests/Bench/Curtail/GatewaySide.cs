using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Net.Http;
using System.Net.Http.Json;
using System.Text.Json;
using System.Threading.Tasks;

namespace Fleet.Bench.Curtail;

/// <summary>
/// The gateway in a process of its own, curtailed by its REST interface. An ack counts when its PUBACK is back at the
/// controller: the gateway has then taken it in.
/// </summary>
internal sealed class GatewaySide : Side
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(100);
    private const int PollsPerReport = 30;

    private readonly HttpClient _rest = new();
    private string? _curtailment;

    private GatewaySide(Process gateway, bool mqttnetClients)
        : base(gateway, mqttnetClients)
    {
    }

    /// <summary>Starts this program again as the gateway, <see cref="BenchGateway"/>, and connects its controllers.</summary>
    public static async Task<GatewaySide> StartAsync(int controllers, bool mqttnetClients)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Fleet.Bench");
        var gateway = Process.Start(new ProcessStartInfo(program, ["curtail-gateway", controllers.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var side = new GatewaySide(gateway, mqttnetClients);
        var port = int.Parse(await side.LineAsync(), CultureInfo.InvariantCulture);
        side._rest.BaseAddress = new Uri(await side.LineAsync());
        var passwords = new string[controllers];
        for (var i = 0; i < controllers; i++)
            passwords[i] = await side.LineAsync();
        await side.ConnectAsync(port, controllers, i => passwords[i]);
        return side;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Broker.StandardInput.Close();
        await Broker.WaitForExitAsync();
        Broker.Dispose();
        _rest.Dispose();
    }

    protected override async Task RestoreAsync()
    {
        if (_curtailment is not null)
        {
            var since = DateTimeOffset.UtcNow;
            (await _rest.DeleteAsync(new Uri($"/api/v1/curtailments/{_curtailment}", UriKind.Relative))).EnsureSuccessStatusCode();
            await WhenPlannedAsync(since);
        }
        await SettleAsync(ControllerVoice.MaxWatts);
    }

    protected override async Task CurtailAsync(int controllers)
    {
        using var answer = await _rest.PostAsJsonAsync("/api/v1/curtailments", new { targetPercent = 50, durationSeconds = 3600, reason = "bench" });
        answer.EnsureSuccessStatusCode();
        _curtailment = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
    }

    protected override void Acknowledged(int index, int limitWatts) => Arrived(index, limitWatts);

    /// <summary>A plan made while the last curtailment was in force would lower controllers before the next one does.</summary>
    private async Task WhenPlannedAsync(DateTimeOffset since)
    {
        var plan = new Uri("/api/v1/plan", UriKind.Relative);
        for (var poll = 0; ; poll++)
        {
            var madeAt = (await _rest.GetFromJsonAsync<JsonElement>(plan)).GetProperty("madeAt");
            if (madeAt.ValueKind == JsonValueKind.String && madeAt.GetDateTimeOffset() >= since)
                return;
            if (poll % PollsPerReport == 0)
                Report();
            await Task.Delay(PollPeriod);
        }
    }

    private async Task<string> LineAsync()
        => await Broker.StandardOutput.ReadLineAsync().WaitAsync(StartTimeout) ?? throw new InvalidOperationException("the gateway ended before it was up");
}
