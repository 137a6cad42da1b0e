using System;

namespace Fleet.Gateway.Planning;

/// <summary>Finds the best schedule of one load at given prices: an exact dynamic programme.</summary>
/// <remarks>
/// While a load is on, only the best level of each slot matters, so the states are "off and free to start" and "on and
/// free to stop"; a start takes the whole minimum on time as one step, a stop the whole minimum off time:
/// <code>
///            stay off                        stay on, best level
///             ┌──┐     start: −cost, MinOn slots   ┌──┐
///             ▼  │   ────────────────────────►     ▼  │
///            off ┘   ◄────────────────────────     on ┘
///                          stop: MinOff slots
/// </code>
/// Minimum times that the horizon's end cuts short are kept as far as it reaches. A slot in which the load may not or
/// cannot be on (<see cref="SlotUse"/>, no room) blocks every start whose minimum on time would touch it.
/// About 144 × levels operations; no allocation. Not for two threads at once.
/// </remarks>
internal sealed class LoadProgramme(PlanModel model)
{
    private readonly int[] _bestLevel = new int[model.SlotCount];
    private readonly double[] _onSum = new double[model.SlotCount + 1];
    private readonly double[] _offSum = new double[model.SlotCount + 1];
    private readonly double[] _fromOff = new double[model.SlotCount + 1];
    private readonly double[] _fromOn = new double[model.SlotCount + 1];
    private readonly bool[] _starts = new bool[model.SlotCount];
    private readonly bool[] _stops = new bool[model.SlotCount];

    /// <summary>Plans a load.</summary>
    /// <param name="load">The load.</param>
    /// <param name="costPerWatt">Money per watt over each slot: energy and dual prices.</param>
    /// <param name="roomWatts">Watts it may use at most in each slot; empty for no limit.</param>
    /// <param name="switchingCost">Money for each slot that leaves the load's commitment.</param>
    /// <param name="levels">Receives the level of each slot.</param>
    /// <returns>The greatest value: revenue − cost − starts − switching.</returns>
    public double Plan(LoadModel load, ReadOnlySpan<double> costPerWatt, ReadOnlySpan<long> roomWatts, double switchingCost, Span<byte> levels)
    {
        CountSlots(load, costPerWatt, roomWatts, switchingCost);
        double value = CountBackwards(load);
        ReadForwards(load, levels);
        return value;
    }

    // The best level of each slot, and running sums of what being on and being off are worth.
    private void CountSlots(LoadModel load, ReadOnlySpan<double> costPerWatt, ReadOnlySpan<long> roomWatts, double switchingCost)
    {
        int[] watts = load.Watts;
        double[] values = load.ValuePerHour;
        double[] slotHours = model.Hours;
        byte[]? committed = switchingCost > 0 ? load.Committed : null;
        for (int slot = 0; slot < slotHours.Length; slot++)
        {
            double cost = costPerWatt[slot];
            double hours = slotHours[slot];
            SlotUse use = load.Uses[slot];
            int highest = use switch
            {
                SlotUse.Free or SlotUse.Held => watts.Length - 1,
                SlotUse.HeldBlind => 1,
                _ => 0,
            };
            if (!roomWatts.IsEmpty)
            {
                while (highest > 0 && watts[highest] > roomWatts[slot])
                    highest--;
            }
            double revenueHours = use == SlotUse.HeldBlind ? 0 : hours;
            int committedLevel = committed is null ? LoadModel.NotCommitted : committed[slot];
            double leaving = committedLevel == LoadModel.NotCommitted ? 0 : switchingCost;
            int best = 0;
            double bestValue = double.NegativeInfinity;
            for (int level = 1; level <= highest; level++)
            {
                double value = (revenueHours * values[level]) - (cost * watts[level]) - (level == committedLevel ? 0 : leaving);
                if (value > bestValue)
                {
                    bestValue = value;
                    best = level;
                }
            }
            _bestLevel[slot] = best;
            _onSum[slot + 1] = _onSum[slot] + (best == 0 ? 0 : bestValue);
            _offSum[slot + 1] = _offSum[slot] - (cost * watts[0]) - (committedLevel == 0 ? 0 : leaving);
        }
    }

    private double CountBackwards(LoadModel load)
    {
        int slotCount = _bestLevel.Length;
        int minOn = load.Source.MinOnSlots;
        int minOff = load.Source.MinOffSlots;
        double startCost = load.Source.StartCost;
        int blocked = slotCount;
        _fromOff[slotCount] = 0;
        _fromOn[slotCount] = 0;
        for (int slot = slotCount - 1; slot >= 0; slot--)
        {
            if (_bestLevel[slot] == 0)
                blocked = slot;
            int onUntil = minOn < slotCount - slot ? slot + minOn : slotCount;
            int offUntil = minOff < slotCount - slot ? slot + minOff : slotCount;

            double stayOff = _offSum[slot + 1] - _offSum[slot] + _fromOff[slot + 1];
            double start = blocked < onUntil ? double.NegativeInfinity : _onSum[onUntil] - _onSum[slot] - startCost + _fromOn[onUntil];
            _starts[slot] = start > stayOff;
            _fromOff[slot] = Math.Max(start, stayOff);

            double stayOn = blocked == slot ? double.NegativeInfinity : _onSum[slot + 1] - _onSum[slot] + _fromOn[slot + 1];
            double stop = load.IsHeld(slot) ? double.NegativeInfinity : _offSum[offUntil] - _offSum[slot] + _fromOff[offUntil];
            _stops[slot] = stop > stayOn;
            _fromOn[slot] = Math.Max(stop, stayOn);
        }
        return load.BeginsOn ? _fromOn[0] : _fromOff[0];
    }

    private void ReadForwards(LoadModel load, Span<byte> levels)
    {
        int slotCount = _bestLevel.Length;
        bool isOn = load.BeginsOn;
        for (int slot = 0; slot < slotCount;)
        {
            bool switches = isOn ? _stops[slot] : _starts[slot];
            isOn ^= switches;
            int minimum = isOn ? load.Source.MinOnSlots : load.Source.MinOffSlots;
            int until = !switches ? slot + 1 : minimum < slotCount - slot ? slot + minimum : slotCount;
            for (; slot < until; slot++)
                levels[slot] = isOn ? (byte)_bestLevel[slot] : (byte)0;
        }
    }
}
