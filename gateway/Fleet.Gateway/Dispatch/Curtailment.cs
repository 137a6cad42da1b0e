using System;
using Fleet.Gateway.Signals;

namespace Fleet.Gateway.Dispatch;

/// <summary>How far a curtailment has come on one site, or in the whole portfolio.</summary>
public enum CurtailmentState
{
    /// <summary>Its start is still to come, or the power it is a percentage of is still to be measured.</summary>
    Waiting,

    /// <summary>In force, measured power still above it.</summary>
    Lowering,

    /// <summary>In force, and measured power has been at or below it.</summary>
    Achieved,

    /// <summary>Over, or called off.</summary>
    Ended,
}

/// <summary>A curtailment on one site or of the whole portfolio: what was asked, what was reached, and how long it took.</summary>
public sealed class Curtailment
{
    private long _sumWatts;

    internal Curtailment(Signal signal, int? requestedWatts)
    {
        Signal = signal;
        End = signal.End;
        RequestedWatts = requestedWatts;
    }

    internal Curtailment(CurtailmentCourse course)
        : this(course.Signal, course.RequestedWatts)
    {
        (State, StartWatts, AchievedWatts, SecondsTaken) = (course.State, course.StartWatts, course.AchievedWatts, course.SecondsTaken);
        (_sumWatts, Measurements) = ((long)(course.AchievedWatts ?? 0) * course.Measurements, course.Measurements);
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

    /// <summary>How many measurements <see cref="AchievedWatts"/> is the mean of; 0 while it is not achieved.</summary>
    public int Measurements { get; private set; }

    /// <summary>Seconds from its start to the first measurement at or below the cap; null before.</summary>
    public double? SecondsTaken { get; internal set; }

    /// <summary>When its course was last written down while it was achieved.</summary>
    internal DateTimeOffset WrittenAt { get; set; }

    /// <summary>How far it has come, to go on from after a restart.</summary>
    internal CurtailmentCourse Course => new(Signal, State, StartWatts, RequestedWatts, AchievedWatts, Measurements, SecondsTaken);

    internal void Measure(int watts)
    {
        if (State == CurtailmentState.Achieved)
        {
            _sumWatts += watts;
            AchievedWatts = (int)(_sumWatts / ++Measurements);
        }
        else
        {
            AchievedWatts = Math.Min(AchievedWatts ?? int.MaxValue, watts);
        }
    }
}

/// <summary>How far a curtailment has come, as it is kept for a restart of the gateway.</summary>
/// <param name="Signal">What was asked; its site is null for the course of the whole portfolio.</param>
/// <param name="State">How far it had come.</param>
/// <param name="StartWatts">Measured watts when it began; null before.</param>
/// <param name="RequestedWatts">The cap in watts; null while it was a percentage of a power not measured yet.</param>
/// <param name="AchievedWatts">What had been reached; null before it began.</param>
/// <param name="Measurements">How many measurements that is the mean of; 0 before it was achieved.</param>
/// <param name="SecondsTaken">Seconds until it was achieved; null before.</param>
public sealed record CurtailmentCourse(
    Signal Signal, CurtailmentState State, int? StartWatts, int? RequestedWatts, int? AchievedWatts, int Measurements, double? SecondsTaken);
