using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Gateway.Dispatch;

/// <summary>Gives the portfolio its turn, as often as the sites have theirs.</summary>
public sealed class PortfolioLoop : BackgroundService
{
    private readonly PortfolioHost _portfolio;
    private readonly TimeProvider _time;
    private readonly ILogger<PortfolioLoop> _log;

    /// <summary>A loop of this portfolio.</summary>
    public PortfolioLoop(PortfolioHost portfolio, TimeProvider time, ILogger<PortfolioLoop> log)
    {
        _portfolio = portfolio;
        _time = time;
        _log = log;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(GrainTickLoop.Period, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                _portfolio.Tick();
            }
            catch (Exception failure)
            {
                _log.LogError(failure, "The turn of the portfolio failed; its sites keep their caps");
            }
        }
    }
}
