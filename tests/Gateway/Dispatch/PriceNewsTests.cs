using System;
using System.Linq;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Sites;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Gateway.Dispatch;

/// <summary>Which prices are worth a write to a controller's flash. The strike price of a miner of 20 J/TH is 80, of 10 J/TH 160, of 100 J/TH 16.</summary>
public sealed class PriceNewsTests
{
    private const int Hashprice = 38_400;
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    [Fact]
    public void A_schedule_goes_out_with_the_prices_of_its_plan()
    {
        var bench = Settled();
        Assert.Equal(Hashprice, Assert.Single(bench.Schedules).Prices!.HashpriceMicros);
        Assert.Equal([.. Enumerable.Repeat(60, 144)], bench.Schedules[0].Prices!.PerMegawattHour);
    }

    [Theory]
    [InlineData(60, 67, 0)] // not worth it
    [InlineData(60, 69, 1)]
    [InlineData(60, 51, 1)]
    [InlineData(200, 900, 0)] // no miner works at either
    [InlineData(0, -300, 0)] // every miner works at both
    public void A_price_that_moves_is_news_where_it_passes_strike_prices(int had, int price, int sent)
    {
        var bench = Settled(had);
        Advance(bench, 120, slot => slot == 50 ? price : had);
        Assert.Equal(1 + sent, bench.Schedules.Count);
        if (sent > 0)
            Assert.Equal(price, bench.Schedules[1].Prices!.PerMegawattHour[50]);
    }

    [Fact]
    public void Prices_that_jump_with_every_plan_are_sent_once_an_hour()
    {
        var bench = Settled();
        for (var plan = 1; plan <= 48; plan++)
            Advance(bench, 5, _ => plan % 2 == 0 ? 60 : 100);
        Assert.InRange(bench.Schedules.Count, 4, 5);
    }

    [Theory]
    [InlineData(42_000, 0)]
    [InlineData(43_000, 1)]
    [InlineData(34_000, 1)]
    public void A_hashprice_that_moves_by_a_tenth_is_news(int micros, int sent)
    {
        var bench = Settled();
        Advance(bench, 120, _ => 60, micros);
        Assert.Equal(1 + sent, bench.Schedules.Count);
    }

    [Fact]
    public void A_day_of_prices_that_become_known_is_sent_at_once_and_a_quarter_after_another_is_not()
    {
        var bench = Settled(known: 48);
        Advance(bench, 120, _ => 60, known: 60);
        Assert.Single(bench.Schedules);
        Advance(bench, 5, _ => 60, known: 144);
        Assert.Equal([48, 144], bench.Schedules.Select(sent => sent.Prices!.PerMegawattHour.Length));
    }

    [Fact]
    public void The_first_prices_of_all_are_sent_at_once()
    {
        var bench = Settled(known: 0);
        Advance(bench, 5, _ => 60);
        Assert.Equal(144, bench.Schedules[^1].Prices!.PerMegawattHour.Length);
        Advance(bench, 5, _ => 90);
        Assert.Equal(2, bench.Schedules.Count);
    }

    [Fact]
    public void Prices_that_are_no_longer_known_and_those_of_the_past_are_no_news()
    {
        var bench = Settled();
        Advance(bench, 120, slot => slot < 7 ? 900 : 60);
        bench.Dispatch.Replace(Plan(bench, "plan-9", _ => 60, Hashprice, known: 0));
        bench.Run(3);
        Assert.Single(bench.Schedules);
    }

    [Fact]
    public void A_controller_whose_loads_do_not_hash_gets_no_prices()
    {
        var load = new Load("box", "test", WorkKind.Tokens, [new WorkLevel(300, 50)], TimeSpan.Zero, TimeSpan.Zero, 0);
        var site = new Site(new SiteTerms("hill", "Hill", "Etc/UTC", 9_000, 0, 0, 0), [new Controller(new ControllerAddress("hill", "c0"), [load])]);
        var dispatch = new SiteDispatch(site, epoch: 1);
        var now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        dispatch.Replace(new SitePlan("plan-1", now, now, Quarter, [.. Enumerable.Repeat(new Wanted([300], [50], "plan-1", "plan"), 144)])
        {
            Prices = new SchedulePrices([60], Hashprice),
        });
        dispatch.Inbox.Offer(new HelloReport(site.Controllers[0].Address, now, true, 1, "board", "1", 100, ["box"]));
        dispatch.Inbox.Offer(new TelemetryReport(
            site.Controllers[0].Address, now, 1, 1, now, 0, 0, ControllerState.FailSafe, null, null, 0, [], [], [new LoadReport(0, 0, LoadState.Running, 0, 0, [])]));
        Assert.Null(Assert.Single(dispatch.Tick(now).Schedules).Prices);
    }

    private static SiteBench Settled(int price = 60, int known = 144)
    {
        var bench = new SiteBench(1).HelloAll();
        bench.Dispatch.Replace(Plan(bench, "plan-1", _ => price, Hashprice, known));
        return Answer(bench.Run(2));
    }

    private static void Advance(SiteBench bench, int minutes, Func<int, int> priceOf, int hashprice = Hashprice, int known = 144)
    {
        var sent = bench.Schedules.Count;
        bench.Tick(60 * minutes - 3);
        bench.AnswerAll();
        bench.Dispatch.Replace(Plan(bench, $"plan-{bench.Now:HHmm}", priceOf, hashprice, known));
        bench.Run(3);
        if (bench.Schedules.Count > sent)
            Answer(bench);
    }

    // The same slots and watts as ever: only prices change.
    private static SitePlan Plan(SiteBench bench, string id, Func<int, int> priceOf, int hashprice, int known) => new(
        id, bench.Now, bench.Dispatch.Plan?.Start ?? bench.Now, Quarter, [.. Enumerable.Repeat(new Wanted([3_500], [50], id, "plan"), 144)])
    {
        Prices = known == 0 ? null : new SchedulePrices([.. Enumerable.Range(0, known).Select(priceOf)], hashprice),
    };

    private static SiteBench Answer(SiteBench bench) => bench.Answer("schedule", bench.Schedules[^1].Id, 0, AckOutcome.Accepted);
}
