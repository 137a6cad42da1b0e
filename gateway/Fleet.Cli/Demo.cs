using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway;
using Fleet.Gateway.Link;
using Fleet.Gateway.Market;
using Fleet.Gateway.Sites;
using Fleet.Gateway.Storage;
using Fleet.Virtual;
using Fleet.Virtual.Demo;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fleet.Cli;

/// <summary>A running demo: the real gateway and the simulated world beside it, in one process and on one clock.</summary>
internal sealed class Demo : IAsyncDisposable
{
    private const int PlantKeptEverySeconds = 60;
    private const int LateMs = 2_000;
    private const int LateSecondsToTell = 3;

    private readonly WebApplication _gateway;
    private readonly DemoWorld _world;
    private readonly SpeedClock _clock;
    private readonly DemoClockFile _clockFile;
    private int _lateSeconds;

    private Demo(WebApplication gateway, DemoWorld world, SpeedClock clock, DemoClockFile clockFile)
    {
        _gateway = gateway;
        _world = world;
        _clock = clock;
        _clockFile = clockFile;
    }

    /// <summary>Whether it goes on from an earlier demo in its folder.</summary>
    public bool GoesOn { get; private init; }

    public int Sites => DemoSite.All.Count;

    public int Controllers => _world.Controllers.Count;

    public DateTimeOffset Now => _clock.GetUtcNow();

    public string Url => _gateway.Urls.First();

    public string PriceSource
    {
        get
        {
            var source = _gateway.Services.GetRequiredService<MarketBoard>().Prices.Provenance;
            return source.IsSample ? $"SAMPLE – {source.Source}; give --prices FILE for real ones" : source.Source;
        }
    }

    /// <summary>Brings gateway and world up.</summary>
    public static async Task<Demo> StartAsync(DemoChoice choice, CancellationToken cancellation)
    {
        if (choice.Speed is < 1 or > SpeedClock.MostSpeed)
            throw new ConfigurationException([$"--speed is {choice.Speed}: give 1 to {SpeedClock.MostSpeed}"]);
        if (choice.Port is < 0 or > 65_535)
            throw new ConfigurationException([$"--port is {choice.Port}: give 0 to 65535, 0 for a free one"]);
        var clockFile = new DemoClockFile(choice.DataFolder);
        var goesOn = clockFile.Exists;
        var clock = new SpeedClock(choice.Speed, clockFile.StartOf(choice));
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration["AllowedHosts"] = "localhost;127.0.0.1;[::1]";
        builder.Configuration["Urls"] = $"http://127.0.0.1:{choice.Port}";
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true);
        builder.Configuration["Logging:LogLevel:Default"] = "Warning";
        var gateway = await GatewayApp.BuildAsync(builder, OptionsOf(choice), clock);
        try
        {
            await gateway.StartAsync(cancellation);
        }
        catch (IOException taken)
        {
            throw new ConfigurationException([$"--port {choice.Port}: {taken.Message}"]);
        }
        var numbers = gateway.Services.GetRequiredService<ControllerNumbers>();
        var broker = (EmbeddedBroker)gateway.Services.GetRequiredService<ILink>();
        var world = new DemoWorld(
            clock, DemoSite.All, Path.Combine(choice.DataFolder, "controllers"), new IPEndPoint(IPAddress.Loopback, broker.Port),
            (site, controller) => numbers.SecretOf(new ControllerAddress(site, controller))!);
        await world.StartAsync();
        return new Demo(gateway, world, clock, clockFile) { GoesOn = goesOn };
    }

    /// <summary>Runs until cancelled, noting time and plant so that the next start goes on from there.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), TimeProvider.System);
        try
        {
            var seconds = 0;
            do
            {
                _clockFile.Note(Now);
                WatchPace();
                if (seconds++ % PlantKeptEverySeconds == 0)
                    _world.KeepPlant();
            }
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how a demo ends.
        }
    }

    // Once, and not for a moment in which the machine was busy otherwise.
    private void WatchPace()
    {
        var isLate = _world.Controllers.Values.Count(controller => controller.LateMs > LateMs) * 2 > Controllers;
        _lateSeconds = isLate ? _lateSeconds + 1 : 0;
        if (_lateSeconds == LateSecondsToTell)
            Console.WriteLine($"This machine does not keep up with --speed {_clock.Speed}: controllers act more than {LateMs / 1000} simulated seconds late. Give a lower --speed to see how fast they really are.");
    }

    public async ValueTask DisposeAsync()
    {
        _clockFile.Note(Now);
        _world.KeepPlant();
        await _gateway.StopAsync(); // first, so that it does not tell of every controller that goes
        await _world.DisposeAsync();
        await _gateway.DisposeAsync();
    }

    private static FleetOptions OptionsOf(DemoChoice choice) => new()
    {
        DataFolder = choice.DataFolder,
        Link = new LinkOptions { Address = "127.0.0.1", Port = 0 },
        Prices = new PriceOptions { File = choice.PriceFile ?? "" },
        Bitcoin = new BitcoinOptions { File = choice.BitcoinFile ?? "", ExchangeRate = choice.RateOfUsd },
        Tokens = new TokenOptions { ValuePerMillion = 0.03 }, // what batch work pays for spare capacity: it follows the price like hashing
        Sites = [.. DemoSite.All.Select(SiteOf)],
    };

    private static SiteOptions SiteOf(DemoSite site) => new()
    {
        Id = site.Id,
        Name = site.Name,
        TimeZone = site.TimeZone,
        LimitWatts = site.LimitWatts,
        MeterController = site.MeterController ?? "",
        RampWattsPerSecond = site.LimitWatts / 60, // from nothing to everything in a minute
        Controllers = [.. site.Controllers.Select(controller => new ControllerOptions { Id = controller.Id, Loads = [.. controller.Loads.Select(LoadOf)] })],
    };

    private static LoadOptions LoadOf(DemoLoad load) => new()
    {
        Name = load.Name,
        Model = load.Model.Name,
        Work = load.Model.Work == DemoWork.Hashes ? WorkKind.Hashes : WorkKind.Tokens,
        Levels = [.. load.Model.Levels.Select(level => new LevelOptions { Watts = level.Watts, WorkRate = level.WorkRate })],
        MinimumOnMinutes = load.Model.MinimumMinutes,
        MinimumOffMinutes = load.Model.MinimumMinutes,
        StartCost = load.Model.StartCost,
    };
}
