using System;
using System.CommandLine;
using System.Globalization;
using Fleet.Gateway.Web;

namespace Fleet.Cli;

/// <summary><c>fleet sites</c>: every site at a glance.</summary>
internal static class SitesCommand
{
    public static Command Create()
    {
        var command = new Command("sites", "Show every site: power, limit, price, faults") { GatewayClient.Option };
        command.SetAction((parsed, cancellation) => GatewayClient.TryAsync(parsed, async gateway =>
        {
            var sites = await gateway.GetAsync<SiteView[]>("sites", cancellation);
            Console.WriteLine("site          power kW   wanted kW    limit kW   price/MWh   heard   faults");
            foreach (var site in sites)
            {
                var price = site.PricePerMwh is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:0.00} {site.Currency}") : "unknown";
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{site.Id,-12}{site.Watts / 1e3,10:0.0}{site.WantedWatts / 1e3,12:0.0}{site.LimitWatts / 1e3,12:0.0}{price,12}{site.Controllers - site.SilentControllers,5}/{site.Controllers,-4} {string.Join(", ", site.Faults)}"));
            }
            return 0;
        }));
        return command;
    }
}
