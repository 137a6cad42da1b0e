using System.Text;
using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// A MicroBT Whatsminer with API version 3, on TCP 4433: JSON behind its length.
/// Sources: Whatsminer API 3 documentation (framing, token, get.device.info, get.miner.status, set.miner.service,
/// set.miner.power_limit; apidoc.whatsminer.com), UpstreamData/pyasic pyasic/rpc/btminer.py (BTMinerV3RPCAPI), replies of an
/// M60S in 256foundation/asic-rs asic-rs-firmwares/whatsminer (which tells no power-limit-set, and no pin).
/// <code>
/// {"cmd":"get.device.info","param":"miner"}         working, power-limit-set
/// {"cmd":"get.miner.status","param":"summary"}      while it works: power-realtime, hash-realtime in TH/s, chip-temp-max
/// {"cmd":"get.device.info","param":"power"}         while it rests: pin
/// {"cmd":"get.device.info","param":"error-code"}    now and then
/// {"cmd":"set.miner.power_limit","param":3000,"ts":…,"token":"…","account":"super"}     it restarts to apply it
/// {"cmd":"set.miner.service","param":"stop",…}      start
/// </code>
/// A token is the first 8 letters of the base64 of SHA-256 of command, password, salt and ts. Writing must be enabled on the
/// miner, and the maker's password changed. One that rests gets its limit before it is started, so that it never wakes above
/// it; a limit that is in force is not written again, for a restart costs minutes.
/// Interpretation: a ts of the miner's own clock is taken. <c>working</c> is false while its service is stopped. A limit it
/// takes and reports lower is the most it can do; one it takes and at once reports higher, the least.
/// </summary>
public sealed class Whatsminer : LoadDriver
{
    private const int Code = 0;
    private const int When = 1;
    private const int Salt = 2;
    private const int Working = 3;
    private const int LimitSet = 4;
    private const int Power = 5;
    private const int Limit = 6;
    private const int HashRate = 7;
    private const int PowerIn = 8;
    private const int Reason = 9;
    private const int ChipTemperature = 10;

    private const string Fields =
        "code,when,salt,working,power-limit-set,power-realtime,power-limit,hash-realtime,pin,reason;chip-temp-max";

    private const int TokenLetters = 8;

    /// <summary>Its errors are asked at every so-manyth poll.</summary>
    private const int ErrorsEvery = 8;

    private const int AskMiner = 0;
    private const int AskPower = 1;

    private readonly FrameExchange _exchange;
    private readonly string _account;
    private readonly string _password;
    private string _salt;
    private long _clockSeconds;
    private long _clockAtMs;
    private int _question;
    private int _polls;
    private bool _setsLimit;
    private bool _isKnown;
    private bool _isWorking;
    private bool _isFaulty;
    private long _limitWatts;
    private int _askedWatts;
    private long _beforeWatts;
    private bool _isAsked;

    /// <summary>The miner at this host and port, with the login for what changes it.</summary>
    public Whatsminer(LoadAbility ability, IDialer dialer, string host, int port, string user, string password)
        : base(ability, new FieldScanner(Fields))
    {
        _exchange = new FrameExchange(dialer, host, port);
        _account = HttpExchange.Quoted(user.Length == 0 ? "super" : user);
        _password = password.Length == 0 ? "super" : password;
    }

    /// <inheritdoc/>
    protected override Outcome Send(int limitWatts, bool begins, long nowMs)
    {
        if (begins)
            _setsLimit = limitWatts > 0;
        if (_salt == null)
            return TryLearnSalt(nowMs) ? Outcome.Continues : Outcome.Silent;
        if (_setsLimit && !IsLimited(limitWatts))
        {
            if (!TrySet("set.miner.power_limit", limitWatts.ToString(), nowMs))
                return Outcome.Silent;
            _askedWatts = limitWatts;
            _beforeWatts = _limitWatts;
            _isAsked = true;
            _limitWatts = 0;
            _setsLimit = false;
            return _isKnown && _isWorking ? Outcome.Complete : Outcome.Continues;
        }
        if (limitWatts > 0 && _isKnown && _isWorking)
            return Outcome.Complete;
        if (!TrySet("set.miner.service", limitWatts == 0 ? "\"stop\"" : "\"start\"", nowMs))
            return Outcome.Silent;
        _isKnown = false;
        return Outcome.Complete;
    }

