using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Fleet.Gateway.Sites;
using Fleet.Tests.Simulation;

namespace Fleet.Bench.Soak;

/// <summary>
/// What a soak measures of the record of energy, from the rows that were stored and the plant's own integral.
/// <code>
/// metered     what the register went on by in the seconds in which the controller ran and its meter answered the truth,
///             against what the plant took in the same seconds: this is the error
/// lost        records missing where the register goes on by more than the next row holds
/// doubled     a row stored twice, or a register that goes on by less than the row holds
/// </code>
/// </summary>
internal sealed class SoakTally : IChecker
{
    /// <summary>A meter that fails is noticed, and one that is back is trusted, within this.</summary>
    private const int TroubleSeconds = 20;

    /// <summary>A row's own rounding and the register's differ by at most this.</summary>
    private const int RoundingMilliwattHours = 2;

    private readonly HashSet<(string, long, long)> _names = [];
    private readonly Dictionary<string, EnergyInterval> _last = [];
    private readonly long[] _ofQuality = new long[3];
    private readonly List<(string Name, long Register, long Truth)> _whole = [];
    private readonly Dictionary<SimulatedController, (long BootId, long Register, long Truth)> _at = [];
    private long _measured;
    private long _truth;
    private int _seen;

    /// <summary>Every checker of the world.</summary>
    public IChecker[] Checkers => [this, new SiteLimitChecker(), new AuthorityChecker(), new EnergyChecker(), new ConvergenceChecker()];

    /// <inheritdoc/>
    public string Invariant => "The register follows the plant.";

    /// <summary>Rows stored.</summary>
    public int Records { get; private set; }

    /// <summary>Records that were made and are not in the store.</summary>
    public int Lost { get; private set; }

    /// <summary>Records that are in the store twice, or whose energy is.</summary>
    public int Doubled { get; private set; }

    /// <summary>Error of what was metered against the plant over the same time.</summary>
    public double ErrorPercent => _truth == 0 ? 0 : 100.0 * (_measured - _truth) / _truth;

    /// <summary>Whether all demands are met.</summary>
    public bool IsSound => _truth > 0 && Math.Abs(ErrorPercent) <= 0.1 && Lost == 0 && Doubled == 0;

    /// <summary>What else was measured.</summary>
    public IEnumerable<string> Lines => _whole.Select(one => string.Create(CultureInfo.InvariantCulture,
            $"{one.Name}: register {one.Register / 1e6:F3} kWh, plant {one.Truth / 1e6:F3} kWh"))
        .Append(string.Create(CultureInfo.InvariantCulture,
            $"rows: metered {_ofQuality[0] / 1e6:F3} kWh, reported {_ofQuality[1] / 1e6:F3} kWh, nameplate {_ofQuality[2] / 1e6:F3} kWh; measured {_measured / 1e6:F3} kWh against the plant's {_truth / 1e6:F3} kWh"));

    /// <summary>Takes what was stored since the last time; of a world that has come to rest.</summary>
    public void Take(World world)
    {
        var rows = world.Gateway.Book.Rows;
        var fresh = rows.Skip(_seen).ToArray();
        _seen = rows.Count;
        Records = rows.Count;
        _whole.Clear();
        for (var i = 0; i < world.Controllers.Count; i++)
        {
            var controller = world.Controllers[i];
            foreach (var row in fresh.Where(row => row.From.Controller == controller.Design.Name).OrderBy(row => controller.PlaceOf(row.BootId)).ThenBy(row => row.Sequence))
            {
                Count(controller, row);
            }
            _whole.Add((controller.Design.Name, controller.Firmware?.RegisterMilliwattHours ?? 0, controller.TrueMilliwattHours));
        }
    }

    /// <inheritdoc/>
    public string? Step(World world)
    {
        foreach (var controller in world.Controllers.Where(controller => controller.Design.HasMeter))
        {
            var now = (controller.BootId, Register: controller.Firmware?.RegisterMilliwattHours ?? 0, Truth: controller.TrueMilliwattHours);
            var second = world.Clock.Second;
            var isTrue = !controller.HadMeterTrouble(second - TroubleSeconds, second) && !controller.HadLies(second - TroubleSeconds, second);
            if (controller.Firmware is not null && _at.TryGetValue(controller, out var before) && before.BootId == now.BootId && isTrue)
            {
                _measured += now.Register - before.Register;
                _truth += now.Truth - before.Truth;
            }
            _at[controller] = now;
        }
        return null;
    }

    /// <inheritdoc/>
    public string? End(World world) => null;

    private void Count(SimulatedController controller, EnergyInterval row)
    {
        var name = controller.Design.Name;
        Doubled += _names.Add((name, row.BootId, row.Sequence)) ? 0 : 1;
        var before = _last.GetValueOrDefault(name);
        var missing = row.Sequence - 1 - (before?.BootId == row.BootId ? before.Sequence : 0);
        var isForgetful = controller.IsForgetful(before?.BootId, row.BootId);
        var step = isForgetful ? row.EnergyMilliwattHours : row.RegisterMilliwattHours - (before?.RegisterMilliwattHours ?? 0);
        // Where a full store has joined neighbours, sequences are missing and no energy is.
        if (step > row.EnergyMilliwattHours + RoundingMilliwattHours)
            Lost += Math.Max(1, (int)missing);
        if (step < row.EnergyMilliwattHours - RoundingMilliwattHours)
            Doubled++;
        _last[name] = row;
        _ofQuality[(int)row.Quality] += row.EnergyMilliwattHours;
    }
}
