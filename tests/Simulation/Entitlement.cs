using System;
using System.Collections.Generic;
using Fleet.Wire;

namespace Fleet.Tests.Simulation;

/// <summary>
/// What a controller may take by what really reached it, found without its firmware: the highest of its fail-safe limit,
/// of the newest authentic setpoint while that lives and heartbeats come, and of its schedule's slots around now.
/// </summary>
public sealed class Entitlement(int failSafeWatts, int heartbeatTimeoutSeconds)
{
    /// <summary>How late a signed message may be, and the clock of a controller that has no other: its expiry on the link, and a little.</summary>
    private const int LateSeconds = 130;

    /// <summary>A clock this wrong may make a controller refuse a true rise or schedule: as one from the future, or as expired.</summary>
    private const int RefusedSeconds = 120;

    /// <summary>A tick and the rounding of two clocks.</summary>
    private const int SlackSeconds = 2;

    private readonly HashSet<byte[]> _authentic = new(ReferenceEqualityComparer.Instance);
    private readonly List<Schedule> _schedules = [];
    private readonly List<Schedule> _replaced = [];
    private readonly List<(Setpoint Setpoint, int EndSecond)> _setpoints = [];
    private long _newestSequence;
    private int _heartbeatSecond = int.MinValue / 2;

    /// <summary>How wrong the controller's own clock has been at most.</summary>
    public int ClockErrorSeconds { get; set; }

    /// <summary>Notes bytes that the gateway itself made for this controller.</summary>
    public void Issue(byte[] payload) => _authentic.Add(payload);

    /// <summary>The controller restarts: setpoints are gone; after a cut before or in the middle of a write the schedule before the last may be left.</summary>
    public void Boot(bool isTorn)
    {
        _setpoints.Clear();
        _newestSequence = 0;
        _heartbeatSecond = int.MinValue / 2;
        if (isTorn)
            _schedules.AddRange(_replaced);
        _replaced.Clear();
    }

    /// <summary>Bytes reach the controller.</summary>
    public void Deliver(Kind kind, byte[] payload, long bootId, int second, DateTimeOffset utc)
    {
        if (kind == Kind.Heartbeat)
            _heartbeatSecond = second;
        if (!_authentic.Contains(payload))
            return;
        var setpoint = new Setpoint();
        var schedule = new Schedule();
        if (kind == Kind.Setpoint && setpoint.TryRead(payload, payload.Length, out _) && IsNew(setpoint, bootId))
            Take(setpoint, second, utc);
        else if (kind == Kind.Schedule && schedule.TryRead(payload, payload.Length, out _) && IsNew(schedule, bootId))
            Take(schedule, utc);
    }

    /// <summary>The controller goes by the newest of everything, with a true clock: what was before no longer counts.</summary>
    public void Settle()
    {
        ClockErrorSeconds = 0;
        _replaced.Clear();
        if (_schedules.Count > 1)
            _schedules.RemoveRange(1, _schedules.Count - 1);
        if (_setpoints.Count > 1)
            _setpoints.RemoveRange(0, _setpoints.Count - 1);
    }

    /// <summary>The most the controller may take now.</summary>
    public int WattsAt(int second, DateTimeOffset utc, TimeSpan gatewayError)
    {
        var watts = failSafeWatts;
        if (second - _heartbeatSecond > heartbeatTimeoutSeconds + SlackSeconds)
            _setpoints.Clear();
        foreach (var (setpoint, end) in _setpoints)
        {
            if (second <= end)
                watts = Math.Max(watts, setpoint.LimitWatts);
        }
        var wrong = TimeSpan.FromSeconds(ClockErrorSeconds + LateSeconds) + gatewayError.Duration();
        foreach (var schedule in _schedules)
            watts = Math.Max(watts, HighestOf(schedule, (utc - wrong).ToUnixTimeMilliseconds(), (utc + wrong).ToUnixTimeMilliseconds()));
        return watts;
    }

    /// <summary>Whether the message counts: for this boot, and newer than all before.</summary>
    private bool IsNew(SignedMessage message, long bootId)
    {
        var isNew = message.BootId == bootId && message.Sequence > _newestSequence;
        _newestSequence = isNew ? message.Sequence : _newestSequence;
        return isNew;
    }

    /// <summary>A controller whose clock is behind may refuse a newer message as one from the future; then the older one lives on.</summary>
    private bool MayRefuse => ClockErrorSeconds >= RefusedSeconds;

    /// <summary>Whether the controller can store nothing, so that it refuses schedules.</summary>
    public bool CannotStore { get; set; }

    private void Take(Setpoint setpoint, int second, DateTimeOffset utc)
    {
        if (!MayRefuse)
            _setpoints.Clear();
        var lateSeconds = (int)((utc.ToUnixTimeMilliseconds() - setpoint.IssuedUtcMs) / 1000);
        var wrongSeconds = ClockErrorSeconds + LateSeconds;
        var end = setpoint.ValidSeconds == 0 ? int.MaxValue : second + setpoint.ValidSeconds - Math.Max(0, lateSeconds - wrongSeconds) + SlackSeconds;
        _setpoints.RemoveAll(one => one.EndSecond < second);
        _setpoints.Add((setpoint, end));
    }

    private void Take(Schedule schedule, DateTimeOffset utc)
    {
        var overMs = utc.AddSeconds(-2 * (ClockErrorSeconds + LateSeconds)).ToUnixTimeMilliseconds();
        _schedules.RemoveAll(old => old.StartUtcMs + old.LimitWatts.Length * old.SlotSeconds * 1000L < overMs);
        _replaced.Clear();
        _replaced.AddRange(_schedules);
        if (!MayRefuse && !CannotStore)
            _schedules.Clear();
        _schedules.Insert(0, schedule);
    }

    private static int HighestOf(Schedule schedule, long fromMs, long toMs)
    {
        var watts = 0;
        for (var slot = 0; slot < schedule.LimitWatts.Length; slot++)
        {
            var startMs = schedule.StartUtcMs + slot * schedule.SlotSeconds * 1000L;
            if (startMs <= toMs && fromMs < startMs + schedule.SlotSeconds * 1000L)
                watts = Math.Max(watts, schedule.LimitWatts[slot]);
        }
        return watts;
    }
}
