using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// A small miner with AxeOS (ESP-Miner firmware), over its HTTP API; its power follows the frequency of its chips.
/// Sources: bitaxeorg/ESP-Miner, main/http_server/openapi.yaml, http_server.c, system_api_json.c and asic_settings.c,
/// main/tasks/power_management_task.c; shufps/ESP-Miner-NerdQAxePlus, main/http_server/handler_system.cpp (shutdown).
/// <code>
/// GET   /api/system/info                       power in W, temp in °C, hashRate in GH/s, frequency in MHz, …
/// GET   /api/system/asic                       once: frequencyOptions in MHz
/// PATCH /api/system       {"frequency":490}    takes effect at once; is written to the miner's flash
/// POST  /api/system/pause                      stops mining until resume or restart
/// POST  /api/system/resume
/// POST  /api/system/shutdown, restart          in their place on a NerdQAxe, which tells "shutdown" and not "miningPaused"
/// </code>
/// Watts are closed on the reported power: lowering takes a fifth of the power for constant (fan, regulator) and so
/// lands below the limit; raising takes none and so stays below it too, comes nearer with each step, and waits for
/// steady power. Inside the band nothing is written, because flash wears. The core voltage is the owner's and stays.
/// A paused miner gets its frequency before it is resumed, so that it never wakes above its limit. It is never driven above
/// the highest frequency it offers; one that offers none, not above what its owner has set. Older firmware that can do neither
/// rests at its lowest frequency.
/// </summary>
public sealed class AxeOs : LoadDriver
{
    private const int Power = 0;
    private const int HashRate = 1;
    private const int FirstTemperature = 2;
    private const int Frequency = 4;
    private const int MaxPower = 5;
    private const int MiningPaused = 6;
    private const int Shutdown = 7;
    private const int OverheatMode = 8;
    private const int PowerFault = 9;
    private const int HardwareFault = 10;
    private const int FrequencyOptions = 11;

    private const int Temperatures = 2;

    private const string Fields =
        "power,hashRate,temp,temp2,frequency,maxPower,miningPaused,shutdown,overheat_mode,power_fault,hardware_fault;frequencyOptions";

    /// <summary>Where the firmware itself begins to wind up its chips.</summary>
    private const int LowestMegahertz = 50;

    /// <summary>Part of the power taken for constant when lowering.</summary>
    private const int ConstantPercent = 20;

    /// <summary>Raising aims here, below the limit by more than the noise of the reading.</summary>
    private const int AimPercent = 97;

    /// <summary>Below this part of the limit there is room to raise.</summary>
    private const int RoomPercent = 90;

    /// <summary>Two readings no further apart than this are steady.</summary>
    private const int SteadyPercent = 5;

    private readonly HttpExchange _exchange;
    private bool _pauses = true;
    private bool _shutsDown;
    private bool _isKnown;
    private bool _knowsOptions;
    private bool _hasHistory;
    private bool _isPaused;
    private bool _isHashing;
    private bool _isSteady;
    private long _milliwatts;
    private int _megahertz;
    private int _highestMegahertz;
    private int _aimedAtWatts;

    /// <summary>The miner at this host and port.</summary>
    public AxeOs(LoadAbility ability, IDialer dialer, string host, int port)
        : base(ability, new FieldScanner(Fields))
    {
        _exchange = new HttpExchange(dialer, host, port);
    }

    /// <inheritdoc/>
    protected override Outcome Send(int limitWatts, bool begins, long nowMs)
    {
        if (limitWatts == 0 && (_pauses || _shutsDown))
            return Ask("POST", _pauses ? "/api/system/pause" : "/api/system/shutdown", null);
        // A frequency cannot be chosen for a miner that has not been heard.
        if (!_isKnown)
            return Outcome.Silent;
        int megahertz = MegahertzFor(limitWatts);
        if (megahertz == _megahertz)
            return _isPaused ? Ask("POST", _pauses ? "/api/system/resume" : "/api/system/restart", null) : Outcome.Complete;
        Outcome outcome = Ask("PATCH", "/api/system", "{\"frequency\":" + megahertz.ToString() + "}");
        if (outcome == Outcome.Silent)
            return outcome;
        _megahertz = megahertz;
        _aimedAtWatts = limitWatts;
        _isSteady = false;
        return _isPaused ? Outcome.Continues : Outcome.Complete;
    }

