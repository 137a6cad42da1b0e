using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// A Canaan Avalon, over its cgminer API on TCP 4028 in the text form of the maker's manual; one command a connection.
/// Sources: Canaan-Creative/avalon10-docs (API manual), UpstreamData/pyasic pyasic/miners/backends/avalonminer.py and its
/// issues 312 and 350 (replies of Mini 3 and Q), 256foundation/asic-rs asic-rs-firmwares/avalonminer (replies of Q and 1246,
/// softon), gbechtel-beck/avalon-q-controller (worklevel, workmode, softoff, softon).
/// <code>
/// litestats | estats                  SYSTEMSTATU[Work: In Work …] PS[…] WALLPOWER[…] GHSspd[…] TMax[…] WORKLEVEL[0] …
/// ascset|0,worklevel,set,1            its power level; of the home models Q, Nano3s and Mini3 it is workmode
/// ascset|0,softoff,1:1753220536       sleeps at this second of the miner's own clock
/// ascset|0,softon,1:1753220536
/// </code>
/// <c>PS</c> is the supply's fault, control and hash volts, amperes, watts out, set volts and, on all but the oldest, watts
/// in. A miner that sleeps gets its level before it wakes, so that it never wakes above its limit.
/// Interpretation: the watts of levels are not told; the first of the settings' <c>levelWatts</c> is level 0, the next level
/// 1, and so on. A miner without them is all or nothing.
/// </summary>
public sealed class Avalon : LoadDriver
{
    private const int Status = 0;
    private const int When = 1;
    private const int Work = 2;
    private const int WallPower = 3;
    private const int PowerIn = 4;
    private const int PowerOut = 5;
    private const int PowerFault = 6;
    private const int HashRate = 7;
    private const int AverageHashRate = 8;
    private const int WorkLevel = 9;
    private const int WorkMode = 10;
    private const int Model = 11;
    private const int FirstTemperature = 12;

    private const int Temperatures = 4;

    private const string Fields =
        "STATUS,When,SYSTEMSTATU2,WALLPOWER,PS6,PS4,PS,GHSspd,GHSavg,WORKLEVEL,WORKMODE,Ver;TMax,HBOTemp,OTemp,Temp";

    private const int Unknown = -1;

    /// <summary>How far ahead sleep and wake are set: a time that has passed is not taken.</summary>
    private const int AheadSeconds = 3;

    private readonly BracketExchange _exchange;
    private bool _isOld;
    private bool _isHome;
    private bool _isKnown;
    private bool _isAsleep;
    private long _clockSeconds;
    private long _clockAtMs;
    private int _level = Unknown;

    /// <summary>The miner at this host and port.</summary>
    public Avalon(LoadAbility ability, IDialer dialer, string host, int port)
        : base(ability, new FieldScanner(Fields))
    {
        _exchange = new BracketExchange(dialer, host, port);
        Narrow(ability.LevelWatts.Length == 0 ? ability.MaxWatts : ability.LevelWatts[0], ability.MaxWatts);
    }

    /// <inheritdoc/>
    protected override Outcome Send(int limitWatts, bool begins, long nowMs)
    {
        // Its clock and model must be known first.
        if (!_isKnown)
            return TryAskStats(nowMs) ? Outcome.Continues : Outcome.Silent;
        if (limitWatts == 0)
            return TrySet("softoff,1:" + Soon(nowMs)) ? Outcome.Complete : Outcome.Silent;
        int level = WantedLevel(limitWatts);
        if (level != _level)
        {
            if (!TrySet((_isHome ? "workmode,set," : "worklevel,set,") + level.ToString()))
                return Outcome.Silent;
            _level = level;
            return _isAsleep ? Outcome.Continues : Outcome.Complete;
        }
        if (!_isAsleep)
            return Outcome.Complete;
        // Some close without a word when they wake.
        return TrySet("softon,1:" + Soon(nowMs)) || !Reply.Has(Status) ? Outcome.Complete : Outcome.Silent;
    }

    /// <inheritdoc/>
    protected override Outcome Poll(LoadReading report, bool begins, long nowMs)
    {
        if (!TryAskStats(nowMs) || !ReadPower(report))
            return Outcome.Silent;
        ReadWorkRate(report, Reply, Reply.Has(HashRate) ? HashRate : AverageHashRate);
        ReadTemperatures(report, Reply, FirstTemperature, Temperatures);
        report.IsFaulty = Reply.Is(Work, "Fault") || (Reply.TryWhole(PowerFault, int.MaxValue, out long fault) && fault != 0);
        report.State = report.IsFaulty ? LoadState.Faulted
            : _isAsleep ? LoadState.Sleeping
            : Reply.Is(Work, "Work") ? LoadState.Running : LoadState.Starting;
        if (_isAsleep)
            report.WorkRate = 0;
        return Outcome.Complete;
    }

    /// <inheritdoc/>
    protected override bool Obeys(int limitWatts)
    {
        return limitWatts == 0 ? _isAsleep : !_isAsleep && _level == WantedLevel(limitWatts);
    }

    private bool TryAskStats(long nowMs)
    {
        // Without the lists of chips, where the firmware has it so.
        if (!_exchange.TryAsk(_isOld ? "estats" : "litestats", Reply))
            return false;
        if (!_isOld && Reply.Is(Status, "E"))
        {
            _isOld = true;
            return false;
        }
        if (!Reply.Is(Status, "S") || !Reply.Has(Work) || !Reply.TryWhole(When, Bounds.Counter / 10000, out _clockSeconds))
            return false;
        _clockAtMs = nowMs;
        if (!_isKnown)
            _isHome = IsHome(Reply.Text(Model));
        _isKnown = true;
        _isAsleep = Reply.Is(Work, "Idle");
        if (Reply.TryWhole(_isHome ? WorkMode : WorkLevel, Bounds.Levels, out long level))
            _level = (int)level;
        return true;
    }

    private static bool IsHome(string version)
    {
        return version.StartsWith("Q-") || version.StartsWith("Nano3s-") || version.StartsWith("Mini3-");
    }

    private bool ReadPower(LoadReading report)
    {
        // The oldest tell no watts in. The rate stands behind the list: with it, the list is whole.
        return ReadWatts(report, Reply, WallPower) || ReadWatts(report, Reply, PowerIn)
            || (!Reply.Has(PowerIn) && Reply.Has(AverageHashRate) && ReadWatts(report, Reply, PowerOut));
    }

    private bool TrySet(string option)
    {
        return _exchange.TryAsk("ascset|0," + option, Reply) && (Reply.Is(Status, "S") || Reply.Is(Status, "I"));
    }

    private string Soon(long nowMs)
    {
        return (_clockSeconds + (nowMs - _clockAtMs) / 1000 + AheadSeconds).ToString();
    }

    /// <summary>The level for a limit; of a miner whose levels are not known, the present one.</summary>
    private int WantedLevel(int limitWatts)
    {
        return Ability.LevelWatts.Length == 0 ? _level : LevelFor(limitWatts);
    }
}
