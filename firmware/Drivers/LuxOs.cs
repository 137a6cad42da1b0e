using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// An Antminer with LuxOS, over its cgminer-style API on TCP 4028: one JSON command a connection.
/// Sources: docs.luxor.tech firmware API (sessions, logon, curtail, profileset, temps) and power targeting;
/// UpstreamData/pyasic pyasic/rpc/luxminer.py; replies of live miners: 256foundation/asic-rs asic-rs-firmwares/luxminer (S19k
/// Pro, without targets), bitcap-ipr (S21 Pro: targets in config and limits, the newer names in temps).
/// <code>
/// poll     power, then one of config, limits, summary, temps in turn
/// order    logon ─► powertargetset ─► logoff              a limit, awake
///          logon ─► powertargetset ─► curtail wakeup ─► logoff    asleep: the target first, so that it never wakes above it
///          logon ─► curtail sleep ─► logoff               zero
///          profiles ─► logon ─► profileset ─► …            on models without targets: the highest profile within the limit
/// </code>
/// Every arrow is an exchange of its own, one a step. Sessions are exclusive and end after an idle minute; who meets a
/// busy one waits, but for lowering power it ends the other's session at the third refusal, since sessions coordinate
/// and do not protect. Sleep persists over a reboot; the fast wakeup wears the chips and is never used.
/// Interpretation: IdealPowerTarget is the target that was set, ActualPowerTarget where tuning has come to; a config without
/// is of a model without. The codes of refusals are not published, so all but the documented successes count as refusals.
/// </summary>
public sealed class LuxOs : TargetLoad
{
    private const int Status = 0;
    private const int Code = 1;
    private const int SessionId = 2;
    private const int CurtailMode = 3;
    private const int PowerTargetMin = 4;
    private const int PowerTargetMax = 5;
    private const int PowerTarget = 6;
    private const int Profile = 7;
    private const int HashRate = 8;
    private const int Watts = 9;
    private const int FirstTemperature = 10;

    private const int Temperatures = 8;

    private const string Fields =
        "STATUS,Code,SessionID,CurtailMode,PowerTargetMin,PowerTargetMax,IdealPowerTarget,Profile,GHS 5s"
        + ";Watts,TopLeft,TopRight,BottomLeft,BottomRight,BoardTopLeft,BoardTopRight,BoardMiddleLeft,BoardBottomLeft";

    /// <summary>Longest name and value; the miner's numbers are shorter.</summary>
    private const int FieldBytes = 19;

    private const int LogonCode = 316;
    private const int CurtailCode = 335;
    private const int AnyCode = 0;

    private const int AskConfig = FirstTurn;
    private const int AskLimits = FirstTurn + 1;
    private const int AskSummary = FirstTurn + 2;
    private const int AskTemps = FirstTurn + 3;
    private const int AskProfiles = FirstTurn + 5;

    /// <summary>A busy session is waited for so often before an order to lower power ends it.</summary>
    private const int Patience = 2;

    private enum Stage
    {
        Profiles,
        Logon,
        Target,
        Curtail,
        Logoff,
        Refused,
    }

    private readonly LineExchange _exchange;
    private Stage _stage;
    private string _session = "";
    private int _busyCount;

    /// <summary>The profile that was set, of a model without targets; null of one with.</summary>
    private string _profile;
    private int _profileForWatts;

    /// <summary>The miner at this host and port.</summary>
    public LuxOs(LoadAbility ability, IDialer dialer, string host, int port)
        : base(ability, new FieldScanner(Fields, FieldBytes))
    {
        _exchange = LineExchange.Cgminer(dialer, host, port);
    }

    /// <inheritdoc/>
    protected override Outcome Send(int limitWatts, bool begins, long nowMs)
    {
        if (begins)
            _stage = _profile != null && limitWatts > 0 ? Stage.Profiles : Stage.Logon;
        switch (_stage)
        {
            case Stage.Profiles:
                _stage = Stage.Logon;
                return FindProfile(limitWatts) ? Outcome.Continues : Outcome.Silent;
            case Stage.Logon:
                _stage = limitWatts == 0 ? Stage.Curtail : Stage.Target;
                return Logon(limitWatts);
            case Stage.Target:
                _stage = IsAwake ? Stage.Logoff : Stage.Curtail;
                return SetTarget(limitWatts);
            case Stage.Curtail:
                _stage = Stage.Logoff;
                return Command("curtail", limitWatts == 0 ? "sleep" : "wakeup", CurtailCode);
            default:
                TryAsk(Request("logoff", null), AnyCode);
                _session = "";
                return _stage == Stage.Refused ? Outcome.Silent : Done();
        }
    }

