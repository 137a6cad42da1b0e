using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Sites;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Fleet.Gateway.Dispatch;

/// <summary>Ticks every site once a second, and every ten seconds tells its controllers that the gateway is alive.</summary>
public sealed class GrainTickLoop : BackgroundService
{
    /// <summary>How often a site is ticked.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>How often a site's controllers hear the heartbeat: eleven may be lost before the default time-out of 120 s.</summary>
    public static readonly TimeSpan HeartbeatPeriod = TimeSpan.FromSeconds(10);

    private readonly IGrainFactory _grains;
    private readonly SiteList _sites;
    private readonly ICommandSink _commands;
    private readonly GatewayEpoch _epoch;
    private readonly TimeProvider _time;
    private readonly ILogger<GrainTickLoop> _log;

    /// <summary>A loop over the configured sites.</summary>
    public GrainTickLoop(
        IGrainFactory grains, SiteList sites, ICommandSink commands, GatewayEpoch epoch, TimeProvider time, ILogger<GrainTickLoop> log)
    {
        _grains = grains;
        _sites = sites;
        _commands = commands;
        _epoch = epoch;
        _time = time;
        _log = log;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, _time);
        var ticks = _sites.All.ToDictionary(site => site.Id, _ => Task.CompletedTask, StringComparer.Ordinal);
        var lastBeat = DateTimeOffset.MinValue;
        do
        {
            var now = _time.GetUtcNow();
            if (now - lastBeat >= HeartbeatPeriod)
            {
                lastBeat = now;
                Beat(now);
            }
            foreach (var site in _sites.All.Where(site => ticks[site.Id].IsCompleted))
                ticks[site.Id] = TickAsync(site.Id);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Beat(DateTimeOffset now)
    {
        try
        {
            foreach (var site in _sites.All)
                _commands.Beat(site.Id, _epoch.Number, now);
        }
        catch (Exception failure)
        {
            _log.LogError(failure, "The heartbeat could not be sent; it is tried again in {Period}", HeartbeatPeriod);
        }
    }

    // A site that fails is tried again in a second, one that is slow when it is done; the others do not wait for it, and
    // its controllers keep their limits.
    private async Task TickAsync(string site)
    {
        try
        {
            await _grains.GetGrain<ISiteGrain>(site).Tick();
        }
        catch (Exception failure)
        {
            _log.LogError(failure, "The tick of site {Site} failed; its controllers keep their limits", site);
        }
    }
}
