using System;
using System.Linq;
using Fleet.Gateway;
using Fleet.Gateway.Sites;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Gateway.Sites;

/// <summary>Every mistake in the configured sites is named with its place and what to do.</summary>
public sealed class SiteListTests
{
    [Theory]
    [InlineData("Fleet:Sites has 'hill' 2 times: names must differ")]
    [InlineData("Fleet:Sites:0:Controllers has 'c1' 2 times: names must differ")]
    [InlineData("Fleet:Sites:0:Controllers:0:Loads has 's21-1' 2 times: names must differ")]
    [InlineData("Fleet:Sites:0 is named 'Hill!': use 1 to 32 of a-z, 0-9 and hyphen, no hyphen at the ends")]
    [InlineData("Fleet:Sites:0 is named '': use 1 to 32")]
    [InlineData("Fleet:Sites:0:Controllers:1 is named '-c2': use 1 to 32")]
    [InlineData("Fleet:Sites:0:Controllers:0:Loads:1 is named 'a/b': use 1 to 32")]
    [InlineData("Fleet:Sites:0:TimeZone 'Mars/Olympus' is not an IANA time zone such as Europe/Berlin")]
    [InlineData("Fleet:Sites:0:LimitWatts is 0: give the import limit in watts, above 0")]
    [InlineData("Fleet:Sites:0:FixedWatts is 12001: give 0 to the limit")]
    [InlineData("Fleet:Sites:0:RampWattsPerSecond is -1: give 0 to 10000000")]
    [InlineData("Fleet:Sites:0:RampWattsPerSecond is 10000001: give 0 to 10000000")]
    [InlineData("Fleet:Sites:0:AdderPerMwh is NaN: give -10000 to 10000")]
    [InlineData("Fleet:Sites:0:Controllers:0:Loads has 9: a controller owns 1 to 8")]
    [InlineData("Fleet:Sites:0:Controllers:0:Loads has 0: a controller owns 1 to 8")]
    [InlineData("Fleet:Sites:0:MeterController 'c9' is none of the site's controllers: give the Id of the one that measures the grid connection")]
    [InlineData("Fleet:Sites:0:Controllers:0:Loads has 2: the controller that measures the grid connection has none; give them to another")]
    [InlineData("Fleet:Sites:0:Controllers:0 has loads of 10003500 W together: a controller carries at most 10000000")]
    [InlineData("Fleet:Sites:0:Controllers:0:Loads:0:Levels is empty: give at least one level of Watts and WorkRate")]
    [InlineData("Fleet:Sites:0:Controllers:0:Loads:0:Levels has 65: give at most 64")]
    [InlineData("Fleet:Sites:0:Controllers:0:Loads:0:Levels:1:Watts is 1575: watts must rise from level to level, above 1575")]
    [InlineData("Fleet:Sites:0:Controllers:0:Loads:0:Levels:2:WorkRate is -1: give 0 or more")]
    [InlineData("Fleet:Sites:0:Controllers:0:Loads:0:MinimumOnMinutes is 1441: give 0 to 1440")]
    [InlineData("Fleet:Sites:0:Controllers:0:Loads:0:MinimumOffMinutes is -1: give 0 to 1440")]
    [InlineData("Fleet:Sites:0:Controllers:0:Loads:0:StartCost is NaN: give 0 or more")]
    public void Names_every_mistake_with_its_place_and_what_to_do(string mistake)
    {
        var sites = GatewaySites.OptionsOf(GatewaySites.Both, "data").Sites;
        Make(mistake, sites[0], sites[1]);
        var refused = Assert.Throws<ConfigurationException>(() => SiteList.From(sites));
        Assert.StartsWith(mistake, Assert.Single(refused.Mistakes));
        Assert.Contains(mistake, refused.Message);
    }

