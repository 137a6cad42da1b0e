using System;
using System.Collections.Generic;

namespace Fleet.Gateway.Sites;

/// <summary>Whose limit a controller follows.</summary>
public enum ControllerState
{
    /// <summary>Its persisted fail-safe limit.</summary>
    FailSafe,

    /// <summary>The schedule it stores.</summary>
    Scheduled,

    /// <summary>A live setpoint.</summary>
    Commanded,
}

/// <summary>What a load is doing.</summary>
public enum LoadState
{
    /// <summary>It does not answer.</summary>
    Unknown,

    /// <summary>Its supply is cut.</summary>
    Off,

    /// <summary>It has power and does no work.</summary>
    Sleeping,

    /// <summary>It is on its way to work.</summary>
    Starting,

    /// <summary>It works.</summary>
    Running,

    /// <summary>It finishes the work it has.</summary>
    Draining,

    /// <summary>It reports a fault of its own.</summary>
    Faulted,
}

/// <summary>A controller said who it is, or its will said it is gone.</summary>
/// <param name="From">The controller.</param>
/// <param name="At">When the gateway received it.</param>
/// <param name="IsOnline">False in the will.</param>
/// <param name="BootId">The run of the controller.</param>
/// <param name="Board">Its board; empty in the will.</param>
/// <param name="Firmware">Its firmware's version; empty in the will.</param>
/// <param name="FailSafeWatts">The limit it falls back to.</param>
/// <param name="LoadNames">Its loads in its own order.</param>
/// <param name="BootReason">Why its run began, such as <c>command</c>; null when it does not tell.</param>
public sealed record HelloReport(
    ControllerAddress From, DateTimeOffset At, bool IsOnline, long BootId, string Board, string Firmware,
    int FailSafeWatts, IReadOnlyList<string> LoadNames, string? BootReason = null);

/// <summary>What a controller measured and does.</summary>
/// <param name="From">The controller.</param>
/// <param name="At">When the gateway received it.</param>
/// <param name="BootId">The run of the controller.</param>
/// <param name="Sequence">Grows within a boot.</param>
/// <param name="MeasuredAt">Its own time of the reading; null before its clock is set.</param>
/// <param name="Watts">Power of the whole controller; null without a valid reading.</param>
/// <param name="EnergyMilliwattHours">Its energy register.</param>
/// <param name="State">Whose limit it follows.</param>
/// <param name="LimitWatts">The limit in force; null when there is none.</param>
/// <param name="SetpointId">The setpoint or schedule in force; null in fail-safe.</param>
/// <param name="FaultBits">Its faults, a bit each.</param>
/// <param name="Faults">Names of its faults.</param>
/// <param name="TemperaturesMilliC">Temperatures in thousandths of a degree Celsius.</param>
/// <param name="Loads">Its loads in its own order.</param>
/// <param name="Vitals">How its machine is doing; null when that is not known.</param>
public sealed record TelemetryReport(
    ControllerAddress From, DateTimeOffset At, long BootId, long Sequence, DateTimeOffset? MeasuredAt, int? Watts,
    long EnergyMilliwattHours, ControllerState State, int? LimitWatts, string? SetpointId,
    int FaultBits, IReadOnlyList<string> Faults, IReadOnlyList<int> TemperaturesMilliC, IReadOnlyList<LoadReport> Loads,
    VitalsReport? Vitals = null)
{
    /// <summary>Whether its power is its meter's reading, and not what its loads say or may take.</summary>
    public bool IsMetered { get; init; } = true;

    /// <summary>Whether its meters and its loads' own reports contradict each other: one of them is wrong, and nobody knows which.</summary>
    public bool MetersDisagree { get; init; }

    /// <summary>
    /// What its site counts on it taking: as measured, and while that is contradicted no less than what its loads say of
    /// themselves; null without a valid reading.
    /// </summary>
    public int? BelievedWatts => MetersDisagree && Watts is { } watts ? Math.Max(watts, SaidWatts ?? 0) : Watts;

    /// <summary>What its loads say of themselves, together; null while any says nothing.</summary>
    public int? SaidWatts
    {
        get
        {
            var said = 0;
            for (var i = 0; i < Loads.Count; i++)
            {
                if (Loads[i].Watts is not { } watts)
                    return null;
                said += watts;
            }
            return said;
        }
    }
}

