using System;
using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// What all drivers of a load share: the cached reading, the order and its confirmation.
/// <code>
///            Apply(other watts)                    report obeys
///   ─────►  order due at once  ──send──►  waits  ───────────────►  confirmed
///                   ▲                       │                          │
///                   │   5, 10, 20, 30 s …   │    report no longer      │
///                   └───────────────────────┴─────── obeys ────────────┘
/// </code>
/// After every order sent the device is polled at the next step. A reading changes only by a whole and sound report of
/// the device; when it falls silent, the reading grows old, and its age says so.
/// </summary>
public abstract class LoadDriver : Driver, ILoad
{
    /// <summary>Time between polls.</summary>
    public const int PollMs = 2000;

    /// <summary>Longest time between polls of a silent device: it is seen soon after it has come back.</summary>
    public const int LongestPollMs = 16000;

    /// <summary>Time for a device to show that it obeys, before the order is repeated.</summary>
    public const int RepeatMs = 5000;

    /// <summary>Longest time between repetitions of an order.</summary>
    public const int LongestRepeatMs = 30000;

    /// <summary>Hottest a sensor can be; 0 and below is what boards report for a missing one.</summary>
    protected const int HighestMilliC = 200000;

    /// <summary>The reply to the present step's exchange, and only until the step ends; null for what is not spoken to.</summary>
    protected FieldScanner Reply;

    private readonly object _lock = new object();
    private readonly LoadReading _reading = new LoadReading();
    private readonly LoadReading _report = new LoadReading();
    private readonly Pace _polls = new Pace(PollMs, LongestPollMs);
    private readonly Pace _repeats = new Pace(RepeatMs, LongestRepeatMs);
    private LoadAbility _ability;
    private bool _hasReading;
    private bool _hasOrder;
    private bool _isNewOrder;
    private int _limitWatts;
    private bool _isConfirmed;
    private bool _isOrdering;
    private bool _isPolling;

    /// <summary>A driver of the load these settings describe, whose device tells these fields.</summary>
    protected LoadDriver(LoadAbility ability, FieldScanner reply = null)
    {
        Name = ability.Name;
        _ability = ability;
        Reply = reply;
    }

    /// <summary>Shares its scanner with another of its kind, before the first step: no more are kept than are in an exchange at a time.</summary>
    internal void ShareReply(LoadDriver other)
    {
        Reply = other.Reply;
    }

    /// <inheritdoc/>
    public LoadAbility Ability
    {
        get
        {
            lock (_lock)
                return _ability;
        }
    }

    /// <inheritdoc/>
    public bool TryRead(LoadReading into)
    {
        lock (_lock)
        {
            if (_hasReading)
                into.Take(_reading);
            return _hasReading;
        }
    }

    /// <inheritdoc/>
    public void Apply(int limitWatts)
    {
        PassOn(limitWatts);
    }

    /// <summary>Takes what Guard has ordered, as it came to the relay in front; only <see cref="RelayedLoad"/> calls it.</summary>
    internal void PassOn(int limitWatts)
    {
        lock (_lock)
        {
            if (_hasOrder && limitWatts == _limitWatts)
                return;
            _limitWatts = limitWatts;
            _hasOrder = true;
            _isNewOrder = true;
        }
    }

    /// <inheritdoc/>
    public override void Step(long nowMs)
    {
        int order = TakeOrder(out bool hasOrder);
        bool orders = hasOrder && !_isConfirmed && (_isOrdering || _repeats.IsDue(nowMs));
        if (!orders && !_isPolling && !_polls.IsDue(nowMs))
            return;
        if (!orders && !_isPolling)
            _report.Clear(nowMs);
        Outcome outcome = Outcome.Silent;
        try
        {
            if (Reply != null)
                Reply = Reply.Lend();
            try
            {
                outcome = orders ? Send(order, !_isOrdering, nowMs) : Poll(_report, !_isPolling, nowMs);
            }
            finally
            {
                if (Reply != null)
                    Reply.TakeBack();
            }
        }
        catch (Exception)
        {
            // Whatever broke in the exchange, the device has not answered.
        }
        IsSilent = outcome == Outcome.Silent;
        if (orders)
            EndOrder(outcome, nowMs);
        else
            EndPoll(outcome, hasOrder, order, nowMs);
    }

    /// <summary>
    /// Brings the device one exchange nearer to the order: 0 is sleep, any other lies within the ability. With
    /// <paramref name="begins"/> it starts afresh, whatever was under way.
    /// </summary>
    protected abstract Outcome Send(int limitWatts, bool begins, long nowMs);

