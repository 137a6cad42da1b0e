using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// An Antminer with VNish, over its REST API on port 80.
/// Sources: the firmware's own API description (/docs on the miner; paths, MinerState, SaveConfigResult),
/// UpstreamData/pyasic pyasic/web/vnish.py and pyasic/miners/backends/vnish.py.
/// <code>
/// POST /api/v1/unlock {"pw":"admin"}           a token
/// GET  /api/v1/summary                         power_consumption in W, hr_realtime in GH/s, chip_temp.max, miner_state
/// GET  /api/v1/perf-summary                    current_preset.name
/// POST /api/v1/settings {"miner":{"overclock":{"preset":"2500"}}}      then mining/restart where the reply requires it
/// POST /api/v1/mining/stop                     start
/// </code>
/// Power is set by preset; presets are named after their watts, which the settings' <c>levelWatts</c> repeat, and the
/// highest within the limit is taken. A miner without them is all or nothing. One that is stopped gets its preset before it
/// is started, so that it never wakes above its limit. A preset that is in force is not written again, for a restart costs
/// minutes. Older firmware has the watts in power_usage, which newer uses for joules per terahash.
/// </summary>
public sealed class Vnish : LoadDriver
{
    private const int PowerConsumption = 0;
    private const int PowerUsage = 1;
    private const int HashRate = 2;
    private const int State = 3;
    private const int Preset = 4;
    private const int RestartRequired = 5;
    private const int FirstTemperature = 6;

    private const int Temperatures = 2;

    private const string Fields =
        "miner/power_consumption,miner/power_usage,miner/hr_realtime,miner_status/miner_state,current_preset/name,restart_required;chip_temp/max,pcb_temp/max";

    private enum Stage
    {
        ReadBack,
        Preset,
        Restart,
        Wake,
        Stop,
    }

    private readonly HttpExchange _exchange;
    private readonly FieldScanner _reply = new FieldScanner(Fields);
    private readonly string _login;
    private Stage _stage;
    private bool _hasRenewed;
    private bool _asksSummary;
    private LoadState _state = LoadState.Unknown;
    private int _presetWatts;

    /// <summary>The miner at this host and port, with its password.</summary>
    public Vnish(LoadAbility ability, IDialer dialer, string host, int port, string password)
        : base(ability)
    {
        _exchange = new HttpExchange(dialer, host, port, "/api/v1/");
        _login = "{\"pw\":" + HttpExchange.Quoted(password.Length == 0 ? "admin" : password) + "}";
        Narrow(ability.LevelWatts.Length == 0 ? ability.MaxWatts : ability.LevelWatts[0], ability.MaxWatts);
    }

    /// <inheritdoc/>
    protected override Outcome Send(int limitWatts, bool begins, long nowMs)
    {
        if (begins)
        {
            _hasRenewed = false;
            _stage = limitWatts == 0 ? Stage.Stop : Ability.LevelWatts.Length == 0 ? Stage.Wake : Stage.ReadBack;
        }
        if (!_exchange.IsLoggedIn)
            return LogIn();
        switch (_stage)
        {
            case Stage.ReadBack:
                if (!TryLearnPreset())
                    return Refused();
                _stage = _presetWatts == PresetFor(limitWatts) ? Stage.Wake : Stage.Preset;
                return Outcome.Continues;
            case Stage.Preset:
                if (!_exchange.TryAsk("POST", "settings", "{\"miner\":{\"overclock\":{\"preset\":\"" + PresetFor(limitWatts).ToString() + "\"}}}", _reply))
                    return Refused();
                _presetWatts = 0;
                _stage = _reply.Is(RestartRequired, "true") && _state != LoadState.Sleeping ? Stage.Restart : Stage.Wake;
                return Outcome.Continues;
            case Stage.Restart:
                return Act("mining/restart");
            case Stage.Wake:
                return _state == LoadState.Sleeping || _state == LoadState.Draining || _state == LoadState.Faulted ? Act("mining/start") : Outcome.Complete;
            default:
                return Act("mining/stop");
        }
    }

    /// <inheritdoc/>
    protected override Outcome Poll(LoadReading report, bool begins, long nowMs)
    {
        if (begins)
        {
            _hasRenewed = false;
            _asksSummary = true;
        }
        if (!_exchange.IsLoggedIn)
            return LogIn();
        if (_asksSummary)
        {
            if (!_exchange.TryAsk("GET", "summary", null, _reply))
                return Refused();
            if (!ReadWatts(report, _reply, PowerConsumption) && !ReadWatts(report, _reply, PowerUsage))
                return Outcome.Silent;
            ReadWorkRate(report, _reply, HashRate);
            for (int i = 0; i < Temperatures; i++)
            {
                if (_reply.TryMilli(FirstTemperature + i, out long milliC))
                    Warm(report, milliC);
            }
            _state = StateOfReply();
            _asksSummary = false;
            report.State = _state;
            report.IsFaulty = _state == LoadState.Faulted;
            return Ability.LevelWatts.Length == 0 ? Outcome.Complete : Outcome.Continues;
        }
        TryLearnPreset();
        return Outcome.Complete;
    }

    /// <inheritdoc/>
    protected override bool Obeys(int limitWatts)
    {
        if (limitWatts == 0)
            return _state == LoadState.Sleeping;
        bool works = _state == LoadState.Running || _state == LoadState.Starting;
        return works && (Ability.LevelWatts.Length == 0 || _presetWatts == PresetFor(limitWatts));
    }

    private Outcome LogIn()
    {
        return _exchange.TryLogin("unlock", _login, "Bearer ") ? Outcome.Continues : Outcome.Silent;
    }

    private Outcome Act(string path)
    {
        if (!_exchange.TryAsk("POST", path, null, _reply))
            return Refused();
        // What it did before the order no longer tells whether it obeys.
        _state = LoadState.Unknown;
        return Outcome.Complete;
    }

    private Outcome Refused()
    {
        if (_exchange.IsLoggedIn || _hasRenewed)
            return Outcome.Silent;
        _hasRenewed = true;
        return Outcome.Continues;
    }

    /// <summary>Learns the preset in force; one that is not named after its watts is none.</summary>
    private bool TryLearnPreset()
    {
        bool isAnswered = _exchange.TryAsk("GET", "perf-summary", null, _reply);
        _presetWatts = isAnswered && _reply.TryWhole(Preset, Bounds.Watts, out long watts) ? (int)watts : 0;
        return isAnswered;
    }

    private LoadState StateOfReply()
    {
        return _reply.Is(State, "mining") || _reply.Is(State, "auto-tuning") ? LoadState.Running
            : _reply.Is(State, "stopped") ? LoadState.Sleeping
            : _reply.Is(State, "shutting-down") ? LoadState.Draining
            : _reply.Is(State, "failure") ? LoadState.Faulted
            : _reply.Has(State) ? LoadState.Starting : LoadState.Unknown;
    }

    private int PresetFor(int limitWatts)
    {
        int[] levels = Ability.LevelWatts;
        int watts = levels[0];
        for (int i = 1; i < levels.Length; i++)
        {
            if (levels[i] <= limitWatts)
                watts = levels[i];
        }
        return watts;
    }
}
