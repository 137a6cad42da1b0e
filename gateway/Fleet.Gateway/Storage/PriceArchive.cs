using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Market;
using Fleet.Gateway.Sites;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Gateway.Storage;

/// <summary>Keeps what every site paid beside what it used, so that the ledger can be drawn up long after the feed is gone.</summary>
public sealed class PriceArchive : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);
    private static readonly TimeSpan Back = TimeSpan.FromDays(1);
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(2);

    private readonly Store _store;
    private readonly MarketBoard _market;
    private readonly SiteList _sites;
    private readonly TimeProvider _time;
    private readonly ILogger<PriceArchive> _log;

    /// <summary>An archive of these sites' prices; a site's series bears its name.</summary>
    public PriceArchive(Store store, MarketBoard market, SiteList sites, TimeProvider time, ILogger<PriceArchive> log)
    {
        _store = store;
        _market = market;
        _sites = sites;
        _time = time;
        _log = log;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, _time);
        do
        {
            try
            {
                foreach (var site in _sites.All)
                    await KeepAsync(site, _time.GetUtcNow(), stoppingToken);
            }
            catch (StorageException failure)
            {
                _log.LogError(failure, "Could not keep the prices; they are kept with the next hour's");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private Task KeepAsync(Site site, DateTimeOffset now, CancellationToken cancellation) => _store.Prices.StoreAsync(
        [.. _market.Prices.Slots
            .Where(slot => slot.EndUtc > now - Back && slot.StartUtc < now + Ahead)
            .Select(slot => new PriceRow
            {
                Series = site.Id,
                StartUtcMs = slot.StartUtc.ToUnixTimeMilliseconds(),
                DurationMs = (long)slot.Duration.TotalMilliseconds,
                PriceMicrosPerMegawattHour = (long)((slot.PricePerMwh + (decimal)site.Terms.AdderPerMwh) * 1_000_000m),
                Currency = _market.Prices.Currency,
            })], cancellation);
}
