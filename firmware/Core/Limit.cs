using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// The limit in force: the state says whose limit is wanted, the ramp how much of it already holds.
/// <code>
/// state       wanted                              caps of single loads      rise
/// Commanded   the setpoint's, or all nameplates   the setpoint's            the setpoint's ramp and window
/// Scheduled   the slot's                          none                      the settings' ramp and window
/// FailSafe    the fail-safe limit                 their own fail-safe       the settings' ramp and window
/// </code>
/// A setpoint that is held but does not command narrows the limit and the caps of the other two states; in all three the
/// grid may leave less of the limit (<see cref="GridResponse"/>).
/// </summary>
public sealed class Limit
{
    private readonly Settings _settings;
    private readonly Authority _authority;
    private readonly GridResponse _grid;
    private readonly LimitRamp _ramp = new LimitRamp();
    private bool _hasBegun;

    /// <summary>Takes where the limits come from, and where the events of the grid go.</summary>
    public Limit(Settings settings, Authority authority, EventQueue events)
    {
        _settings = settings;
        _authority = authority;
        _grid = settings.HelpsGrid ? new GridResponse(settings, events) : null;
        CapWatts = new int[settings.LoadList.Length];
    }

    /// <summary>The limit in force; the sum of all nameplates when unlimited.</summary>
    public int Watts { get; private set; }

    /// <summary>The limit that measured watts are held to: the setpoint's own where that is above all that the loads are rated for.</summary>
    public int MeteredWatts { get; private set; }

    /// <summary>Whether the limit in force is on its way up to the wanted one.</summary>
    public bool IsRising
    {
        get { return _ramp.IsRising || (_grid != null && _grid.IsRising); }
    }

    /// <summary>Bits of <see cref="Fault"/>: whether the grid leaves less of it.</summary>
    public int Faults
    {
        get { return _grid != null && _grid.IsActive ? Fault.GridAbnormal : 0; }
    }

    /// <summary>Whether no limit is in force.</summary>
    public bool IsUnlimited { get; private set; }

    /// <summary>Id of the setpoint or schedule that sets the limit; null when the fail-safe limit does.</summary>
    public string Id { get; private set; }

    /// <summary>Most watts of each load.</summary>
    public readonly int[] CapWatts;

    /// <summary>Decides the limit of this tick; distrust holds it at or below the fail-safe limit whatever the state.</summary>
    public void Decide(Snapshot snapshot, ControllerState state, bool isDistrusted)
    {
        int wantedWatts = Wanted(snapshot, state);
        if (isDistrusted && wantedWatts > _settings.FailSafeWatts)
            wantedWatts = _settings.FailSafeWatts;
        if (!_hasBegun)
            _ramp.Begin(snapshot.NowMs, wantedWatts);
        _hasBegun = true;
        bool isSetpoint = state == ControllerState.Commanded;
        int rampWattsPerSecond = isSetpoint ? _authority.Setpoint.RampWattsPerSecond : _settings.RampWattsPerSecond;
        int windowSeconds = isSetpoint ? _authority.Setpoint.WindowSeconds : _settings.WindowSeconds;
        _ramp.Step(snapshot.NowMs, wantedWatts, rampWattsPerSecond, Spread.ShareMs(_settings.Controller, Id ?? "", windowSeconds));
        Watts = _grid == null ? _ramp.LimitWatts : _grid.Narrow(snapshot, _ramp.LimitWatts);
        bool isOpen = isSetpoint && !isDistrusted && Watts >= snapshot.NameplateWatts && _authority.Setpoint.LimitWatts > Watts;
        MeteredWatts = isOpen ? _authority.Setpoint.LimitWatts : Watts;
        IsUnlimited = isSetpoint && _authority.Setpoint.IsUnlimited && Watts >= wantedWatts && !isDistrusted;
    }

    private int Wanted(Snapshot snapshot, ControllerState state)
    {
        int watts = Followed(snapshot, state);
        if (!_authority.IsSetpointHeld(snapshot.NowMs))
            return watts;
        int[] loadWatts = _authority.Setpoint.LoadWatts;
        for (int i = 0; i < loadWatts.Length; i++)
            CapWatts[i] = Smaller(loadWatts[i], CapWatts[i]);
        if (_authority.SetpointWatts > watts)
            return watts;
        Id = _authority.Setpoint.Id;
        return _authority.SetpointWatts;
    }

    /// <summary>What a setpoint is taken from: all nameplates where it commands, else schedule or fail-safe.</summary>
    private int Followed(Snapshot snapshot, ControllerState state)
    {
        for (int i = 0; i < CapWatts.Length; i++)
        {
            bool isOwn = state == ControllerState.FailSafe && _settings.LoadList[i].HasFailSafe;
            CapWatts[i] = isOwn ? _settings.LoadList[i].FailSafeWatts : snapshot.Loads[i].NameplateWatts;
        }
        if (state == ControllerState.Commanded)
            return snapshot.NameplateWatts;
        bool isScheduled = state == ControllerState.Scheduled;
        Id = isScheduled ? _authority.Schedule.Id : null;
        return isScheduled && _authority.TryScheduledWatts(snapshot.NowMs, out int scheduledWatts) ? scheduledWatts : _settings.FailSafeWatts;
    }

    private static int Smaller(int a, int b)
    {
        return a < b ? a : b;
    }
}
