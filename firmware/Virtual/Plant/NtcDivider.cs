using System;

namespace Fleet.Virtual.Plant;

/// <summary>A thermistor to ground under a resistor to 3.3 V, in a place of this temperature.</summary>
public sealed class NtcDivider(Func<int> milliC)
{
    private const double SupplyMillivolts = 3300;
    private const double KelvinAtZeroC = 273.15;
    private const double KelvinAt25C = 298.15;

    /// <summary>The resistor above it.</summary>
    public double PullUpOhms { get; init; } = 10_000;

    /// <summary>Its resistance at 25 °C.</summary>
    public double OhmsAt25C { get; init; } = 10_000;

    /// <summary>Its B constant.</summary>
    public double BetaKelvin { get; init; } = 3950;

    /// <summary>Fault: its wire is broken.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Fault: its wires touch.</summary>
    public bool IsShorted { get; set; }

    /// <summary>The voltage between them.</summary>
    public int Millivolts
    {
        get
        {
            if (IsOpen || IsShorted)
                return IsOpen ? (int)SupplyMillivolts : 0;
            var ohms = OhmsAt25C * Math.Exp(BetaKelvin * (1 / (milliC() / 1000.0 + KelvinAtZeroC) - 1 / KelvinAt25C));
            return (int)Math.Round(SupplyMillivolts * ohms / (ohms + PullUpOhms));
        }
    }
}
