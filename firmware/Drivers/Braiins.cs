using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// A miner with Braiins OS, over its REST API on port 80.
/// Sources: developer.braiins-os.com/latest/openapi.html, braiins/bos-plus-api proto/bos/v1 (authentication, performance,
/// miner, actions, constraints) and CHANGELOG.md.
/// <code>
/// POST /api/v1/auth/login {"username":"root","password":""}      a token, gone after an idle hour
/// GET  /api/v1/miner/stats            power_stats.approximated_consumption, miner_stats.real_hashrate
/// then one of                         miner/details (status), performance/mode (target),
///                                     configuration/constraints (least and most), miner/hw/hashboards (temperatures)
/// PUT  /api/v1/performance/power-target {"watt":2500}            409 not in this state, 412 outside the constraints
/// PUT  /api/v1/actions/pause          resume, or start when its program is stopped
/// </code>
/// Every order is read back before it is written again; a target that is in force is not written twice. One that is paused
/// gets its target before it is resumed, so that it never wakes above its limit. A refused token is renewed once an order.
/// Interpretation: the token goes into the header as it is, as those who use the API do; the maker's text leaves it open.
/// </summary>
public sealed class Braiins : LoadDriver
{
    private const int Watts = 0;
    private const int HashRate = 1;
    private const int Status = 2;
    private const int Target = 3;
    private const int Least = 4;
    private const int Most = 5;
    private const int FirstTemperature = 6;

    private const int Temperatures = 2;

    private const string Fields =
        "approximated_consumption/watt,real_hashrate/last_5s/gigahash_per_second,status,power_target/watt"
        + ",tuner_constraints/power_target/min/watt,tuner_constraints/power_target/max/watt"
        + ";temperature/degree_c,board_temp/degree_c";

    // MinerStatus of bos/v1/miner.proto.
    private const int NotStarted = 1;
    private const int Normal = 2;
    private const int Paused = 3;
    private const int Restricted = 5;
    private const int NotKnown = 0;

    private const int AskDetails = 0;
    private const int AskMode = 1;
    private const int AskConstraints = 2;
    private const int Questions = 4;

    /// <summary>A target this near below the order is what the miner made of it.</summary>
    private const int KeptPercent = 95;

    private enum Stage
    {
        ReadBack,
        Target,
        Wake,
        Pause,
    }

    private readonly HttpExchange _exchange;
    private readonly FieldScanner _reply = new FieldScanner(Fields);
    private readonly string _login;
    private Stage _stage;
    private bool _hasRenewed;
    private bool _asksStats;
    private int _question;
    private long _status;
    private long _targetWatts;

    /// <summary>The miner at this host and port, with its login.</summary>
    public Braiins(LoadAbility ability, IDialer dialer, string host, int port, string user, string password)
        : base(ability)
    {
        _exchange = new HttpExchange(dialer, host, port, "/api/v1/");
        _login = "{\"username\":" + HttpExchange.Quoted(user.Length == 0 ? "root" : user) + ",\"password\":" + HttpExchange.Quoted(password) + "}";
    }

    private bool IsAsleep
    {
        get { return _status == Paused || _status == NotStarted; }
    }

    /// <inheritdoc/>
    protected override Outcome Send(int limitWatts, bool begins, long nowMs)
    {
        if (begins)
        {
            _hasRenewed = false;
            _stage = limitWatts == 0 ? Stage.Pause : Stage.ReadBack;
        }
        if (!_exchange.IsLoggedIn)
            return LogIn();
        switch (_stage)
        {
            case Stage.ReadBack:
                if (!_exchange.TryAsk("GET", "performance/mode", null, _reply))
                    return Refused();
                LearnTarget();
                _stage = _targetWatts == limitWatts ? Stage.Wake : Stage.Target;
                return Outcome.Continues;
            case Stage.Target:
                if (!_exchange.TryAsk("PUT", "performance/power-target", "{\"watt\":" + limitWatts.ToString() + "}", _reply))
                    return Refused();
                _stage = Stage.Wake;
                return Outcome.Continues;
            case Stage.Wake:
                return IsAsleep || _status == NotKnown ? Act(_status == NotStarted ? "actions/start" : "actions/resume") : Done();
            default:
                return Act("actions/pause");
        }
    }

