using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Signals;

namespace Fleet.Gateway.Dispatch;

/// <summary>How far a curtailment has come on one site.</summary>
public enum CurtailmentState
{
    /// <summary>Its start is still to come.</summary>
    Waiting,

    /// <summary>In force, measured power still above it.</summary>
    Lowering,

    /// <summary>In force, measured power at or below it.</summary>
    Achieved,

    /// <summary>Over, or called off.</summary>
    Ended,
}

/// <summary>A curtailment on one site: what was asked, what was reached, and how long it took.</summary>
public sealed class Curtailment
{
    private long _sumWatts;
    private int _measurements;

    internal Curtailment(Signal signal)
    {
        Signal = signal;
        End = signal.End;
    }

    internal Curtailment(CurtailmentCourse course)
        : this(course.Signal)
    {
        (StartWatts, RequestedWatts, AchievedWatts, SecondsTaken) = (course.StartWatts, course.RequestedWatts, course.AchievedWatts, course.SecondsTaken);
        if (SecondsTaken is not null && AchievedWatts is { } achieved)
            (_sumWatts, _measurements) = (achieved, 1);
    }

    /// <summary>What was asked.</summary>
    public Signal Signal { get; }

    /// <summary>When it ends, or was called off.</summary>
    public DateTimeOffset End { get; internal set; }

    /// <summary>How far it has come.</summary>
    public CurtailmentState State { get; internal set; }

    /// <summary>Measured watts when it began; null before.</summary>
    public int? StartWatts { get; internal set; }

    /// <summary>The cap in watts; null while it is a percentage of a power that is not measured yet.</summary>
    public int? RequestedWatts { get; internal set; }

    /// <summary>Mean measured watts since it was achieved; the lowest so far while it is not; null before it began.</summary>
    public int? AchievedWatts { get; private set; }

    /// <summary>Seconds from its start to the first measurement at or below the cap; null before.</summary>
    public double? SecondsTaken { get; internal set; }

    internal void Measure(int watts)
    {
        if (State == CurtailmentState.Achieved)
        {
            _sumWatts += watts;
            AchievedWatts = (int)(_sumWatts / ++_measurements);
        }
        else
        {
            AchievedWatts = Math.Min(AchievedWatts ?? int.MaxValue, watts);
        }
    }
}

/// <summary>How far a curtailment had come on one site when the gateway stopped.</summary>
/// <param name="Signal">What was asked of the site.</param>
/// <param name="StartWatts">Measured watts when it began; null before.</param>
/// <param name="RequestedWatts">The cap in watts; null while it was a percentage of a power not measured yet.</param>
/// <param name="AchievedWatts">What had been reached; null before it began.</param>
/// <param name="SecondsTaken">Seconds until it was achieved; null before.</param>
public sealed record CurtailmentCourse(Signal Signal, int? StartWatts, int? RequestedWatts, int? AchievedWatts, double? SecondsTaken);

/// <summary>The curtailments of one site: turns percentages into watts when they begin, and follows what becomes of each.</summary>
public sealed class Curtailments
{
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
    public bool Take(Signal signal, DateTimeOffset now)
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
        _all.Add(new Curtailment(signal)
        {
            RequestedWatts = signal.TargetWatts,
            State = signal.End <= now ? CurtailmentState.Ended : CurtailmentState.Waiting,
        });
        Redraw();
        return true;
    }

    /// <summary>Takes one up where it was when the gateway stopped.</summary>
    public void Restore(CurtailmentCourse course, DateTimeOffset now)
    {
        _all.Add(new Curtailment(course)
        {
            State = course.Signal.End <= now ? CurtailmentState.Ended
                : course.SecondsTaken is not null ? CurtailmentState.Achieved
                : course.StartWatts is not null ? CurtailmentState.Lowering : CurtailmentState.Waiting,
        });
        Redraw();
    }

    /// <summary>Whether one more can be taken up.</summary>
    public bool HasRoom => _all.Count(curtailment => curtailment.State != CurtailmentState.Ended) < Most;

    /// <summary>Calls one off; false when there is none so named that waits or runs.</summary>
    public bool Cancel(string signalId, DateTimeOffset now)
    {
        var curtailment = _all.Find(one => one.Signal.Id == signalId && one.State != CurtailmentState.Ended);
        if (curtailment is null)
            return false;
        curtailment.End = now;
        Redraw();
        return true;
    }

    /// <summary>Begins and ends what is due, before the tick's picture is taken; <paramref name="watts"/> is what the site takes now.</summary>
    internal void Turn(DateTimeOffset now, int watts, List<Curtailment> changed)
    {
        var redraw = _all.RemoveAll(one => one.State == CurtailmentState.Ended && now - one.End > KeptFor) > 0;
        foreach (var curtailment in _all)
        {
            if (curtailment.State == CurtailmentState.Waiting && curtailment.Signal.Start <= now && now < curtailment.End)
            {
                curtailment.StartWatts = watts;
                curtailment.RequestedWatts ??= (int)((long)watts * curtailment.Signal.TargetPercent!.Value / 100);
                curtailment.State = CurtailmentState.Lowering;
            }
            else if (curtailment.State != CurtailmentState.Ended && curtailment.End <= now)
            {
                curtailment.State = CurtailmentState.Ended;
            }
            else
            {
                continue;
            }
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
            curtailment.Measure(watts);
            if (curtailment.State == CurtailmentState.Lowering && watts <= curtailment.RequestedWatts + Picture.ToleranceOf(curtailment.RequestedWatts!.Value))
            {
                curtailment.State = CurtailmentState.Achieved;
                curtailment.SecondsTaken = (now - curtailment.Signal.Start).TotalSeconds;
                changed.Add(curtailment);
            }
        }
    }

    private void Redraw() =>
        Timeline = new Timeline(
            from one in _all
            where one.State != CurtailmentState.Ended && one.RequestedWatts is not null && one.Signal.Start < one.End
            select new Cap(one.Signal.Id, one.RequestedWatts!.Value, one.Signal.Start, one.End, one.Signal.Reason));
}
