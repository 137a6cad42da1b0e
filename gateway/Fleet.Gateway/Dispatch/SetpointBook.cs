using System;
using System.Collections.Generic;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Dispatch;

/// <summary>Where a setpoint is in its life.</summary>
public enum SetpointState
{
    /// <summary>On its way.</summary>
    Sent,

    /// <summary>In force on the controller.</summary>
    Acked,

    /// <summary>Measured watts are at or below it.</summary>
    Achieved,

    /// <summary>The controller would not have it.</summary>
    Refused,

    /// <summary>Its validity ended before a newer one took its place.</summary>
    Expired,
}

/// <summary>The limit a controller was given last, and what has become of it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Controller">Index of the controller on its site.</param>
/// <param name="LoadWatts">Most watts of each load, in the configuration's order.</param>
/// <param name="LimitWatts">Their sum.</param>
/// <param name="Reason">Why, in one line for a person.</param>
/// <param name="PlanId">The plan it began with.</param>
/// <param name="SignalId">The signal that narrowed it; null when none did.</param>
/// <param name="FirstSentAt">When it was first sent.</param>
public sealed record Setpoint(
    string Id, int Controller, int[] LoadWatts, int LimitWatts, string Reason, string PlanId, string? SignalId,
    DateTimeOffset FirstSentAt)
{
    /// <summary>Where it is in its life.</summary>
    public SetpointState State { get; internal set; } = SetpointState.Sent;

    /// <summary>When it was last sent.</summary>
    public DateTimeOffset SentAt { get; internal set; } = FirstSentAt;

    /// <summary>How often it was sent without an answer.</summary>
    public int Attempts { get; internal set; } = 1;

    /// <summary>The boot it was last sent to.</summary>
    public long BootId { get; internal set; }

    /// <summary>The command number it was last sent with; null while the link has not taken it.</summary>
    public long? Sequence { get; internal set; }

    /// <summary>When the controller took it; null before.</summary>
    public DateTimeOffset? AckedAt { get; internal set; }

    /// <summary>When it was achieved; null before.</summary>
    public DateTimeOffset? AchievedAt { get; internal set; }

    /// <summary>Measured watts when it was achieved; null before.</summary>
    public int? AchievedWatts { get; internal set; }

    /// <summary>Milliseconds on the controller from its arrival until it was achieved; null before.</summary>
    public long? ElapsedMs { get; internal set; }

    /// <summary>Why it was refused; null when it was not.</summary>
    public string? Refusal { get; internal set; }
}

/// <summary>
/// The setpoints of one site's controllers and their lives:
/// <code>
///        send            ack              measured
///  ----------&gt; Sent ----------&gt; Acked ------------&gt; Achieved
///               |  ^              |                    |
///        5 s, no|  |sent again    +---- half of the validity: sent again, same id ----+
///         answer+--+ &lt;---- the controller was alone, and has let it go ----------------+
///               +---- refused ----&gt; Refused -- 5 s --&gt; sent again, newly numbered
/// </code>
/// A controller that was away or restarted gets its setpoint as soon as its hello is back.
/// </summary>
public sealed class SetpointBook
{
    /// <summary>How long a setpoint is in force; a controller that hears nothing falls back to its schedule after the heartbeat's 120 s anyway.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromSeconds(900);

    /// <summary>After how long an unanswered or refused setpoint is sent again: well above a slow link's round trip.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Telemetry this much younger than a setpoint that was taken tells whether it is in force: an answer and a report after it.</summary>
    public static readonly TimeSpan LetGoAfter = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait between attempts to a controller that does not answer.</summary>
    public static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(60);

    private readonly Setpoint?[] _current;
    private readonly int[] _mostWatts;
    private readonly string _prefix;
    private long _count;

    /// <summary>An empty book; <paramref name="prefix"/> makes its ids unique across restarts of the gateway.</summary>
    public SetpointBook(int controllers, string prefix)
    {
        _current = new Setpoint?[controllers];
        _mostWatts = new int[controllers];
        _prefix = prefix;
    }

    /// <summary>The newest setpoint of each controller; null before the first.</summary>
    public IReadOnlyList<Setpoint?> Current => _current;

    /// <summary>Whether the controller must be sent its current setpoint again at this instant.</summary>
    internal bool IsDue(int controller, long bootId, DateTimeOffset now)
    {
        if (_current[controller] is not { } setpoint)
            return false;
        if (setpoint.BootId != bootId)
            return true;
        var since = now - setpoint.SentAt;
        return setpoint.State is SetpointState.Acked or SetpointState.Achieved
            ? since >= Validity / 2
            : since >= RetryAfter(setpoint.Attempts);
    }

