using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Gateway.Market;

/// <summary>Electricity prices over time in one currency, at native resolution; a gap stays a gap.</summary>
public sealed class PriceSeries
{
    private readonly PriceSlot[] _slots;

    /// <summary>Makes a series of slots in order that do not overlap.</summary>
    /// <exception cref="ArgumentException">A slot starts before the one before it ends, is empty, or is not in UTC.</exception>
    public PriceSeries(string currency, PriceProvenance provenance, IEnumerable<PriceSlot> slots)
    {
        Currency = currency;
        Provenance = provenance;
        _slots = slots.ToArray();
        for (int index = 0; index < _slots.Length; index++)
        {
            PriceSlot slot = _slots[index];
            if (slot.StartUtc.Offset != TimeSpan.Zero || slot.Duration <= TimeSpan.Zero)
                throw new ArgumentException($"the price slot at {slot.StartUtc:u} must be in UTC and longer than nothing", nameof(slots));
            if (index > 0 && slot.StartUtc < _slots[index - 1].EndUtc)
                throw new ArgumentException($"the price slot at {slot.StartUtc:u} begins before the one before it ends", nameof(slots));
        }
    }

    /// <summary>ISO 4217 code of the prices.</summary>
    public string Currency { get; }

    /// <summary>Where the prices come from.</summary>
    public PriceProvenance Provenance { get; }

    /// <summary>The prices as published, in order of time.</summary>
    public IReadOnlyList<PriceSlot> Slots => _slots;

    /// <summary>The published slot that holds an instant; null in a gap and outside the series.</summary>
    public PriceSlot? At(DateTimeOffset instant)
    {
        int index = IndexAtOrBefore(instant);
        return index >= 0 && instant < _slots[index].EndUtc ? _slots[index] : null;
    }

    /// <summary>Price per MWh over an interval, weighted by time where the series is finer; null if any part of it has none.</summary>
    public decimal? Over(DateTimeOffset startUtc, TimeSpan duration)
    {
        DateTimeOffset endUtc = startUtc + duration;
        DateTimeOffset at = startUtc;
        decimal weighted = 0;
        for (int index = IndexAtOrBefore(startUtc); at < endUtc; index++)
        {
            if (index < 0 || index >= _slots.Length || at < _slots[index].StartUtc || at >= _slots[index].EndUtc)
                return null;
            DateTimeOffset until = _slots[index].EndUtc < endUtc ? _slots[index].EndUtc : endUtc;
            if (at == startUtc && until == endUtc)
                return _slots[index].PricePerMwh;
            weighted += _slots[index].PricePerMwh * (until - at).Ticks;
            at = until;
        }
        return weighted / duration.Ticks;
    }

    /// <summary>Prices of <paramref name="count"/> 15-minute slots from the one that holds <paramref name="fromUtc"/>, gaps marked by null.</summary>
    public IReadOnlyList<SlotPrice> Expand(DateTimeOffset fromUtc, int count) =>
        Slot.Starts(fromUtc, count).Select(start => new SlotPrice(start, Over(start, Slot.Duration))).ToArray();

    /// <summary>The stretches without a price between the first and the last slot.</summary>
    public IEnumerable<PriceGap> Gaps()
    {
        for (int index = 1; index < _slots.Length; index++)
        {
            if (_slots[index].StartUtc > _slots[index - 1].EndUtc)
                yield return new PriceGap(_slots[index - 1].EndUtc, _slots[index].StartUtc);
        }
    }

    private int IndexAtOrBefore(DateTimeOffset instant)
    {
        int low = 0;
        int high = _slots.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (_slots[middle].StartUtc <= instant)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return high;
    }
}
