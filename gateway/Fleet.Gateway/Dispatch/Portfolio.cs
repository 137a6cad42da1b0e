using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Signals;

namespace Fleet.Gateway.Dispatch;

/// <summary>A site as the portfolio sees it at one instant.</summary>
/// <param name="Power">Its power.</param>
/// <param name="OtherWatts">Watts of it that no setpoint can lower now.</param>
/// <param name="IsKnown">Whether its power is known as well as it will be.</param>
/// <param name="Caps">Its parts of signals that wait or run, by signal.</param>
public sealed record SiteGlance(PowerNow Power, long OtherWatts, bool IsKnown, IReadOnlyDictionary<string, int> Caps)
{
    internal int? CapOf(string signalId) => Caps.TryGetValue(signalId, out var watts) ? watts : null;
}

/// <summary>
/// The curtailments of the whole portfolio, judged on the sum of its sites. A percentage becomes watts once, when it begins;
/// watts are divided among the sites by <see cref="PortfolioSplit"/>, and divided again as the sites change:
/// <code>
///  at once           it begins; a site cannot keep its part; a site has none
///  after 20 s        the sum stays above what was asked: what sleeping loads still take, orders that are not followed
///  every minute      the plans want it otherwise, or there is room again
/// </code>
/// A site is lowered at once, and raised only into room that the others have given up. Pure: time is its argument.
/// </summary>
public sealed class Portfolio
{
    /// <summary>How often a division is looked at again while nothing presses: every change of a cap renews the schedules.</summary>
    public static readonly TimeSpan DividedEvery = TimeSpan.FromSeconds(60);

    /// <summary>How long the sum may stay above the target: twice what each site's own loop waits, which comes first.</summary>
    public static readonly TimeSpan Patience = MeterRule.Patience * 2;

    private readonly Dictionary<string, Division> _divisions = new(StringComparer.Ordinal);

    /// <summary>The curtailments.</summary>
    public Curtailments Curtailments { get; } = new();

    /// <summary>Begins, ends and measures; answers whose division is due. <paramref name="changed"/> gets what is to be written down.</summary>
    public IReadOnlyList<Curtailment> Turn(DateTimeOffset now, IReadOnlyList<SiteGlance> sites, List<Curtailment> changed)
    {
        foreach (var one in Curtailments.All.Where(one => one.State == CurtailmentState.Waiting))
            DivisionOf(one.Signal.Id).DividedAt = DateTimeOffset.MinValue; // what begins is divided at once
        var power = PowerOf(sites);
        Curtailments.Turn(now, power, changed);
        if (power is not { Watts: var watts })
            return [];
        Curtailments.Measure(now, watts, changed);
        var due = new List<Curtailment>();
        foreach (var one in Curtailments.All)
        {
            if (one.State == CurtailmentState.Ended)
                _divisions.Remove(one.Signal.Id);
            else if (one.State == CurtailmentState.Waiting ? one.RequestedWatts is not null && IsMissing(one, sites) : IsDue(one, now, watts, sites))
                due.Add(one);
        }
        return due;
    }

    /// <summary>Power of all sites together; null while that of any is not known.</summary>
    public static PowerNow? PowerOf(IReadOnlyList<SiteGlance> sites)
    {
        if (!sites.All(site => site.IsKnown))
            return null;
        var (watts, measured) = (sites.Sum(site => (long)site.Power.Watts), sites.Sum(site => (long)site.Power.MeasuredWatts));
        return new PowerNow((int)Math.Min(watts, int.MaxValue), (int)Math.Min(measured, int.MaxValue));
    }

    /// <summary>Divides a curtailment whose watts are known; a site whose cap stays as it is has null.</summary>
    public IReadOnlyList<int?> Divide(Curtailment curtailment, DateTimeOffset now, IReadOnlyList<SiteGlance> sites, IReadOnlyList<Standing> standings)
    {
        var id = curtailment.Signal.Id;
        var division = DivisionOf(id);
        division.DividedAt = now;
        var target = Math.Max(0, curtailment.RequestedWatts!.Value - division.Loop.CorrectionWatts);
        var caps = PortfolioSplit.CapsOf(target, standings);
        var held = sites.Select(site => site.CapOf(id)).ToArray();
        // What a site has not given up yet is no room for another.
        var room = target - Enumerable.Range(0, sites.Count).Sum(i => Math.Max(Math.Min(caps[i], held[i] ?? caps[i]), (long)sites[i].Power.Watts));
        var next = new int?[sites.Count];
        for (var i = 0; i < next.Length; i++)
        {
            if (held[i] is not { } before)
            {
                next[i] = caps[i];
                continue;
            }
            var cap = caps[i] <= before ? caps[i] : before + (int)Math.Clamp(room, 0, caps[i] - before);
            room -= Math.Max(0, cap - before);
            if (cap < before || cap - before > Picture.ToleranceOf(before))
                next[i] = cap;
        }
        return next;
    }

    private bool IsDue(Curtailment curtailment, DateTimeOffset now, int watts, IReadOnlyList<SiteGlance> sites)
    {
        var id = curtailment.Signal.Id;
        var division = DivisionOf(id);
        division.DividedAt ??= now;
        var since = now - division.DividedAt.Value;
        var requested = curtailment.RequestedWatts!.Value;
        var tolerance = Picture.ToleranceOf(requested);
        var hasGrown = division.Loop.Step(now, watts, requested, tolerance, requested);
        var isBroken = sites.Sum(site => Math.Max(site.CapOf(id) ?? 0, site.OtherWatts)) > requested + tolerance;
        return hasGrown || IsMissing(curtailment, sites) || since >= DividedEvery || (isBroken && since >= MeterRule.Patience);
    }

    private static bool IsMissing(Curtailment curtailment, IReadOnlyList<SiteGlance> sites) => sites.Any(site => site.CapOf(curtailment.Signal.Id) is null);

    private Division DivisionOf(string signalId)
    {
        if (!_divisions.TryGetValue(signalId, out var division))
            _divisions.Add(signalId, division = new Division());
        return division;
    }

    private sealed class Division
    {
        public ClosedLoop Loop { get; } = new(Patience);

        public DateTimeOffset? DividedAt { get; set; }
    }
}
