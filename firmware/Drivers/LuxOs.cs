using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// An Antminer with LuxOS, over its cgminer-style API on TCP 4028: one JSON command a connection.
/// Sources: docs.luxor.tech firmware API (sessions, logon, curtail, temps), UpstreamData/pyasic pyasic/rpc/luxminer.py; the
/// power targets in config and limits, and the newer names in temps, as published of live miners (bitcap-ipr, S21 Pro).
/// <code>
/// poll     power, then one of config, limits, summary, temps in turn
/// order    logon ─► powertargetset ─► logoff              a limit, awake
///          logon ─► powertargetset ─► curtail wakeup ─► logoff    asleep: the target first, so that it never wakes above it
///          logon ─► curtail sleep ─► logoff               zero
/// </code>
/// Every arrow is an exchange of its own, one a step. Sessions are exclusive and end after an idle minute; who meets a
/// busy one waits, but for lowering power it ends the other's session at the third refusal, since sessions coordinate
/// and do not protect. Sleep persists over a reboot; the fast wakeup wears the chips and is never used.
/// Interpretation: IdealPowerTarget is the target that was set, ActualPowerTarget where tuning has come to. The codes of
/// refusals are not published, so all but the documented successes count as refusals.
/// </summary>
public sealed class LuxOs : LoadDriver
{
    private const int Status = 0;
    private const int Code = 1;
    private const int SessionId = 2;
    private const int Watts = 3;
    private const int CurtailMode = 4;
    private const int PowerTargetMin = 5;
    private const int PowerTargetMax = 6;
    private const int PowerTarget = 7;
    private const int HashRate = 8;
    private const int FirstTemperature = 9;

    private const int Temperatures = 8;

    private const string Fields =
        "STATUS,Code,SessionID,Watts,CurtailMode,PowerTargetMin,PowerTargetMax,IdealPowerTarget,GHS 5s"
        + ";TopLeft,TopRight,BottomLeft,BottomRight,BoardTopLeft,BoardTopRight,BoardMiddleLeft,BoardBottomLeft";

    /// <summary>Longest name and value; the miner's numbers are shorter.</summary>
    private const int FieldBytes = 19;

    private const int LogonCode = 316;
    private const int CurtailCode = 335;
    private const int AnyCode = 0;

    private const string AskPower = "{\"command\":\"power\"}";

    private const int AskConfig = 0;
    private const int AskLimits = 1;
    private const int AskSummary = 2;
    private const int Questions = 4;

    /// <summary>A busy session is waited for so often before an order to lower power ends it.</summary>
    private const int Patience = 2;

    /// <summary>A target this near below the order is what the miner made of it.</summary>
    private const int KeptPercent = 95;

    private enum Stage
    {
        Logon,
        Target,
        Curtail,
        Logoff,
    }

    private readonly LineExchange _exchange;
    private readonly FieldScanner _reply = new FieldScanner(Fields, FieldBytes);
    private Stage _stage;
    private string _session = "";
    private int _busyCount;
    private bool _isRefused;
    private bool _asksPower;
    private int _question;
    private int _watts;
    private bool _knowsSleep;
    private bool _isAsleep;
    private bool _knowsTarget;
    private int _targetWatts;

    /// <summary>The miner at this host and port.</summary>
    public LuxOs(LoadAbility ability, IDialer dialer, string host, int port)
        : base(ability)
    {
        _exchange = LineExchange.Cgminer(dialer, host, port);
    }

    /// <inheritdoc/>
    protected override Outcome Send(int limitWatts, bool begins, long nowMs)
    {
        if (begins)
        {
            _stage = Stage.Logon;
            _isRefused = false;
        }
        switch (_stage)
        {
            case Stage.Logon:
                _stage = limitWatts == 0 ? Stage.Curtail : Stage.Target;
                return Logon(limitWatts);
            case Stage.Target:
                _stage = _isAsleep || !_knowsSleep ? Stage.Curtail : Stage.Logoff;
                return Command("powertargetset", "power=" + limitWatts.ToString(), AnyCode);
            case Stage.Curtail:
                _stage = Stage.Logoff;
                return Command("curtail", limitWatts == 0 ? "sleep" : "wakeup", CurtailCode);
            default:
                return Logoff();
        }
    }

