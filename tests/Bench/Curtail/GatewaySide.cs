using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Json;
using System.Text.Json;
using System.Threading.Tasks;
using Fleet.Gateway.Web;

namespace Fleet.Bench.Curtail;

/// <summary>
/// The gateway in a process of its own, curtailed by its REST interface. An ack counts when its PUBACK is back at the
/// controller: the gateway has then taken it in.
/// </summary>
internal sealed class GatewaySide : Side
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(100);

    /// <summary>How long after a signal the gateway begins to plan; a curtailment is not measured while it does.</summary>
    private static readonly TimeSpan PlansAfter = TimeSpan.FromSeconds(1);

    private readonly HttpClient _rest = new();
    private readonly Process _gateway;
    private string? _curtailment;

    private GatewaySide(Process gateway, bool mqttnetClients)
        : base(mqttnetClients)
    {
        _gateway = gateway;
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
        _gateway.StandardInput.Close();
        await _gateway.WaitForExitAsync();
        _gateway.Dispose();
        _rest.Dispose();
    }

    /// <summary>
    /// Done when the gateway itself says that it plans without the curtailment and that every controller has taken its full
    /// limit and draws it: the next curtailment is a percentage of what is measured when it begins.
    /// </summary>
    protected override async Task RestoreAsync()
    {
        if (_curtailment is not null)
        {
            var calledOffAt = DateTimeOffset.UtcNow;
            (await _rest.DeleteAsync(new Uri($"/api/v1/curtailments/{_curtailment}", UriKind.Relative))).EnsureSuccessStatusCode();
            await UntilNoneAsync<SiteView>("sites", site => site.PlanMadeAt < calledOffAt + PlansAfter, site => $"{site.Id} goes by the plan of {site.PlanMadeAt:O}", () => { });
        }
        await UntilNoneAsync<ControllerView>("controllers", IsLow, Described, Report);
    }

    protected override async Task CurtailAsync(int controllers)
    {
        using var answer = await _rest.PostAsJsonAsync("/api/v1/curtailments", new { targetPercent = 50, durationSeconds = 3600, reason = "bench" });
        answer.EnsureSuccessStatusCode();
        _curtailment = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
    }

    protected override void Acknowledged(int index, int limitWatts) => Arrived(index, limitWatts);

    protected override async Task<string> StateOfAsync(int index)
    {
        var site = await _rest.GetFromJsonAsync<SiteDetail>(new Uri($"/api/v1/sites/{SiteOf(index)}", UriKind.Relative));
        return Described(site!.Controllers.First(controller => controller.Id == NameOf(index)));
    }

    private static bool IsLow(ControllerView controller) =>
        controller.IsSilent || controller.Watts != ControllerVoice.MaxWatts
        || controller.Setpoint is not { LimitWatts: ControllerVoice.MaxWatts, State: "Acked" or "Achieved" };

    private static string Described(ControllerView controller) =>
        $"{controller.Id}{(controller.IsSilent ? " is silent," : "")} draws {controller.Watts} W, its setpoint of {controller.Setpoint?.LimitWatts} W is {controller.Setpoint?.State} ({controller.Setpoint?.Reason}), wanted are {controller.Loads[0].WantedWatts} W ({controller.Loads[0].Reason})";

    private async Task UntilNoneAsync<T>(string resource, Func<T, bool> isWaitedFor, Func<T, string> describe, Action beforeEachLook)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            beforeEachLook();
            await Task.Delay(PollPeriod);
            var all = await _rest.GetFromJsonAsync<T[]>(new Uri($"/api/v1/{resource}", UriKind.Relative));
            T[] waitedFor = [.. all!.Where(isWaitedFor)];
            if (waitedFor.Length == 0)
                return;
            if (clock.Elapsed > Patience)
                throw new TimeoutException($"{waitedFor.Length} of {all!.Length} {resource} are not back at full power: {string.Join("; ", waitedFor.Take(10).Select(describe))}");
        }
    }

    private async Task<string> LineAsync()
        => await _gateway.StandardOutput.ReadLineAsync().WaitAsync(StartTimeout) ?? throw new InvalidOperationException("the gateway ended before it was up");
}
