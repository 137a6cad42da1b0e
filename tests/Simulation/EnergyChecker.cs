using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Sites;

namespace Fleet.Tests.Simulation;

/// <summary>
/// Invariant 3, by the rows of the record: each name once; within a boot no sequence is missing, and each interval begins
/// where the one before it ended; every interval carries the register on by just its energy, from boot to boot too; and what a
/// boot's rows do not cover is no more than the interval that was open, and the one whose write was cut. Metered intervals agree
/// with the plant's true energy.
/// <code>
/// boot 1   |--1--|--2--|--3--|-- cut               register 10 20 30
/// boot 2                              |--1--|--2--|           40 50   the gap is not filled in
/// </code>
/// </summary>
public sealed class EnergyChecker : IChecker
{
    /// <summary>An interval's own rounding and the register's differ by at most this.</summary>
    private const int RoundingMilliwattHours = 2;

    /// <summary>The longest delay of a heartbeat.</summary>
    private const int LateHeartbeatSeconds = 6;

    /// <summary>After the end of an interval, so long until its record must be stored in a world that is whole.</summary>
    private const int DrainSeconds = 60;

    private readonly HashSet<(ControllerAddress, long, long)> _names = [];
    private readonly Dictionary<string, EnergyInterval> _last = [];
    private int _seen;
    private int _lookedAt;
    private int _lookedAtSecond;

    /// <inheritdoc/>
    public string Invariant => "3. Every interval of energy is stored exactly once; gaps are marked, never filled silently.";

    /// <inheritdoc/>
    public string? Step(World world)
    {
        var rows = world.Gateway.Book.Rows;
        for (; _seen < rows.Count; _seen++)
        {
            if (!_names.Add((rows[_seen].From, rows[_seen].BootId, rows[_seen].Sequence)))
                return $"{Named(rows[_seen])} is stored twice";
        }
        return null;
    }

    /// <inheritdoc/>
    public string? End(World world)
    {
        for (var i = 0; i < world.Controllers.Count; i++)
        {
            var controller = world.Controllers[i];
            var rows = world.Gateway.Book.Rows.Skip(_lookedAt).Where(row => row.From.Controller == controller.Design.Name)
                .OrderBy(row => controller.PlaceOf(row.BootId)).ThenBy(row => row.Sequence).ToArray();
            var last = _last.GetValueOrDefault(controller.Design.Name);
            var problem = Problem(world, controller, last, rows) ?? rows.Select(row => ProblemOfTruth(world, i, row)).FirstOrDefault(wrong => wrong is not null);
            if (problem is not null)
                return problem;
            _last[controller.Design.Name] = rows[^1];
        }
        (_lookedAt, _lookedAtSecond) = (world.Gateway.Book.Rows.Count, world.Clock.Second);
        return null;
    }

    /// <param name="world">The world.</param>
    /// <param name="controller">Whose rows they are.</param>
    /// <param name="last">The last row when it was looked back before.</param>
    /// <param name="rows">Those since, in order.</param>
    private string? Problem(World world, SimulatedController controller, EnergyInterval? last, EnergyInterval[] rows)
    {
        if (rows.Length == 0 || rows[^1].BootId != controller.BootId)
            return $"{controller.Design.Name} has stored nothing of boot {controller.BootId}";
        var newest = (world.Clock.True - rows[^1].End).TotalSeconds;
        if (newest > ControllerDesign.RecordSeconds + DrainSeconds)
            return $"{controller.Design.Name} has stored nothing for {newest} s";
        for (var i = 0; i < rows.Length; i++)
        {
            var before = i > 0 ? rows[i - 1] : last;
            var isForgetful = controller.IsForgetful(before?.BootId, rows[i].BootId);
            var step = isForgetful ? rows[i].EnergyMilliwattHours : rows[i].RegisterMilliwattHours - (before?.RegisterMilliwattHours ?? 0);
            var follows = rows[i].BootId == before?.BootId;
            if (!follows && rows[i].Sequence != 1)
                return $"{Named(rows[i])} is the first of its boot in the record";
            if (follows && ProblemOfNeighbours(controller, before!, rows[i], step) is { } problem)
                return problem;
            if (Math.Abs(step - rows[i].EnergyMilliwattHours) > RoundingMilliwattHours)
                return $"{Named(rows[i])}: the register goes on by {step}, the interval has {rows[i].EnergyMilliwattHours} mWh";
        }
        return controller.Boots.Where(boot => boot.OnSecond >= _lookedAtSecond)
            .Select(boot => ProblemOfCover(controller, boot, rows)).FirstOrDefault(wrong => wrong is not null);
    }

