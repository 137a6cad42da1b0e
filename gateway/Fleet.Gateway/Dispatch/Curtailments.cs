using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Signals;

namespace Fleet.Gateway.Dispatch;

/// <summary>
/// The curtailments of one site, or of the whole portfolio: turns percentages into watts when they begin, and follows what
/// becomes of each.
/// </summary>
public sealed class Curtailments
{
    /// <summary>How often the course of one that is achieved is written down: what a restart loses of its mean at most.</summary>
    public static readonly TimeSpan WrittenEvery = TimeSpan.FromSeconds(60);

    /// <summary>Most curtailments that wait or run at once on a site; an operator who needs more has lost the overview.</summary>
    public const int Most = 256;

    /// <summary>Ended ones are kept in view this long.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    private readonly List<Curtailment> _all = [];

    /// <summary>Caps that are known in watts, now and to come.</summary>
    public Timeline Timeline { get; private set; } = Timeline.Empty;

    /// <summary>Every one that waits, runs or ended lately.</summary>
    public IReadOnlyList<Curtailment> All => _all;

    /// <summary>Takes one up, or the newer version of one it has; false when there are too many.</summary>
    /// <param name="signal">What is asked.</param>
    /// <param name="now">The time.</param>
    /// <param name="requestedWatts">The cap, where it does not come from the signal itself: a site's part of the portfolio's.</param>
    public bool Take(Signal signal, DateTimeOffset now, int? requestedWatts = null)
    {
        var known = _all.FindIndex(curtailment => curtailment.Signal.Id == signal.Id);
        if (known >= 0)
        {
            if (_all[known].Signal == signal)
                return true;
            _all.RemoveAt(known);
        }
        else if (!HasRoom)
        {
            return false;
        }
        _all.Add(new Curtailment(signal, requestedWatts ?? signal.TargetWatts)
        {
            State = signal.End <= now ? CurtailmentState.Ended : CurtailmentState.Waiting,
        });
        Redraw();
        return true;
    }

    /// <summary>Takes one up where it was when the gateway stopped; one that ended meanwhile has ended.</summary>
    public Curtailment Restore(CurtailmentCourse course, DateTimeOffset now)
    {
        var curtailment = new Curtailment(course);
        if (course.Signal.End <= now)
            curtailment.State = CurtailmentState.Ended;
        _all.Add(curtailment);
        Redraw();
        return curtailment;
    }

    /// <summary>The one so named that waits or runs; null when there is none.</summary>
    public Curtailment? Find(string signalId) => _all.Find(one => one.Signal.Id == signalId && one.State != CurtailmentState.Ended);

    /// <summary>Gives one that waits or runs another cap; null when there is none so named, or its cap is this already.</summary>
    internal Curtailment? Cap(string signalId, int watts)
    {
        if (Find(signalId) is not { } curtailment || curtailment.RequestedWatts == watts)
            return null;
        curtailment.RequestedWatts = watts;
        Redraw();
        return curtailment;
    }

    /// <summary>Whether one more can be taken up.</summary>
    public bool HasRoom => _all.Count(curtailment => curtailment.State != CurtailmentState.Ended) < Most;

    /// <summary>Calls one off; false when there is none so named that waits or runs.</summary>
    public bool Cancel(string signalId, DateTimeOffset now)
    {
        if (Find(signalId) is not { } curtailment)
            return false;
        curtailment.End = now;
        Redraw();
        return true;
    }

    /// <summary>Begins and ends what is due, before the tick's picture is taken; while power is not known nothing begins.</summary>
    internal void Turn(DateTimeOffset now, PowerNow? power, List<Curtailment> changed)
    {
        var redraw = _all.RemoveAll(one => one.State == CurtailmentState.Ended && now - one.End > KeptFor) > 0;
        foreach (var curtailment in _all)
        {
            if (curtailment.State != CurtailmentState.Ended && curtailment.End <= now)
                curtailment.State = CurtailmentState.Ended;
            else if (!Begins(curtailment, now, power))
                continue;
            changed.Add(curtailment);
            redraw = true;
        }
        if (redraw)
            Redraw();
    }

    /// <summary>Compares what is measured with what was asked.</summary>
    internal void Measure(DateTimeOffset now, int watts, List<Curtailment> changed)
    {
        foreach (var curtailment in _all)
        {
            if (curtailment.State is not (CurtailmentState.Lowering or CurtailmentState.Achieved))
                continue;
            if (curtailment.State == CurtailmentState.Lowering && watts <= curtailment.RequestedWatts + Picture.ToleranceOf(curtailment.RequestedWatts!.Value))
            {
                curtailment.State = CurtailmentState.Achieved;
                curtailment.SecondsTaken = (now - curtailment.Signal.Start).TotalSeconds;
                curtailment.WrittenAt = DateTimeOffset.MinValue;
            }
            curtailment.Measure(watts);
            if (curtailment.State != CurtailmentState.Achieved || now - curtailment.WrittenAt < WrittenEvery)
                continue;
            curtailment.WrittenAt = now;
            changed.Add(curtailment);
        }
    }

    // A site's part of the portfolio's percentage waits until the whole is measured and divided.
    private static bool Begins(Curtailment curtailment, DateTimeOffset now, PowerNow? power)
    {
        if (curtailment.State != CurtailmentState.Waiting || now < curtailment.Signal.Start || power is not { } known)
            return false;
        var start = known.BaseOf(curtailment.Signal);
        if ((curtailment.RequestedWatts ?? PercentOf(start, curtailment.Signal.TargetPercent)) is not { } requested)
            return false;
        curtailment.StartWatts = start;
        curtailment.RequestedWatts = requested;
        curtailment.State = CurtailmentState.Lowering;
        return true;
    }

    /// <summary>A percentage of measured watts: nothing of what is exported.</summary>
    internal static int? PercentOf(int watts, int? percent) => (int?)(Math.Max(0L, watts) * percent / 100);

    private void Redraw() =>
        Timeline = new Timeline(
            from one in _all
            where one.State != CurtailmentState.Ended && one.RequestedWatts is not null && one.Signal.Start < one.End
            select new Cap(one.Signal.Id, one.RequestedWatts!.Value, one.Signal.Start, one.End, one.Signal.Reason));
}

/// <summary>Power of a site or of the portfolio at one instant.</summary>
/// <param name="Watts">What limits are judged on.</param>
/// <param name="MeasuredWatts">What percentages are of.</param>
public readonly record struct PowerNow(int Watts, int MeasuredWatts)
{
    /// <summary>What a signal begins with.</summary>
    internal int BaseOf(Signal signal) => signal.TargetPercent is null ? Watts : MeasuredWatts;
}
