using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// An Antminer with VNish, over its REST API on port 80.
/// Sources: the firmware's own API description (/docs on the miner; paths, MinerState, SaveConfigResult),
/// UpstreamData/pyasic pyasic/web/vnish.py and pyasic/miners/backends/vnish.py, 256foundation/asic-rs
/// asic-rs-firmwares/vnish (1.3.0).
/// <code>
/// POST /api/v1/unlock {"pw":"admin"}           a token
/// GET  /api/v1/summary                         power_consumption in W, hr_realtime in GH/s, chip_temp.max, miner_state
/// then perf-summary (current_preset.name) and status (restart_required) in turn
/// POST /api/v1/settings {"miner":{"overclock":{"preset":"2500"}}}      then mining/restart where the reply requires it
/// POST /api/v1/mining/stop                     start
/// </code>
/// Power is set by preset; presets are named after their watts, which the settings' <c>levelWatts</c> repeat, and the
/// highest within the limit is taken. A miner without them is all or nothing. A preset in force is not written again, for a
/// restart costs minutes, but one that still waits for its restart is restarted; one that the miner lacks is taken without a word and changes nothing, and is never confirmed. Older
/// firmware has the watts in power_usage, which newer uses for joules per terahash.
/// </summary>
public sealed class Vnish : RestLoad
{
    private const int PowerConsumption = 1;
    private const int PowerUsage = 2;
    private const int HashRate = 3;
    private const int MinerState = 4;
    private const int RestartRequired = 5;
    private const int FirstTemperature = 6;

    private const int Temperatures = 2;

    /// <summary>No Antminer works at less; joules per terahash are fewer.</summary>
    private const int LeastWorkingWatts = 200;

    private const string Fields =
        "current_preset/name,miner/power_consumption,miner/power_usage,miner/hr_realtime,miner_status/miner_state,restart_required;chip_temp/max,pcb_temp/max";

    private const int AskTarget = FirstTurn;
    private const int AskStatus = FirstTurn + 1;

    private bool _waitsForRestart;

    /// <summary>The miner at this host and port, with its password.</summary>
    public Vnish(LoadAbility ability, IDialer dialer, string host, int port, string password)
        : base(ability, dialer, host, port, Fields, "{\"pw\":" + HttpExchange.Quoted(password.Length == 0 ? "admin" : password) + "}")
    {
        Narrow(HasTarget ? ability.LevelWatts[0] : ability.MaxWatts, ability.MaxWatts);
    }

    /// <inheritdoc/>
    protected override string Path(int step)
    {
        return step switch
        {
            AskPower => "summary",
            AskTarget or ReadBack => "perf-summary",
            AskStatus => "status",
            Set => "settings",
            Restart => "mining/restart",
            Wake => "mining/start",
            Sleep => "mining/stop",
            Verb => "POST",
            Login => "unlock",
            Scheme => "Bearer ",
            _ => null,
        };
    }

    /// <inheritdoc/>
    protected override bool HasTarget
    {
        get { return Ability.LevelWatts.Length > 0; }
    }

    /// <inheritdoc/>
    protected override int TargetFor(int limitWatts)
    {
        return HasTarget ? Ability.LevelWatts[LevelFor(limitWatts)] : 0;
    }

    /// <inheritdoc/>
    protected override string Body(int watts)
    {
        return "{\"miner\":{\"overclock\":{\"preset\":\"" + watts.ToString() + "\"}}}";
    }

    /// <inheritdoc/>
    protected override bool NeedsRestart(bool byReply)
    {
        if (byReply)
            _waitsForRestart = Reply.Is(RestartRequired, "true");
        // One that starts may be restarting already.
        return _waitsForRestart && State != LoadState.Sleeping && State != LoadState.Starting;
    }

    /// <inheritdoc/>
    protected override bool Keeps(int limitWatts)
    {
        return !HasTarget || (TargetWatts == TargetFor(limitWatts) && !NeedsRestart(false));
    }

    /// <inheritdoc/>
    protected override bool ReadPower(LoadReading report)
    {
        ReadWorkRate(report, Reply, HashRate);
        ReadTemperatures(report, Reply, FirstTemperature, Temperatures);
        State = Reply.Is(MinerState, "mining") || Reply.Is(MinerState, "auto-tuning") ? LoadState.Running
            : Reply.Is(MinerState, "stopped") ? LoadState.Sleeping
            : Reply.Is(MinerState, "shutting-down") ? LoadState.Draining
            : Reply.Is(MinerState, "failure") ? LoadState.Faulted
            : Reply.Has(MinerState) ? LoadState.Starting : LoadState.Unknown;
        return ReadWatts(report, Reply, PowerConsumption)
            || (ReadWatts(report, Reply, PowerUsage) && (report.Watts >= LeastWorkingWatts || State == LoadState.Sleeping));
    }

    /// <inheritdoc/>
    protected override void Learn(LoadReading report, int step, bool isAnswered)
    {
        if (step == AskTarget)
            LearnTarget(isAnswered);
        else if (isAnswered)
            NeedsRestart(true);
    }
}
