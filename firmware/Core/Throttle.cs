namespace Fleet.Core;

/// <summary>
/// Divides the limit among the loads: a wish for each, which Guard may lower.
/// <code>
/// 1  loads that are silent or ignore their order are counted as they are
/// 2  loads that have not worked for minOnSeconds, and all that work while the limit rises, keep the least they work at,
///    if it fits: the limit wins, but one's cap that has risen before the limit puts no other to rest
/// 3  the rest goes by rank: each takes all it may and leaves what is left; under its least it rests
/// 4  one that rests starts only after minOffSeconds and its own share of startStaggerSeconds
/// 5  one that starts counts at its inrush, and waits while all that start would together take more than the controller's
/// </code>
/// The trim is divided with the limit. Below 0 it lowers what can be lowered; only what of it is beyond the band, within which
/// a limit is kept, takes a level from a load, puts one to rest or keeps one from starting. Above 0 it lets those that work go
/// above their caps, by its part of the limit, and starts none.
/// </summary>
public sealed class Throttle
{
    private readonly Settings _settings;
    private readonly Guard _guard;
    private readonly long[] _wantsStartSince;
    private readonly int[] _reservedWatts;
    private Snapshot _snapshot;
    private int _leftWatts;
    private int _slackWatts;
    private int _startingWatts;
    private int _extraWatts;
    private bool _hasStart;
    private int _limitWatts;
    private int _trimWatts;
    private bool _keeps;

    /// <summary>Takes the loads' settings and what Guard knows of them.</summary>
    public Throttle(Settings settings, Guard guard)
    {
        _settings = settings;
        _guard = guard;
        int count = settings.LoadList.Length;
        WishWatts = new int[count];
        _wantsStartSince = new long[count];
        _reservedWatts = new int[count];
    }

    /// <summary>The wish for each load, in the order of the settings.</summary>
    public readonly int[] WishWatts;

    /// <summary>Divides the limit and its trim among the loads; no load is wished more than its cap. It may be that all that work are to be kept at work.</summary>
    public void Decide(Snapshot snapshot, int limitWatts, int trimWatts, bool keeps, int[] capWatts)
    {
        _keeps = keeps;
        _snapshot = snapshot;
        _limitWatts = limitWatts;
        _trimWatts = _guard.TrimOf(limitWatts, trimWatts);
        int softWatts = trimWatts < 0 ? trimWatts : _trimWatts;
        _leftWatts = limitWatts + softWatts > 0 ? limitWatts + softWatts : 0;
        _slackWatts = limitWatts + _trimWatts - _leftWatts;
        int[] ranked = _guard.Ranked;
        _startingWatts = 0;
        _extraWatts = 0;
        _hasStart = false;
        for (int i = 0; i < ranked.Length; i++)
            _startingWatts += _guard.Orders[i].Starts(snapshot.NowMs) ? Larger(_guard.Orders[i].InrushWatts(snapshot.NowMs), _guard.Orders[i].Watts) : 0;
        for (int r = 0; r < ranked.Length; r++)
            CountUnbound(ranked[r], capWatts[ranked[r]]);
        for (int r = 0; r < ranked.Length; r++)
            Reserve(ranked[r], capWatts[ranked[r]]);
        for (int r = 0; r < ranked.Length; r++)
            Share(ranked[r], capWatts[ranked[r]]);
        // One that starts ends a trim above 0 in the same tick: the others make the room that they had of it.
        if (_hasStart && _trimWatts > 0)
            Decide(snapshot, limitWatts, 0, keeps, capWatts);
    }

    private void CountUnbound(int i, int capWatts)
    {
        LoadOrder order = _guard.Orders[i];
        if (order.IsBinding)
            return;
        WishWatts[i] = capWatts < order.Watts ? capWatts : order.Watts;
        Take(order.CountedWatts);
    }

