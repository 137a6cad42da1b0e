using System.Collections.Generic;

namespace Fleet.Gateway.Market;

/// <summary>One step of power between neighbouring levels and the electricity price at which it stops paying.</summary>
/// <param name="FromWatts">Power below the step.</param>
/// <param name="ToWatts">Power above the step.</param>
/// <param name="PricePerMwh">Money the step earns per MWh it takes: Δvalue ÷ Δpower, not the average of the level.</param>
public readonly record struct StrikeStep(int FromWatts, int ToWatts, double PricePerMwh);

/// <summary>The electricity prices at which steps of power stop paying.</summary>
/// <remarks>
/// Curves need not be concave: a step may pay less than the one above it. Therefore a level is left or reached by its
/// best jump, not its nearest:
/// <code>
/// value/h            * 3      price below Above(1)  : 3 pays more than 1
///              * 2            price below Below(3)  : 3 pays more than everything under it
///        * 1
/// -*-0-------------- W
/// </code>
/// </remarks>
public static class StrikePrice
{
    private const double WattsPerMegawatt = 1e6;

    /// <summary>The steps between neighbouring levels.</summary>
    public static IReadOnlyList<StrikeStep> Steps(IReadOnlyList<PowerLevel> levels)
    {
        var steps = new List<StrikeStep>(levels.Count);
        for (int index = 1; index < levels.Count; index++)
            steps.Add(new StrikeStep(levels[index - 1].Watts, levels[index].Watts, Between(levels[index - 1], levels[index])));
        return steps;
    }

    /// <summary>Price above which some lower level earns more than <paramref name="level"/>; null for the lowest.</summary>
    public static double? Below(IReadOnlyList<PowerLevel> levels, int level)
    {
        double? strike = null;
        for (int lower = 0; lower < level; lower++)
        {
            double price = Between(levels[lower], levels[level]);
            strike = strike < price ? strike : price;
        }
        return strike;
    }

    /// <summary>Price below which some higher level earns more than <paramref name="level"/>; null for the highest.</summary>
    public static double? Above(IReadOnlyList<PowerLevel> levels, int level)
    {
        double? strike = null;
        for (int higher = level + 1; higher < levels.Count; higher++)
        {
            double price = Between(levels[level], levels[higher]);
            strike = strike > price ? strike : price;
        }
        return strike;
    }

    private static double Between(PowerLevel lower, PowerLevel higher) =>
        (higher.ValuePerHour - lower.ValuePerHour) / (higher.Watts - lower.Watts) * WattsPerMegawatt;
}
