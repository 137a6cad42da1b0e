using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using Fleet.Gateway.Dispatch;
using Xunit;

namespace Fleet.Tests.Gateway.Dispatch;

public sealed class PortfolioSplitTests
{
    private static readonly Gen<StandingLoad> AnyLoad = Gen.Select(
        Gen.Int[0, 2_000], Gen.Int[0, 5_000], Gen.Int[0, 5], (least, most, worth) => new StandingLoad(least, most, worth * 40));

    private static readonly Gen<Standing[]> AnySites = GenExtensions.get_Array(Gen.Select(
        Gen.Int[0, 3_000], Gen.Int[0, 30_000], GenExtensions.get_Array(AnyLoad)[0, 6], (other, ceiling, loads) => (other, ceiling, loads)))[1, 5]
        .Select(sites => sites.Select((site, i) => new Standing($"s{i}", site.other, site.loads, site.ceiling)).ToArray());

    [Fact]
    public void Together_the_caps_are_the_target_where_it_can_be_reached() => Gen.Select(AnySites, Gen.Int[0, 60_000]).Sample((sites, target) =>
    {
        var floor = sites.Sum(site => site.OtherWatts);
        Assert.Equal(Math.Max(floor, Math.Min(target, sites.Sum(MostOf))), PortfolioSplit.CapsOf(target, sites).Sum(cap => (long)cap));
    });

    [Fact]
    public void No_site_gets_more_than_it_could_take_nor_is_asked_for_what_no_setpoint_can_lower() => Gen.Select(AnySites, Gen.Int[0, 60_000]).Sample((sites, target) =>
        Assert.All(sites.Zip(PortfolioSplit.CapsOf(target, sites)), pair => Assert.InRange(pair.Second, pair.First.OtherWatts, MostOf(pair.First))));

    [Fact]
    public void What_a_site_may_not_take_goes_to_the_others()
    {
        Standing[] sites = [SiteOf("held", 90) with { CeilingWatts = 2_500 }, SiteOf("fair", 60), SiteOf("cheap", 40)];
        Assert.Equal([2_500, 3_500, 3_000], PortfolioSplit.CapsOf(9_000, sites));
        Assert.Equal([2_500, 2_500, 2_000], PortfolioSplit.CapsOf(7_000, sites));
    }

    [Fact]
    public void A_lower_target_never_raises_a_site() => Gen.Select(AnySites, Gen.Int[0, 60_000], Gen.Int[0, 5_000]).Sample((sites, target, less) =>
        Assert.All(
            PortfolioSplit.CapsOf(target, sites).Zip(PortfolioSplit.CapsOf(Math.Max(0, target - less), sites)),
            pair => Assert.True(pair.Second <= pair.First)));

    [Fact]
    public void The_least_worth_is_lowered_first_wherever_it_stands()
    {
        Standing[] sites = [SiteOf("dear", 90), SiteOf("cheap", 40), SiteOf("fair", 60)];
        Assert.Equal([3_500, 3_500, 3_500], PortfolioSplit.CapsOf(10_500, sites));
        Assert.Equal([3_500, 2_500, 3_500], PortfolioSplit.CapsOf(9_500, sites));
        Assert.Equal([3_500, 2_000, 2_500], PortfolioSplit.CapsOf(8_000, sites));
        Assert.Equal([2_000, 2_000, 2_000], PortfolioSplit.CapsOf(6_000, sites)); // everyone at its lowest work before anyone sleeps
        Assert.Equal([2_000, 0, 2_000], PortfolioSplit.CapsOf(4_000, sites));
        Assert.Equal([0, 0, 0], PortfolioSplit.CapsOf(0, sites));
    }

    private static Standing SiteOf(string name, double worth) => new(name, 0, [new StandingLoad(2_000, 3_500, worth)]);

    private static long MostOf(Standing site) => Math.Max(site.OtherWatts, Math.Min(site.CeilingWatts, site.OtherWatts + site.Loads.Sum(load => load.MaxWatts)));
}