    private void Reserve(int i, int capWatts)
    {
        LoadOrder order = _guard.Orders[i];
        LoadPicture load = _snapshot.Loads[i];
        bool isBound = order.IsBinding && order.IsOn
            && (_keeps || _snapshot.NowMs - order.SinceMs < _settings.LoadList[i].MinOnSeconds * 1000);
        bool keeps = isBound && load.LeastWatts <= Ceiling(i, capWatts) && load.LeastWatts <= _leftWatts + _slackWatts;
        _reservedWatts[i] = keeps ? load.LeastWatts : 0;
        Take(_reservedWatts[i]);
    }

    private void Share(int i, int capWatts)
    {
        LoadOrder order = _guard.Orders[i];
        if (!order.IsBinding)
            return;
        int leftWatts = _leftWatts + _reservedWatts[i];
        // A trim above 0 starts no load, and what the others take of it keeps none from starting.
        if (!order.IsOn && _trimWatts > 0)
            leftWatts += _extraWatts - _trimWatts;
        int ceilingWatts = Ceiling(i, capWatts);
        int watts = Floor(_snapshot.Loads[i], leftWatts, ceilingWatts);
        int inrushWatts = order.IsOn ? order.InrushWatts(_snapshot.NowMs) : _settings.LoadList[i].InrushWatts;
        if (inrushWatts > leftWatts + _slackWatts && _reservedWatts[i] == 0)
            watts = 0;
        bool starts = watts > 0 && !order.IsOn;
        int startWatts = Larger(inrushWatts, watts);
        bool isCrowded = _settings.InrushWatts > 0 && _startingWatts > 0 && _startingWatts + startWatts > _settings.InrushWatts;
        if (!(HasWaited(i, starts) && !isCrowded) && starts)
            watts = 0;
        if (watts > 0 && starts)
        {
            _startingWatts += startWatts;
            _hasStart = true;
        }
        WishWatts[i] = watts;
        if (order.IsOn && watts > capWatts)
            _extraWatts += watts - capWatts;
        _leftWatts += _reservedWatts[i];
        Take(watts > 0 ? startWatts : 0);
    }

    /// <summary>The watts for a load: all it may take of what is left; into the slack only by the levels it has, or its least.</summary>
    private int Floor(LoadPicture load, int leftWatts, int ceilingWatts)
    {
        int mostWatts = load.FloorWatts(Smaller(leftWatts + _slackWatts, ceilingWatts));
        if (load.Ability.LevelWatts.Length > 0)
            return mostWatts;
        int watts = load.FloorWatts(Smaller(leftWatts, ceilingWatts));
        return watts == 0 && mostWatts > 0 ? load.LeastWatts : watts;
    }

    private static int Larger(int a, int b)
    {
        return a > b ? a : b;
    }

    private static int Smaller(int a, int b)
    {
        return a < b ? a : b;
    }

    private int Ceiling(int i, int capWatts)
    {
        int ceilingWatts = _guard.Orders[i].CeilingWatts;
        if (_trimWatts > 0)
            capWatts += (int)((long)capWatts * _trimWatts / _limitWatts);
        return Smaller(capWatts, ceilingWatts);
    }

    /// <summary>Whether it has wanted to start without a break for its share, and has rested.</summary>
    private bool HasWaited(int i, bool starts)
    {
        long nowMs = _snapshot.NowMs;
        LoadSettings load = _settings.LoadList[i];
        long shareMs = starts ? Spread.ShareMs(_settings.Controller, load.Name, _settings.StartStaggerSeconds) : 0;
        return Condition.HasLasted(ref _wantsStartSince[i], starts, nowMs, shareMs)
            && nowMs - _guard.Orders[i].SinceMs >= load.MinOffSeconds * 1000;
    }

    private void Take(int watts)
    {
        int overWatts = watts - _leftWatts;
        _leftWatts = overWatts < 0 ? -overWatts : 0;
        if (overWatts > 0)
            _slackWatts = overWatts < _slackWatts ? _slackWatts - overWatts : 0;
    }
}
