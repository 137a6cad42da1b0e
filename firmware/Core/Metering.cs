using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// Energy from power, and its intervals. Between two ticks power is taken as a straight line, whose area in half
/// milliwatt-seconds is the sum of its ends times the milliseconds between: a whole number, 7,200 to a milliwatt-hour. What
/// is left over is carried into the next, so that rounding never adds up; an interval ends in the middle of a line where
/// the line crosses its boundary, and the two parts are together exactly the whole.
/// <code>
/// watts  ╱│╲___        intervals end on UTC multiples of recordSeconds, or while UTC is
///       ╱ │    ╲__     unknown recordSeconds after they began. No ticks for longer than
///  ____╱  │       ╲    GapMs: the interval ends before the gap and the next begins
///    |────┼─────|──    behind it; what was taken meanwhile is not guessed.
///       boundary
/// </code>
/// </summary>
public sealed class Metering
{
    /// <summary>Half milliwatt-seconds of a milliwatt-hour.</summary>
    public const int HalfUnits = 7200;

    /// <summary>Longest time between two ticks that a straight line may span: a few polls of a slow meter.</summary>
    public const int GapMs = 15000;

    /// <summary>How long meters of different rank must differ: the poll of a slow driver and a ramp of its load.</summary>
    public const int DisagreeMs = 60000;

    private readonly Settings _settings;
    private readonly EnergyLog _log;
    private long _disagreeSince;
    private bool _hasBegun;
    private long _lastMs;
    private int _lastWatts;
    private EnergyQuality _lastQuality;
    private long _startMs;
    private long _boundaryUtcMs;
    private long _energyMilliwattHours;
    private int _carry;
    private EnergyQuality _quality;

    /// <summary>Takes where its intervals go, and the register that they add up to.</summary>
    public Metering(Settings settings, EnergyLog log)
    {
        _settings = settings;
        _log = log;
    }

    /// <summary>See <see cref="Fault.MetersDisagree"/>.</summary>
    public bool MetersDisagree { get; private set; }

    /// <summary>The register, in milliwatt-hours.</summary>
    public long RegisterMilliwattHours
    {
        get { return _log.Register.MilliwattHours; }
    }

    /// <summary>Counts the energy since the tick before.</summary>
    public void Step(Snapshot snapshot, UtcClock clock)
    {
        MetersDisagree = Condition.HasLasted(ref _disagreeSince, AreApart(snapshot, _settings), snapshot.NowMs, DisagreeMs);
        long nowMs = snapshot.NowMs;
        if (!_hasBegun || nowMs - _lastMs > GapMs)
        {
            if (_hasBegun)
                Close(_lastMs);
            _hasBegun = true;
            _startMs = nowMs;
            _quality = snapshot.Quality;
        }
        else if (nowMs <= _lastMs)
            return;
        else
            Count(snapshot, BoundaryMs(nowMs, clock));
        _lastMs = nowMs;
        _lastWatts = snapshot.Watts;
        _lastQuality = snapshot.Quality;
    }

    /// <summary>Ends the interval before its time and keeps it, dated if it can be: the controller is about to restart.</summary>
    public void Finish(UtcClock clock)
    {
        if (_hasBegun)
            Close(_lastMs);
        _log.Date(_lastMs, clock);
        _log.Keep();
    }

    /// <summary>Whether meters and the loads' own reports differ by more than the tolerance now.</summary>
    public static bool AreApart(Snapshot snapshot, Settings settings)
    {
        int differenceWatts = snapshot.MeterWatts - snapshot.ReportedWatts;
        int higherWatts = differenceWatts > 0 ? snapshot.MeterWatts : snapshot.ReportedWatts;
        int toleranceWatts = higherWatts * settings.DisagreePercent / 100;
        if (toleranceWatts < settings.DisagreeWatts)
            toleranceWatts = settings.DisagreeWatts;
        return snapshot.HasMeter && snapshot.HasReports && (differenceWatts > toleranceWatts || differenceWatts < -toleranceWatts);
    }

    private void Count(Snapshot snapshot, long boundaryMs)
    {
        EnergyQuality quality = snapshot.Quality > _lastQuality ? snapshot.Quality : _lastQuality;
        long spanMs = snapshot.NowMs - _lastMs;
        long area = ((long)_lastWatts + snapshot.Watts) * spanMs;
        if (quality > _quality)
            _quality = quality;
        if (boundaryMs > _lastMs)
        {
            long partMs = boundaryMs - _lastMs;
            long boundaryWatts = _lastWatts + ((long)snapshot.Watts - _lastWatts) * partMs / spanMs;
            long before = (_lastWatts + boundaryWatts) * partMs;
            Add(before);
            Close(boundaryMs);
            area -= before;
            _quality = quality;
        }
        Add(area);
    }

    /// <summary>The newest moment at which an interval ends, at or before now.</summary>
    private long BoundaryMs(long nowMs, UtcClock clock)
    {
        int lengthMs = _settings.RecordSeconds * 1000;
        if (!clock.TryStamp(nowMs, out long utcMs))
            return nowMs - _startMs >= lengthMs ? _startMs + lengthMs : _lastMs;
        long sinceMs = utcMs % lengthMs;
        if (nowMs - sinceMs <= _lastMs)
            return _lastMs;
        // A clock that was set back a little comes to a boundary again, which ends nothing more.
        if (utcMs - sinceMs <= _boundaryUtcMs && nowMs - _startMs < 2L * lengthMs)
            return _lastMs;
        _boundaryUtcMs = utcMs - sinceMs;
        return nowMs - sinceMs;
    }

    private void Add(long halfUnits)
    {
        _log.Register.Add(halfUnits);
        long sum = _carry + halfUnits;
        _energyMilliwattHours += sum / HalfUnits;
        _carry = (int)(sum % HalfUnits);
    }

    private void Close(long endMs)
    {
        if (endMs > _startMs)
        {
            _log.Append(_startMs, endMs, _energyMilliwattHours, _quality);
            _energyMilliwattHours = 0;
        }
        _startMs = endMs;
        _quality = _lastQuality;
    }
}
