namespace Fleet.Wire;

/// <summary>How the machine that a controller runs on is doing; of each figure it says whether the machine tells it. Part of the telemetry.</summary>
public sealed class Vitals
{
    /// <summary>Whether <see cref="HeapFreeBytes"/> is known.</summary>
    public bool HasHeapFree;

    /// <summary>Free bytes of the program's heap after the newest collection that was asked for.</summary>
    public int HeapFreeBytes;

    /// <summary>Whether <see cref="LargestFreeBytes"/> is known.</summary>
    public bool HasLargestFree;

    /// <summary>Largest free block of the chip's own memory, beside the program's heap: network and TLS live there.</summary>
    public int LargestFreeBytes;

    /// <summary>Whether <see cref="TickMs"/> is known.</summary>
    public bool HasTick;

    /// <summary>Milliseconds of the longest tick since the telemetry before.</summary>
    public int TickMs;

    /// <summary>Whether <see cref="LinkLosses"/> is known.</summary>
    public bool HasLinkLosses;

    /// <summary>How many connections to the broker were lost since boot.</summary>
    public int LinkLosses;

    /// <summary>Lists the fields, which stand among those of the telemetry.</summary>
    internal void List(Fields fields)
    {
        HasHeapFree = fields.Has("heapFreeBytes", HasHeapFree);
        if (HasHeapFree)
            HeapFreeBytes = fields.Int("heapFreeBytes", HeapFreeBytes, 0, int.MaxValue);
        HasLargestFree = fields.Has("largestFreeBytes", HasLargestFree);
        if (HasLargestFree)
            LargestFreeBytes = fields.Int("largestFreeBytes", LargestFreeBytes, 0, int.MaxValue);
        HasTick = fields.Has("tickMs", HasTick);
        if (HasTick)
            TickMs = fields.Int("tickMs", TickMs, 0, int.MaxValue);
        HasLinkLosses = fields.Has("linkLosses", HasLinkLosses);
        if (HasLinkLosses)
            LinkLosses = fields.Int("linkLosses", LinkLosses, 0, int.MaxValue);
    }
}
