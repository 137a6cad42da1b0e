using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// A load behind a dimmer, by 0–10 V or by duty cycle: a heater on a power controller, a fan, a lamp. The output stays as it
/// is found at boot until the first order.
/// <code>
/// output, ‰  1000 ┤            ╱       rounded down, so that it is never above the order;
///                 │        ╱           0 below minWatts
///               0 ┤━━━━╱─────────► W
///                    min      nameplate
/// </code>
/// Interpretation: power is proportional to the output, and all of it is the nameplate; where the load's own curve lies
/// above that line, a meter shows it, and the load counts at what it takes.
/// </summary>
public sealed class DimmerLoad : LoadDriver
{
    private readonly IAnalogOutput _output;
    private readonly int _nameplateWatts;
    private bool _isDriven;
    private int _limitWatts;

    /// <summary>A load of these settings behind this output.</summary>
    public DimmerLoad(LoadAbility ability, Wiring wiring)
        : base(ability)
    {
        _output = wiring.Dimmer;
        _nameplateWatts = wiring.Load.NameplateWatts;
    }

    /// <inheritdoc/>
    protected override Outcome Send(int limitWatts, bool begins, long nowMs)
    {
        _isDriven = false;
        _output.Set(limitWatts > 0 ? (int)(limitWatts * 1000L / _nameplateWatts) : 0);
        _isDriven = true;
        _limitWatts = limitWatts;
        return Outcome.Complete;
    }

    /// <inheritdoc/>
    protected override Outcome Poll(LoadReading report, bool begins, long nowMs)
    {
        report.State = !_isDriven ? LoadState.Unknown : _limitWatts > 0 ? LoadState.Running : LoadState.Off;
        return Outcome.Complete;
    }

    /// <inheritdoc/>
    protected override bool Obeys(int limitWatts)
    {
        return _isDriven && _limitWatts == limitWatts;
    }
}
