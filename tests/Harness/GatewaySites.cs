using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Fleet.Gateway;
using Fleet.Gateway.Sites;
using Fleet.Virtual.Demo;

namespace Fleet.Tests.Harness;

/// <summary>Two small sites for tests of the whole gateway, as the plant builds them and as the gateway is told of them.</summary>
public static class GatewaySites
{
    /// <summary>Where the clock of a test begins: two minutes into a slot.</summary>
    public static readonly DateTimeOffset Begin = new(2026, 3, 2, 12, 2, 0, TimeSpan.Zero);

    /// <summary>A site of ASICs, whose limit binds when power is cheap.</summary>
    public static readonly DemoSite Hill = new("hill", "Hill", "Europe/Berlin", 12_000,
    [
        new("c1", "sdm630", [new("s21-1", DemoModel.S21), new("s21-2", DemoModel.S21)]),
        new("c2", "sdm630", [new("s19xp-1", DemoModel.S19Xp), new("s19xp-2", DemoModel.S19Xp)]),
    ]);

    /// <summary>A site of AI boxes.</summary>
    public static readonly DemoSite Town = new("town", "Town", "Etc/UTC", 700,
        [new("c1", "sdm120", [new("box-1", DemoModel.Box300), new("box-2", DemoModel.Box300)])]);

    /// <summary>Both.</summary>
    public static readonly IReadOnlyList<DemoSite> Both = [Hill, Town];

    /// <summary>A gateway's configuration of these sites on free ports of this machine.</summary>
    public static FleetOptions OptionsOf(IReadOnlyList<DemoSite> sites, string folder, string priceFile = "") => new()
    {
        DataFolder = folder,
        Link = new LinkOptions { Address = "127.0.0.1", Port = 0 },
        Prices = new PriceOptions { File = priceFile },
        Sites = [.. sites.Select(SiteOf)],
    };

    /// <summary>Writes a price file of quarters from the day before <see cref="Begin"/>, and says where it is.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="priceAt">The price of the quarter that begins at an instant.</param>
    public static string WritePrices(string folder, Func<DateTimeOffset, decimal> priceAt)
    {
        var path = Path.Combine(folder, "prices.csv");
        var first = new DateTimeOffset(Begin.Date.AddDays(-1), TimeSpan.Zero);
        var rows = Enumerable.Range(0, 5 * 96).Select(quarter => first.AddMinutes(15 * quarter)).Select(start =>
            string.Create(CultureInfo.InvariantCulture, $"{start:yyyy-MM-ddTHH:mm:ssZ},{priceAt(start)},USD"));
        File.WriteAllLines(path, rows.Prepend("start_utc,price,currency_per_mwh"));
        return path;
    }

    private static SiteOptions SiteOf(DemoSite site) => new()
    {
        Id = site.Id,
        Name = site.Name,
        TimeZone = site.TimeZone,
        LimitWatts = site.LimitWatts,
        MeterController = site.MeterController ?? "",
        RampWattsPerSecond = site.LimitWatts / 60,
        Controllers = [.. site.Controllers.Select(controller => new ControllerOptions { Id = controller.Id, Loads = [.. controller.Loads.Select(LoadOf)] })],
    };

    private static LoadOptions LoadOf(DemoLoad load) => new()
    {
        Name = load.Name,
        Model = load.Model.Name,
        Work = load.Model.Work == DemoWork.Hashes ? WorkKind.Hashes : WorkKind.Tokens,
        Levels = [.. load.Model.Levels.Select(level => new LevelOptions { Watts = level.Watts, WorkRate = level.WorkRate })],
        MinimumOnMinutes = 0,
        MinimumOffMinutes = 0,
    };
}
