using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// What Guard knows of one load: the order it has, the most it may be taking nevertheless, and its faults.
/// <code>
/// order     3500 ──────────┐
///                          └───────────── 1600          lowered
/// counted   3500 ──────────────────┐                    until a later reading shows that it obeys,
///                                  └───── 1600          or its settling time has passed: then what it takes
/// </code>
/// </summary>
public sealed class LoadOrder
{
    /// <summary>How far a load may be above its order without ignoring it: one part in this, …</summary>
    public const int ToleranceParts = 20;

    /// <summary>… or these watts where that is more: what a sleeping load's fans and control board take.</summary>
    public const int ToleranceWatts = 100;

    /// <summary>How long a settled load must be above its order to count as ignoring it: two readings of a slow driver.</summary>
    public const int IgnoresMs = 10000;

    /// <summary>In place of the watts at which a load was told to come down: it has moved since.</summary>
    private const int Moved = int.MaxValue;

    /// <summary>An order given so lately was given by the tick before.</summary>
    private const int SinceTickMs = 2000;

    /// <summary>How long an open relay must pass power to be stuck: it follows at once, and with the readings' pace it is found within 10 s.</summary>
    public const int StuckMs = 6000;

    /// <summary>How long a temperature or power must be above its trip: one wrong reading must not latch.</summary>
    public const int TripMs = 3000;

    /// <summary>How long a load that cannot be derated may work while nobody knows how hot it is: heat takes minutes.</summary>
    public const int BlindMs = 120000;

    /// <summary>How far below the warning a load must cool before it is no longer hot.</summary>
    public const int HysteresisMilliC = 2000;

    /// <summary>The faults that stay until a local reset.</summary>
    public const int Latched = Fault.OverTemperature | Fault.OverPower;

    private readonly LoadSettings _settings;
    private readonly int _warnMilliC;
    private readonly int _tripMilliC;
    private bool _wasKnown;
    private int _pendingWatts;
    private long _loweredMs;
    private long _aboveSince;
    private long _stillSince;
    private int _stillWatts;
    private LoadState _stillState;
    private long _overTemperatureSince;
    private long _blindSince;
    private long _overPowerSince;

    /// <summary>Begins with an unknown load, which may be running at its nameplate.</summary>
    public LoadOrder(Settings settings, LoadSettings load)
    {
        _settings = load;
        _warnMilliC = load.WarnMilliC == 0 ? settings.WarnMilliC : load.WarnMilliC;
        _tripMilliC = load.TripMilliC == 0 ? settings.TripMilliC : load.TripMilliC;
        Watts = load.NameplateWatts;
        CountedWatts = load.NameplateWatts;
        IsBinding = false;
    }

    /// <summary>The order it has; before its first order, what it may be taking.</summary>
    public int Watts { get; private set; }

    /// <summary>Whether it has been given an order since boot.</summary>
    public bool IsGiven { get; private set; }

    /// <summary>Whether its order lets it work.</summary>
    public bool IsOn
    {
        get { return Watts > 0; }
    }

    /// <summary>Since when it has been on or off.</summary>
    public long SinceMs { get; private set; }

    /// <summary>Whether its order says what it takes; not so while it is silent or ignores it.</summary>
    public bool IsBinding { get; private set; }

    /// <summary>Whether nothing is known of it yet and its first order waits for its first reading, so that a running load is not stopped by a restart of the controller.</summary>
    public bool IsAwaited(LoadPicture load)
    {
        return !load.IsKnown && !load.IsSilent && !IsGiven;
    }

    /// <summary>The most it may be taking now.</summary>
    public int CountedWatts { get; private set; }

    /// <summary>What it may still be taking above its order while it comes down to it.</summary>
    public int PendingWatts
    {
        get { return IsBinding && _pendingWatts > Watts ? _pendingWatts - Watts : 0; }
    }

    /// <summary>What it takes above its order otherwise: by its own report, or up to its nameplate while it is silent.</summary>
    public int BeyondWatts
    {
        get { return (IsBinding && _pendingWatts > 0) || CountedWatts < Watts ? 0 : CountedWatts - Watts; }
    }

    /// <summary>The most it may be ordered: nameplate and ability, less when hot, nothing when tripped.</summary>
    public int CeilingWatts { get; private set; }

    /// <summary>Megahashes a joule as last measured; 0 is never. Set by <see cref="PriceRule"/>.</summary>
    public int Efficiency { get; set; }

