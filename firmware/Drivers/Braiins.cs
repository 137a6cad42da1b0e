using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// A miner with Braiins OS, over its REST API on port 80.
/// Sources: developer.braiins-os.com/latest/openapi.html; braiins/bos-plus-api proto/bos/v1 (authentication, performance,
/// miner, actions, constraints), CHANGELOG.md; replies of live miners on 25.07 to 26.04 in 256foundation/asic-rs
/// asic-rs-firmwares/braiins, which also sends the token without a scheme.
/// <code>
/// POST /api/v1/auth/login {"username":"root","password":""}      a token, gone after an idle hour
/// GET  /api/v1/miner/stats            power_stats.approximated_consumption, miner_stats.real_hashrate
/// then one of                         miner/details (status), performance/mode (target),
///                                     configuration/constraints (least and most), miner/hw/hashboards (temperatures)
/// PUT  /api/v1/performance/power-target {"watt":2500}
///        409 not in this state or mode    412 outside the constraints, which are read again    501 it takes no targets
/// PUT  /api/v1/actions/pause          resume, or start when its program is stopped
/// </code>
/// </summary>
public sealed class Braiins : RestLoad
{
    private const int Watts = 1;
    private const int HashRate = 2;
    private const int Status = 3;
    private const int Least = 4;
    private const int Most = 5;
    private const int FirstTemperature = 6;

    private const int Temperatures = 2;

    private const string Fields =
        "power_target/watt,approximated_consumption/watt,real_hashrate/last_5s/gigahash_per_second,status"
        + ",tuner_constraints/power_target/min/watt,tuner_constraints/power_target/max/watt"
        + ";temperature/degree_c,board_temp/degree_c";

    // MinerStatus of bos/v1/miner.proto.
    private const int NotStarted = 1;
    private const int Normal = 2;
    private const int Paused = 3;
    private const int Restricted = 5;

    private const int AskState = FirstTurn;
    private const int AskTarget = FirstTurn + 1;
    private const int AskConstraints = FirstTurn + 2;
    private const int AskHashboards = FirstTurn + 3;

    private const int OutsideConstraints = 412;
    private const int Unsupported = 501;

    private bool _hasTarget = true;
    private bool _isStopped;

    /// <summary>The miner at this host and port, with its login.</summary>
    public Braiins(LoadAbility ability, IDialer dialer, string host, int port, string user, string password)
        : base(ability, dialer, host, port, Fields, "{\"username\":" + HttpExchange.Quoted(user.Length == 0 ? "root" : user) + ",\"password\":" + HttpExchange.Quoted(password) + "}")
    {
    }

    /// <inheritdoc/>
    protected override string Path(int step)
    {
        return step switch
        {
            AskPower => "miner/stats",
            AskState => "miner/details",
            AskTarget or ReadBack => "performance/mode",
            AskConstraints => "configuration/constraints",
            AskHashboards => "miner/hw/hashboards",
            Set => "performance/power-target",
            Wake => _isStopped ? "actions/start" : "actions/resume",
            Sleep => "actions/pause",
            Verb => "PUT",
            Login => "auth/login",
            Scheme => "",
            _ => null,
        };
    }

    /// <inheritdoc/>
    protected override bool HasTarget
    {
        get { return _hasTarget; }
    }

    /// <inheritdoc/>
    protected override int TargetFor(int limitWatts)
    {
        return limitWatts;
    }

    /// <inheritdoc/>
    protected override string Body(int watts)
    {
        return "{\"watt\":" + watts.ToString() + "}";
    }

    /// <inheritdoc/>
    protected override void Objected(int status)
    {
        if (status == OutsideConstraints)
            Turn = AskConstraints;
        if (status != Unsupported)
            return;
        _hasTarget = false;
        Narrow(Ability.MaxWatts, Ability.MaxWatts);
    }

    /// <inheritdoc/>
    protected override bool Keeps(int limitWatts)
    {
        return !_hasTarget || base.Keeps(limitWatts);
    }

    /// <inheritdoc/>
    protected override bool ReadPower(LoadReading report)
    {
        ReadWorkRate(report, Reply, HashRate);
        // One that rests may tell no power.
        return ReadWatts(report, Reply, Watts) || report.HasWorkRate;
    }

    /// <inheritdoc/>
    protected override void Learn(LoadReading report, int step, bool isAnswered)
    {
        switch (step)
        {
            case AskState:
                bool isKnown = Reply.TryWhole(Status, Restricted, out long status) && status != 0 && isAnswered;
                _isStopped = status == NotStarted;
                State = !isKnown ? LoadState.Unknown
                    : status == Restricted ? LoadState.Faulted
                    : _isStopped || status == Paused ? LoadState.Sleeping
                    : status == Normal ? LoadState.Running : LoadState.Starting;
                break;
            case AskTarget:
                LearnTarget(isAnswered);
                break;
            case AskConstraints:
                if (isAnswered && Reply.TryWhole(Least, Bounds.Watts, out long least) && Reply.TryWhole(Most, Bounds.Watts, out long most))
                    Narrow((int)least, (int)most);
                break;
            default:
                ReadTemperatures(report, Reply, FirstTemperature, isAnswered ? Temperatures : 0);
                break;
        }
    }
}
