using Fleet.Wire;

namespace Fleet.Core;

/// <summary>Finds which faults came and went since the tick before, and makes events of them.</summary>
public sealed class FaultWatch
{
    private readonly Settings _settings;
    private readonly EventQueue _events;
    private readonly int[] _loadFaults;
    private int _faults;

    /// <summary>Takes where the events go.</summary>
    public FaultWatch(Settings settings, EventQueue events)
    {
        _settings = settings;
        _events = events;
        _loadFaults = new int[settings.LoadList.Length];
    }

    /// <summary>Compares with the tick before.</summary>
    public void Step(long nowMs, int faults, LoadOrder[] orders)
    {
        Compare(nowMs, _faults, faults, "");
        _faults = faults;
        for (int i = 0; i < orders.Length; i++)
        {
            Compare(nowMs, _loadFaults[i], orders[i].Faults, _settings.LoadList[i].Name);
            _loadFaults[i] = orders[i].Faults;
        }
    }

    private void Compare(long nowMs, int before, int after, string load)
    {
        for (int bit = 0; before != after && bit < Fault.Count; bit++)
        {
            int mask = 1 << bit;
            if (((before ^ after) & mask) == 0)
                continue;
            EventType type = (after & mask) != 0 ? EventType.FaultRaised : EventType.FaultCleared;
            _events.Add(nowMs, type, bit, load);
        }
    }
}
