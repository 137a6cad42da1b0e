using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// An edge AI box with Fleet's own agent: one JSON object a line over TCP or a serial line, the status in reply to everything.
/// <code>
/// {"cmd":"status"}             {"cmd":"cap","watts":40}             {"cmd":"drain"}             {"cmd":"resume"}
/// {"watts":38,"capWatts":40,"minWatts":15,"maxWatts":60,"tokens":123456,"millitokensPerSecond":30200,
///  "activeRequests":4,"state":"running","temperatureMilliC":61250,"bootId":172635}
/// {"error":"cap: watts 5 is below minWatts 15; send 15 to 60"}
/// </code>
/// The box keeps the highest of its own steps at or below a cap. Zero drains it: it finishes its requests and then
/// sleeps by itself. It is capped before it is resumed, so that it never wakes above its limit.
/// </summary>
public sealed class AiBox : LoadDriver
{
    private const int Watts = 0;
    private const int CapWatts = 1;
    private const int MinWatts = 2;
    private const int MaxWatts = 3;
    private const int MillitokensPerSecond = 4;
    private const int State = 5;
    private const int TemperatureMilliC = 6;
    private const int Error = 7;

    private const string Fields = "watts,capWatts,minWatts,maxWatts,millitokensPerSecond,state,temperatureMilliC,error";

    private readonly LineExchange _exchange;
    private LoadState _state = LoadState.Unknown;
    private int _capWatts;
    private int _keptWatts;
    private int _keptForWatts;

    /// <summary>The box at this host and port, or at the end of a <see cref="SerialDialer"/>.</summary>
    public AiBox(LoadAbility ability, IDialer dialer, string host, int port)
        : base(ability, new FieldScanner(Fields))
    {
        _exchange = LineExchange.JsonLines(dialer, host, port);
    }

    /// <inheritdoc/>
    protected override Outcome Send(int limitWatts, bool begins, long nowMs)
    {
        if (limitWatts == 0)
            return TryAsk("{\"cmd\":\"drain\"}\n") ? Outcome.Complete : Outcome.Silent;
        if (!IsCapped(limitWatts))
        {
            if (!TryAsk("{\"cmd\":\"cap\",\"watts\":" + limitWatts.ToString() + "}\n") || _capWatts > limitWatts)
                return Outcome.Silent;
            _keptForWatts = limitWatts;
            _keptWatts = _capWatts;
            return _state == LoadState.Running ? Outcome.Complete : Outcome.Continues;
        }
        return TryAsk("{\"cmd\":\"resume\"}\n") ? Outcome.Complete : Outcome.Silent;
    }

    /// <inheritdoc/>
    protected override Outcome Poll(LoadReading report, bool begins, long nowMs)
    {
        if (!TryAsk("{\"cmd\":\"status\"}\n"))
            return Outcome.Silent;
        if (!ReadWatts(report, Reply, Watts))
            return Outcome.Silent;
        ReadWorkRate(report, Reply, MillitokensPerSecond);
        if (Reply.TryWhole(TemperatureMilliC, HighestMilliC, out long milliC))
            Warm(report, milliC);
        report.State = _state;
        if (Reply.TryWhole(MinWatts, Bounds.Watts, out long min) && Reply.TryWhole(MaxWatts, Bounds.Watts, out long max))
            Narrow((int)min, (int)max);
        return Outcome.Complete;
    }

    /// <inheritdoc/>
    protected override bool Obeys(int limitWatts)
    {
        return limitWatts == 0 ? _state != LoadState.Running : _state == LoadState.Running && IsCapped(limitWatts);
    }

    /// <summary>
    /// Whether the box still keeps what it made of this cap; after a reboot it does not. Of a step that it is known to have,
    /// it can make nothing less.
    /// </summary>
    private bool IsCapped(int limitWatts)
    {
        return _keptForWatts == limitWatts && _capWatts == _keptWatts && (_capWatts == limitWatts || !IsStep(limitWatts));
    }

    private bool IsStep(int limitWatts)
    {
        int[] levels = Ability.LevelWatts;
        for (int i = 0; i < levels.Length; i++)
        {
            if (levels[i] == limitWatts)
                return true;
        }
        return false;
    }

    /// <summary>Asks; true when the reply is a status, of which cap and state are kept.</summary>
    private bool TryAsk(string request)
    {
        if (!_exchange.TryAsk(request, Reply) || Reply.Has(Error) || !Reply.TryWhole(CapWatts, Bounds.Watts, out long cap))
            return false;
        LoadState state = StateOfReply();
        if (state == LoadState.Unknown)
            return false;
        _state = state;
        _capWatts = (int)cap;
        return true;
    }

    private LoadState StateOfReply()
    {
        return Reply.Is(State, "running") ? LoadState.Running
            : Reply.Is(State, "draining") ? LoadState.Draining
            : Reply.Is(State, "drained") || Reply.Is(State, "sleeping") ? LoadState.Sleeping
            : LoadState.Unknown;
    }
}
