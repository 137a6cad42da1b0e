using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Signals;
using Fleet.Gateway.Sites;
using Fleet.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Fleet.Tests.Gateway.Planning;

public sealed class ReplannerTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 12, 7, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);
    private readonly OneSite _site = new();
    private readonly Replanner _replanner;

    public ReplannerTests()
    {
        var values = new LoadValues(GatewayMarket.Of(Start.AddMinutes(-7), [.. Enumerable.Repeat((decimal?)20m, 200)]));
        _replanner = new Replanner(_site, values, _site, new GatewayEpoch(3), _time, NullLogger<Replanner>.Instance);
    }

    public async ValueTask InitializeAsync()
    {
        await _replanner.StartAsync(CancellationToken.None);
        await PlansAsync(1);
    }

    public async ValueTask DisposeAsync()
    {
        await _replanner.StopAsync(CancellationToken.None);
        _replanner.Dispose();
    }

    [Fact]
    public void Makes_the_first_plan_at_once_names_it_by_epoch_and_keeps_it()
    {
        Assert.Equal("plan-3-1", _site.Plan!.Id);
        Assert.Equal(Start, _replanner.Current!.MadeAtUtc);
        Assert.Equal(3_500, _site.Plan.At(Start)!.Watts[0]);
        Assert.Equal(["plan-3-1"], _site.Kept);
    }

    [Fact]
    public async Task Plans_anew_every_five_minutes_on_the_mark_and_so_at_the_start_of_every_slot()
    {
        await PassAsync(TimeSpan.FromMinutes(3), 2);
        Assert.Equal(Start.AddMinutes(3), _replanner.Current!.MadeAtUtc);
        await PassAsync(TimeSpan.FromMinutes(5), 3);
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 12, 15, 0, TimeSpan.Zero), _replanner.Current!.MadeAtUtc);
    }

    [Fact]
    public async Task Plans_anew_when_asked_once_however_often()
    {
        _site.Hold();
        for (var i = 0; i < 50; i++)
            _replanner.Ask();
        _site.Release();
        await PlansAsync(2);
        await GatewayWait.UntilAsync("the asking has calmed down", () => _site.Kept.Count is 2 or 3);
        Assert.InRange(_site.Kept.Count, 2, 3);
    }

    [Fact]
    public async Task A_changed_cap_frees_the_plan_from_what_it_was_committed_to_under_the_old_one()
    {
        _site.Timeline = new Timeline([new Cap("dr-1", 0, Start, Start.AddHours(3), "test")]);
        _replanner.Ask();
        await PlansAsync(2);
        Assert.Equal(0, _site.Plan!.At(Start)!.Watts[0]);
        _site.Timeline = Timeline.Empty;
        _replanner.Ask();
        await PlansAsync(3);
        Assert.Equal(10, _site.Plan!.At(Start)!.Watts[1]); // a miner so small that no switching cost is worth it
        Assert.Equal(3_500, _site.Plan!.At(Start)!.Watts[0]);
    }

    [Fact]
    public async Task A_plan_made_under_a_cap_that_was_called_off_meanwhile_is_never_put_in_place()
    {
        _site.Timeline = new Timeline([new Cap("dr-1", 0, Start, Start.AddHours(3), "test")]);
        _site.AfterLook = () => _site.Timeline = Timeline.Empty;
        _replanner.Ask();
        await PlansAsync(2);
        Assert.All(_site.Plans, plan => Assert.Equal(3_500, plan.At(Start)!.Watts[0]));
    }

    [Fact]
    public async Task Caps_that_come_and_go_without_rest_do_not_keep_the_sites_without_a_plan()
    {
        _site.AfterLook = () => _site.Timeline = new Timeline([new Cap(Guid.NewGuid().ToString(), 0, Start, Start.AddHours(3), "test")]);
        _replanner.Ask();
        await PlansAsync(2);
    }

    [Fact]
    public async Task Keeps_the_last_plan_when_planning_fails_says_why_and_recovers()
    {
        var last = _replanner.Current;
        _site.Failure = "the sites cannot be looked at";
        _time.Advance(TimeSpan.FromMinutes(3));
        await GatewayWait.UntilAsync("the failure shows", () => _replanner.Failure is not null);
        Assert.Equal("the sites cannot be looked at", _replanner.Failure);
        Assert.Same(last, _replanner.Current);
        Assert.Equal("plan-3-1", _site.Plan!.Id);
        Assert.NotNull(_site.Plan.At(_time.GetUtcNow()));

        _site.Failure = null;
        await PassAsync(TimeSpan.FromMinutes(5), 2);
        Assert.Null(_replanner.Failure);
        Assert.NotSame(last, _replanner.Current);
    }

    private async Task PassAsync(TimeSpan time, int plans)
    {
        _time.Advance(time);
        await PlansAsync(plans);
    }

    private Task PlansAsync(int count) => GatewayWait.UntilAsync(
        $"plan {count} is made", () => _site.Kept.Count >= count, () => $"{_site.Kept.Count} so far. {_replanner.Failure}");

    /// <summary>A site with one load, which fails on demand; and where plans are kept.</summary>
    private sealed class OneSite : IPlannedSites, IPlanStore
    {
        private static readonly Load Asic = new("asic", "test", WorkKind.Hashes, [new WorkLevel(3_500, 200)], TimeSpan.Zero, TimeSpan.Zero, 0);
        private static readonly Load Gamma = new("gamma", "test", WorkKind.Hashes, [new WorkLevel(10, 0.8)], TimeSpan.Zero, TimeSpan.Zero, 0);
        private static readonly Site Hill = new(
            new SiteTerms("hill", "Hill", "Etc/UTC", 10_000, 0, 0, 0), [new Controller(new ControllerAddress("hill", "c1"), [Asic, Gamma])]);

        private readonly ConcurrentQueue<string> _kept = [];
        private readonly ManualResetEventSlim _open = new(initialState: true);

        public string? Failure { get; set; }

        public Timeline Timeline { get; set; } = Timeline.Empty;

        public Action AfterLook { get; set; } = () => { };

        public SitePlan? Plan => Plans.LastOrDefault();

        public ConcurrentQueue<SitePlan> Plans { get; } = [];

        public IReadOnlyList<string> Kept => [.. _kept];

        public void Hold() => _open.Reset();

        public void Release() => _open.Set();

        public IReadOnlyList<PlanInput> Look()
        {
            _open.Wait(GatewayWait.Patience);
            IReadOnlyList<PlanInput> seen = [new PlanInput(Hill, Timeline, [new LoadNow(0, default), new LoadNow(0, default)])];
            AfterLook();
            return Failure is { } failure ? throw new InvalidOperationException(failure) : seen;
        }

        public void Replace(Site site, SitePlan plan) => Plans.Enqueue(plan);

        public void Keep(string planId, Plan plan) => _kept.Enqueue(planId);
    }
}
