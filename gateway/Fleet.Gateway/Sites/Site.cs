using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Gateway.Sites;

/// <summary>One grid connection with its limit, tariff, location and loads. Immutable; what it does now is in <see cref="SiteImage"/>.</summary>
public sealed class Site
{
    private readonly Dictionary<string, int> _controllerIndex;
    private readonly int[] _firstLoad;

    /// <summary>Lays the controllers' loads out in one row, so that a decision is an array.</summary>
    public Site(SiteTerms terms, IReadOnlyList<Controller> controllers)
    {
        Terms = terms;
        Controllers = controllers;
        _controllerIndex = new Dictionary<string, int>(controllers.Count, StringComparer.Ordinal);
        _firstLoad = new int[controllers.Count + 1];
        var loads = new List<Load>();
        for (var i = 0; i < controllers.Count; i++)
        {
            _controllerIndex.Add(controllers[i].Address.Controller, i);
            _firstLoad[i] = loads.Count;
            loads.AddRange(controllers[i].Loads);
        }
        _firstLoad[^1] = loads.Count;
        Loads = loads;
        MaxWatts = loads.Sum(load => load.MaxWatts);
        Meter = terms.MeterController is { } meter ? _controllerIndex[meter] : null;
    }

    /// <summary>Its name in topics and requests.</summary>
    public string Id => Terms.Id;

    /// <summary>What its owner and its grid operator agreed.</summary>
    public SiteTerms Terms { get; }

    /// <summary>Its controllers, in the order every array about them keeps.</summary>
    public IReadOnlyList<Controller> Controllers { get; }

    /// <summary>Every load of every controller, controller by controller.</summary>
    public IReadOnlyList<Load> Loads { get; }

    /// <summary>Watts of all loads at their best.</summary>
    public int MaxWatts { get; }

    /// <summary>Index of the controller whose meter measures the grid connection; null when none does.</summary>
    public int? Meter { get; }

    /// <summary>Index in <see cref="Loads"/> of the first load of a controller; of the end, for the index after the last.</summary>
    public int FirstLoadOf(int controller) => _firstLoad[controller];

    /// <summary>Index of a controller by its name; false when the site has none so named.</summary>
    public bool TryIndexOf(string controller, out int index) => _controllerIndex.TryGetValue(controller, out index);
}

/// <summary>What a site's owner and its grid operator agreed.</summary>
/// <param name="Id">Its name in topics and requests: a–z, 0–9 and hyphen, at most 32 characters.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="TimeZone">IANA zone, for local days.</param>
/// <param name="LimitWatts">Most watts it may import.</param>
/// <param name="FixedWatts">Watts on the same connection that Fleet does not control: fans, pumps, lights.</param>
/// <param name="RampWattsPerSecond">How fast its loads together may rise; 0 is at once.</param>
/// <param name="AdderPerMwh">What the supplier adds to the market price, in the price's currency.</param>
public sealed record SiteTerms(
    string Id, string Name, string TimeZone, int LimitWatts, int FixedWatts, int RampWattsPerSecond, double AdderPerMwh)
{
    /// <summary>The controller, without loads, whose meter measures the grid connection; null when none does.</summary>
    public string? MeterController { get; init; }
}

/// <summary>One ESP32 with the loads wired or networked to it.</summary>
/// <param name="Address">Site and controller name.</param>
/// <param name="Loads">Its loads, in the order of its settings and hello.</param>
public sealed record Controller(ControllerAddress Address, IReadOnlyList<Load> Loads);

/// <summary>What a load's work is counted in.</summary>
public enum WorkKind
{
    /// <summary>Its work is not counted.</summary>
    None,

    /// <summary>Hashes; rates are in terahash per second.</summary>
    Hashes,

    /// <summary>Tokens; rates are in tokens per second.</summary>
    Tokens,
}

/// <summary>One step of a load's efficiency curve.</summary>
/// <param name="Watts">Power of the step.</param>
/// <param name="WorkRate">Terahash or tokens per second at that power.</param>
public sealed record WorkLevel(int Watts, double WorkRate);

/// <summary>One thing whose power is throttled.</summary>
/// <param name="Name">Unique on its controller.</param>
/// <param name="Model">Maker's model, for people.</param>
/// <param name="Work">What it does.</param>
/// <param name="Levels">Its efficiency curve by rising watts, off not included.</param>
/// <param name="MinimumOn">How long it stays on once on.</param>
/// <param name="MinimumOff">How long it stays off once off.</param>
/// <param name="StartCost">What one start costs in wear and lost work, in the price's currency.</param>
public sealed record Load(
    string Name, string Model, WorkKind Work, IReadOnlyList<WorkLevel> Levels,
    TimeSpan MinimumOn, TimeSpan MinimumOff, double StartCost)
{
    /// <summary>Fewest watts at which it works.</summary>
    public int MinWatts => Levels[0].Watts;

    /// <summary>Most watts it takes.</summary>
    public int MaxWatts => Levels[^1].Watts;
}
