using System;
using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// The one door: nothing else calls <see cref="ILoad.Apply"/>. It takes wishes and only ever lowers them:
/// <code>
/// order ≤ wish                        and ≤ the load's ceiling (nameplate, heat, trips)
/// sum of orders + what the loads that are silent or ignore their order may take ≤ limit + trim
/// a rise                              waits until the others really take no more than leaves room for it
/// a silent load                       counts at its nameplate, is never raised, and is off unless that fits
/// </code>
/// The trim is what the meter shows; see <see cref="Trim"/>. Below 0 it lowers by what is beyond the band within which a limit is
/// kept, to the last watt. Above 0 it is what the meter proves untaken of the orders, at most a tenth of the limit, and nothing
/// unless every load follows its order:
/// <code>
/// orders      ├────────────────────────────────┼──────┤ limit + trim
/// taken       ├──────────────────────────┼──────┤       shown: orders − taken ≥ trim, so taken ≤ limit
/// taken then  ├──────────────────────────┼──────┼──────┤ if loads take all their orders again: above the limit by the trim,
///                                                       a tenth at most, until the next reading lowers it
/// </code>
/// Off is its default: a load it has not ordered to work since boot, and of which nothing is known for too long, is off.
/// </summary>
public sealed class Guard
{
    private const string TripRecord = "trips";
    private const int TripBytes = 8;

    /// <summary>A rise smaller than one part in this of a load's nameplate waits until it is larger or the last: a device is not bothered for a few watts.</summary>
    private const int StepParts = 50;

    /// <summary>Orders may exceed the limit by one part in this, where the meter proves that loads take less than they are ordered.</summary>
    public const int TrimParts = 10;

    private readonly Settings _settings;
    private readonly ILoad[] _loads;
    private readonly Records _records;
    private readonly byte[] _tripBuffer = new byte[Bounds.Loads * TripBytes];
    private readonly Ranking _ranking;
    private long _overPowerSince;
    private int _trips;

    /// <summary>Takes the loads it guards and the trips that survived the last boot.</summary>
    public Guard(Settings settings, ILoad[] loads, Records records)
    {
        _settings = settings;
        _loads = loads;
        _records = records;
        Orders = new LoadOrder[loads.Length];
        for (int i = 0; i < loads.Length; i++)
            Orders[i] = new LoadOrder(settings, settings.LoadList[i]);
        _ranking = new Ranking(settings.LoadList);
        ReadTrips();
    }

    /// <summary>What it knows of each load, in the order of the settings.</summary>
    public readonly LoadOrder[] Orders;

    /// <summary>When an order was last changed.</summary>
    public long ChangedMs { get; private set; }

    /// <summary>The loads' positions, the one to be on first in front.</summary>
    public int[] Ranked
    {
        get { return _ranking.Loads; }
    }

    /// <summary>Whether a load is off until a local reset.</summary>
    public bool IsTripped { get; private set; }

    /// <summary>Takes a snapshot: counts what every load may take, and finds trips.</summary>
    public void Observe(Snapshot snapshot)
    {
        bool isOver = _settings.TripWatts > 0 && snapshot.HasMeter && snapshot.MeterWatts > _settings.TripWatts;
        bool trips = Condition.HasLasted(ref _overPowerSince, isOver, snapshot.NowMs, LoadOrder.TripMs);
        int latched = 0;
        MeterOpenRelays(snapshot);
        for (int i = 0; i < Orders.Length; i++)
        {
            Orders[i].Observe(snapshot.Loads[i], snapshot.NowMs);
            if (trips)
                Orders[i].Trip(Fault.OverPower);
            latched = latched * 4 + (Orders[i].Faults & LoadOrder.Latched) / Fault.OverTemperature;
        }
        IsTripped = latched != 0;
        if (latched != _trips && TryWriteTrips())
            _trips = latched;
        _ranking.Step(snapshot, Orders);
    }

