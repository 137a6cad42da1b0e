using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Gateway.Planning;

/// <summary>Prices on the couplings that make loads, each planning for itself, share sites and portfolio; and the bound they prove.</summary>
/// <remarks>
/// For any prices λ ≥ 0 per watt and slot, the loads' best values at energy cost + λ, plus λ · room, is at least what
/// any plan can earn. The least such bound is sought by a projected subgradient with deflection and Polyak steps,
/// λ ← max(0, λ − step · d), where d blends the slack room − use with the direction before. Slack is measured relative to
/// the coupling's size, so that large and small sites converge alike.
/// </remarks>
internal sealed class DualPrices
{
    /// <summary>Recent prices kept for building plans from.</summary>
    public const int KeptPrices = 24;

    // Found on generated families; any values give a true bound, these give it in fewer steps.
    private const double Deflection = 0.3;
    private const double FirstStep = 1.0;
    private const double LeastStep = 1e-3;
    private const int PatienceSteps = 12;

    private readonly PlanModel _model;
    private readonly LoadProgramme _programme;
    private readonly List<(LoadModel Load, int Count)> _classes;
    private readonly double[] _sizeWatts;
    private readonly double[][] _prices;
    private readonly double[][] _best;
    private readonly double[][] _direction;
    private readonly long[][] _useWatts;
    private readonly double[][] _siteCost;
    private readonly List<double[][]> _recent = [];
    private double _step = FirstStep;
    private int _stepsWithoutGain;

    public DualPrices(PlanModel model)
    {
        _model = model;
        _programme = new LoadProgramme(model);
        _classes = Classes(model.Loads);
        double all = model.Loads.Sum(load => (double)load.Watts[^1]);
        _sizeWatts = Enumerable.Range(0, model.Sites.Length)
            .Select(site => Math.Max(1, model.Loads.Where(load => load.Site == site).Sum(load => (double)load.Watts[^1])))
            .Append(Math.Max(1, all))
            .ToArray();
        _prices = Grid<double>();
        _best = Grid<double>();
        _direction = Grid<double>();
        _useWatts = Grid<long>();
        _siteCost = model.EnergyCost.Select(cost => (double[])cost.Clone()).ToArray();
        Bound = double.PositiveInfinity;
    }

    /// <summary>Least bound proved so far: no plan is worth more.</summary>
    public double Bound { get; private set; }

    /// <summary>Whether the steps have become too small to gain anything, or no coupling binds.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>Energy cost plus dual prices per site and slot: of the best bound first, then of the latest steps.</summary>
    public IReadOnlyList<double[][]> RecentCosts => _recent;

    /// <summary>Evaluates the current prices and moves them one step towards the least bound.</summary>
    /// <param name="reached">Value of the best plan known: the bound cannot fall below it.</param>
    public void Step(double reached)
    {
        double bound = Evaluate();
        if (bound < Bound - (1e-6 * Math.Abs(Bound)) || double.IsInfinity(Bound))
            _stepsWithoutGain = 0;
        else if (++_stepsWithoutGain >= PatienceSteps)
            Restart();
        if (bound < Bound)
        {
            Bound = bound;
            Copy(_prices, _best);
        }
        if (_recent.Count == KeptPrices)
            _recent.RemoveAt(0);
        _recent.Add(_siteCost.Select(cost => (double[])cost.Clone()).ToArray());
        Move(bound - Math.Min(reached, bound));
    }

    private void Restart()
    {
        _stepsWithoutGain = 0;
        _step /= 2;
        IsSettled = _step < LeastStep;
        Copy(_best, _prices);
        foreach (double[] row in _direction)
            Array.Clear(row);
        Evaluate();
    }

    private double Evaluate()
    {
        foreach (long[] row in _useWatts)
            Array.Clear(row);
        double[] portfolio = _prices[^1];
        for (int site = 0; site < _siteCost.Length; site++)
        {
            for (int slot = 0; slot < _model.SlotCount; slot++)
                _siteCost[site][slot] = _model.EnergyCost[site][slot] + _prices[site][slot] + portfolio[slot];
        }
        double bound = 0;
        Span<byte> levels = stackalloc byte[_model.SlotCount];
        foreach ((LoadModel load, int count) in _classes)
        {
            bound += count * _programme.Plan(load, _siteCost[load.Site], [], _model.Problem.SwitchingCost, levels);
            long[] siteUse = _useWatts[load.Site];
            for (int slot = 0; slot < levels.Length; slot++)
                siteUse[slot] += (long)count * load.Watts[levels[slot]];
        }
        for (int index = 0; index < _prices.Length; index++)
        {
            for (int slot = 0; slot < _model.SlotCount; slot++)
            {
                if (_prices[index][slot] > 0)
                    bound += _prices[index][slot] * _model.Couplings[index].RoomWatts[slot];
                if (index < _siteCost.Length)
                    _useWatts[^1][slot] += _useWatts[index][slot];
            }
        }
        return bound;
    }

    private void Move(double distance)
    {
        double norm = 0;
        for (int index = 0; index < _prices.Length; index++)
        {
            for (int slot = 0; slot < _model.SlotCount; slot++)
            {
                double slack = _model.Couplings[index].RoomWatts[slot] - _useWatts[index][slot];
                double blended = slack + (Deflection * _direction[index][slot]);
                // A price at zero with slack to spare stays there; counting it would only shorten the step.
                if (_prices[index][slot] <= 0 && blended > 0)
                    blended = 0;
                _direction[index][slot] = blended;
                norm += blended * blended / _sizeWatts[index];
            }
        }
        if (norm <= 0)
        {
            IsSettled = true;
            return;
        }
        double step = _step * distance / norm;
        for (int index = 0; index < _prices.Length; index++)
        {
            for (int slot = 0; slot < _model.SlotCount; slot++)
                _prices[index][slot] = Math.Max(0, _prices[index][slot] - (step * _direction[index][slot] / _sizeWatts[index]));
        }
    }

    private static List<(LoadModel Load, int Count)> Classes(LoadModel[] loads)
    {
        var classes = new List<(LoadModel Load, int Count)>();
        var byShape = new Dictionary<(int, int, int, double, double), List<int>>();
        foreach (LoadModel load in loads)
        {
            var shape = (load.Site, load.Watts.Length, load.Watts[^1], load.ValuePerHour[^1], load.Source.StartCost);
            if (!byShape.TryGetValue(shape, out List<int>? alike))
                byShape[shape] = alike = [];
            int found = alike.FindIndex(index => classes[index].Load.PlansLike(load));
            if (found >= 0)
            {
                classes[alike[found]] = (classes[alike[found]].Load, classes[alike[found]].Count + 1);
                continue;
            }
            alike.Add(classes.Count);
            classes.Add((load, 1));
        }
        return classes;
    }

    private T[][] Grid<T>() => Enumerable.Range(0, _model.Couplings.Length).Select(_ => new T[_model.SlotCount]).ToArray();

    private static void Copy(double[][] from, double[][] to)
    {
        for (int index = 0; index < from.Length; index++)
            from[index].CopyTo(to[index], 0);
    }
}
