using System;
using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// A relay in front of a load that is spoken to over a network or line: it sleeps before it is cut, and has power before it is
/// woken.
/// <code>
/// order    0 ┐                                              ┌ more
/// device     sleeps ─ ─► rests, at most relayBelowWatts     │ boots ──► answers ──► has its order
/// contact  ━━━━━━━━━━━━━━━━━━┓ or relayAfterSeconds over    ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
///                            ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
/// told       what the device says │ off                     │ starting │ what the device says
/// </code>
/// One that does not sleep, or cannot, is cut when the time is over. Where the contact is not to open at rest, only that is
/// cut. Behind an open contact nothing is asked and nothing is silent; a contact that its feedback says is closed, or behind
/// which the device goes on answering, is stuck. The contact stays as it is found at boot until the first order. A device that
/// boots takes what it was last set to until it answers: its <c>inrushWatts</c> and <c>startSeconds</c> say how much, how long.
/// </summary>
public sealed class RelayedLoad : Driver, ILoad
{
    /// <summary>How long a device is still asked behind a contact that has opened: two polls of a slow one.</summary>
    public const int WatchMs = 10000;

    /// <summary>An answer of a device that is stuck at power counts for so long: its longest pause between polls, and a time-out.</summary>
    public const int AnswerMs = LoadDriver.LongestPollMs + 5000;

    /// <summary>Time to boot before a device without an answer is silent, where its <c>startSeconds</c> are not more.</summary>
    public const int BootSeconds = 180;

    private readonly object _lock = new object();
    private readonly LoadReading _heard = new LoadReading();
    private readonly LoadDriver _device;
    private readonly IOutputPin _pin;
    private readonly LoadSettings _settings;
    private bool _hasOrder;
    private int _limitWatts;
    private bool _isDriven;
    private bool _isOpen;
    private bool _isStuck;
    private long _turnedMs;
    private long _restSince;
    private LoadState _state = LoadState.Unknown;
    private long _stepMs;

    /// <summary>This device behind the output of this wiring.</summary>
    public RelayedLoad(LoadDriver device, Wiring wiring)
    {
        Name = device.Name;
        _device = device;
        _pin = wiring.Output;
        _settings = wiring.Load;
    }

    /// <inheritdoc/>
    public LoadAbility Ability
    {
        get { return _device.Ability; }
    }

    /// <summary>Whether a feedback contact says that the relay is not as it was told.</summary>
    private bool Differs
    {
        get { return _isDriven && _pin.HasFeedback && _pin.Feedback == _isOpen && _stepMs - _turnedMs >= RelayLoad.SettleMs; }
    }

    /// <inheritdoc/>
    public void Apply(int limitWatts)
    {
        lock (_lock)
        {
            _limitWatts = limitWatts;
            _hasOrder = true;
        }
    }

    /// <inheritdoc/>
    public bool TryRead(LoadReading into)
    {
        lock (_lock)
        {
            bool isHeard = _device.TryRead(into);
            into.IsStuck = _isStuck;
            if (_state == LoadState.Unknown)
                return isHeard;
            into.AtMs = _stepMs;
            into.State = _state;
            // Only a feedback contact proves that nothing flows.
            into.HasWatts = _state == LoadState.Off && _pin.HasFeedback && !_isStuck;
            into.Watts = 0;
            into.HasWorkRate = false;
            into.HasTemperature = false;
            into.IsFaulty = Differs;
            return true;
        }
    }

    /// <inheritdoc/>
    public override void Step(long nowMs)
    {
        try
        {
            Turn(nowMs);
        }
        catch (Exception)
        {
            // The contact was not turned; the next step tries again.
        }
        bool isAsked = !_isOpen || _isStuck || nowMs - _turnedMs < WatchMs;
        if (isAsked)
            _device.Step(nowMs);
        IsSilent = isAsked && _device.IsSilent;
        lock (_lock)
            Show(nowMs);
    }

    private void Turn(long nowMs)
    {
        bool hasOrder;
        int limitWatts;
        lock (_lock)
        {
            hasOrder = _hasOrder;
            limitWatts = _limitWatts;
        }
        if (!hasOrder)
        {
            _isOpen = _pin.HasFeedback && !_pin.Feedback;
            return;
        }
        bool works = limitWatts > 0 && limitWatts >= Ability.MinWatts;
        _device.PassOn(works ? limitWatts : 0);
        bool isOver = Condition.HasLasted(ref _restSince, !works, nowMs, _settings.RelayAfterSeconds * 1000);
        bool opens = !works && (_isOpen || IsToOpen(isOver));
        if (!_isDriven && !works && !opens && !_isOpen)
            return;
        if (!_isDriven || opens != _isOpen)
            _turnedMs = nowMs;
        _isOpen = opens;
        _isDriven = true;
        _pin.Set(!opens);
    }

    /// <summary>Whether a device that is to rest has come down to what it may be cut at, or its time is over.</summary>
    private bool IsToOpen(bool isOver)
    {
        bool rests = _device.TryRead(_heard) && _heard.AtMs >= _restSince && (_heard.State == LoadState.Sleeping || _heard.State == LoadState.Off);
        bool isLow = rests && _heard.HasWatts && _heard.Watts <= _settings.RelayBelowWatts;
        return _settings.RelayOpensAtRest > 0 ? isLow || isOver : isOver && !rests;
    }

    /// <summary>Finds what is told of it: what the device says, or off, or starting.</summary>
    private void Show(long nowMs)
    {
        _stepMs = nowMs;
        bool isHeard = _device.TryRead(_heard) && _heard.AtMs > _turnedMs + RelayLoad.SettleMs;
        bool answers = isHeard && nowMs - _heard.AtMs < AnswerMs;
        _isStuck = _isOpen && _isDriven && (_pin.HasFeedback ? Differs : answers);
        int bootSeconds = _settings.StartSeconds > BootSeconds ? _settings.StartSeconds : BootSeconds;
        bool isBooting = _isDriven && !_isOpen && !isHeard && nowMs - _turnedMs < bootSeconds * 1000;
        _state = _isOpen && !answers ? LoadState.Off : isBooting ? LoadState.Starting : LoadState.Unknown;
    }
}
