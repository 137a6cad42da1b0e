using System.Collections.Generic;

namespace Fleet.Virtual.Plant;

/// <summary>The S0 output of a meter: so many pulses a kilowatt-hour of what the devices behind it really take.</summary>
public sealed class PulseOutput(int pulsesPerKilowattHour, params IReadOnlyList<PlantModel> loads)
{
    /// <summary>Pulses so far.</summary>
    public long Pulses
    {
        get
        {
            long milliwattHours = 0;
            foreach (var load in loads)
                milliwattHours += load.MilliwattHours;
            return milliwattHours * pulsesPerKilowattHour / 1_000_000;
        }
    }
}
