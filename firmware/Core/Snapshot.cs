using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// Everything the tick decides on, read once at its beginning into objects that are used again.
/// <code>
/// rank        power of the controller                                            quality
/// meter       the sum of all meters, when every one is fresh                     metered
/// reports     the sum of the loads' own reports, when there are any, all fresh   reported
/// nameplate   reports where there are any, nothing for what says it is off,
///             nameplate for the rest: never below the truth                      nameplate
/// </code>
/// </summary>
public sealed class Snapshot
{
    /// <summary>Age from which a thermometer's reading no longer counts: four tries of a failing one.</summary>
    public const int ThermometerStaleMs = 30000;

    private readonly Settings _settings;
    private readonly ILoad[] _sources;
    private readonly IMeter[] _meters;
    private readonly IThermometer[] _thermometers;
    private readonly MeterReading _meterReading = new MeterReading();
    private bool _hasBegun;
    private long _bootMs;
    private long _meterAtMs;
    private long _reportAtMs;

    /// <summary>Takes what it reads, in the order of the settings.</summary>
    public Snapshot(Settings settings, ILoad[] loads, IMeter[] meters, IThermometer[] thermometers)
    {
        _settings = settings;
        _sources = loads;
        _meters = meters;
        _thermometers = thermometers;
        Grid = settings.HelpsGrid ? new GridPicture() : null;
        Loads = new LoadPicture[loads.Length];
        for (int i = 0; i < loads.Length; i++)
            Loads[i] = new LoadPicture(settings.LoadList[i]);
    }

    /// <summary>When it was taken.</summary>
    public long NowMs { get; private set; }

    /// <summary>The loads, in the order of the settings.</summary>
    public readonly LoadPicture[] Loads;

    /// <summary>Whether every meter's reading counts; false without meters.</summary>
    public bool HasMeter { get; private set; }

    /// <summary>Power by the meters.</summary>
    public int MeterWatts { get; private set; }

    /// <summary>Whether every load's own report counts.</summary>
    public bool HasReports { get; private set; }

    /// <summary>Power by the loads' own reports.</summary>
    public int ReportedWatts { get; private set; }

    /// <summary>Power of the controller by the best rank there is.</summary>
    public int Watts { get; private set; }

    /// <summary>The rank of <see cref="Watts"/>.</summary>
    public EnergyQuality Quality { get; private set; }

    /// <summary>Whether <see cref="Watts"/> is measured, not estimated.</summary>
    public bool HasWatts
    {
        get { return Quality != EnergyQuality.Nameplate; }
    }

    /// <summary>When the oldest reading in <see cref="Watts"/> was taken; meaningless when it is estimated.</summary>
    public long WattsAtMs
    {
        get { return HasMeter ? _meterAtMs : _reportAtMs; }
    }

    /// <summary>Whether a meter's newest reading is too old; see <see cref="Fault.MeterStale"/>.</summary>
    public bool IsMeterStale { get; private set; }

    /// <summary>The grid, by the meters; null while it is not helped.</summary>
    public readonly GridPicture Grid;

    /// <summary>The sum of all nameplates: what no limit means.</summary>
    public int NameplateWatts { get; private set; }

    /// <summary>Reads every meter, load and thermometer.</summary>
    public void Read(long nowMs)
    {
        if (!_hasBegun)
            _bootMs = nowMs;
        _hasBegun = true;
        NowMs = nowMs;
        ReadMeters();
        ReadLoads();
        ReadThermometers();
        if (HasMeter)
        {
            Watts = MeterWatts;
            Quality = EnergyQuality.Metered;
        }
        else
        {
            Watts = HasReports ? ReportedWatts : EstimatedWatts();
            Quality = HasReports ? EnergyQuality.Reported : EnergyQuality.Nameplate;
        }
    }

    private void ReadMeters()
    {
        int staleMs = _settings.MeterStaleSeconds * 1000;
        HasMeter = _meters.Length > 0;
        IsMeterStale = false;
        MeterWatts = 0;
        _meterAtMs = NowMs;
        Grid?.Clear(NowMs);
        for (int i = 0; i < _meters.Length; i++)
        {
            bool known = _meters[i].TryRead(_meterReading);
            bool plausible = _meterReading.Watts >= Bounds.LowestReadingWatts && _meterReading.Watts <= Bounds.Watts;
            if (known && plausible && NowMs - _meterReading.AtMs <= staleMs)
            {
                MeterWatts += _meterReading.Watts;
                Grid?.Take(_meterReading, _settings.MeterList[i], _settings.GridMilliHertz);
                if (_meterReading.AtMs < _meterAtMs)
                    _meterAtMs = _meterReading.AtMs;
                continue;
            }
            HasMeter = false;
            if (known || NowMs - _bootMs > staleMs)
                IsMeterStale = true;
        }
        HasMeter &= MeterWatts >= Bounds.LowestReadingWatts && MeterWatts <= Bounds.Watts;
    }

    private void ReadLoads()
    {
        int silentMs = _settings.LoadSilentSeconds * 1000;
        HasReports = Loads.Length > 0;
        ReportedWatts = 0;
        NameplateWatts = 0;
        _reportAtMs = NowMs;
        for (int i = 0; i < Loads.Length; i++)
        {
            LoadPicture load = Loads[i];
            load.Take(_sources[i].Ability);
            load.IsKnown = _sources[i].TryRead(load.Reading);
            load.IsFresh = load.IsKnown && NowMs - load.Reading.AtMs <= silentMs;
            load.IsSilent = !load.IsFresh && (load.IsKnown || NowMs - _bootMs > silentMs);
            load.HasWatts = load.IsFresh && load.Reading.HasWatts && load.Reading.Watts >= 0 && load.Reading.Watts <= Bounds.Watts;
            load.Watts = load.HasWatts ? load.Reading.Watts : 0;
            int milliC = load.Reading.TemperatureMilliC;
            load.Cool();
            if (load.IsFresh && load.Reading.HasTemperature && IsPlausible(milliC))
                load.Warm(milliC);
            HasReports &= load.HasWatts;
            ReportedWatts += load.Watts;
            NameplateWatts += load.NameplateWatts;
            if (load.Reading.AtMs < _reportAtMs)
                _reportAtMs = load.Reading.AtMs;
        }
        HasReports &= ReportedWatts <= Bounds.Watts;
    }

    private void ReadThermometers()
    {
        for (int i = 0; i < _thermometers.Length; i++)
        {
            bool isKnown = _thermometers[i].TryRead(out int milliC, out long atMs);
            bool isFresh = isKnown && IsPlausible(milliC) && NowMs - atMs <= ThermometerStaleMs;
            bool isStale = !isFresh && (isKnown || NowMs - _bootMs > ThermometerStaleMs);
            string name = _settings.ThermometerList[i].Load;
            int only = _settings.PositionOf(name);
            for (int j = 0; j < Loads.Length; j++)
            {
                if (name.Length > 0 && j != only)
                    continue;
                Loads[j].IsThermometerStale |= isStale;
                if (isFresh)
                    Loads[j].Warm(milliC);
            }
        }
    }

    private static bool IsPlausible(int milliC)
    {
        return milliC >= Bounds.LowestMilliC && milliC <= Bounds.HighestMilliC;
    }

    private int EstimatedWatts()
    {
        int watts = 0;
        for (int i = 0; i < Loads.Length; i++)
        {
            LoadPicture load = Loads[i];
            if (load.HasWatts)
                watts += load.Watts;
            else if (!load.IsFresh || load.Reading.State != LoadState.Off)
                watts += load.NameplateWatts;
        }
        return watts;
    }
}
