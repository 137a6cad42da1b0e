using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Threading.Tasks;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Virtual.Plant;
using Fleet.Virtual.Ports;

namespace Fleet.Virtual.Demo;

/// <summary>
/// Everything of the demo that is not the gateway: plants, meters and controllers of some sites, on one clock.
/// <code>
/// clock ──► VirtualFleet ──► VirtualController ── MQTT ──► the gateway's broker
///                │                │ drivers
///                └──► plant ◄─────┘ HTTP, TCP 4028, JSON lines, Modbus
/// </code>
/// </summary>
public sealed class DemoWorld : IAsyncDisposable
{
    /// <summary>
    /// Fastest clock at which drivers reach their devices over real sockets; above it the machine would spend itself on
    /// connections, and the same bytes go through memory.
    /// </summary>
    public const int FastestOverTcp = 10;

    private readonly Dictionary<(string Site, string Controller), VirtualController> _controllers = [];
    private readonly Dictionary<(string Site, string Controller, string Load), PlantModel> _models = [];
    private readonly VirtualFleet _fleet;
    private readonly DeviceHost _host;
    private readonly DemoPlant _plant;
    private readonly IDialer _dialer;
    private readonly Func<VirtualDevice, IPEndPoint> _serve;

    /// <summary>Builds the sites; nothing runs before <see cref="StartAsync"/>.</summary>
    /// <param name="clock">The clock of the whole process.</param>
    /// <param name="sites">What to build, for instance <see cref="DemoSite.All"/>.</param>
    /// <param name="folder">Where the controllers and the plant keep what outlives them; a later world goes on from there.</param>
    /// <param name="broker">Where the broker listens.</param>
    /// <param name="secretOf">The secret of a controller by site and name: 64 hex digits.</param>
    public DemoWorld(
        SpeedClock clock, IReadOnlyList<DemoSite> sites, string folder, IPEndPoint broker, Func<string, string, string> secretOf)
    {
        _fleet = new VirtualFleet(clock);
        _host = new DeviceHost(clock);
        _plant = new DemoPlant(folder);
        var network = new PlantNetwork();
        var isOverTcp = clock.Speed <= FastestOverTcp;
        _dialer = isOverTcp ? new TcpDialer(clock) : network;
        _serve = isOverTcp ? _host.Serve : network.Serve;
        foreach (var site in sites)
        {
            var all = new List<PlantModel>();
            foreach (var controller in site.Controllers.OrderBy(controller => controller.Loads.Count == 0)) // the site meter behind all it measures
                Add(site, controller, all, Path.Combine(folder, site.Id, controller.Id), broker, secretOf(site.Id, controller.Id));
        }
    }

    /// <summary>The controllers, by site and name.</summary>
    public IReadOnlyDictionary<(string Site, string Controller), VirtualController> Controllers => _controllers;

    /// <summary>The physics of the loads, by site, controller and load.</summary>
    public IReadOnlyDictionary<(string Site, string Controller, string Load), PlantModel> Models => _models;

    /// <summary>What all loads of a site really take now.</summary>
    public int WattsOf(string site) => (int)(_models.Where(model => model.Key.Site == site).Sum(model => model.Value.Milliwatts) / 1000);

    /// <summary>Switches every controller on.</summary>
    public Task StartAsync() => _fleet.StartAsync();

    /// <summary>Writes down how every device is now, so that a later world goes on from there.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void KeepPlant() => _plant.Keep();

    /// <summary>Cuts the power of everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await _fleet.DisposeAsync().ConfigureAwait(false);
        await _host.DisposeAsync().ConfigureAwait(false);
    }

    private void Add(DemoSite site, DemoController controller, List<PlantModel> all, string folder, IPEndPoint broker, string secret)
    {
        var places = new List<IPEndPoint>();
        var models = new List<PlantModel>();
        foreach (var load in controller.Loads)
        {
            var (model, device) = load.Model.Build(seed: _models.Count + 1, _fleet.Clock.NowMs);
            _plant.Add($"{site.Id}/{controller.Id}/{load.Name}", model, device);
            _models.Add((site.Id, controller.Id, load.Name), model);
            _fleet.Add(model);
            models.Add(model);
            places.Add(_serve(device));
        }
        all.AddRange(models);
        if (controller.Loads.Count == 0)
            models = [.. all, BaseOf(site)];
        var meter = controller.Meter == "sdm120"
            ? EastronMeter.Sdm120(DemoSettings.MeterAddress, models)
            : EastronMeter.Sdm630(DemoSettings.MeterAddress, models);
        var board = new VirtualBoard(_dialer).Wire(DemoSettings.Line, new ModbusLine(() => _fleet.Clock.NowMs, meter));
        var virtualController = new VirtualController(
            DemoSettings.Write(site.Id, controller, broker, secret, places), board, new SlotStore(new FolderFiles(folder)), images: new FolderImages(folder));
        _controllers.Add((site.Id, controller.Id), virtualController);
        _fleet.Add(virtualController);
    }

    private PlantModel BaseOf(DemoSite site)
    {
        var model = new PlantModel(PlantRatings.BaseLoad(site.BaseWatts), seed: 1, _fleet.Clock.NowMs - 10_000);
        model.Advance(_fleet.Clock.NowMs);
        _plant.Add($"{site.Id}/base", model, device: null);
        _fleet.Add(model);
        return model;
    }
}
