using Fleet.Wire;

namespace Fleet.Core;

/// <summary>Finds which faults came and went since the tick before, and makes events of them.</summary>
public sealed class FaultWatch
{
    private readonly EventQueue _events;
    private readonly int[] _loadFaults;
    private int _faults;

    /// <summary>Takes where the events go.</summary>
    public FaultWatch(int loads, EventQueue events)
    {
        _events = events;
        _loadFaults = new int[loads];
    }

    /// <summary>Compares with the tick before.</summary>
    public void Step(long nowMs, int faults, LoadOrder[] orders)
    {
        Compare(nowMs, _faults, faults, EventQueue.Own);
        _faults = faults;
        for (int i = 0; i < orders.Length; i++)
        {
            Compare(nowMs, _loadFaults[i], orders[i].Faults, i);
            _loadFaults[i] = orders[i].Faults;
        }
    }

    private void Compare(long nowMs, int before, int after, int position)
    {
        for (int bit = 0; before != after && bit < Fault.Count; bit++)
        {
            int mask = 1 << bit;
            if (((before ^ after) & mask) == 0)
                continue;
            EventType type = (after & mask) != 0 ? EventType.FaultRaised : EventType.FaultCleared;
            _events.Add(nowMs, type, bit, position);
        }
    }
}