    // By the lengths of its rows, which hold for a boot that never knew when it was, too.
    private static string? ProblemOfCover(SimulatedController controller, BootSpan boot, EnergyInterval[] rows)
    {
        if (controller.HasDoubtfulTime || controller.HasForgotten || boot.OffSecond is not { } offSecond)
            return null;
        var covered = rows.Where(row => row.BootId == boot.BootId).Sum(row => (row.End - row.Start).TotalSeconds);
        var uncovered = offSecond - boot.OnSecond - covered;
        // A clock that goes by late heartbeats may jump over a boundary, which then ends nothing.
        var goesByHeartbeats = controller.HasLateTime;
        var intervals = 1 + (boot.IsTorn ? 1 : 0) + (goesByHeartbeats ? 1 : 0);
        var most = ControllerDesign.RecordSeconds * intervals + (goesByHeartbeats ? LateHeartbeatSeconds : 0) + 1;
        return uncovered <= most ? null : $"{controller.Design.Name} ran for {offSecond - boot.OnSecond} s as {boot.BootId}, {uncovered} s of which are in no interval";
    }

    private static string? ProblemOfNeighbours(SimulatedController controller, EnergyInterval before, EnergyInterval row, long step)
    {
        // Sequences are missing where a full store has joined neighbours; then the register goes on by what the rows hold.
        if (row.Sequence != before.Sequence + 1 && Math.Abs(step - row.EnergyMilliwattHours) > RoundingMilliwattHours)
            return $"{Named(row)} follows {Named(before)}";
        var apartSeconds = (row.Start - before.End).TotalSeconds;
        // Before its time server answers a controller goes by heartbeats, which may be late.
        var lateSeconds = controller.HasLateTime ? LateHeartbeatSeconds : 0;
        return Math.Abs(apartSeconds) <= lateSeconds || controller.HasDoubtfulTime ? null : $"{Named(row)} begins {apartSeconds} s after {Named(before)} ended";
    }

    // Only of a controller whose time server answers at once: before that, records are dated by heartbeats, seconds late.
    // A reading counts for 15 s; between two of them power is a straight line.
    private static string? ProblemOfTruth(World world, int index, EnergyInterval row)
    {
        var controller = world.Controllers[index];
        var start = world.Clock.Second - (int)(world.Clock.True - row.Start).TotalSeconds;
        var end = world.Clock.Second - (int)(world.Clock.True - row.End).TotalSeconds;
        var isKnown = start >= world.FirstKnownSecond && end <= world.Clock.Second && !controller.HasDoubtfulTime && !controller.HasLateTime;
        if (row.Quality != EnergyQuality.Metered || row.Earlier > TimeSpan.Zero || !isKnown || controller.HadLies(start, end))
            return null;
        var truth = world.TrueMilliwattHours(index, end) - world.TrueMilliwattHours(index, start);
        var uncertainSeconds = controller.HadMeterTrouble(start, end) ? 17 : 4;
        var tolerance = truth / 50 + controller.StepWatts(start - uncertainSeconds, end) * uncertainSeconds * 1000L / 3600;
        return Math.Abs(truth - row.EnergyMilliwattHours) <= tolerance ? null
            : $"{Named(row)}: {row.EnergyMilliwattHours} mWh from {row.Start:HH:mm:ss} to {row.End:HH:mm:ss}, the plant took {truth} mWh";
    }

    private static string Named(EnergyInterval row) => $"{row.From.Controller} {row.BootId}/{row.Sequence}";
}
