using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// Decides whose limit is followed, after EEBUS LPC. The first row that fits wins (· fits anything):
/// <code>
/// from        gateway   setpoint  schedule  hold over  back 120 s    to
/// ·           present   live      ·         ·          ·             Commanded
/// Commanded   ·         ·         valid     ·          ·             Scheduled
/// Scheduled   ·         ·         valid     ·          ·             Scheduled
/// FailSafe    missing   ·         valid     yes        ·             Scheduled
/// FailSafe    present   ·         valid     ·          yes           Scheduled
/// ·           ·         ·         ·         ·          ·             FailSafe
///
///  boot ──► FailSafe ◄──────────── nothing valid ───────────┐
///             │  ▲ └── hold over, or back 120 s; valid ──► Scheduled
///   heartbeat │  │ nothing valid                            ▲  │
///   then      ▼  │                                          │  ▼ heartbeat, then setpoint
///   setpoint  Commanded ── gateway missing or expired; valid ┘ (to Commanded)
/// </code>
/// The hold begins when fail-safe meets a missing gateway, and lasts failSafeMinimumSeconds; a gateway that returns and
/// sends a setpoint ends it at once. When it is over and nothing is valid, fail-safe goes on: no row leads to no limit.
/// </summary>
public sealed class Supervisor
{
    /// <summary>How long the gateway must be back before a schedule may be followed without a setpoint. Interpretation: EEBUS LPC-921.</summary>
    public const int BackMs = 120000;

    private const byte Any = 255;
    private const byte No = 0;
    private const byte Yes = 1;
    private const byte Commanded = (byte)ControllerState.Commanded;
    private const byte Scheduled = (byte)ControllerState.Scheduled;
    private const byte FailSafe = (byte)ControllerState.FailSafe;
    private const byte Present = (byte)GatewayPresence.Present;
    private const byte Missing = (byte)GatewayPresence.Missing;

    private const int Columns = 7;

    private static readonly byte[] Table =
    {
        Any, Present, Yes, Any, Any, Any, Commanded,
        Commanded, Any, Any, Yes, Any, Any, Scheduled,
        Scheduled, Any, Any, Yes, Any, Any, Scheduled,
        FailSafe, Missing, Any, Yes, Yes, Any, Scheduled,
        FailSafe, Present, Any, Yes, Any, Yes, Scheduled,
        Any, Any, Any, Any, Any, Any, FailSafe,
    };

    private readonly Settings _settings;
    private bool _hasBegun;
    private long _lastHeartbeatMs;
    private long _presentSinceMs;
    private bool _isHolding;
    private long _holdSinceMs;

    /// <summary>Begins in fail-safe, awaiting the gateway.</summary>
    public Supervisor(Settings settings)
    {
        _settings = settings;
    }

    /// <summary>Whose limit is followed.</summary>
    public ControllerState State { get; private set; }

    /// <summary>Whether the gateway is there.</summary>
    public GatewayPresence Presence { get; private set; }

    /// <summary>Begins a tick: finds out whether the gateway has gone missing. The time before its first heartbeat counts from the first tick.</summary>
    public void Observe(long nowMs)
    {
        if (!_hasBegun)
            _lastHeartbeatMs = nowMs;
        _hasBegun = true;
        if (nowMs - _lastHeartbeatMs > _settings.HeartbeatTimeoutSeconds * 1000)
            Presence = GatewayPresence.Missing;
    }

    /// <summary>A heartbeat came.</summary>
    public void NoteHeartbeat(long nowMs)
    {
        if (Presence != GatewayPresence.Present)
            _presentSinceMs = nowMs;
        Presence = GatewayPresence.Present;
        _lastHeartbeatMs = nowMs;
    }

    /// <summary>Decides the state of this tick.</summary>
    public void Decide(long nowMs, bool isSetpointLive, bool isScheduleValid)
    {
        bool holdOver = !_isHolding || nowMs - _holdSinceMs >= _settings.FailSafeMinimumSeconds * 1000;
        bool back = Presence == GatewayPresence.Present && nowMs - _presentSinceMs >= BackMs;
        State = Next(State, Presence, isSetpointLive, isScheduleValid, holdOver, back);
        bool held = State == ControllerState.FailSafe && (_isHolding || Presence == GatewayPresence.Missing);
        if (held && !_isHolding)
            _holdSinceMs = nowMs;
        _isHolding = held;
    }

    /// <summary>The table, as a function of nothing but its arguments.</summary>
    public static ControllerState Next(
        ControllerState from, GatewayPresence gateway, bool isSetpointLive, bool isScheduleValid, bool isHoldOver, bool isBack)
    {
        int at = 0;
        while (!Fits(at, (int)from) || !Fits(at + 1, (int)gateway) || !Fits(at + 2, isSetpointLive ? Yes : No)
            || !Fits(at + 3, isScheduleValid ? Yes : No) || !Fits(at + 4, isHoldOver ? Yes : No) || !Fits(at + 5, isBack ? Yes : No))
            at += Columns;
        return (ControllerState)Table[at + Columns - 1];
    }

    private static bool Fits(int at, int given)
    {
        return Table[at] == Any || Table[at] == given;
    }
}

/// <summary>Whether the gateway is there, by its heartbeats.</summary>
public enum GatewayPresence
{
    /// <summary>No heartbeat since boot, and not yet for too long.</summary>
    Awaited = 0,

    /// <summary>The newest heartbeat is fresh.</summary>
    Present = 1,

    /// <summary>No heartbeat for heartbeatTimeoutSeconds.</summary>
    Missing = 2,
}