    /// <summary>Bits of <see cref="Fault"/>.</summary>
    public int Faults { get; private set; }

    /// <summary>Whether it hangs behind a relay or dimmer that should let nothing through. A load that nothing switches has none: it can only ignore an order.</summary>
    public bool IsOpenRelay(LoadPicture load)
    {
        bool isCut = _settings.IsRelayed ? load.Reading.State == LoadState.Off : !load.Ability.Sleeps && _settings.Output.Length + _settings.Dimmer.Length > 0;
        return IsGiven && !IsOn && isCut;
    }

    /// <summary>
    /// Whether what it takes is by the orders of that time: it has had its time to settle or has come within the tolerance of
    /// its order since, and works if it is on. One that does not follow its order has nothing to settle to.
    /// </summary>
    public bool IsSettled(LoadPicture load, long orderedMs, long nowMs)
    {
        if (!IsBinding)
            return true;
        bool isNear = load.HasWatts && load.Reading.AtMs > orderedMs
            && load.Watts <= Watts + Tolerance() && load.Watts >= Watts - Tolerance();
        bool works = !IsOn || load.Reading.State == LoadState.Running;
        return _pendingWatts == 0 && works && (isNear || nowMs - orderedMs >= _settings.SettleSeconds * 1000);
    }

    /// <summary>Watts that a load that is on counts at least while it still starts; 0 after.</summary>
    public int InrushWatts(long nowMs)
    {
        return Starts(nowMs) ? _settings.InrushWatts : 0;
    }

    /// <summary>Whether it is on and still starts.</summary>
    public bool Starts(long nowMs)
    {
        return IsOn && nowMs - SinceMs < _settings.StartSeconds * 1000;
    }

    /// <summary>Latches a trip.</summary>
    public void Trip(int fault)
    {
        Faults |= fault & Latched;
    }

    /// <summary>Clears latched trips.</summary>
    public void ResetTrips()
    {
        Faults &= ~Latched;
    }

    /// <summary>Takes the load's part of a snapshot.</summary>
    public void Observe(LoadPicture load, long nowMs)
    {
        if (load.IsKnown && !_wasKnown && !IsGiven)
            Adopt(load, nowMs);
        _wasKnown = load.IsKnown;
        Set(Fault.LoadSilent, load.IsSilent);
        Set(Fault.LoadFault, load.IsFresh && load.Reading.IsFaulty);
        if (load.IsFresh)
            Count(load, nowMs);
        else
            CountedWatts = load.NameplateWatts;
        IsBinding = load.IsFresh && (Faults & (Fault.LoadIgnores | Fault.RelayStuck)) == 0;
        Watch(load, nowMs);
        CeilingWatts = Ceiling(load, nowMs);
    }

    /// <summary>Notes the order that was written.</summary>
    public void Note(int watts, long nowMs)
    {
        if (watts < Watts)
        {
            _pendingWatts = CountedWatts > Watts ? CountedWatts : Watts;
            _loweredMs = nowMs;
            if (_stillWatts == Moved)
                _stillSince = 0;
        }
        if (watts > 0 != IsOn)
            SinceMs = nowMs;
        Watts = watts;
        IsGiven = true;
    }

    /// <summary>The first reading since boot tells whether it works; one that rests is off from now on.</summary>
    private void Adopt(LoadPicture load, long nowMs)
    {
        bool works = load.IsActive || load.Watts > ToleranceWatts;
        Watts = works ? load.NameplateWatts : 0;
        SinceMs = nowMs;
    }

    private void Count(LoadPicture load, long nowMs)
    {
        bool isRelay = IsOpenRelay(load);
        int taken = load.HasWatts ? load.Watts : load.IsResting ? RestWatts(load) : IsOn ? Watts : load.NameplateWatts;
        bool isLater = load.Reading.AtMs > _loweredMs && (!load.IsMetered || load.MeteredAtMs > _loweredMs);
        bool isSettled = isRelay || nowMs - _loweredMs >= _settings.SettleSeconds * 1000;
        bool isAbove = taken > Watts + Tolerance();
        if (isLater && (isSettled || !isAbove))
            _pendingWatts = 0;
        // What it takes at rest is lowered by no order: no other load waits for it.
        bool rests = !IsOn && taken <= ToleranceWatts;
        int counted = rests ? 0 : taken > Watts ? taken : Watts;
        CountedWatts = counted > _pendingWatts ? counted : _pendingWatts;
        bool isStill = IsStill(load, taken, isAbove, nowMs);
        bool ignored = (Faults & (Fault.LoadIgnores | Fault.RelayStuck)) != 0;
        bool ignores = Condition.HasLasted(ref _aboveSince, isAbove && isLater && isSettled, nowMs, isRelay ? StuckMs : IgnoresMs)
            || (isStill && !isRelay) || (ignored && isAbove);
        Set(Fault.LoadIgnores, ignores && !isRelay);
        Set(Fault.RelayStuck, (ignores && isRelay) || load.Reading.IsStuck);
    }

