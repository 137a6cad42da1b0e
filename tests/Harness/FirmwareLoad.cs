using System.Collections.Generic;
using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Tests.Harness;

/// <summary>A load for tests of the firmware's core: it follows its order at once unless told otherwise, and remembers every order.</summary>
public sealed class FirmwareLoad : ILoad
{
    private readonly LoadReading _reading = new();

    public LoadAbility Ability { get; set; } = new();

    /// <summary>Every order, oldest first; only while <see cref="Remembers"/>.</summary>
    public List<int> Orders { get; } = [];

    public bool Remembers { get; set; } = true;

    /// <summary>The newest order; −1 before the first.</summary>
    public int Order { get; private set; } = -1;

    /// <summary>What it takes.</summary>
    public int Watts { get; set; }

    public LoadState State { get; set; } = LoadState.Sleeping;

    public int? TemperatureMilliC { get; set; }

    /// <summary>Gigahash a second for each watt it takes while it works; 0 is a load that does not tell.</summary>
    public int GigahashPerWatt { get; set; }

    /// <summary>Whether it takes what it is ordered.</summary>
    public bool Obeys { get; set; } = true;

    /// <summary>Whether it answers at all.</summary>
    public bool Answers { get; set; } = true;

    public bool ReportsWatts { get; set; } = true;

    public bool IsFaulty { get; set; }

    /// <summary>Thrown by every call, when set.</summary>
    public bool Throws { get; set; }

    private bool _hasAnswered;

    /// <summary>What the world does between two ticks.</summary>
    public void Step(long nowMs)
    {
        if (Obeys && Order >= 0)
        {
            Watts = Order;
            State = Order > 0 ? LoadState.Running : LoadState.Sleeping;
        }
        if (!Answers)
            return;
        _hasAnswered = true;
        _reading.AtMs = nowMs;
        _reading.HasWatts = ReportsWatts;
        _reading.Watts = Watts;
        _reading.State = State;
        _reading.HasWorkRate = GigahashPerWatt > 0;
        _reading.WorkRate = State == LoadState.Running ? (long)Watts * GigahashPerWatt : 0;
        _reading.HasTemperature = TemperatureMilliC.HasValue;
        _reading.TemperatureMilliC = TemperatureMilliC ?? 0;
        _reading.IsFaulty = IsFaulty;
    }

    public bool TryRead(LoadReading into)
    {
        if (Throws)
            throw new System.InvalidOperationException("the bus is on fire");
        into.AtMs = _reading.AtMs;
        into.HasWatts = _reading.HasWatts;
        into.Watts = _reading.Watts;
        into.State = _reading.State;
        into.HasWorkRate = _reading.HasWorkRate;
        into.WorkRate = _reading.WorkRate;
        into.HasTemperature = _reading.HasTemperature;
        into.TemperatureMilliC = _reading.TemperatureMilliC;
        into.IsFaulty = _reading.IsFaulty;
        return _hasAnswered;
    }

    public void Apply(int limitWatts)
    {
        if (Throws)
            throw new System.InvalidOperationException("the bus is on fire");
        Order = limitWatts;
        if (Remembers)
            Orders.Add(limitWatts);
    }
}