    [Fact]
    public void Names_all_mistakes_at_once()
    {
        var sites = GatewaySites.OptionsOf(GatewaySites.Both, "data").Sites;
        (sites[0].LimitWatts, sites[1].TimeZone, sites[1].Controllers[0].Loads[0].StartCost) = (-1, "", -2);
        Assert.Equal(3, Assert.Throws<ConfigurationException>(() => SiteList.From(sites)).Mistakes.Count);
    }

    [Fact]
    public void Takes_a_sound_configuration_and_a_gateway_without_sites()
    {
        var sites = SiteList.From(GatewaySites.OptionsOf(GatewaySites.Both, "data").Sites);
        Assert.Equal(["hill", "town"], sites.All.Select(site => site.Id));
        Assert.Equal(13_020, sites.Find("hill")!.MaxWatts);
        Assert.Empty(SiteList.From([]).All);
    }

    private static void Make(string mistake, SiteOptions hill, SiteOptions town)
    {
        var (c1, load) = (hill.Controllers[0], hill.Controllers[0].Loads[0]);
        Action change = mistake.Split(' ')[0] switch
        {
            "Fleet:Sites" => () => town.Id = "hill",
            "Fleet:Sites:0" => () => hill.Id = mistake.Contains("''") ? "" : "Hill!",
            "Fleet:Sites:0:Controllers" => () => hill.Controllers[1].Id = "c1",
            "Fleet:Sites:0:Controllers:1" => () => hill.Controllers[1].Id = "-c2",
            "Fleet:Sites:0:TimeZone" => () => hill.TimeZone = "Mars/Olympus",
            "Fleet:Sites:0:LimitWatts" => () => hill.LimitWatts = 0,
            "Fleet:Sites:0:FixedWatts" => () => hill.FixedWatts = 12_001,
            "Fleet:Sites:0:RampWattsPerSecond" => () => hill.RampWattsPerSecond = mistake.Contains("-1") ? -1 : 10_000_001,
            "Fleet:Sites:0:AdderPerMwh" => () => hill.AdderPerMwh = double.NaN,
            "Fleet:Sites:0:Controllers:0" => () => load.Levels[^1].Watts = 10_000_000,
            "Fleet:Sites:0:Controllers:0:Loads" when mistake.Contains("'") => () => c1.Loads[1].Name = load.Name,
            "Fleet:Sites:0:Controllers:0:Loads" when mistake.Contains("has 0") => c1.Loads.Clear,
            "Fleet:Sites:0:MeterController" => () => hill.MeterController = "c9",
            "Fleet:Sites:0:Controllers:0:Loads" when mistake.Contains("has 2") => () => hill.MeterController = "c1",
            "Fleet:Sites:0:Controllers:0:Loads" => () => c1.Loads.AddRange(Enumerable.Range(0, 7).Select(i => new LoadOptions { Name = $"more-{i}", Levels = load.Levels })),
            "Fleet:Sites:0:Controllers:0:Loads:1" => () => c1.Loads[1].Name = "a/b",
            "Fleet:Sites:0:Controllers:0:Loads:0:Levels" when mistake.Contains("empty") => load.Levels.Clear,
            "Fleet:Sites:0:Controllers:0:Loads:0:Levels" => () => load.Levels = [.. Enumerable.Range(1, 65).Select(i => new LevelOptions { Watts = i })],
            "Fleet:Sites:0:Controllers:0:Loads:0:Levels:1:Watts" => () => load.Levels[1].Watts = load.Levels[0].Watts,
            "Fleet:Sites:0:Controllers:0:Loads:0:Levels:2:WorkRate" => () => load.Levels[2].WorkRate = -1,
            "Fleet:Sites:0:Controllers:0:Loads:0:MinimumOnMinutes" => () => load.MinimumOnMinutes = 1_441,
            "Fleet:Sites:0:Controllers:0:Loads:0:MinimumOffMinutes" => () => load.MinimumOffMinutes = -1,
            _ => () => load.StartCost = double.NaN,
        };
        change();
    }
}
