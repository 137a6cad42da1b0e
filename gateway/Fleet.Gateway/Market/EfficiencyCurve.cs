using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Gateway.Market;

/// <summary>One power level of a load and the work it does there.</summary>
/// <param name="Watts">Power drawn at the level.</param>
/// <param name="WorkRate">Work per second: TH/s of an ASIC, tokens/s of an AI box.</param>
public readonly record struct EfficiencyLevel(int Watts, double WorkRate);

/// <summary>One power level of a load and the money it earns there before electricity.</summary>
/// <param name="Watts">Power drawn at the level.</param>
/// <param name="ValuePerHour">Money earned in an hour at the level.</param>
public readonly record struct PowerLevel(int Watts, double ValuePerHour);

/// <summary>Watts against work of one load, from off upwards; steps may pay more or less than the step below them.</summary>
public sealed class EfficiencyCurve
{
    private readonly EfficiencyLevel[] _levels;

    /// <summary>Makes a curve from levels by rising watts, the first being off.</summary>
    /// <exception cref="ArgumentException">No levels, watts that do not rise, a negative or non-finite work rate, or work while off.</exception>
    public EfficiencyCurve(IEnumerable<EfficiencyLevel> levels)
    {
        _levels = levels.ToArray();
        if (_levels.Length == 0 || _levels[0].WorkRate != 0 || _levels[0].Watts < 0)
            throw new ArgumentException("an efficiency curve begins with its off level: no work, and the watts it draws then", nameof(levels));
        for (int index = 1; index < _levels.Length; index++)
        {
            if (_levels[index].Watts <= _levels[index - 1].Watts)
                throw new ArgumentException($"level {index} of an efficiency curve must draw more than the {_levels[index - 1].Watts} W of level {index - 1}", nameof(levels));
            if (!double.IsFinite(_levels[index].WorkRate) || _levels[index].WorkRate < 0)
                throw new ArgumentException($"the work rate {_levels[index].WorkRate} of level {index} must be finite and not negative", nameof(levels));
        }
    }

    /// <summary>The levels by rising watts; the first is off.</summary>
    public IReadOnlyList<EfficiencyLevel> Levels => _levels;

    /// <summary>The levels with the money each earns in an hour.</summary>
    public IReadOnlyList<PowerLevel> ValuedAt(WorkValue value) =>
        _levels.Select(level => new PowerLevel(level.Watts, level.WorkRate * value.PerRateHour)).ToArray();
}