    /// <summary>
    /// Asks the device what it does, in one exchange, and fills in all of the report except its time. With
    /// <paramref name="begins"/> the report is blank.
    /// </summary>
    protected abstract Outcome Poll(LoadReading report, bool begins, long nowMs);

    /// <summary>Whether the device's last report shows that it follows the order.</summary>
    protected abstract bool Obeys(int limitWatts);

    /// <summary>The last whole report, for what a driver asks more rarely than power.</summary>
    protected LoadReading Last
    {
        get { return _reading; }
    }

    /// <summary>Takes the load's power from a field in watts; false when it has none.</summary>
    protected static bool ReadWatts(LoadReading report, FieldScanner reply, int field)
    {
        report.HasWatts = reply.TryWhole(field, Bounds.Watts, out long watts);
        report.Watts = (int)watts;
        return report.HasWatts;
    }

    /// <summary>Takes the rate of work from a field in the load's own unit.</summary>
    protected static void ReadWorkRate(LoadReading report, FieldScanner reply, int field)
    {
        report.HasWorkRate = reply.TryWhole(field, Bounds.Counter / 10000, out report.WorkRate);
    }

    /// <summary>Takes the highest of the temperatures in these fields; without one there is none.</summary>
    protected static void ReadTemperatures(LoadReading report, FieldScanner reply, int first, int count)
    {
        report.HasTemperature = false;
        for (int i = first; i < first + count; i++)
        {
            if (reply.TryMilli(i, out long milliC))
                Warm(report, milliC);
        }
    }

    /// <summary>The number of the highest of the settings' levels within a limit; of none, the lowest.</summary>
    protected int LevelFor(int limitWatts)
    {
        int[] levels = Ability.LevelWatts;
        int level = 0;
        for (int i = 1; i < levels.Length; i++)
        {
            if (levels[i] <= limitWatts)
                level = i;
        }
        return level;
    }

    /// <summary>Takes a temperature, of which the report keeps the highest.</summary>
    protected static void Warm(LoadReading report, long milliC)
    {
        if (milliC <= 0 || milliC > HighestMilliC || (report.HasTemperature && milliC <= report.TemperatureMilliC))
            return;
        report.HasTemperature = true;
        report.TemperatureMilliC = (int)milliC;
    }

    /// <summary>
    /// Narrows the ability by what the device has told of itself. It never widens: the settings are the owner's word.
    /// </summary>
    protected void Narrow(int minWatts, int maxWatts)
    {
        lock (_lock)
        {
            int min = minWatts > _ability.MinWatts ? minWatts : _ability.MinWatts;
            int max = maxWatts < _ability.MaxWatts ? maxWatts : _ability.MaxWatts;
            if (min > max || (min == _ability.MinWatts && max == _ability.MaxWatts))
                return;
            _ability = new LoadAbility
            {
                Name = _ability.Name,
                Driver = _ability.Driver,
                Work = _ability.Work,
                MinWatts = min,
                MaxWatts = max,
                Sleeps = _ability.Sleeps,
                LevelWatts = _ability.LevelWatts,
            };
        }
    }

    /// <summary>The order in force, within the ability: what is below the least is sleep.</summary>
    private int TakeOrder(out bool hasOrder)
    {
        lock (_lock)
        {
            hasOrder = _hasOrder;
            if (_isNewOrder)
            {
                _isNewOrder = false;
                _isConfirmed = false;
                _isOrdering = false;
                _isPolling = false;
                _repeats.Hurry();
                _polls.Hurry();
            }
            int limit = _limitWatts < _ability.MaxWatts ? _limitWatts : _ability.MaxWatts;
            return limit < _ability.MinWatts ? 0 : limit;
        }
    }

    private void EndOrder(Outcome outcome, long nowMs)
    {
        _isOrdering = outcome == Outcome.Continues;
        if (_isOrdering)
            return;
        _repeats.Miss(nowMs);
        if (outcome == Outcome.Complete)
            _polls.Hurry();
    }

    private void EndPoll(Outcome outcome, bool hasOrder, int limitWatts, long nowMs)
    {
        _isPolling = outcome == Outcome.Continues;
        if (IsSilent)
            _polls.Miss(nowMs);
        if (outcome != Outcome.Complete)
            return;
        _polls.Keep(_report.AtMs);
        lock (_lock)
        {
            _reading.Take(_report);
            _hasReading = true;
        }
        bool obeys = hasOrder && Obeys(limitWatts);
        if (_isConfirmed && !obeys)
            _repeats.Hurry();
        _isConfirmed = obeys;
    }
}
