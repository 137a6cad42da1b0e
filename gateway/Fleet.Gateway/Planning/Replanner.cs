using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Fleet.Gateway.Signals;
using Fleet.Gateway.Sites;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Gateway.Planning;

/// <summary>
/// Runs the planner beside the ticks: at once, on every fifth minute of the hour, which is the start of every slot too,
/// and when asked. It only ever replaces the plan: a slow or failed solve leaves the last one in use, and its age shows.
/// </summary>
public sealed class Replanner : BackgroundService
{
    /// <summary>How often the plan is made anew without being asked.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    // Caps that come and go without rest must not keep the sites without a new plan.
    private const int MostAttempts = 3;

    private readonly IPlannedSites _sites;
    private readonly LoadValues _values;
    private readonly IPlanStore _store;
    private readonly GatewayEpoch _epoch;
    private readonly TimeProvider _time;
    private readonly ILogger<Replanner> _log;
    private readonly Channel<bool> _asked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Timeline[] _lastTimelines = [];
    private readonly ITimer _later;
    private long _count;

    /// <summary>A planner of these sites.</summary>
    public Replanner(IPlannedSites sites, LoadValues values, IPlanStore store, GatewayEpoch epoch, TimeProvider time, ILogger<Replanner> log)
    {
        _sites = sites;
        _values = values;
        _store = store;
        _epoch = epoch;
        _time = time;
        _log = log;
        _later = time.CreateTimer(_ => Ask(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The plan in use; null before the first.</summary>
    public Plan? Current { get; private set; }

    /// <summary>Why the last attempt failed; null when it did not.</summary>
    public string? Failure { get; private set; }

    /// <summary>Asks for a new plan soon.</summary>
    public void Ask() => _asked.Writer.TryWrite(true);

    /// <summary>Asks for a new plan after a while; asked again before, the while begins anew.</summary>
    public void AskAfter(TimeSpan delay) => _later.Change(delay, Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _later.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var sinceMark = TimeSpan.FromTicks(_time.GetUtcNow().Ticks % Period.Ticks);
        using var timer = _time.CreateTimer(_ => Ask(), null, Period - sinceMark, Period);
        do
        {
            await Task.Run(Replan, stoppingToken);
        }
        while (await NextAskAsync(stoppingToken));
    }

    // A plan made under a cap that has gone meanwhile would put to sleep what has just come back: it is made again.
    private (Plan Plan, IReadOnlyList<PlanInput> Inputs) SolveForNow()
    {
        for (var attempt = 1; ; attempt++)
        {
            var now = _time.GetUtcNow();
            var inputs = _sites.Look();
            // Commitments were made under the caps of then: when those have changed, nothing holds to them.
            var timelines = inputs.Select(input => input.Timeline).ToArray();
            var last = timelines.SequenceEqual(_lastTimelines) ? Current : null;
            var plan = Planner.Solve(PlanBuilder.Pose(inputs, _values, last, now), now);
            if (attempt < MostAttempts && _sites.Look().Zip(inputs).Any(pair => pair.Second.Timeline.Caps.Except(pair.First.Timeline.Caps).Any()))
                continue;
            _lastTimelines = timelines;
            return (plan, inputs);
        }
    }

    private async Task<bool> NextAskAsync(CancellationToken stoppingToken) => await _asked.Reader.ReadAsync(stoppingToken);

    private void Replan()
    {
        try
        {
            var started = _time.GetTimestamp();
            var (plan, inputs) = SolveForNow();
            var planId = $"plan-{_epoch.Number}-{++_count}";
            foreach (var input in inputs)
                _sites.Replace(input.Site, PlanBuilder.Cut(plan, planId, input, _values));
            Current = plan;
            Failure = null;
            _store.Keep(planId, plan);
            foreach (var conflict in plan.Conflicts)
                _log.LogWarning("Plan {Plan} cannot keep every limit: {Conflict}", planId, conflict);
            _log.LogDebug("Plan {Plan} made in {Elapsed}, gap {Gap:P3}", planId, _time.GetElapsedTime(started), plan.Gap);
        }
        catch (Exception failure)
        {
            Failure = failure.Message;
            _log.LogError(failure, "Planning failed; the plan of {MadeAt} stays in use", Current?.MadeAtUtc);
        }
    }
}

/// <summary>The sites that are planned for.</summary>
public interface IPlannedSites
{
    /// <summary>What each does now.</summary>
    IReadOnlyList<PlanInput> Look();

    /// <summary>Puts a new plan in place of a site's last.</summary>
    void Replace(Site site, SitePlan plan);
}

/// <summary>Keeps plans. Never blocks.</summary>
public interface IPlanStore
{
    /// <summary>Keeps a plan.</summary>
    void Keep(string planId, Plan plan);
}
