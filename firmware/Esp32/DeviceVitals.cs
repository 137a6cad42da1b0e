using System;
using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Esp32;

/// <summary>
/// How the device is doing. To know the free heap takes a collection: one at boot, and one whenever the console tells it. The
/// framework has no reading of the radio's signal but a search for networks, which takes the radio off its own.
/// </summary>
internal sealed class DeviceVitals : IVitals
{
    private int _freeBytes;
    private bool _hasLargest = true;
    private int _tickMs;
    private bool _isLinked;
    private int _linkLosses;

    /// <summary>Free bytes of the heap after a collection; 0 where the firmware does not tell.</summary>
    public static int FreeBytes()
    {
        try
        {
            return (int)nanoFramework.Runtime.Native.GC.Run(false);
        }
        catch (Exception)
        {
            return 0;
        }
    }

    /// <summary>Collects, and logs what is free.</summary>
    public void Measure()
    {
        _freeBytes = FreeBytes();
        Log.Line(_freeBytes.ToString() + " bytes of heap free");
    }

    /// <summary>A tick took so long.</summary>
    public void NoteTick(long ms)
    {
        if (ms > _tickMs)
            _tickMs = (int)ms;
    }

    /// <summary>So the link stands now.</summary>
    public void NoteLink(bool isUp)
    {
        if (_isLinked && !isUp)
            _linkLosses++;
        _isLinked = isUp;
    }

    public void Fill(Vitals vitals)
    {
        vitals.HasHeapFree = _freeBytes > 0;
        vitals.HeapFreeBytes = _freeBytes;
        vitals.HasLargestFree = TryLargest(out int bytes);
        vitals.LargestFreeBytes = bytes;
        vitals.HasTick = true;
        vitals.TickMs = _tickMs;
        vitals.HasLinkLosses = true;
        vitals.LinkLosses = _linkLosses;
        _tickMs = 0;
    }

    private bool TryLargest(out int bytes)
    {
        bytes = 0;
        try
        {
            // What the firmware lacks it lacks for good: it is asked once.
            _hasLargest = _hasLargest && Device.TryLargestFree(out bytes);
        }
        catch (Exception)
        {
            _hasLargest = false;
        }
        return _hasLargest;
    }
}
