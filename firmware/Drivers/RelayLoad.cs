using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// A load behind a plain relay: its nameplate or nothing. The contact opens on an order below the nameplate and for no
/// other reason, and stays as it is found at boot until the first order.
/// A feedback contact that does not follow within its settling time is reported as a fault of the load, and so is one that
/// chatters: the fault stays until it has followed for a while.
/// Without a feedback contact the driver can only tell what the coil was told. A contact that stays closed is then known by
/// the controller's meters alone, once it passes more than 100 W and a tenth of what they show; with neither feedback nor
/// meter, and for a smaller load, it cannot be known, and the site's meter is what sees its watts.
/// </summary>
public sealed class RelayLoad : LoadDriver
{
    /// <summary>Time for a contactor and its feedback to follow.</summary>
    public const int SettleMs = 1000;

    /// <summary>How long it must have followed: five polls.</summary>
    public const int FollowMs = 10000;

    private readonly IOutputPin _pin;
    private bool _isDriven;
    private bool _on;
    private long _drivenAtMs;
    private long _faultyUntilMs;

    /// <summary>A load of this nameplate behind this output.</summary>
    public RelayLoad(LoadAbility ability, IOutputPin pin)
        : base(ability)
    {
        _pin = pin;
    }

    /// <inheritdoc/>
    protected override Outcome Send(int limitWatts, bool begins, long nowMs)
    {
        bool on = limitWatts > 0;
        if (!_isDriven || on != _on)
        {
            _drivenAtMs = nowMs;
            _faultyUntilMs = nowMs;
        }
        _pin.Set(on);
        _isDriven = true;
        _on = on;
        return Outcome.Complete;
    }

    /// <inheritdoc/>
    protected override Outcome Poll(LoadReading report, bool begins, long nowMs)
    {
        bool isKnown = _isDriven || _pin.HasFeedback;
        bool isClosed = _pin.HasFeedback ? _pin.Feedback : _on;
        if (_isDriven && isClosed != _on && nowMs - _drivenAtMs >= SettleMs)
            _faultyUntilMs = nowMs + FollowMs;
        report.IsFaulty = nowMs < _faultyUntilMs;
        report.State = !isKnown ? LoadState.Unknown : isClosed ? LoadState.Running : LoadState.Off;
        return Outcome.Complete;
    }

    /// <inheritdoc/>
    protected override bool Obeys(int limitWatts)
    {
        bool on = limitWatts > 0;
        return _isDriven && _on == on && (!_pin.HasFeedback || _pin.Feedback == on);
    }
}
