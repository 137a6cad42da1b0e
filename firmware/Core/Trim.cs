namespace Fleet.Core;

/// <summary>
/// Closes the loop on the watts that are measured: what loads are ordered together, less what is shown that they take, is the
/// trim of the limit that is divided among them.
/// <code>
/// limit 9000 ─────────────────────────────────────────────── divided = limit + trim, Guard bounds it
///              orders 9000, the meter shows 9720     trim  −720: lowered at once
///              orders 8280, the meter shows 8942     within the band: left alone
///              orders 9000, the meter shows 8280     trim  +720: after two calm windows, by the meter only
///
///  shown
///  limit + band ┄┄┄┄┄┄┄┄┄┄╱▔╲┄┄┄┄┄┄┄┄┄┄┄┄┄┄  above: by one reading, unless loads are still coming down
///  limit + half ┄┄┄┄┄┄┄┄┄╱┄┄┄╲┄┄┄┄┄┄┄┄┄┄┄┄┄  above: by the mean of a window
///  limit        ────────╱─────╲──────────
///  limit − half ┄┄┄┄┄┄┄╱┄┄┄┄┄┄┄╲▁▁▁▁▁▁╱▔▔┄┄  below: raised by the mean of the second of two windows that agree
/// </code>
/// Raised above the limit only while every load follows its order, a meter is fresh and a setpoint or schedule is followed;
/// that is dropped at once when this ends, a load starts or stops, or the limit falls by more than the band. Without a meter the
/// loads' own reports can only lower; what a meter last showed beyond the orders stays reserved while it is silent.
/// The band is that of <see cref="Achievement"/>. A load with levels has no half steps: for it the half is the whole, and a
/// sum of orders that showed too much is not come near again for an hour or until another limit, so that it does not swing.
/// </summary>
public sealed class Trim
{
    /// <summary>Length of a window: the mean of ten readings has a third of their noise.</summary>
    public const int WindowMs = 10000;

    /// <summary>How long a lower order takes to be seen on the meter; till then only a higher reading lowers again.</summary>
    public const int EchoMs = 5000;

    /// <summary>How long a sum of orders that showed too much is kept away from.</summary>
    public const int ForgetMs = 3600000;

    private readonly Settings _settings;
    private readonly Guard _guard;
    private int _limitWatts;
    private bool _isLimitLower;
    private int _mostWatts = int.MaxValue;
    private int _highWatts;
    private int _beyondWatts;
    private long _loweredMs;
    private long _raisedMs;
    private long _pendingMs;
    private long _atMs;
    private long _startMs;
    private long _sumWatts;
    private int _readings;
    private int _windows;
    private int _meanWatts;

    /// <summary>Takes what Guard knows of the loads.</summary>
    public Trim(Settings settings, Guard guard)
    {
        _settings = settings;
        _guard = guard;
    }

    /// <summary>What is added to the limit before it is divided: below 0 for what is taken beyond the orders, above for what is not taken of them.</summary>
    public int Watts { get; private set; }

    /// <summary>Whether loads that work are to be lowered to their least before any rests: only the trim has fallen, not the limit.</summary>
    public bool KeepsLoads
    {
        get { return Watts < 0 && !_isLimitLower; }
    }

    /// <summary>Takes a snapshot and the limit in force, which a setpoint or schedule has given or not.</summary>
    public void Decide(Snapshot snapshot, int limitWatts, bool isGiven)
    {
        long nowMs = snapshot.NowMs;
        int orderWatts = 0;
        int pendingWatts = 0;
        int beyondWatts = 0;
        bool isSettled = true;
        bool isFine = true;
        bool holds = isGiven && snapshot.HasMeter;
        bool isSame = true;
        for (int i = 0; i < snapshot.Loads.Length; i++)
        {
            LoadOrder order = _guard.Orders[i];
            LoadPicture load = snapshot.Loads[i];
            orderWatts += order.Watts;
            pendingWatts += order.PendingWatts;
            beyondWatts += order.IsBinding ? 0 : order.BeyondWatts;
            isSettled &= order.IsSettled(load, _guard.ChangedMs, nowMs);
            isFine &= !order.IsOn || (load.Ability.LevelWatts.Length == 0 && load.LeastWatts < load.MaxWatts);
            holds &= order.IsBinding;
            isSame &= order.SinceMs <= _raisedMs;
        }
        int bandWatts = Achievement.ToleranceOf(limitWatts);
        int halfWatts = isFine ? bandWatts / 2 : bandWatts;
        int mostWatts = holds ? limitWatts / Guard.TrimParts : 0;
        Attribute(beyondWatts);
        Follow(limitWatts, holds && isSame ? mostWatts : 0, bandWatts);
        if (isFine || nowMs - _loweredMs >= ForgetMs)
            _mostWatts = int.MaxValue;
        if (mostWatts > _mostWatts - limitWatts)
            mostWatts = _mostWatts - limitWatts;
        if (pendingWatts > 0)
            _pendingMs = nowMs;
        if (!isSettled || _guard.ChangedMs >= _startMs)
            Restart(nowMs);
        if (!TryShown(snapshot, out int shownWatts))
            return;
        bool isNow = pendingWatts > 0 || _atMs > _pendingMs;
        bool isHigher = shownWatts > _highWatts || nowMs - _loweredMs >= EchoMs;
        orderWatts += beyondWatts;
        if (isNow && isHigher && shownWatts > limitWatts + bandWatts)
            Lower(nowMs, orderWatts + pendingWatts, shownWatts);
        else if (isSettled && _atMs > _startMs && TryMean(nowMs, shownWatts, halfWatts, out bool isCalm))
            Correct(snapshot, orderWatts, halfWatts, mostWatts, isCalm);
    }

