using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// One thing whose power is throttled, as the tick sees it: a cached reading and one order. A driver carries both
/// over its bus on its own turn, so that no device, however slow, holds up the tick.
/// </summary>
public interface ILoad
{
    /// <summary>What the load can do; filled from settings at first, refined when the device has told more.</summary>
    LoadAbility Ability { get; }

    /// <summary>Copies the newest reading; false when there has been none since boot. Its age is the caller's to judge.</summary>
    bool TryRead(LoadReading into);

    /// <summary>
    /// Orders at most this many watts; 0 is sleep, or off where the load cannot sleep. Only <c>Guard</c> calls it,
    /// once a tick, with the same order as long as nothing changes. The driver repeats the order to the device until the
    /// device confirms it.
    /// </summary>
    void Apply(int limitWatts);
}

/// <summary>What a load last said of itself.</summary>
public sealed class LoadReading
{
    /// <summary>When it was read, monotonic milliseconds.</summary>
    public long AtMs;

    /// <summary>Whether <see cref="Watts"/> is a reading.</summary>
    public bool HasWatts;

    /// <summary>Its power by its own report.</summary>
    public int Watts;

    /// <summary>What it is doing.</summary>
    public LoadState State;

    /// <summary>Whether <see cref="WorkRate"/> is a reading.</summary>
    public bool HasWorkRate;

    /// <summary>Gigahash per second or thousandths of a token per second, by <see cref="LoadAbility.Work"/>.</summary>
    public long WorkRate;

    /// <summary>Whether <see cref="TemperatureMilliC"/> is a reading.</summary>
    public bool HasTemperature;

    /// <summary>Its hottest temperature in thousandths of a degree Celsius.</summary>
    public int TemperatureMilliC;

    /// <summary>Whether the device itself reports a fault.</summary>
    public bool IsFaulty;
}
