using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// A meter with a pulse output (S0, IEC 62053-31), counted by the chip. Energy is what was counted since boot, no more;
/// power is the energy of the pulses of the last seconds over the time between them, and never more than the silence since
/// the last one allows.
/// <code>
/// pulses  │     │     │     │     │                       the window spans WindowMs to twice that, or one pulse
///       from        middle       last      now            to the next where they are rarer
///         └── power of the window ─┘ └─ at most one pulse ─┘
/// </code>
/// </summary>
public sealed class PulseMeter : MeterDriver
{
    /// <summary>How often pulses are looked at: as often as the host steps.</summary>
    private const int LookMs = 100;

    /// <summary>Pulses are seen late by a look at most: 2 % of this.</summary>
    private const int WindowMs = 5000;

    /// <summary>Least time between two counts that are compared with the window; a look is a fifth of it.</summary>
    private const int CompareMs = 500;

    /// <summary>How long it listens before its first reading.</summary>
    private const int ListenMs = 10000;

    /// <summary>Watts and milliseconds of a kilowatt-hour.</summary>
    private const long KilowattHour = 3600000000;

    private readonly IPulseInput _input;
    private readonly int _pulsesPerKilowattHour;
    private bool _hasBegun;
    private long _beganMs;
    private long _fromMs;
    private long _fromPulses;
    private long _middleMs;
    private long _middlePulses;
    private long _lastMs;
    private long _lastPulses;
    private long _seenPulses;

    /// <summary>The meter at this input.</summary>
    public PulseMeter(Wiring wiring)
        : base(LookMs)
    {
        Name = wiring.Name;
        _input = wiring.Pulses;
        _pulsesPerKilowattHour = wiring.Meter.PulsesPerKilowattHour;
    }

    /// <inheritdoc/>
    protected override Outcome Poll(MeterReading report, bool begins, long nowMs)
    {
        if (!_input.TryRead(out long pulses))
            return Outcome.Silent;
        if (!_hasBegun || pulses < _seenPulses)
            Begin(nowMs, pulses);
        else if (pulses > _seenPulses && nowMs - _lastMs >= CompareMs)
            Move(nowMs, pulses);
        _seenPulses = pulses;
        if (nowMs - _beganMs < ListenMs)
            return Outcome.Continues;
        long watts = Watts(_lastPulses - _fromPulses, _lastMs - _fromMs);
        // One pulse was to come since the last, and those that came within CompareMs.
        long mostWatts = Watts(pulses - _lastPulses + 1, nowMs - _lastMs);
        watts = _lastPulses == _fromPulses || mostWatts < watts ? mostWatts : watts;
        // No meter counts so fast: the contact chatters.
        if (watts > Bounds.Watts)
            return Outcome.Silent;
        report.Watts = (int)watts;
        report.AtMs = nowMs;
        report.HasEnergy = true;
        report.EnergyMilliwattHours = pulses * 1000000 / _pulsesPerKilowattHour;
        return Outcome.Complete;
    }

    private void Begin(long nowMs, long pulses)
    {
        _hasBegun = true;
        _beganMs = nowMs;
        _lastMs = nowMs;
        _lastPulses = pulses;
        Restart();
    }

    /// <summary>Begins the window at the last count.</summary>
    private void Restart()
    {
        _fromMs = _lastMs;
        _fromPulses = _lastPulses;
        _middleMs = _lastMs;
        _middlePulses = _lastPulses;
    }

    private void Move(long nowMs, long pulses)
    {
        long windowWatts = Watts(_lastPulses - _fromPulses, _lastMs - _fromMs);
        long newWatts = Watts(pulses - _lastPulses, nowMs - _lastMs);
        // A step of the load is seen with its first pulses, not when the window has passed over it.
        if (newWatts > windowWatts * 3 / 2 || newWatts < windowWatts * 2 / 3)
            Restart();
        _lastMs = nowMs;
        _lastPulses = pulses;
        if (nowMs - _middleMs < WindowMs)
            return;
        _fromMs = _middleMs;
        _fromPulses = _middlePulses;
        _middleMs = nowMs;
        _middlePulses = pulses;
    }

    private long Watts(long pulses, long ms)
    {
        if (ms == 0)
            return int.MaxValue;
        long watts = pulses * (KilowattHour / _pulsesPerKilowattHour) / ms;
        return watts < int.MaxValue ? watts : int.MaxValue;
    }
}
