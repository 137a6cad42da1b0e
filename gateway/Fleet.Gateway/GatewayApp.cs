using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Serialization;
using System.Threading.Tasks;
using Fleet.Gateway.Access;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Link;
using Fleet.Gateway.Market;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Sites;
using Fleet.Gateway.Storage;
using Fleet.Gateway.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Fleet.Gateway;

/// <summary>
/// The gateway put together: a table of contents of its parts, in the order in which they come up. Everything that can
/// be wrong with the configuration is found here, before a port is opened.
/// </summary>
public static class GatewayApp
{
    /// <summary>Builds a gateway that is ready to run, from the key <c>Fleet</c> of the configuration.</summary>
    /// <exception cref="ConfigurationException">The configuration cannot be used; the message lists every mistake.</exception>
    public static Task<WebApplication> BuildAsync(WebApplicationBuilder builder) =>
        BuildAsync(builder, OptionsOf(builder.Configuration), TimeProvider.System);

    /// <summary>Builds a gateway that is ready to run.</summary>
    /// <param name="builder">Logging, and where the web listens.</param>
    /// <param name="options">What is configured.</param>
    /// <param name="time">The clock of everything.</param>
    /// <exception cref="ConfigurationException">The configuration cannot be used; the message lists every mistake.</exception>
    public static async Task<WebApplication> BuildAsync(WebApplicationBuilder builder, FleetOptions options, TimeProvider time)
    {
        var sites = SiteList.From(options.Sites);
        var market = MarketBoard.From(options, time.GetUtcNow(), sites.All.SelectMany(site => site.Loads).Any(load => load.Work == WorkKind.Hashes));
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical); // what it cannot start with is said by the program
        builder.Logging.AddFilter("Orleans", LogLevel.Error).AddFilter("Polly", LogLevel.Error).AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureEndpointDefaults(RequireLoopback);
            kestrel.Limits.MaxRequestBodySize = Problems.LongestBodyBytes;
        });
        builder.Configuration["AllowedHosts"] ??= "localhost;127.0.0.1;[::1]"; // else a page elsewhere could reach it under a name of its own
        builder.UseOrleans(OneSilo); // first, so that the silo is up before the loop that ticks its grains
        builder.Services.AddSingleton(new GatewayTime(time));
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(sites);
        builder.Services.AddSingleton(market);
        await AddStorageAsync(builder.Services, options, sites, time);
        AddLink(builder.Services, options);
        AddDispatch(builder.Services);
        AddWeb(builder.Services);

        var gateway = builder.Build();
        StartReport.Write(
            gateway.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Fleet.Gateway"), options, sites, market, time.GetUtcNow(),
            StartReport.FileOf(builder.Environment.ContentRootPath));
        await gateway.Services.GetRequiredService<SignalIntake>().RestoreAsync(time.GetUtcNow());
        gateway.UseExceptionHandler();
        gateway.UseStatusCodePages();
        gateway.UsePage();
        gateway.MapFleetApi();
        return gateway;
    }

    private static FleetOptions OptionsOf(IConfiguration configuration)
    {
        var section = configuration.GetSection("Fleet");
        var wrong = OptionKeys.Wrong(section, typeof(FleetOptions)).ToArray();
        return wrong.Length > 0 ? throw new ConfigurationException(wrong) : section.Get<FleetOptions>() ?? new FleetOptions();
    }

    private static async Task AddStorageAsync(IServiceCollection services, FleetOptions options, SiteList sites, TimeProvider time)
    {
        using var startUp = LoggerFactory.Create(logging => logging.AddSimpleConsole());
        Store store;
        try
        {
            store = await Store.OpenAsync(
                new StorageOptions { Path = Path.Combine(options.DataFolder, "fleet.db") }, time, startUp.CreateLogger<Store>());
        }
        catch (StorageException wrong)
        {
            throw new ConfigurationException([wrong.Message]);
        }
        var numbers = await Enrolment.EnrolAsync(options, store);
        SettingsFiles.Write(options, sites, numbers, startUp.CreateLogger(typeof(SettingsFiles)));
        services.AddSingleton(_ => store); // made by the container's factory, so that the container disposes it last
        services.AddSingleton(numbers);
        services.AddSingleton(new GatewayEpoch(store.Epoch));
        services.AddSingleton<DispatchRecord>(provider => new DispatchRecord(
            store, numbers, sites, provider.GetRequiredService<MarketBoard>().Prices.Currency, time,
            provider.GetRequiredService<ILogger<DispatchRecord>>()));
        services.AddSingleton<IDispatchRecord>(provider => provider.GetRequiredService<DispatchRecord>());
        services.AddSingleton<ISignalStore>(provider => provider.GetRequiredService<DispatchRecord>());
        services.AddSingleton<IPlanStore>(provider => provider.GetRequiredService<DispatchRecord>());
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<PriceArchive>(provider, time));
    }

    private static void AddLink(IServiceCollection services, FleetOptions options)
    {
        services.AddSingleton<IControllerDirectory>(provider => ControllerKeyring.PasswordsOf(provider.GetRequiredService<ControllerNumbers>().Secrets));
        services.AddSingleton(provider => LinkChoice.Make(options.Link, provider));
        services.AddSingleton<IReception>(provider => new Reception(
            site => provider.GetRequiredService<SiteHosts>().Find(site)?.Inbox, provider.GetRequiredService<ControllerNumbers>(),
            provider.GetRequiredService<Store>(), provider.GetRequiredService<ILogger<Reception>>()));
        services.AddSingleton<IUplink>(provider => ActivatorUtilities.CreateInstance<ControllerUplink>(provider, provider.GetRequiredService<GatewayTime>()));
        services.AddSingleton<ICommandSink>(provider =>
        {
            var numbers = provider.GetRequiredService<ControllerNumbers>();
            var sequences = provider.GetRequiredService<Store>().Sequences;
            return new CommandSender(
                provider.GetRequiredService<ILink>(), to => numbers.Of(to) is { } number ? sequences.TryNext(number) : null,
                to => numbers.SecretOf(to) is { } secret ? ControllerKeyring.CommandKeyOf(secret) : null);
        });
        services.AddHostedService<LinkHost>();
    }

    private static void AddDispatch(IServiceCollection services)
    {
        services.AddSingleton(provider => new SiteHosts(provider.GetRequiredService<SiteList>().All.Select(site => new SiteHost(
            site, provider.GetRequiredService<GatewayEpoch>().Number, provider.GetRequiredService<ICommandSink>(),
            provider.GetRequiredService<IDispatchRecord>(), provider.GetRequiredService<GatewayTime>()))));
        services.AddSingleton<IPlannedSites>(provider => provider.GetRequiredService<SiteHosts>());
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<PortfolioHost>(provider, provider.GetRequiredService<GatewayTime>()));
        services.AddSingleton<LoadValues>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Replanner>(provider, provider.GetRequiredService<GatewayTime>()));
        services.AddHostedService(provider => provider.GetRequiredService<Replanner>());
        services.AddSingleton<SignalIntake>();
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<GrainTickLoop>(provider, provider.GetRequiredService<GatewayTime>()));
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<PortfolioLoop>(provider, provider.GetRequiredService<GatewayTime>()));
    }

    private static void AddWeb(IServiceCollection services)
    {
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Problems.Explain);
        services.AddExceptionHandler<FailedRequests>();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // so that the answer says what is wrong
        services.AddOpenApi();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.AllowDuplicateProperties = false;
            json.SerializerOptions.Converters.Add(new ZonedTimes());
        });
    }

    // Runs for every place the web would listen on, whichever setting it comes from, before it is opened.
    private static void RequireLoopback(ListenOptions listen)
    {
        if (listen.IPEndPoint is { } place && !IPAddress.IsLoopback(place.Address))
        {
            throw new ConfigurationException([$"Urls: the web would listen on {place}, where other machines reach it, and it asks nobody who they are yet: "
                + "give an address of this machine, such as http://127.0.0.1:5080, and come from elsewhere by a tunnel (ssh -L 5080:127.0.0.1:5080 …)"]);
        }
    }

    // One silo, alone: its ports are free ones on loopback and nobody is asked for them.
    private static void OneSilo(ISiloBuilder silo)
    {
        var (siloPort, gatewayPort) = (FreePort(), FreePort());
        silo.UseLocalhostClustering(siloPort, gatewayPort, serviceId: "fleet", clusterId: "fleet");
        silo.Configure<EndpointOptions>(endpoints => endpoints.AdvertisedIPAddress = IPAddress.Loopback);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
