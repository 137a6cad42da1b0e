using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Virtual.Demo;

/// <summary>A load of the demo.</summary>
/// <param name="Name">Unique on its controller.</param>
/// <param name="Model">What it is.</param>
public sealed record DemoLoad(string Name, DemoModel Model);

/// <summary>A controller of the demo.</summary>
/// <param name="Id">Unique on its site.</param>
/// <param name="Meter">The driver of the meter that measures all its loads; without loads, of the site's grid connection.</param>
/// <param name="Loads">Its loads, in the order of its settings; none for the site meter's.</param>
public sealed record DemoController(string Id, string Meter, IReadOnlyList<DemoLoad> Loads)
{
    /// <summary>What it falls back to: every load at its lowest power, and a twentieth for what meters and chips wander.</summary>
    public int FailSafeWatts => Loads.Sum(load => load.Model.MinWatts) * 21 / 20;
}

/// <summary>A site of the demo, as a gateway is to be told of it.</summary>
/// <param name="Id">Its name in topics.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="TimeZone">IANA zone.</param>
/// <param name="LimitWatts">Its import limit: below what its loads can take together, so that it binds when power is cheap.</param>
/// <param name="Controllers">Its controllers.</param>
public sealed record DemoSite(string Id, string Name, string TimeZone, int LimitWatts, IReadOnlyList<DemoController> Controllers)
{
    /// <summary>Watts the site takes besides its loads, as only its own meter shows.</summary>
    public int BaseWatts { get; init; }

    /// <summary>The controller whose meter measures the grid connection; null when there is none.</summary>
    public string? MeterController => Controllers.FirstOrDefault(controller => controller.Loads.Count == 0)?.Id;

    /// <summary>
    /// The three sites: two of ASICs, one of AI boxes; 20 controllers, 17 of them with 62 loads, and one at each grid
    /// connection.
    /// </summary>
    public static IReadOnlyList<DemoSite> All { get; } =
    [
        new("ridge", "Ridge wind farm", "America/Chicago", 58_000,
            Row(7, "sdm630", number => number % 2 == 1
                ? Loads(("s21", DemoModel.S21, 3))
                : Loads(("s19xp", DemoModel.S19Xp, 3)))) { BaseWatts = 1_400 },
        new("valley", "Valley substation", "America/Chicago", 38_000,
            Row(5, "sdm630", number => number <= 2
                ? Loads(("s19jpro", DemoModel.S19jPro, 3), ("gamma", DemoModel.Gamma, 3))
                : Loads(("s19jpro", DemoModel.S19jPro, 3)))) { BaseWatts = 900 },
        new("town", "Town edge rooms", "America/Chicago", 3_100,
            Row(5, "sdm120", _ => Loads(("box300", DemoModel.Box300, 2), ("box60", DemoModel.Box60, 2)))) { BaseWatts = 150 },
    ];

    private static IReadOnlyList<DemoController> Row(int count, string meter, Func<int, IReadOnlyList<DemoLoad>> loadsOf) =>
    [
        .. Enumerable.Range(1, count).Select(number => new DemoController($"c{number}", meter, loadsOf(number))),
        new DemoController("grid", "sdm630", []),
    ];

    private static IReadOnlyList<DemoLoad> Loads(params (string Name, DemoModel Model, int Count)[] kinds) =>
        [.. kinds.SelectMany(kind => Enumerable.Range(1, kind.Count).Select(number => new DemoLoad($"{kind.Name}-{number}", kind.Model)))];
}
