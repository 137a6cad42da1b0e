using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Signals;

namespace Fleet.Gateway.Dispatch;

/// <summary>Runs the <see cref="Portfolio"/> over the sites of this process: looks at them, hands out their parts, writes down, has it planned.</summary>
public sealed class PortfolioHost
{
    private readonly Lock _turn = new(); // taken before a site's own, never while one is held
    private readonly Portfolio _portfolio = new();
    private readonly List<Curtailment> _changed = [];
    private readonly SiteHosts _hosts;
    private readonly IDispatchRecord _record;
    private readonly Replanner _replanner;
    private readonly TimeProvider _time;

    /// <summary>A portfolio of these sites.</summary>
    public PortfolioHost(SiteHosts hosts, IDispatchRecord record, Replanner replanner, TimeProvider time)
    {
        _hosts = hosts;
        _record = record;
        _replanner = replanner;
        _time = time;
    }

    /// <summary>One turn: begins and ends what is due, measures, and divides again what has to be.</summary>
    public void Tick()
    {
        lock (_turn)
        {
            if (_portfolio.Curtailments.All.Count == 0)
                return;
            var now = _time.GetUtcNow();
            var sites = Glances();
            var isChanged = false;
            _changed.Clear();
            foreach (var due in _portfolio.Turn(now, sites, _changed))
            {
                var caps = _portfolio.Divide(due, now, sites, StandingsFor(due.Signal, now));
                for (var i = 0; i < caps.Count; i++)
                {
                    if (caps[i] is { } watts)
                        isChanged |= _hosts.All[i].Cap(PartOf(due.Signal, i), watts);
                }
            }
            foreach (var curtailment in _changed)
                _record.Write(curtailment);
            if (isChanged)
                _replanner.AskAfter(SignalIntake.PlanAfter);
        }
    }

    /// <summary>
    /// How a new signal begins: the course of the whole first, then that of every site. What begins now and can be
    /// measured is divided now; a percentage for later has no watts yet. Before the power of the sites is known nothing can
    /// be divided: the parts wait for the first turn in which it is.
    /// </summary>
    public IReadOnlyList<CurtailmentCourse> Begin(Signal signal)
    {
        var now = _time.GetUtcNow();
        var sites = Glances();
        var power = Portfolio.PowerOf(sites);
        var start = signal.Start <= now ? power?.BaseOf(signal) : null;
        var requested = signal.TargetWatts ?? (start is { } measured ? Curtailments.PercentOf(measured, signal.TargetPercent) : null);
        var caps = requested is { } watts && power is not null ? PortfolioSplit.CapsOf(watts, StandingsFor(signal, now)) : null;
        var state = start is null ? CurtailmentState.Waiting : CurtailmentState.Lowering;
        var parts = sites.Select((_, i) => new CurtailmentCourse(PartOf(signal, i), CurtailmentState.Waiting, null, caps?[i], null, 0, null));
        return [new CurtailmentCourse(signal, state, start, requested, null, 0, null), .. parts];
    }

    /// <summary>Whether one more can be taken up.</summary>
    public bool HasRoom => Look(portfolio => portfolio.Curtailments.HasRoom);

    /// <summary>Takes up the course of a whole: one that begins, or as it was when the gateway stopped.</summary>
    public void Restore(CurtailmentCourse course)
    {
        lock (_turn)
        {
            var curtailment = _portfolio.Curtailments.Restore(course, _time.GetUtcNow());
            if (curtailment.State != course.State)
                _record.Write(curtailment);
        }
    }

    /// <summary>Calls a signal off, and its part at every site at once; false when it is over or unknown.</summary>
    public bool Cancel(string signalId)
    {
        lock (_turn)
        {
            if (!_portfolio.Curtailments.Cancel(signalId, _time.GetUtcNow()))
                return false;
            foreach (var host in _hosts.All)
                host.Cancel(signalId);
        }
        Tick();
        return true;
    }

    /// <summary>Reads something of the portfolio between two turns. <paramref name="read"/> must copy what it keeps, and be quick.</summary>
    public T Look<T>(Func<Portfolio, T> read)
    {
        lock (_turn)
            return read(_portfolio);
    }

    private Signal PartOf(Signal signal, int site) => signal with { Site = _hosts.All[site].Site.Id, TargetWatts = null, TargetPercent = null };

    // Parts, of this signal or of another, bound no other part: each would hold the others where they are.
    private Standing[] StandingsFor(Signal signal, DateTimeOffset now)
    {
        var divided = Look(portfolio => portfolio.Curtailments.All.Select(one => one.Signal.Id).Append(signal.Id).ToHashSet(StringComparer.Ordinal));
        return [.. _hosts.All.Select(host => host.StandingAt(signal.Start > now ? signal.Start : now, divided))];
    }

    private SiteGlance[] Glances() => [.. _hosts.All.Select(host => host.Look(dispatch => new SiteGlance(
        new PowerNow(dispatch.Image.Watts, dispatch.Image.MeasuredWatts), dispatch.ReservedWatts, dispatch.HasGathered,
        dispatch.Curtailments.All.Where(one => one.State != CurtailmentState.Ended && one.RequestedWatts is not null)
            .ToDictionary(one => one.Signal.Id, one => one.RequestedWatts!.Value, StringComparer.Ordinal))))];
}