    /// <summary>
    /// What the meters show beyond all that the other loads may be taking can only go through relays that should be open; of
    /// several, the first are blamed, each up to its nameplate. A relay that is stuck already is so until the meters show no
    /// more than the others say they take: what they may be taking while they come down does not clear it.
    /// </summary>
    private void MeterOpenRelays(Snapshot snapshot)
    {
        int leftWatts = snapshot.MeterWatts;
        bool isStuck = false;
        for (int i = 0; i < Orders.Length; i++)
        {
            LoadPicture load = snapshot.Loads[i];
            load.IsMetered = snapshot.HasMeter && Orders[i].IsOpenRelay(load) && !load.HasWatts && load.IsResting;
            isStuck |= (Orders[i].Faults & Fault.RelayStuck) != 0;
        }
        for (int i = 0; i < Orders.Length; i++)
        {
            LoadPicture load = snapshot.Loads[i];
            if (load.IsMetered)
                continue;
            int saidWatts = load.HasWatts ? load.Watts : Orders[i].Watts;
            leftWatts -= (isStuck && Orders[i].IsBinding) || saidWatts > Orders[i].CountedWatts ? saidWatts : Orders[i].CountedWatts;
        }
        if (leftWatts <= snapshot.MeterWatts * _settings.DisagreePercent / 100)
            leftWatts = 0;
        for (int i = 0; i < Orders.Length; i++)
        {
            LoadPicture load = snapshot.Loads[i];
            if (!load.IsMetered)
                continue;
            load.MeteredAtMs = snapshot.WattsAtMs;
            load.MeteredWatts = leftWatts < load.NameplateWatts ? leftWatts : load.NameplateWatts;
            leftWatts -= load.MeteredWatts;
        }
    }

    /// <summary>Clears latched trips: a person at the controller has looked.</summary>
    public void ResetTrips()
    {
        for (int i = 0; i < Orders.Length; i++)
            Orders[i].ResetTrips();
    }

    /// <summary>
    /// What counts of a trim: of one below 0 what is beyond the band, within which a limit is kept; of one above 0 a part of the
    /// limit, while every load follows its order.
    /// </summary>
    public int TrimOf(int limitWatts, int trimWatts)
    {
        if (trimWatts <= 0)
        {
            int beyondWatts = trimWatts + Achievement.ToleranceOf(limitWatts);
            return beyondWatts < 0 ? beyondWatts : 0;
        }
        int mostWatts = limitWatts / TrimParts;
        for (int i = 0; i < Orders.Length; i++)
        {
            if (!Orders[i].IsBinding)
                mostWatts = 0;
        }
        return trimWatts < mostWatts ? trimWatts : mostWatts;
    }

    /// <summary>Narrows the wishes to the limit and its trim and writes every order once.</summary>
    public void Write(Snapshot snapshot, int[] wishWatts, int limitWatts, int trimWatts)
    {
        trimWatts = TrimOf(limitWatts, trimWatts);
        int leftWatts = limitWatts + trimWatts > 0 ? limitWatts + trimWatts : 0;
        int roomWatts = limitWatts + Unsaid(trimWatts);
        for (int r = 0; r < Ranked.Length; r++)
        {
            int i = Ranked[r];
            if (!Orders[i].IsBinding)
                leftWatts = WriteUnbound(snapshot, i, wishWatts[i], leftWatts);
        }
        for (int r = 0; r < Ranked.Length; r++)
        {
            int i = Ranked[r];
            if (Orders[i].IsBinding)
                leftWatts -= WriteBound(snapshot, i, wishWatts[i], leftWatts, roomWatts);
        }
    }

    /// <summary>
    /// The safe state when a tick has failed and no picture can be trusted: counts the loads that are silent or ignore their
    /// order as they were last known, keeps orders in rank while they fit what is left of the limit, and switches the rest
    /// off. A load that throws does not keep the others from their order.
    /// </summary>
    public void FallBack(long nowMs, int limitWatts, int trimWatts)
    {
        int leftWatts = limitWatts + TrimOf(limitWatts, trimWatts < 0 ? trimWatts : 0);
        for (int i = 0; i < Orders.Length; i++)
            leftWatts -= Orders[i].IsBinding ? 0 : Orders[i].CountedWatts;
        for (int r = 0; r < Ranked.Length; r++)
        {
            LoadOrder order = Orders[Ranked[r]];
            bool fits = order.IsBinding ? order.Watts <= leftWatts : leftWatts >= 0;
            int watts = order.IsGiven && fits ? order.Watts : 0;
            leftWatts -= order.IsBinding ? watts : 0;
            order.Note(watts, nowMs);
            try
            {
                _loads[Ranked[r]].Apply(watts);
            }
            catch (Exception)
            {
                // The tick that failed is the fault that is reported; the next one tries again.
            }
        }
    }

