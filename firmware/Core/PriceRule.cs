using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// Puts a hashing load to rest where electricity costs more than its hashing earns, by the efficiency it was measured at. Only
/// while a schedule with prices is followed, and it only narrows: a load that was never measured, and all other work, is
/// left alone.
/// <code>
/// strike price = hashprice · 10⁶ / (24 · J/TH): money for a megawatt-hour of hashing
///
///          ┌─────┐ price          rests      while the price is above its strike price,
///  strike ─│─────│──────────      works      from one part in WakeParts below it on;
///          │     └───── wakes     either     for LeastSeconds, or its own least time on or off where that is more
/// </code>
/// J/TH is the mean of the first <see cref="Readings"/> readings of a load that works steadily, and then follows each by as
/// small a part; one that rests keeps its last.
/// </summary>
public sealed class PriceRule
{
    /// <summary>Readings of one mean: a minute or two of a miner's own reports, whose hash rate jumps by more than a part in ten.</summary>
    public const int Readings = 16;

    /// <summary>How far the price must be below the strike price for a load to wake: one part in this.</summary>
    public const int WakeParts = 32;

    /// <summary>Shortest time on and off: miners take minutes to start and to tune.</summary>
    public const int LeastSeconds = 300;

    private const int MegahashesAGigahash = 1000;

    /// <summary>Hours of a day, and megahashes of a terahash.</summary>
    private const long CostUnits = 24000000;

    private readonly Settings _settings;
    private readonly Authority _authority;
    private readonly EventQueue _events;

    // Parallel arrays, because as many objects would cost the device twice the memory.
    private readonly bool[] _rests;

    /// <summary>The mean that is being found, and of how many readings it is.</summary>
    private readonly int[] _mean;
    private readonly byte[] _count;

    private readonly int[] _heldWatts;
    private readonly long[] _steadySince;
    private readonly long[] _readAtMs;

    /// <summary>Takes where the prices come from and where its events go.</summary>
    public PriceRule(Settings settings, Authority authority, EventQueue events)
    {
        int loads = settings.LoadList.Length;
        _settings = settings;
        _authority = authority;
        _events = events;
        _rests = new bool[loads];
        _mean = new int[loads];
        _count = new byte[loads];
        _heldWatts = new int[loads];
        _steadySince = new long[loads];
        _readAtMs = new long[loads];
    }

    /// <summary>Measures the loads, and takes the cap of those whose work does not pay down to nothing.</summary>
    public void Narrow(Snapshot snapshot, ControllerState state, LoadOrder[] orders, int[] capWatts)
    {
        int price = 0;
        bool isPriced = state == ControllerState.Scheduled && _authority.TryScheduledPrice(snapshot.NowMs, out price);
        for (int i = 0; i < orders.Length; i++)
        {
            Measure(i, snapshot.Loads[i], orders[i], snapshot.NowMs);
            bool rests = isPriced && orders[i].Efficiency > 0 && Rests(i, price, orders[i], snapshot.NowMs);
            if (rests != _rests[i])
                _events.Add(snapshot.NowMs, EventType.PriceRest, rests ? price : 0, i);
            _rests[i] = rests;
            if (rests)
                capWatts[i] = 0;
        }
    }

    private bool Rests(int i, int price, LoadOrder order, long nowMs)
    {
        // Below 10⁷ · 24 · 10⁶ and 2 · 10⁹ · 2³¹: a long holds both.
        long cost = price * CostUnits;
        long earned = (long)_authority.Schedule.HashpriceMicros * order.Efficiency;
        bool wants = cost > (_rests[i] ? earned - earned / WakeParts : earned);
        if (wants == _rests[i] || (wants && !order.IsOn))
            return wants;
        int seconds = order.IsOn ? _settings.LoadList[i].MinOnSeconds : _settings.LoadList[i].MinOffSeconds;
        bool isOver = nowMs - order.SinceMs >= (seconds > LeastSeconds ? seconds : LeastSeconds) * 1000;
        return isOver ? wants : _rests[i];
    }

    /// <summary>Counts a reading of a load whose order has held, and which has obeyed it, for its settling time.</summary>
    private void Measure(int i, LoadPicture load, LoadOrder order, long nowMs)
    {
        int changeWatts = order.Watts - _heldWatts[i];
        bool isHeld = order.IsOn && (changeWatts < 0 ? -changeWatts : changeWatts) <= _heldWatts[i] / LoadOrder.ToleranceParts;
        if (!isHeld)
            _heldWatts[i] = order.Watts;
        bool works = isHeld && order.IsBinding && load.HasWatts && load.Watts > 0 && load.Reading.State == LoadState.Running
            && load.Ability.Work == WorkUnit.Gigahash && load.Reading.HasWorkRate;
        int waitSeconds = _settings.LoadList[i].StartSeconds + _settings.LoadList[i].SettleSeconds;
        if (!Condition.HasLasted(ref _steadySince[i], works, nowMs, waitSeconds * 1000))
            _count[i] = 0;
        // A miner without a pool takes its power and does nothing: that says nothing of its efficiency.
        else if (load.Reading.AtMs != _readAtMs[i] && load.Reading.WorkRate > 0 && load.Reading.WorkRate < long.MaxValue / MegahashesAGigahash)
            Count(i, order, load.Reading.WorkRate * MegahashesAGigahash / load.Watts, load.Reading.AtMs);
    }

    private void Count(int i, LoadOrder order, long efficiency, long atMs)
    {
        _readAtMs[i] = atMs;
        if (_count[i] < Readings)
            _count[i]++;
        _mean[i] = _count[i] == 1 ? 0 : _mean[i];
        _mean[i] += ((efficiency > int.MaxValue ? int.MaxValue : (int)efficiency) - _mean[i]) / _count[i];
        if (_count[i] == Readings)
            order.Efficiency = _mean[i];
    }
}
