using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Gateway.Sites;

/// <summary>The configured sites. Built once at the start; every mistake in the configuration is named with its place.</summary>
public sealed class SiteList
{
    private const int MostNameLength = 32;
    private const int MostLevels = 64;

    /// <summary>Most watts of one controller, and of a ramp: what a message on the wire can carry.</summary>
    private const int MostWatts = 10_000_000;

    private readonly Dictionary<string, Site> _byId;

    private SiteList(IReadOnlyList<Site> sites)
    {
        All = sites;
        _byId = sites.ToDictionary(site => site.Id, StringComparer.Ordinal);
    }

    /// <summary>Every site, in the configuration's order.</summary>
    public IReadOnlyList<Site> All { get; }

    /// <summary>A site by its id; null when there is none.</summary>
    public Site? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Builds the sites, or says everything that is wrong.</summary>
    /// <exception cref="ConfigurationException">The configuration is not usable; the message lists every mistake.</exception>
    public static SiteList From(IReadOnlyList<SiteOptions> options)
    {
        var mistakes = new List<string>();
        CheckUnique(options.Select(site => site.Id), "Fleet:Sites", mistakes);
        var sites = options.Select((site, i) => SiteFrom(site, $"Fleet:Sites:{i}", mistakes)).ToArray();
        return mistakes.Count == 0 ? new SiteList(sites!) : throw new ConfigurationException(mistakes);
    }

    private static Site? SiteFrom(SiteOptions options, string place, List<string> mistakes)
    {
        var before = mistakes.Count;
        CheckName(options.Id, place, mistakes);
        Check(options.LimitWatts > 0, $"{place}:LimitWatts is {options.LimitWatts}: give the import limit in watts, above 0", mistakes);
        Check(options.FixedWatts >= 0 && (options.LimitWatts <= 0 || options.FixedWatts <= options.LimitWatts), $"{place}:FixedWatts is {options.FixedWatts}: give 0 to the limit", mistakes);
        Check(options.RampWattsPerSecond is >= 0 and <= MostWatts, $"{place}:RampWattsPerSecond is {options.RampWattsPerSecond}: give 0 to {MostWatts}", mistakes);
        Check(Math.Abs(options.AdderPerMwh) <= 10_000, $"{place}:AdderPerMwh is {options.AdderPerMwh}: give -10000 to 10000", mistakes);
        Check(NodaTime.DateTimeZoneProviders.Tzdb.GetZoneOrNull(options.TimeZone) is not null, $"{place}:TimeZone '{options.TimeZone}' is not an IANA time zone such as Europe/Berlin", mistakes);
        CheckUnique(options.Controllers.Select(controller => controller.Id), $"{place}:Controllers", mistakes);
        var controllers = options.Controllers.Select((controller, i) => ControllerFrom(options, controller, $"{place}:Controllers:{i}", mistakes)).ToArray();
        Check(
            options.MeterController.Length == 0 || options.Controllers.Any(controller => controller.Id == options.MeterController),
            $"{place}:MeterController '{options.MeterController}' is none of the site's controllers: give the Id of the one that measures the grid connection", mistakes);
        if (mistakes.Count > before)
            return null;
        var terms = new SiteTerms(
            options.Id, options.Name.Length > 0 ? options.Name : options.Id, options.TimeZone, options.LimitWatts, options.FixedWatts,
            options.RampWattsPerSecond, options.AdderPerMwh)
        {
            MeterController = options.MeterController.Length > 0 ? options.MeterController : null,
        };
        return new Site(terms, controllers!);
    }

    private static Controller? ControllerFrom(SiteOptions site, ControllerOptions options, string place, List<string> mistakes)
    {
        var before = mistakes.Count;
        CheckName(options.Id, place, mistakes);
        CheckUnique(options.Loads.Select(load => load.Name), $"{place}:Loads", mistakes);
        if (options.Id.Length > 0 && options.Id == site.MeterController)
            Check(options.Loads.Count == 0, $"{place}:Loads has {options.Loads.Count}: the controller that measures the grid connection has none; give them to another", mistakes);
        else
            Check(options.Loads.Count <= 8 && (options.Loads.Count > 0 || IsMeterMistyped(site)), $"{place}:Loads has {options.Loads.Count}: a controller owns 1 to 8", mistakes);
        var loads = options.Loads.Select((load, i) => LoadFrom(load, $"{place}:Loads:{i}", mistakes)).ToArray();
        var most = options.Loads.Sum(load => load.Levels.Count == 0 ? 0L : load.Levels[^1].Watts);
        Check(most <= MostWatts, $"{place} has loads of {most} W together: a controller carries at most {MostWatts}; divide them among more", mistakes);
        return mistakes.Count > before ? null : new Controller(new ControllerAddress(site.Id, options.Id), loads!);
    }

    // One without loads may then be the one that was meant.
    private static bool IsMeterMistyped(SiteOptions site) =>
        site.MeterController.Length > 0 && site.Controllers.All(controller => controller.Id != site.MeterController);

    private static Load? LoadFrom(LoadOptions options, string place, List<string> mistakes)
    {
        var before = mistakes.Count;
        CheckName(options.Name, place, mistakes);
        Check(options.Levels.Count > 0, $"{place}:Levels is empty: give at least one level of Watts and WorkRate", mistakes);
        Check(options.Levels.Count <= MostLevels, $"{place}:Levels has {options.Levels.Count}: give at most {MostLevels}", mistakes);
        for (var i = 0; i < options.Levels.Count; i++)
        {
            var below = i == 0 ? 0 : options.Levels[i - 1].Watts;
            Check(options.Levels[i].Watts > below, $"{place}:Levels:{i}:Watts is {options.Levels[i].Watts}: watts must rise from level to level, above {below}", mistakes);
            Check(double.IsFinite(options.Levels[i].WorkRate) && options.Levels[i].WorkRate >= 0, $"{place}:Levels:{i}:WorkRate is {options.Levels[i].WorkRate}: give 0 or more", mistakes);
        }
        Check(options.MinimumOnMinutes is >= 0 and <= 1440, $"{place}:MinimumOnMinutes is {options.MinimumOnMinutes}: give 0 to 1440", mistakes);
        Check(options.MinimumOffMinutes is >= 0 and <= 1440, $"{place}:MinimumOffMinutes is {options.MinimumOffMinutes}: give 0 to 1440", mistakes);
        Check(double.IsFinite(options.StartCost) && options.StartCost >= 0, $"{place}:StartCost is {options.StartCost}: give 0 or more", mistakes);
        return mistakes.Count > before ? null : new Load(
            options.Name, options.Model, options.Work, [.. options.Levels.Select(level => new WorkLevel(level.Watts, level.WorkRate))],
            TimeSpan.FromMinutes(options.MinimumOnMinutes), TimeSpan.FromMinutes(options.MinimumOffMinutes), options.StartCost);
    }

    private static void CheckName(string name, string place, List<string> mistakes)
    {
        var isName = name.Length is > 0 and <= MostNameLength && name[0] != '-' && name[^1] != '-'
            && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
        Check(isName, $"{place} is named '{name}': use 1 to {MostNameLength} of a-z, 0-9 and hyphen, no hyphen at the ends", mistakes);
    }

    private static void CheckUnique(IEnumerable<string> names, string place, List<string> mistakes)
    {
        foreach (var group in names.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1))
            mistakes.Add($"{place} has '{group.Key}' {group.Count()} times: names must differ");
    }

    private static void Check(bool holds, string mistake, List<string> mistakes)
    {
        if (!holds)
            mistakes.Add(mistake);
    }
}