    /// <summary>A load whose order does not say what it takes; returns the watts left when it has been counted.</summary>
    private int WriteUnbound(Snapshot snapshot, int i, int wishWatts, int leftWatts)
    {
        LoadOrder order = Orders[i];
        int countedWatts = order.CountedWatts;
        bool isSilent = !snapshot.Loads[i].IsFresh;
        bool fits = countedWatts <= leftWatts;
        if (!(order.IsAwaited(snapshot.Loads[i]) && fits))
        {
            int watts = Least(wishWatts, order.CeilingWatts, order.IsGiven ? order.Watts : 0, isSilent && !fits ? 0 : leftWatts);
            Write(snapshot, i, watts);
        }
        return fits ? leftWatts - countedWatts : 0;
    }

    /// <summary>What of a trim below 0 the loads do not report themselves: what they do is counted of each when another rises.</summary>
    private int Unsaid(int trimWatts)
    {
        for (int i = 0; i < Orders.Length && trimWatts < 0; i++)
            trimWatts += Orders[i].IsBinding ? Orders[i].BeyondWatts : 0;
        return trimWatts;
    }

    /// <summary>A load that follows its order, which rises only into room that the others leave; returns the watts it was given.</summary>
    private int WriteBound(Snapshot snapshot, int i, int wishWatts, int leftWatts, int roomWatts)
    {
        LoadOrder order = Orders[i];
        int watts = Least(wishWatts, order.CeilingWatts, leftWatts, leftWatts);
        if (watts > order.Watts)
        {
            int noiseWatts = 0;
            int bandWatts = Achievement.ToleranceOf(roomWatts);
            for (int j = 0; j < Orders.Length; j++)
            {
                roomWatts -= j == i ? 0 : Orders[j].CountedWatts;
                noiseWatts += j == i || !Orders[j].IsBinding ? 0 : Orders[j].BeyondWatts;
            }
            // One that could not rise at all for a few watts by which settled loads are above their orders does not wait for them.
            LoadPicture load = snapshot.Loads[i];
            int floorWatts = load.FloorWatts(roomWatts);
            if (floorWatts <= order.Watts && floorWatts < roomWatts)
                roomWatts += noiseWatts < bandWatts ? noiseWatts : bandWatts;
            int stepWatts = load.NameplateWatts / StepParts;
            bool isWorth = roomWatts >= watts || roomWatts >= order.Watts + stepWatts;
            watts = !isWorth ? order.Watts : roomWatts < watts ? roomWatts : watts;
        }
        return Write(snapshot, i, watts);
    }

    private int Write(Snapshot snapshot, int i, int watts)
    {
        int floorWatts = snapshot.Loads[i].FloorWatts(watts);
        if (floorWatts != Orders[i].Watts)
            ChangedMs = snapshot.NowMs;
        Orders[i].Note(floorWatts, snapshot.NowMs);
        _loads[i].Apply(floorWatts);
        return floorWatts;
    }

    private static int Least(int a, int b, int c, int d)
    {
        int first = a < b ? a : b;
        int second = c < d ? c : d;
        return first < second ? first : second;
    }

    /// <summary>Trips are kept over a reboot, which can be asked for from afar. Each is of a load's name, so that it stays with it when the file changes.</summary>
    private bool TryWriteTrips()
    {
        for (int i = 0; i < Orders.Length; i++)
        {
            Records.WriteLong(_tripBuffer, i * TripBytes, 4, Spread.Hash(_settings.LoadList[i].Name));
            Records.WriteLong(_tripBuffer, i * TripBytes + 4, 4, Orders[i].Faults & LoadOrder.Latched);
        }
        Array.Clear(_tripBuffer, Orders.Length * TripBytes, _tripBuffer.Length - Orders.Length * TripBytes);
        return _records.TryWrite(TripRecord, _tripBuffer, _tripBuffer.Length);
    }

    private void ReadTrips()
    {
        if (!_records.TryRead(TripRecord, _tripBuffer))
            return;
        for (int i = 0; i < Orders.Length; i++)
        {
            for (int at = 0; at < Bounds.Loads * TripBytes; at += TripBytes)
            {
                if (Records.ReadLong(_tripBuffer, at, 4) == Spread.Hash(_settings.LoadList[i].Name))
                    Orders[i].Trip((int)Records.ReadLong(_tripBuffer, at + 4, 4));
            }
        }
    }
}