    /// <summary>
    /// Whether it is above its order and has not moved towards it at all: a reading taken after the time for that shows the
    /// same state, and watts no lower by the tolerance. One that has moved has its time to settle.
    /// <code>
    /// order   3500 ────┐                          taken  3500 ──┬──────┬──  still: ignores its order
    ///                  └──────────── 1600                       │      └╲_  moved: settles
    ///                  ├─ deadSeconds ─┤ reading                └╲________  moved: settles
    /// </code>
    /// </summary>
    private bool IsStill(LoadPicture load, int takenWatts, bool isAbove, long nowMs)
    {
        bool begins = _stillSince == 0;
        Condition.HasLasted(ref _stillSince, isAbove, nowMs, 0);
        if (isAbove && begins)
        {
            if (nowMs - _loweredMs <= SinceTickMs)
                _stillSince = _loweredMs + 1;
            _stillWatts = takenWatts;
            _stillState = load.Reading.State;
        }
        if (isAbove && _stillWatts != Moved && (load.Reading.State != _stillState || takenWatts <= _stillWatts - Tolerance()))
            _stillWatts = Moved;
        return isAbove && _stillWatts != Moved && load.Reading.AtMs + 1 - _stillSince > _settings.DeadSeconds * 1000;
    }

    private int Tolerance()
    {
        return Watts / ToleranceParts > ToleranceWatts ? Watts / ToleranceParts : ToleranceWatts;
    }

    /// <summary>What one that cannot tell its watts takes at rest: of a relay what the meters show, or showed while it was stuck.</summary>
    private int RestWatts(LoadPicture load)
    {
        return load.IsMetered || (Faults & Fault.RelayStuck) != 0 ? load.MeteredWatts : 0;
    }

    private void Watch(LoadPicture load, long nowMs)
    {
        int milliC = load.TemperatureMilliC;
        int warnMilliC = (Faults & Fault.Hot) == 0 ? _warnMilliC : _warnMilliC - HysteresisMilliC;
        if (load.HasTemperature)
            Set(Fault.Hot, milliC >= warnMilliC);
        Set(Fault.ThermometerStale, load.IsThermometerStale);
        if (Condition.HasLasted(ref _overTemperatureSince, load.HasTemperature && milliC >= _tripMilliC, nowMs, TripMs))
            Trip(Fault.OverTemperature);
        if (Condition.HasLasted(ref _overPowerSince, _settings.TripWatts > 0 && load.Watts > _settings.TripWatts, nowMs, TripMs))
            Trip(Fault.OverPower);
    }

    /// <summary>
    /// Hot: from everything at the warning down to the least it works at at the trip, in a straight line. The least too while
    /// nobody knows how hot it is; of one that has nothing less than everything, that is nothing after a while.
    /// </summary>
    private int Ceiling(LoadPicture load, long nowMs)
    {
        bool isStale = (Faults & Fault.ThermometerStale) != 0;
        bool isBlind = Condition.HasLasted(ref _blindSince, isStale && load.LeastWatts >= load.MaxWatts, nowMs, BlindMs);
        if ((Faults & Latched) != 0 || isBlind)
            return 0;
        int milliC = load.TemperatureMilliC;
        if (isStale)
            return load.LeastWatts;
        if ((Faults & Fault.Hot) == 0 || milliC <= _warnMilliC)
            return load.MaxWatts;
        if (milliC >= _tripMilliC)
            return load.LeastWatts;
        long spread = (long)(load.MaxWatts - load.LeastWatts) * (_tripMilliC - milliC);
        return load.LeastWatts + (int)(spread / (_tripMilliC - _warnMilliC));
    }

    private void Set(int fault, bool present)
    {
        Faults = present ? Faults | fault : Faults & ~fault;
    }
}