    /// <summary>No limit is in force: there is nothing to make up for.</summary>
    public void Forget()
    {
        Watts = 0;
        _mostWatts = int.MaxValue;
    }

    /// <summary>Takes what the loads that do not follow their orders take beyond them, which is counted as theirs: what more of it there is was in the trim.</summary>
    private void Attribute(int beyondWatts)
    {
        int moreWatts = beyondWatts - _beyondWatts;
        if (moreWatts > 0 && Watts < 0)
            Watts = Watts + moreWatts < 0 ? Watts + moreWatts : 0;
        _beyondWatts = beyondWatts;
    }

    /// <summary>Takes the limit; a trim above 0 does not outlive what it was proven in.</summary>
    private void Follow(int limitWatts, int mostWatts, int bandWatts)
    {
        _isLimitLower = limitWatts < _limitWatts;
        if (limitWatts < _limitWatts - bandWatts)
            mostWatts = 0;
        if (limitWatts != _limitWatts)
            _mostWatts = int.MaxValue;
        if (Watts > mostWatts)
            Watts = mostWatts;
        _limitWatts = limitWatts;
    }

    /// <summary>What the loads are shown to take together, by a reading not seen before: the meters, which outrank the loads' own reports, or the higher of both while they are too far apart.</summary>
    private bool TryShown(Snapshot snapshot, out int watts)
    {
        bool isApart = Metering.AreApart(snapshot, _settings) && snapshot.ReportedWatts > snapshot.MeterWatts;
        watts = isApart ? snapshot.ReportedWatts : snapshot.Watts;
        bool isNew = snapshot.HasWatts && snapshot.WattsAtMs != _atMs;
        if (isNew)
            _atMs = snapshot.WattsAtMs;
        return isNew;
    }

    private void Restart(long nowMs)
    {
        _startMs = nowMs;
        _sumWatts = 0;
        _readings = 0;
        _windows = 0;
    }

    /// <summary>Takes a reading; the mean of a window at its end, and whether it is much the same as that of the window before.</summary>
    private bool TryMean(long nowMs, int shownWatts, int halfWatts, out bool isCalm)
    {
        _sumWatts += shownWatts;
        _readings++;
        isCalm = false;
        if (nowMs - _startMs < WindowMs)
            return false;
        int meanWatts = (int)(_sumWatts / _readings);
        int changeWatts = meanWatts - _meanWatts;
        isCalm = _windows > 0 && changeWatts <= halfWatts && changeWatts >= -halfWatts;
        int windows = _windows + 1;
        Restart(nowMs);
        _windows = windows;
        _meanWatts = meanWatts;
        return true;
    }

    /// <summary>
    /// Corrects by a mean that is off by more than the half; or by less, when far less is beyond the orders than is reserved.
    /// A meter that is silent lets nothing rise.
    /// </summary>
    private void Correct(Snapshot snapshot, int orderWatts, int halfWatts, int mostWatts, bool isCalm)
    {
        int offWatts = _meanWatts - _limitWatts;
        int watts = orderWatts - _meanWatts;
        if (offWatts > halfWatts)
            Lower(snapshot.NowMs, orderWatts, _meanWatts);
        bool mayRise = isCalm && (snapshot.HasMeter || _settings.MeterList.Length == 0);
        if (mayRise && offWatts < -halfWatts)
            Raise(snapshot.NowMs, watts, mostWatts);
        else if (mayRise && offWatts <= 0 && watts - Watts > Achievement.ToleranceOf(_limitWatts) / 2)
            Raise(snapshot.NowMs, watts, mostWatts < 0 ? mostWatts : 0);
    }

    private void Lower(long nowMs, int orderWatts, int shownWatts)
    {
        if (orderWatts - shownWatts >= Watts)
            return;
        Watts = orderWatts - shownWatts;
        _loweredMs = nowMs;
        _highWatts = shownWatts;
        int mostWatts = orderWatts - (shownWatts - _limitWatts) / 2;
        if (mostWatts < _mostWatts)
            _mostWatts = mostWatts;
    }

    private void Raise(long nowMs, int watts, int mostWatts)
    {
        if (watts > mostWatts)
            watts = mostWatts;
        if (watts <= Watts)
            return;
        Watts = watts;
        _raisedMs = nowMs;
    }
}