    /// <summary>A new setpoint, which takes the place of the controller's last.</summary>
    internal Setpoint Replace(int controller, int[] loadWatts, int limitWatts, string reason, string planId, string? signalId, DateTimeOffset now)
    {
        _mostWatts[controller] = Math.Max(_mostWatts[controller], limitWatts);
        return _current[controller] = new Setpoint(_prefix + ++_count, controller, loadWatts, limitWatts, reason, planId, signalId, now);
    }

    /// <summary>The highest setpoint the controller may go by: until it has taken the newest, that may be any sent since the last it took.</summary>
    internal int MostWattsOf(int controller) => _mostWatts[controller];

    /// <summary>
    /// Whether the controller has taken its setpoint, and what it said later does not tell otherwise: one that was alone
    /// for too long has let it go.
    /// </summary>
    internal bool IsFollowed(int controller, ControllerImage image) =>
        _current[controller] is { State: SetpointState.Acked or SetpointState.Achieved } setpoint && setpoint.BootId == image.BootId
        && !(image.Telemetry is { } telemetry && telemetry.State != ControllerState.Commanded && telemetry.At - setpoint.SentAt >= LetGoAfter);

    /// <summary>A controller that has let its setpoint go is asked again, as if it had not answered.</summary>
    internal void AskAgain(int controller, ControllerImage image)
    {
        if (_current[controller] is { State: SetpointState.Acked or SetpointState.Achieved } setpoint && !IsFollowed(controller, image))
            setpoint.State = SetpointState.Sent;
    }

    /// <summary>Ends the setpoints that could not be renewed within their validity, and names them.</summary>
    internal void Expire(DateTimeOffset now, List<Setpoint> ended)
    {
        foreach (var setpoint in _current)
        {
            if (setpoint is not { State: not SetpointState.Expired } || now - setpoint.SentAt < Validity)
                continue;
            setpoint.State = SetpointState.Expired;
            ended.Add(setpoint);
        }
    }

    /// <summary>The current setpoint goes out once more.</summary>
    internal Setpoint SendAgain(int controller, long bootId, DateTimeOffset now)
    {
        var setpoint = _current[controller]!;
        var answered = setpoint.State is SetpointState.Acked or SetpointState.Achieved;
        setpoint.Attempts = answered || setpoint.BootId != bootId ? 1 : setpoint.Attempts + 1;
        if (setpoint.BootId != bootId || setpoint.State is SetpointState.Refused or SetpointState.Expired)
            setpoint.State = SetpointState.Sent;
        setpoint.BootId = bootId;
        setpoint.SentAt = now;
        return setpoint;
    }

    /// <summary>The link took a setpoint with this command number.</summary>
    internal void Number(int controller, string id, long sequence)
    {
        if (_current[controller] is { } setpoint && setpoint.Id == id)
            setpoint.Sequence = sequence;
    }

    /// <summary>Files an answer; null when it answers no current setpoint or changes nothing.</summary>
    internal Setpoint? Take(int controller, AckReport ack)
    {
        if (_current[controller] is not { } setpoint || setpoint.Id != ack.Id || ack.Kind != "setpoint" || ack.BootId != setpoint.BootId)
            return null;
        if (ack.Outcome != AckOutcome.Refused)
            _mostWatts[controller] = setpoint.LimitWatts;
        switch (ack.Outcome)
        {
            case AckOutcome.Achieved when setpoint.AchievedAt is null:
                setpoint.State = SetpointState.Achieved;
                setpoint.AckedAt ??= ack.At;
                setpoint.AchievedAt = ack.At;
                setpoint.AchievedWatts = ack.Watts;
                setpoint.ElapsedMs = ack.ElapsedMs;
                return setpoint;
            case AckOutcome.Accepted when setpoint.State is SetpointState.Sent or SetpointState.Refused:
                setpoint.State = setpoint.AchievedAt is null ? SetpointState.Acked : SetpointState.Achieved;
                setpoint.AckedAt ??= ack.At;
                setpoint.Refusal = null;
                return setpoint;
            // A copy that the link delivered twice is refused as old; the first one is in force all the same.
            case AckOutcome.Refused when setpoint.State == SetpointState.Sent:
                setpoint.State = SetpointState.Refused;
                setpoint.Refusal = ack.Reason;
                return setpoint;
            default:
                return null;
        }
    }

    /// <summary>How long to wait for an answer to this attempt.</summary>
    internal static TimeSpan RetryAfter(int attempts)
    {
        var wait = AnswerTimeout * Math.Pow(2, Math.Min(attempts - 1, 6));
        return wait < LongestRetry ? wait : LongestRetry;
    }
}
