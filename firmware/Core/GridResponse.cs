using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// Lowers the limit where the grid needs it, by the frequency and voltage that its meters read; it never raises one.
/// <code>
/// part of the watts taken when it began
///  all  ─────────╮                  deadband   gridDeadbandMilliHertz below nominal
///                 ╲                 line       down to nothing over gridSpanMilliHertz, in steps of 2 %
///  none            ╰──────────      trip       nothing, gridTripMilliHertz below nominal for gridTripSeconds,
///       ─────────┬─┬───────── falls            or a voltage too low or too high for gridVoltageSeconds
///
/// limit ───╮                 ╱───   while it lasts the limit only falls; it rises when all has been well for
///          ╰────────────────╱       gridReturnSeconds and the controller's own part of gridWindowSeconds
/// </code>
/// Meters that no longer tell, or tell nonsense, keep the response as it is for <see cref="SilentMs"/>, and are well then;
/// those that have not told since boot begin none. A high frequency changes nothing: loads here only lower.
/// Sources: the line is that of a limited frequency sensitive mode; deadband and random delay before the return are as in
/// Regulation (EU) 2016/1388, Article 29(2); return and ramp of 300 s are the defaults of IEEE 1547-2018 for entering service.
/// Interpretation: neither is met in full. Meters here are asked once a second and loads take seconds: so the time from the
/// reading to the watts that obey is measured and told; see <see cref="EventType.GridAnswered"/>.
/// </summary>
public sealed class GridResponse
{
    /// <summary>How long the silence of meters keeps a response as it is.</summary>
    public const int SilentMs = 300000;

    /// <summary>The parts that make all of the watts: a device is not bothered for less.</summary>
    private const int All = 50;

    private readonly Settings _settings;
    private readonly EventQueue _events;
    private readonly LimitRamp _ramp = new LimitRamp();
    private int _baseWatts;
    private long _tripSince;
    private long _voltageSince;
    private long _wellSince;
    private long _frequencyMs = -SilentMs;
    private long _voltageMs = -SilentMs;
    private bool _isMeasured;
    private bool _awaits;
    private long _loweredAtMs;

    /// <summary>Takes where its settings are and its events go.</summary>
    public GridResponse(Settings settings, EventQueue events)
    {
        _settings = settings;
        _events = events;
    }

    /// <summary>Whether it holds the limit down, or lets it return; see <see cref="Fault.GridAbnormal"/>.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Whether it lets power return.</summary>
    public bool IsRising { get; private set; }

    /// <summary>The limit, or what it leaves of it.</summary>
    public int Narrow(Snapshot snapshot, int limitWatts)
    {
        long nowMs = snapshot.NowMs;
        int parts = Parts(snapshot.Grid, nowMs);
        bool isWell = IsWell(snapshot.Grid, nowMs);
        if (parts < All && !IsActive)
            Begin(snapshot, limitWatts);
        if (!IsActive)
            return limitWatts;
        long waitMs = _settings.GridReturnSeconds * 1000 + Spread.ShareMs(_settings.Controller, "grid", _settings.GridWindowSeconds);
        IsRising = Condition.HasLasted(ref _wellSince, isWell, nowMs, waitMs);
        int rampWatts = _settings.GridRampSeconds == 0 ? 0 : snapshot.NameplateWatts / _settings.GridRampSeconds + 1;
        int beforeWatts = _ramp.LimitWatts;
        int wantedWatts = IsRising ? snapshot.NameplateWatts : (int)((long)_baseWatts * parts / All);
        _ramp.Step(nowMs, IsRising || wantedWatts < beforeWatts ? wantedWatts : beforeWatts, rampWatts, 0);
        Measure(snapshot, _ramp.LimitWatts < beforeWatts);
        IsActive = !IsRising || _ramp.LimitWatts < snapshot.NameplateWatts;
        IsRising &= IsActive;
        return _ramp.LimitWatts < limitWatts ? _ramp.LimitWatts : limitWatts;
    }

    private void Begin(Snapshot snapshot, int limitWatts)
    {
        IsActive = true;
        _isMeasured = false;
        _awaits = false;
        _wellSince = 0;
        _baseWatts = snapshot.HasWatts && snapshot.Watts < limitWatts ? snapshot.Watts : limitWatts;
        if (_baseWatts < 0)
            _baseWatts = 0;
        _ramp.Begin(snapshot.NowMs, _baseWatts);
    }

    /// <summary>How many parts of the watts the grid leaves now; all while nothing is wrong, or known.</summary>
    private int Parts(GridPicture grid, long nowMs)
    {
        int belowMilliHertz = grid.HasFrequency ? _settings.GridMilliHertz - grid.MilliHertz : 0;
        int tripMilliHertz = _settings.GridTripMilliHertz;
        bool isNone = Condition.HasLasted(
            ref _tripSince, tripMilliHertz > 0 && belowMilliHertz > tripMilliHertz, nowMs, _settings.GridTripSeconds * 1000);
        isNone |= Condition.HasLasted(
            ref _voltageSince, grid.HasVoltage && !IsVoltageWell(grid), nowMs, _settings.GridVoltageSeconds * 1000);
        int spanMilliHertz = _settings.GridSpanMilliHertz;
        int leftMilliHertz = spanMilliHertz + _settings.GridDeadbandMilliHertz - belowMilliHertz;
        if (isNone || (spanMilliHertz > 0 && leftMilliHertz <= 0))
            return 0;
        return leftMilliHertz >= spanMilliHertz || spanMilliHertz == 0 ? All : All * leftMilliHertz / spanMilliHertz;
    }

    /// <summary>Whether frequency and voltage are within their bounds; what nobody has told for long counts as well.</summary>
    private bool IsWell(GridPicture grid, long nowMs)
    {
        if (grid.HasFrequency)
            _frequencyMs = nowMs;
        if (grid.HasVoltage)
            _voltageMs = nowMs;
        bool isFrequencyWell = grid.HasFrequency
            ? _settings.GridMilliHertz - grid.MilliHertz <= _settings.GridDeadbandMilliHertz
            : nowMs - _frequencyMs >= SilentMs;
        return isFrequencyWell && (grid.HasVoltage ? IsVoltageWell(grid) : nowMs - _voltageMs >= SilentMs);
    }

    private bool IsVoltageWell(GridPicture grid)
    {
        int highMillivolts = _settings.GridHighMillivolts;
        return grid.LowMillivolts >= _settings.GridLowMillivolts && (highMillivolts == 0 || grid.HighMillivolts <= highMillivolts);
    }

    /// <summary>Once a response: from the reading that lowered the limit below what was taken to the one that shows it kept.</summary>
    private void Measure(Snapshot snapshot, bool hasFallen)
    {
        int watts = _ramp.LimitWatts;
        bool isKept = snapshot.HasWatts && snapshot.Watts <= watts + Achievement.ToleranceOf(watts);
        if (hasFallen && !isKept && !_awaits && !_isMeasured)
        {
            _awaits = true;
            _loweredAtMs = snapshot.Grid.AtMs;
        }
        if (!_awaits || !isKept || snapshot.WattsAtMs <= _loweredAtMs)
            return;
        _awaits = false;
        _isMeasured = true;
        _events.Add(snapshot.NowMs, EventType.GridAnswered, (int)(snapshot.WattsAtMs - _loweredAtMs), EventQueue.Own);
    }
}