    /// <inheritdoc/>
    protected override Outcome Poll(LoadReading report, bool begins, long nowMs)
    {
        if (begins)
        {
            _hasRenewed = false;
            _asksStats = true;
        }
        if (!_exchange.IsLoggedIn)
            return LogIn();
        if (_asksStats)
        {
            if (!_exchange.TryAsk("GET", "miner/stats", null, _reply))
                return Refused();
            if (!ReadWatts(report, _reply, Watts))
                return Outcome.Silent;
            ReadWorkRate(report, _reply, HashRate);
            _asksStats = false;
            return Outcome.Continues;
        }
        report.HasTemperature = Last.HasTemperature;
        report.TemperatureMilliC = Last.TemperatureMilliC;
        Learn(report, _exchange.TryAsk("GET", Question(), null, _reply));
        _question = (_question + 1) % Questions;
        report.IsFaulty = _status == Restricted;
        report.State = _status == NotKnown ? LoadState.Unknown
            : IsAsleep ? LoadState.Sleeping
            : _status == Normal && report.HasWorkRate && report.WorkRate > 0 ? LoadState.Running
            : report.IsFaulty ? LoadState.Faulted : LoadState.Starting;
        return Outcome.Complete;
    }

    /// <inheritdoc/>
    protected override bool Obeys(int limitWatts)
    {
        if (limitWatts == 0 || _status == NotKnown)
            return limitWatts == 0 && IsAsleep;
        return !IsAsleep && _targetWatts <= limitWatts && _targetWatts * 100 >= limitWatts * (long)KeptPercent;
    }

    private Outcome LogIn()
    {
        return _exchange.TryLogin("auth/login", _login, "") ? Outcome.Continues : Outcome.Silent;
    }

    private Outcome Act(string path)
    {
        return _exchange.TryAsk("PUT", path, null, _reply) ? Done() : Refused();
    }

    /// <summary>What the miner said before the order no longer tells whether it obeys.</summary>
    private Outcome Done()
    {
        _status = NotKnown;
        _targetWatts = 0;
        _question = AskDetails;
        return Outcome.Complete;
    }

    private Outcome Refused()
    {
        if (_exchange.IsLoggedIn || _hasRenewed)
            return Outcome.Silent;
        _hasRenewed = true;
        return Outcome.Continues;
    }

    /// <summary>What is asked beside power, one a poll: what confirms an order comes first.</summary>
    private string Question()
    {
        return _question switch
        {
            AskDetails => "miner/details",
            AskMode => "performance/mode",
            AskConstraints => "configuration/constraints",
            _ => "miner/hw/hashboards",
        };
    }

    /// <summary>Takes what the question of this turn brought; without an answer, what it brought before no longer counts.</summary>
    private void Learn(LoadReading report, bool isAnswered)
    {
        switch (_question)
        {
            case AskDetails:
                _status = isAnswered && _reply.TryWhole(Status, Restricted, out long status) ? status : NotKnown;
                break;
            case AskMode:
                LearnTarget();
                break;
            case AskConstraints:
                if (isAnswered && _reply.TryWhole(Least, Bounds.Watts, out long least) && _reply.TryWhole(Most, Bounds.Watts, out long most))
                    Narrow((int)least, (int)most);
                break;
            default:
                report.HasTemperature = false;
                for (int i = 0; isAnswered && i < Temperatures; i++)
                {
                    if (_reply.TryMilli(FirstTemperature + i, out long milliC))
                        Warm(report, milliC);
                }
                break;
        }
    }

    private void LearnTarget()
    {
        _reply.TryWhole(Target, Bounds.Watts, out _targetWatts);
    }
}