    /// <inheritdoc/>
    protected override string Path(int step)
    {
        return step switch
        {
            AskPower => "{\"command\":\"power\"}",
            AskConfig => "{\"command\":\"config\"}",
            AskLimits => "{\"command\":\"limits\"}",
            AskSummary => "{\"command\":\"summary\"}",
            AskTemps => "{\"command\":\"temps\"}",
            AskProfiles => "{\"command\":\"profiles\"}",
            _ => null,
        };
    }

    /// <inheritdoc/>
    protected override bool TryAsk(int step)
    {
        return TryAsk(Path(step), AnyCode);
    }

    /// <inheritdoc/>
    protected override bool ReadPower(LoadReading report)
    {
        return ReadWatts(report, Reply, Watts);
    }

    /// <inheritdoc/>
    protected override void Learn(LoadReading report, int step, bool isAnswered)
    {
        switch (step)
        {
            case AskConfig:
                isAnswered = isAnswered && Reply.Has(CurtailMode);
                State = !isAnswered ? LoadState.Unknown : Reply.Is(CurtailMode, "None") ? LoadState.Running : LoadState.Sleeping;
                LearnTarget(isAnswered);
                break;
            case AskLimits:
                if (isAnswered && Reply.TryWhole(PowerTargetMin, Bounds.Watts, out long min)
                    && Reply.TryWhole(PowerTargetMax, Bounds.Watts, out long max))
                    Narrow((int)min, (int)max);
                break;
            case AskSummary:
                report.HasWorkRate = false;
                if (isAnswered)
                    ReadWorkRate(report, Reply, HashRate);
                break;
            default:
                ReadTemperatures(report, Reply, FirstTemperature, isAnswered ? Temperatures : 0);
                break;
        }
    }

    private void LearnTarget(bool isAnswered)
    {
        TargetWatts = isAnswered && Reply.TryWhole(PowerTarget, Bounds.Watts, out long target) ? (int)target : 0;
        if (!isAnswered)
            return;
        if (Reply.Has(PowerTarget))
            _profile = null;
        else if (_profile == null)
            _profile = "";
        else if (_profile.Length > 0 && Reply.Is(Profile, _profile))
            TargetWatts = _profileForWatts;
    }

    /// <summary>Finds the highest profile within the limit; where there is none, the limit is below what it works at.</summary>
    private bool FindProfile(int limitWatts)
    {
        Reply.MostMilli = limitWatts * 1000L;
        bool isAnswered = TryAsk(AskProfiles);
        Reply.MostMilli = MilliNumber.Highest;
        bool isFound = Reply.TryWhole(Watts, Bounds.Watts, out long watts) && watts > 0 && isAnswered;
        TargetWatts = (int)watts;
        if (isAnswered && !isFound)
            Narrow(limitWatts + 1, Ability.MaxWatts);
        return isFound;
    }

    private Outcome SetTarget(int limitWatts)
    {
        if (_profile == null)
            return Command("powertargetset", "power=" + limitWatts.ToString(), AnyCode);
        Outcome outcome = Command("profileset", TargetWatts.ToString() + "W", AnyCode);
        _profile = _stage == Stage.Refused ? "" : Reply.Text(Profile);
        _profileForWatts = limitWatts;
        return outcome;
    }

    private Outcome Logon(int limitWatts)
    {
        // That of an order that broke off; a miner that has ended it refuses, and logging off forgets it.
        if (_session.Length > 0)
            return Outcome.Continues;
        bool lowers = limitWatts < Last.Watts;
        if (lowers && _busyCount > Patience)
        {
            _busyCount = 0;
            _stage = Stage.Logon;
            return TryAsk("{\"command\":\"kill\"}", AnyCode) ? Outcome.Continues : Outcome.Silent;
        }
        if (TryAsk("{\"command\":\"logon\"}", LogonCode) && Reply.Has(SessionId))
        {
            _busyCount = 0;
            _session = Reply.Text(SessionId);
            return Outcome.Continues;
        }
        if (Reply.Has(Status))
            _busyCount++;
        return Outcome.Silent;
    }

    private Outcome Command(string command, string argument, int code)
    {
        if (TryAsk(Request(command, argument), code))
            return Outcome.Continues;
        if (!Reply.Has(Status))
            return Outcome.Silent;
        _stage = Stage.Refused;
        return Outcome.Continues;
    }

    private string Request(string command, string argument)
    {
        return "{\"command\":\"" + command + "\",\"parameter\":\"" + _session + (argument == null ? "" : "," + argument) + "\"}";
    }

    private bool TryAsk(string request, int code)
    {
        return _exchange.TryAsk(request, Reply) && Reply.Is(Status, "S")
            && (code == AnyCode || (Reply.TryWhole(Code, int.MaxValue, out long given) && given == code));
    }
}
