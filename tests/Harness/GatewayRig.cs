using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Fleet.Gateway;
using Fleet.Gateway.Link;
using Fleet.Gateway.Sites;
using Fleet.Gateway.Storage;
using Fleet.Gateway.Web;
using Fleet.Virtual;
using Fleet.Virtual.Demo;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fleet.Tests.Harness;

/// <summary>
/// A whole gateway in a folder of its own: real web server, real broker, real database, on a fast clock; with or
/// without a world of virtual controllers. It can be stopped and started again on what it stored.
/// </summary>
public sealed class GatewayRig : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-gateway-");
    private readonly IReadOnlyList<DemoSite> _sites;
    private readonly FleetOptions _options;
    private WebApplication? _gateway;
    private HttpClient? _http;
    private DemoWorld? _world;

    private GatewayRig(int speed, IReadOnlyList<DemoSite> sites, Func<DateTimeOffset, decimal>? priceAt)
    {
        Clock = new SpeedClock(speed, GatewaySites.Begin);
        _sites = sites;
        var priceFile = priceAt is null ? "" : GatewaySites.WritePrices(_folder.FullName, priceAt);
        _options = GatewaySites.OptionsOf(sites, Path.Combine(_folder.FullName, "data"), priceFile);
    }

    /// <summary>The one clock of gateway and world.</summary>
    public SpeedClock Clock { get; }

    /// <summary>What the gateway logged, over all its runs.</summary>
    public GatewayLog Log { get; } = new();

    /// <summary>The plant and its controllers.</summary>
    public DemoWorld World => _world ?? throw new InvalidOperationException("This rig has no world.");

    /// <summary>A client of the gateway's web server.</summary>
    public HttpClient Http => _http ?? throw new InvalidOperationException("The gateway is stopped.");

    /// <summary>The gateway's database.</summary>
    public Store Store => Part<Store>();

    /// <summary>Where the gateway's web server is.</summary>
    public string Url => _gateway!.Urls.First();

    /// <summary>The folder of the gateway's data.</summary>
    public string DataFolder => _options.DataFolder;

    /// <summary>A running gateway that no controller has connected to.</summary>
    public static async Task<GatewayRig> StartAloneAsync(int speed = 1, Func<DateTimeOffset, decimal>? priceAt = null, IReadOnlyList<DemoSite>? sites = null)
    {
        var rig = new GatewayRig(speed, sites ?? GatewaySites.Both, priceAt);
        await rig.StartGatewayAsync();
        return rig;
    }

    /// <summary>A running gateway with its controllers, every one that has loads commanded by it.</summary>
    public static async Task<GatewayRig> StartWithWorldAsync(int speed, Func<DateTimeOffset, decimal> priceAt, IReadOnlyList<DemoSite>? sites = null)
    {
        var rig = await StartAloneAsync(speed, priceAt, sites);
        var numbers = rig.Part<ControllerNumbers>();
        rig._world = new DemoWorld(
            rig.Clock, rig._sites, Path.Combine(rig._folder.FullName, "controllers"), new IPEndPoint(IPAddress.Loopback, rig.BrokerPort),
            (site, controller) => numbers.SecretOf(new ControllerAddress(site, controller))!);
        await rig._world.StartAsync();
        await rig.UntilAsync("every controller is commanded", () => rig._sites
            .SelectMany(site => site.Controllers.Where(one => one.Loads.Count > 0).Select(one => rig.World.Controllers[(site.Id, one.Id)]))
            .All(one => one.State == Wire.ControllerState.Commanded));
        return rig;
    }

    /// <summary>A part of the running gateway.</summary>
    public T Part<T>()
        where T : notnull => _gateway!.Services.GetRequiredService<T>();

    /// <summary>Starts the gateway, on what it stored before.</summary>
    public async Task StartGatewayAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration["Urls"] = "http://127.0.0.1:0";
        builder.Logging.ClearProviders().AddProvider(Log);
        _gateway = await GatewayApp.BuildAsync(builder, _options, Clock);
        await _gateway.StartAsync();
        _options.Link.Port = BrokerPort;
        _http = new HttpClient { BaseAddress = new Uri(Url) };
    }

    /// <summary>Stops the gateway; the controllers go on.</summary>
    public async Task StopGatewayAsync()
    {
        if (_gateway is not { } gateway)
            return;
        _gateway = null;
        _http?.Dispose();
        await gateway.StopAsync();
        await gateway.DisposeAsync();
    }

    /// <summary>What all loads of a site really take now.</summary>
    public int WattsOf(string site) => World.WattsOf(site);

    /// <summary>Asks the REST interface.</summary>
    public async Task<T> GetAsync<T>(string path) => (await Http.GetFromJsonAsync<T>("/api/v1/" + path))!;

    /// <summary>Asks for a curtailment and takes what came of it so far.</summary>
    public async Task<CurtailmentView> CurtailAsync(object request)
    {
        using var answer = await Http.PostAsJsonAsync("/api/v1/curtailments", request);
        return answer.StatusCode == HttpStatusCode.Created
            ? (await answer.Content.ReadFromJsonAsync<CurtailmentView>())!
            : throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Posts text as JSON to the REST interface; the answer's status, media type and body.</summary>
    public async Task<(HttpStatusCode Status, string? Media, JsonNode Body)> PostTextAsync(string path, string json)
    {
        using var answer = await Http.PostAsync("/api/v1/" + path, new StringContent(json, System.Text.Encoding.UTF8, "application/json"));
        return (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    /// <summary>Returns once it holds; shows what the gateway logged and measured when it does not.</summary>
    public Task UntilAsync(string what, Func<bool> holds) => GatewayWait.UntilAsync(what, holds, Seen);

    /// <summary>Returns once it holds; shows what the gateway logged and measured when it does not.</summary>
    public Task UntilAsync(string what, Func<Task<bool>> holds) => GatewayWait.UntilAsync(what, holds, Seen);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
            await _world.DisposeAsync();
        await StopGatewayAsync();
        Log.Dispose();
        _folder.Delete(recursive: true);
    }

    private int BrokerPort => ((EmbeddedBroker)Part<ILink>()).Port;

    private string Seen()
    {
        var controllers = _world is null ? [] : _world.Controllers.Select(one =>
            $"{one.Key.Site}/{one.Key.Controller}: {one.Value.State}, limit {one.Value.LimitWatts}, {one.Value.LinkProblem}");
        return string.Join('\n', controllers.Prepend($"At {Clock.GetUtcNow():u}").Concat(Log.Lines.TakeLast(20)));
    }
}