    /// <inheritdoc/>
    protected override Outcome Poll(LoadReading report, bool begins, long nowMs)
    {
        if (begins)
            _asksPower = true;
        if (_asksPower)
        {
            if (!TryAsk(AskPower, AnyCode) || !ReadWatts(report, _reply, Watts))
                return Outcome.Silent;
            _watts = report.Watts;
            _asksPower = false;
            return Outcome.Continues;
        }
        report.HasWorkRate = Last.HasWorkRate;
        report.WorkRate = Last.WorkRate;
        report.HasTemperature = Last.HasTemperature;
        report.TemperatureMilliC = Last.TemperatureMilliC;
        Learn(report, TryAsk(Question(), AnyCode));
        _question = (_question + 1) % Questions;
        report.State = !_knowsSleep ? LoadState.Unknown
            : _isAsleep ? LoadState.Sleeping
            : report.HasWorkRate && report.WorkRate == 0 ? LoadState.Starting : LoadState.Running;
        return Outcome.Complete;
    }

    /// <inheritdoc/>
    protected override bool Obeys(int limitWatts)
    {
        if (limitWatts == 0)
            return _knowsSleep && _isAsleep;
        return _knowsSleep && !_isAsleep && _knowsTarget && _targetWatts <= limitWatts
            && _targetWatts * 100L >= limitWatts * (long)KeptPercent;
    }

    private Outcome Logon(int limitWatts)
    {
        bool lowers = limitWatts < _watts;
        if (lowers && _busyCount > Patience)
        {
            _busyCount = 0;
            _stage = Stage.Logon;
            return TryAsk("{\"command\":\"kill\"}", AnyCode) ? Outcome.Continues : Outcome.Silent;
        }
        if (TryAsk("{\"command\":\"logon\"}", LogonCode) && IsSession())
        {
            _busyCount = 0;
            _session = _reply.Text(SessionId);
            return Outcome.Continues;
        }
        if (_reply.Has(Status))
            _busyCount++;
        return Outcome.Silent;
    }

    private Outcome Command(string command, string argument, int code)
    {
        if (TryAsk(Request(command, argument), code))
            return Outcome.Continues;
        if (!_reply.Has(Status))
            return Outcome.Silent;
        _isRefused = true;
        _stage = Stage.Logoff;
        return Outcome.Continues;
    }

    private Outcome Logoff()
    {
        TryAsk(Request("logoff", null), AnyCode);
        if (_isRefused)
            return Outcome.Silent;
        // What the miner said before no longer tells whether it obeys.
        _knowsSleep = false;
        _knowsTarget = false;
        _question = AskConfig;
        return Outcome.Complete;
    }

    private string Request(string command, string argument)
    {
        return "{\"command\":\"" + command + "\",\"parameter\":\"" + _session + (argument == null ? "" : "," + argument) + "\"}";
    }

    private bool TryAsk(string request, int code)
    {
        return _exchange.TryAsk(request, _reply) && _reply.Is(Status, "S")
            && (code == AnyCode || (_reply.TryWhole(Code, int.MaxValue, out long given) && given == code));
    }

    /// <summary>Whether there is a session id that can stand in a request: letters and digits.</summary>
    private bool IsSession()
    {
        string id = _reply.Text(SessionId);
        for (int i = 0; i < id.Length; i++)
        {
            char c = id[i];
            if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')))
                return false;
        }
        return id.Length > 0;
    }

    /// <summary>What is asked beside power, one a poll: what confirms an order comes first.</summary>
    private string Question()
    {
        return _question switch
        {
            AskConfig => "{\"command\":\"config\"}",
            AskLimits => "{\"command\":\"limits\"}",
            AskSummary => "{\"command\":\"summary\"}",
            _ => "{\"command\":\"temps\"}",
        };
    }

    /// <summary>Takes what the question of this turn brought; without an answer, what it brought before no longer counts.</summary>
    private void Learn(LoadReading report, bool isAnswered)
    {
        switch (_question)
        {
            case AskConfig:
                _knowsSleep = isAnswered && _reply.Has(CurtailMode);
                _isAsleep = _knowsSleep && !_reply.Is(CurtailMode, "None");
                _knowsTarget = _reply.TryWhole(PowerTarget, Bounds.Watts, out long target) && isAnswered;
                _targetWatts = (int)target;
                break;
            case AskLimits:
                if (isAnswered && _reply.TryWhole(PowerTargetMin, Bounds.Watts, out long min)
                    && _reply.TryWhole(PowerTargetMax, Bounds.Watts, out long max))
                    Narrow((int)min, (int)max);
                break;
            case AskSummary:
                report.HasWorkRate = false;
                if (isAnswered)
                    ReadWorkRate(report, _reply, HashRate);
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
}
