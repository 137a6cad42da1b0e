using System;
using System.Globalization;
using System.Linq;

namespace Fleet.Virtual.Plant;

/// <summary>One preset of frequency, voltage and the power that follows.</summary>
internal sealed record LuxOsProfile(string Name, int Step, int Megahertz, int Watts, double Terahashes);

/// <summary>The presets of one miner, from the least power up to the factory's "default".</summary>
internal sealed class LuxOsProfiles
{
    /// <summary>Presets below the factory's; each is 25 MHz less.</summary>
    private const int StepsDown = 8;

    private const int DefaultMegahertz = 545;

    public LuxOsProfiles(PlantRating rating)
    {
        All = [.. Enumerable.Range(-StepsDown, StepsDown + 1).Select(step =>
        {
            var watts = rating.NominalWatts + step * (rating.NominalWatts - rating.MinWatts) / StepsDown;
            var megahertz = DefaultMegahertz + 25 * step;
            var name = step == 0 ? "default" : $"{megahertz}MHz";
            return new LuxOsProfile(name, step, megahertz, watts, Math.Round(rating.MilliworkPerSecondAt(watts * 1000L) / 1e6, 1));
        })];
        Current = All[^1];
    }

    public LuxOsProfile[] All { get; }

    public LuxOsProfile Current { get; set; }

    /// <summary>The profile meant by a name, a step from the current one (+1), or a power or hash rate (3100W, 3.2kW, 95THs).</summary>
    public LuxOsProfile? Find(string selector)
    {
        if (selector.StartsWith('+') || selector.StartsWith('-'))
            return int.TryParse(selector, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var steps)
                ? All.FirstOrDefault(profile => profile.Step == Current.Step + steps)
                : null;
        if (TryNumber(selector, "THs", out var terahashes))
            return All.LastOrDefault(profile => profile.Terahashes <= terahashes);
        if (TryNumber(selector, "kW", out var kilowatts))
            return All.LastOrDefault(profile => profile.Watts <= kilowatts * 1000);
        if (TryNumber(selector, "W", out var watts))
            return All.LastOrDefault(profile => profile.Watts <= watts);
        return All.FirstOrDefault(profile => string.Equals(profile.Name, selector, StringComparison.OrdinalIgnoreCase));
    }

    private static bool TryNumber(string selector, string unit, out double value)
    {
        value = 0;
        return selector.EndsWith(unit, StringComparison.Ordinal)
            && double.TryParse(selector.AsSpan(0, selector.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
    }
}
