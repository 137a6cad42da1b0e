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
    private const int WattsBit = 1;
    private const int WorkRateBit = 2;
    private const int TemperatureBit = 4;
    private const int FaultyBit = 8;
    private const int StuckBit = 16;

    /// <summary>When it was read, monotonic milliseconds.</summary>
    public long AtMs;

    /// <summary>Its power by its own report.</summary>
    public int Watts;

    /// <summary>What it is doing.</summary>
    public LoadState State;

    /// <summary>Gigahash per second or thousandths of a token per second, by <see cref="LoadAbility.Work"/>.</summary>
    public long WorkRate;

    /// <summary>Its hottest temperature in thousandths of a degree Celsius.</summary>
    public int TemperatureMilliC;

    /// <summary>One field for what is true: there are three readings a load, and each field takes as much as a long.</summary>
    private int _bits;

    /// <summary>Whether <see cref="Watts"/> is a reading.</summary>
    public bool HasWatts
    {
        get { return (_bits & WattsBit) != 0; }
        set { Set(WattsBit, value); }
    }

    /// <summary>Whether <see cref="WorkRate"/> is a reading.</summary>
    public bool HasWorkRate
    {
        get { return (_bits & WorkRateBit) != 0; }
        set { Set(WorkRateBit, value); }
    }

    /// <summary>Whether <see cref="TemperatureMilliC"/> is a reading.</summary>
    public bool HasTemperature
    {
        get { return (_bits & TemperatureBit) != 0; }
        set { Set(TemperatureBit, value); }
    }

    /// <summary>Whether the device itself reports a fault.</summary>
    public bool IsFaulty
    {
        get { return (_bits & FaultyBit) != 0; }
        set { Set(FaultyBit, value); }
    }

    /// <summary>Whether the relay in front of it lets power through that should be open.</summary>
    public bool IsStuck
    {
        get { return (_bits & StuckBit) != 0; }
        set { Set(StuckBit, value); }
    }

    /// <summary>Becomes the same as another.</summary>
    public void Take(LoadReading other)
    {
        AtMs = other.AtMs;
        Watts = other.Watts;
        State = other.State;
        WorkRate = other.WorkRate;
        TemperatureMilliC = other.TemperatureMilliC;
        _bits = other._bits;
    }

    /// <summary>Becomes blank, of this time.</summary>
    public void Clear(long nowMs)
    {
        AtMs = nowMs;
        Watts = 0;
        State = LoadState.Unknown;
        WorkRate = 0;
        TemperatureMilliC = 0;
        _bits = 0;
    }

    private void Set(int bit, bool value)
    {
        _bits = value ? _bits | bit : _bits & ~bit;
    }
}
