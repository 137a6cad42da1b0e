using System.Collections.Immutable;

namespace Fleet.Virtual.Plant;

/// <summary>One point of an efficiency curve: the work a device does at a power.</summary>
/// <param name="Watts">Power at the wall.</param>
/// <param name="MilliworkPerSecond">Millitokens a second for an AI box, megahashes a second for an ASIC.</param>
public readonly record struct WorkPoint(int Watts, long MilliworkPerSecond);

/// <summary>What is fixed about a kind of device: its powers, times, heat and efficiency curve.</summary>
public sealed record PlantRating
{
    /// <summary>Name as the device itself reports it.</summary>
    public required string Model { get; init; }

    /// <summary>Lowest power at which it works.</summary>
    public required int MinWatts { get; init; }

    /// <summary>Highest power it can ever take.</summary>
    public required int MaxWatts { get; init; }

    /// <summary>Power it runs at until told otherwise.</summary>
    public required int NominalWatts { get; init; }

    /// <summary>Power while booting, starting, tripped or without requests.</summary>
    public required int IdleWatts { get; init; }

    /// <summary>Power asleep.</summary>
    public required int SleepWatts { get; init; }

    /// <summary>Time from supply to the first answer on the network.</summary>
    public required int BootMs { get; init; }

    /// <summary>Middle of the time from wake to first work; each start takes between half and one and a half of it.</summary>
    public required int StartMs { get; init; }

    /// <summary>Fastest rise of power while it works.</summary>
    public required int RampUpWattsPerSecond { get; init; }

    /// <summary>Fastest fall of power while it works.</summary>
    public required int RampDownWattsPerSecond { get; init; }

    /// <summary>Fall of power when the work stops: sleep, trip, crash.</summary>
    public required int StopWattsPerSecond { get; init; }

    /// <summary>Power wanders by at most this much around its set value while it works.</summary>
    public required int NoiseMilliwatts { get; init; }

    /// <summary>Chip temperature above ambient at MaxWatts.</summary>
    public required int RiseMilliCelsius { get; init; }

    /// <summary>Time in which the chip goes 63 % of the way to its final temperature.</summary>
    public required int ThermalMs { get; init; }

    /// <summary>Chip temperature at which it stops itself.</summary>
    public required int TripMilliCelsius { get; init; }

    /// <summary>Efficiency curve, rising in both columns; the first point does no work.</summary>
    public required ImmutableArray<WorkPoint> Curve { get; init; }

    /// <summary>The only power limits it knows, rising; empty when any whole watt will do.</summary>
    public ImmutableArray<int> CapsWatts { get; init; } = [];

    /// <summary>Requests an AI box serves at once; zero for an ASIC.</summary>
    public int Slots { get; init; }

    /// <summary>Whether it is still asleep after a reboot (LuxOS) or starts (AxeOS, AI box).</summary>
    public bool SleepSurvivesReboot { get; init; }

    /// <summary>Whether it keeps its limit over a reboot (LuxOS, AxeOS) or comes back at nominal power (AI box).</summary>
    public bool LimitSurvivesReboot { get; init; }

    /// <summary>Work at a power, by straight lines between the points of the curve.</summary>
    public long MilliworkPerSecondAt(long milliwatts)
    {
        if (milliwatts <= Curve[0].Watts * 1000L)
            return 0;
        for (var i = 1; i < Curve.Length; i++)
        {
            var (low, high) = (Curve[i - 1], Curve[i]);
            if (milliwatts > high.Watts * 1000L)
                continue;
            var above = milliwatts - low.Watts * 1000L;
            var span = (high.Watts - low.Watts) * 1000L;
            return low.MilliworkPerSecond + (high.MilliworkPerSecond - low.MilliworkPerSecond) * above / span;
        }

        return Curve[^1].MilliworkPerSecond;
    }

    /// <summary>The limit the device would really keep: within its range, and the next cap at or below what was asked.</summary>
    public int NearestLimitWatts(int watts)
    {
        if (CapsWatts.IsEmpty)
            return int.Clamp(watts, MinWatts, MaxWatts);
        var limit = CapsWatts[0];
        foreach (var cap in CapsWatts)
            if (cap <= watts)
                limit = cap;
        return limit;
    }
}