    /// <inheritdoc/>
    protected override Outcome Poll(LoadReading report, bool begins, long nowMs)
    {
        if (!begins)
            return AskOptions();
        if (!_exchange.TryAsk("GET", "/api/system/info", null, Reply))
            return Outcome.Silent;
        if (!ReadWatts(report, Reply, Power) || !Reply.TryWhole(Frequency, ushort.MaxValue, out long megahertz))
            return Outcome.Silent;
        ReadWorkRate(report, Reply, HashRate);
        ReadTemperatures(report, Reply, FirstTemperature, Temperatures);
        Learn(report, (int)megahertz);
        report.IsFaulty = Reply.Has(PowerFault) || Reply.Has(HardwareFault)
            || (Reply.TryWhole(OverheatMode, 1, out long overheated) && overheated != 0);
        report.State = report.IsFaulty ? LoadState.Faulted
            : _isPaused ? LoadState.Sleeping
            : _isHashing ? LoadState.Running : LoadState.Starting;
        if (Reply.TryWhole(MaxPower, Bounds.Watts, out long most))
            Narrow(0, (int)most);
        return _knowsOptions ? Outcome.Complete : Outcome.Continues;
    }

    /// <inheritdoc/>
    protected override bool Obeys(int limitWatts)
    {
        if (limitWatts == 0)
            return _isPaused || (!_pauses && !_shutsDown && _megahertz <= LowestMegahertz);
        bool obeys = !_isPaused && _milliwatts <= limitWatts * 1000L && MegahertzFor(limitWatts) == _megahertz;
        // Known to fit: it is kept through noise and restarts.
        if (obeys && _isSteady)
            _aimedAtWatts = limitWatts;
        return obeys;
    }

    private Outcome Ask(string method, string path, string body)
    {
        return _exchange.TryAsk(method, path, body, Reply) ? Outcome.Complete : Outcome.Silent;
    }

    private void Learn(LoadReading report, int megahertz)
    {
        Reply.TryMilli(Power, out long milliwatts);
        long change = milliwatts > _milliwatts ? milliwatts - _milliwatts : _milliwatts - milliwatts;
        bool wasHashing = _isHashing;
        _isHashing = report.HasWorkRate && report.WorkRate > 0;
        _isSteady = wasHashing && _isHashing && change * 100 <= milliwatts * SteadyPercent;
        _pauses = Reply.Has(MiningPaused);
        _shutsDown = Reply.Has(Shutdown);
        _isPaused = Reply.Is(_pauses ? MiningPaused : Shutdown, "true");
        _milliwatts = milliwatts;
        _megahertz = megahertz;
        _hasHistory = _isKnown;
        _isKnown = true;
        if (!_knowsOptions)
            _highestMegahertz = megahertz;
    }

    /// <summary>Learns the highest frequency it offers. Without an answer it is asked again, and is not driven higher till then.</summary>
    private Outcome AskOptions()
    {
        bool isAnswered = _exchange.TryAsk("GET", "/api/system/asic", null, Reply);
        if (isAnswered && Reply.TryWhole(FrequencyOptions, ushort.MaxValue, out long highest))
            _highestMegahertz = (int)highest;
        _knowsOptions = isAnswered || (_exchange.Status >= 300 && _exchange.Status < 500);
        return Outcome.Complete;
    }

    /// <summary>The frequency for a limit, by what has been measured; the present one when that will do.</summary>
    private int MegahertzFor(int limitWatts)
    {
        long limit = limitWatts * 1000L;
        if (!_isPaused && _milliwatts > limit)
        {
            long constant = _milliwatts * ConstantPercent / 100;
            long lower = limit > constant ? _megahertz * (limit - constant) / (_milliwatts - constant) : 0;
            return Within(lower < _megahertz ? lower : _megahertz - 1);
        }
        if (!_isPaused && _isSteady)
        {
            if (_milliwatts * 100 >= limit * RoomPercent)
                return _megahertz;
            return Within(_megahertz * limit * AimPercent / (_milliwatts * 100));
        }
        // It sleeps or is on its way: what it will take is not known, only what it was set to. The next reading of one
        // that works may tell.
        if (_aimedAtWatts == limitWatts || (_isHashing && !_hasHistory))
            return _megahertz;
        long most = Ability.MaxWatts * 1000L;
        long share = most * ConstantPercent / 100;
        long guess = limit > share ? _highestMegahertz * (limit - share) / (most - share) : 0;
        return Within(_isPaused || guess < _megahertz ? guess : _megahertz);
    }

    private int Within(long megahertz)
    {
        return megahertz < LowestMegahertz ? LowestMegahertz
            : megahertz > _highestMegahertz ? _highestMegahertz : (int)megahertz;
    }
}