    /// <inheritdoc/>
    protected override Outcome Poll(LoadReading report, bool begins, long nowMs)
    {
        if (begins)
            _question = AskMiner;
        switch (_question++)
        {
            case AskMiner:
                return TryAsk("{\"cmd\":\"get.device.info\",\"param\":\"miner\"}", nowMs) && TryLearnMiner() ? Outcome.Continues : Outcome.Silent;
            case AskPower:
                return AskForPower(report, nowMs);
            default:
                _isFaulty = TryAsk("{\"cmd\":\"get.device.info\",\"param\":\"error-code\"}", nowMs) && Reply.Has(Reason);
                return Report(report);
        }
    }

    /// <inheritdoc/>
    protected override bool Obeys(int limitWatts)
    {
        return limitWatts == 0 ? _isKnown && !_isWorking : _isKnown && _isWorking && IsLimited(limitWatts);
    }

    private Outcome AskForPower(LoadReading report, long nowMs)
    {
        string request = _isWorking ? "{\"cmd\":\"get.miner.status\",\"param\":\"summary\"}" : "{\"cmd\":\"get.device.info\",\"param\":\"power\"}";
        bool isTold = TryAsk(request, nowMs);
        // While it restarts it answers that it has no status; while it rests, a supply may tell no power.
        if (isTold ? !ReadWatts(report, Reply, _isWorking ? Power : PowerIn) && _isWorking : !Reply.Has(Code))
            return Outcome.Silent;
        if (Reply.TryMilli(HashRate, out long gigahashes) && gigahashes >= 0)
        {
            report.HasWorkRate = true;
            report.WorkRate = gigahashes;
        }
        if (Reply.TryMilli(ChipTemperature, out long milliC))
            Warm(report, milliC);
        if (_limitWatts == 0)
            Reply.TryWhole(Limit, Bounds.Watts, out _limitWatts);
        _polls++;
        return _polls % ErrorsEvery == 1 ? Outcome.Continues : Report(report);
    }

    private Outcome Report(LoadReading report)
    {
        report.IsFaulty = _isFaulty;
        report.State = !_isWorking ? LoadState.Sleeping
            : report.HasWorkRate && report.WorkRate > 0 ? LoadState.Running
            : _isFaulty ? LoadState.Faulted : LoadState.Starting;
        return Outcome.Complete;
    }

    private bool TryLearnMiner()
    {
        _isKnown = Reply.Has(Working);
        _isWorking = _isKnown && !Reply.Is(Working, "false");
        Reply.TryWhole(LimitSet, Bounds.Watts, out _limitWatts);
        if (_isAsked && _limitWatts > _askedWatts && _limitWatts != _beforeWatts)
            Narrow((int)_limitWatts, Ability.MaxWatts);
        _isAsked = false;
        return _isKnown;
    }

    /// <summary>Whether this limit is in force, or what the miner has made of it.</summary>
    private bool IsLimited(int limitWatts)
    {
        return _limitWatts == limitWatts || (_askedWatts == limitWatts && _limitWatts > 0 && _limitWatts < limitWatts);
    }

    private bool TryLearnSalt(long nowMs)
    {
        if (!TryAsk("{\"cmd\":\"get.device.info\",\"param\":\"salt\"}", nowMs) || !Reply.Has(Salt))
            return false;
        _salt = Reply.Text(Salt);
        return true;
    }

    private bool TryAsk(string request, long nowMs)
    {
        if (!_exchange.TryAsk(request, Reply) || !Reply.TryWhole(Code, 0, out _))
            return false;
        if (Reply.TryWhole(When, Bounds.Counter / 10000, out _clockSeconds))
            _clockAtMs = nowMs;
        return true;
    }

    private bool TrySet(string command, string parameter, long nowMs)
    {
        string time = (_clockSeconds + (nowMs - _clockAtMs) / 1000).ToString();
        string token = Token(Sha256.Of(Encoding.UTF8.GetBytes(command + _password + _salt + time)));
        if (TryAsk("{\"cmd\":\"" + command + "\",\"param\":" + parameter + ",\"ts\":" + time + ",\"token\":\"" + token + "\",\"account\":" + _account + "}", nowMs))
            return true;
        // The salt may be another by now.
        _salt = null;
        return false;
    }

    /// <summary>The first letters of the digest in base64 (RFC 4648), six bits each.</summary>
    private static string Token(byte[] digest)
    {
        const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        char[] token = new char[TokenLetters];
        for (int i = 0; i < TokenLetters; i++)
        {
            int bit = i * 6;
            int pair = (digest[bit / 8] << 8) | digest[bit / 8 + 1];
            token[i] = Letters[(pair >> (10 - bit % 8)) & 63];
        }
        return new string(token);
    }
}