/// <summary>How the machine of a controller is doing; null is what it does not tell.</summary>
/// <param name="UptimeMs">Milliseconds since its boot.</param>
/// <param name="HeapFreeBytes">Free bytes of its program's heap, after the newest collection it asked for.</param>
/// <param name="LargestFreeBytes">Largest free block of its chip's own memory.</param>
/// <param name="TickMs">Milliseconds of its longest tick since the telemetry before.</param>
/// <param name="LinkLosses">How many connections it has lost since its boot.</param>
public sealed record VitalsReport(long UptimeMs, int? HeapFreeBytes, int? LargestFreeBytes, int? TickMs, int? LinkLosses);

/// <summary>One load's part of a telemetry report.</summary>
/// <param name="Watts">Its power; null without a valid reading.</param>
/// <param name="LimitWatts">The order it was given last.</param>
/// <param name="State">What it is doing.</param>
/// <param name="WorkRate">Terahash or tokens per second; null when unknown.</param>
/// <param name="FaultBits">Its faults, a bit each.</param>
/// <param name="Faults">Names of its faults.</param>
public sealed record LoadReport(
    int? Watts, int LimitWatts, LoadState State, double? WorkRate, int FaultBits, IReadOnlyList<string> Faults);

/// <summary>What became of a command.</summary>
public enum AckOutcome
{
    /// <summary>It is in force.</summary>
    Accepted,

    /// <summary>It changed nothing.</summary>
    Refused,

    /// <summary>Measured watts are at or below the limit.</summary>
    Achieved,
}

/// <summary>A controller answered a command.</summary>
/// <param name="From">The controller.</param>
/// <param name="At">When the gateway received it.</param>
/// <param name="BootId">The run of the controller.</param>
/// <param name="Kind">The kind of command: setpoint, schedule, config, command or image.</param>
/// <param name="Id">The command's id.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reason">Why it was refused; empty otherwise.</param>
/// <param name="Watts">Measured watts at that moment; null without a valid reading.</param>
/// <param name="ElapsedMs">Milliseconds on the controller since the command arrived there.</param>
public sealed record AckReport(
    ControllerAddress From, DateTimeOffset At, long BootId, string Kind, string Id, AckOutcome Outcome, string Reason,
    int? Watts, long ElapsedMs)
{
    /// <summary>Bytes of an image that are stored there; null where none is concerned.</summary>
    public int? StoredBytes { get; init; }
}

/// <summary>Something happened on a controller: a fault raised or cleared, a change of state, a reboot.</summary>
/// <param name="From">The controller.</param>
/// <param name="At">When the gateway received it.</param>
/// <param name="BootId">The run of the controller.</param>
/// <param name="Sequence">Grows within a boot.</param>
/// <param name="What">What happened, in the glossary's words, such as <c>fault-raised</c>.</param>
/// <param name="Code">Which one, such as <c>meter-stale</c>.</param>
/// <param name="Load">The load concerned; empty for the controller itself.</param>
/// <param name="Detail">One line for a person.</param>
public sealed record EventReport(
    ControllerAddress From, DateTimeOffset At, long BootId, long Sequence, string What, string Code, string Load, string Detail);

/// <summary>How an interval's energy was found, best first.</summary>
public enum EnergyQuality
{
    /// <summary>By a dedicated meter.</summary>
    Metered,

    /// <summary>At least partly by the loads' own reports.</summary>
    Reported,

    /// <summary>At least partly from nameplates.</summary>
    Nameplate,
}

/// <summary>One closed interval of a controller's energy; (controller, boot, sequence) names it.</summary>
/// <param name="From">The controller.</param>
/// <param name="BootId">The run that made it.</param>
/// <param name="Sequence">Grows by one within a boot.</param>
/// <param name="Start">Beginning.</param>
/// <param name="End">End.</param>
/// <param name="EnergyMilliwattHours">Energy of the interval; negative when exported.</param>
/// <param name="RegisterMilliwattHours">The energy register at the end.</param>
/// <param name="Quality">How it was found.</param>
/// <param name="Earlier">How much earlier it may lie than it says, because its boot ended without knowing UTC; zero where its date is known.</param>
public sealed record EnergyInterval(
    ControllerAddress From, long BootId, long Sequence, DateTimeOffset Start, DateTimeOffset End,
    long EnergyMilliwattHours, long RegisterMilliwattHours, EnergyQuality Quality, TimeSpan Earlier);
