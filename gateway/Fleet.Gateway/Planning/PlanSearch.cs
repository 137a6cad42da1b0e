using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Gateway.Planning;

/// <summary>Finds good schedules: builds them at dual prices, then takes a few loads out at a time and puts them back better.</summary>
/// <remarks>Random in form only: the draws come from a fixed seed, so equal problems are searched alike.</remarks>
internal sealed class PlanSearch
{
    private const int Seed = 20_009;
    private const int FewestTakenOut = 2;
    private const int MostTakenOut = 10;
    private const int MovesPerPortfolioMove = 4;
    private const int MovesPerDisturbedOne = 8; // enough to leave a dead end when loads are few, too few to matter when many

    private readonly PlanModel _model;
    private readonly Random _random = new(Seed);
    private readonly int[][] _pools;
    private readonly byte[][] _before = new byte[MostTakenOut][];
    private readonly double[] _disturbed;
    private readonly double _usualCost;

    public PlanSearch(PlanModel model)
    {
        _model = model;
        int[] all = Enumerable.Range(0, model.Loads.Length).ToArray();
        _pools = all.GroupBy(load => model.Loads[load].Site).Select(site => site.ToArray()).Append(all).ToArray();
        for (int index = 0; index < _before.Length; index++)
            _before[index] = new byte[model.SlotCount];
        _disturbed = new double[model.SlotCount];
        _usualCost = model.EnergyCost.SelectMany(costs => costs).Select(Math.Abs).DefaultIfEmpty().Average();
        Best = new Schedule(model);
        BestValue = Best.TotalValue;
    }

    /// <summary>Best schedule so far.</summary>
    public Schedule Best { get; private set; }

    /// <summary>Its value.</summary>
    public double BestValue { get; private set; }

    /// <summary>Programmes solved so far: the measure of work, which unlike time is the same on every machine.</summary>
    public long PlansMade { get; private set; }

    /// <summary>Keeps every commitment that still fits, then lets each load leave it where that pays more than the switching cost.</summary>
    public void BuildFromCommitments()
    {
        const double Firmly = 1e6;
        var schedule = new Schedule(_model);
        for (int load = 0; load < _model.Loads.Length; load++)
            schedule.Place(load, _model.EnergyCost[_model.Loads[load].Site], Firmly);
        PlansMade += _model.Loads.Length;
        Polish(schedule);
    }

    /// <summary>Builds a schedule load by load, each at prices drawn from the recent ones so that equal loads do not move in step.</summary>
    public void BuildAtPrices(IReadOnlyList<double[][]> recentCosts)
    {
        var schedule = new Schedule(_model);
        int[] order = Enumerable.Range(0, _model.Loads.Length).ToArray();
        _random.Shuffle(order);
        foreach (int load in order)
            schedule.Place(load, DrawnCost(recentCosts, load), _model.Problem.SwitchingCost);
        PlansMade += order.Length;
        Polish(schedule);
    }

    /// <summary>Takes some loads of a site, or of all, out of the best schedule, puts them back in another order, and keeps the result if it is no worse.</summary>
    public void Rearrange(IReadOnlyList<double[][]> recentCosts)
    {
        bool isDisturbed = _random.Next(MovesPerDisturbedOne) == 0;
        int[] pool = _pools[_random.Next(MovesPerPortfolioMove) == 0 ? ^1 : _random.Next(_pools.Length)];
        int count = Math.Min(pool.Length, _random.Next(FewestTakenOut, MostTakenOut + 1));
        Span<int> taken = stackalloc int[count];
        double before = 0;
        for (int index = 0; index < count; index++)
        {
            int load = pool[_random.Next(pool.Length)];
            while (taken[..index].Contains(load))
                load = pool[_random.Next(pool.Length)];
            taken[index] = load;
            before += Best.Value(load);
            Best.Levels(load).CopyTo(_before[index]);
        }
        foreach (int load in taken)
            Best.Clear(load);
        foreach (int load in taken)
        {
            double[] cost = DrawnCost(recentCosts, load);
            double[] tried = isDisturbed ? Disturbed(cost, _model.EnergyCost[_model.Loads[load].Site]) : cost;
            Best.Place(load, tried, _model.Problem.SwitchingCost);
        }
        foreach (int load in taken)
            Best.Improve(load);
        PlansMade += 2 * count;
        Settle(taken, before);
    }

    private void Settle(ReadOnlySpan<int> taken, double before)
    {
        double after = 0;
        foreach (int load in taken)
            after += Best.Value(load);
        if (after >= before)
        {
            BestValue += after - before;
            return;
        }
        foreach (int load in taken)
            Best.Clear(load);
        for (int index = 0; index < taken.Length; index++)
            Best.Restore(taken[index], _before[index]);
    }

    private double[] DrawnCost(IReadOnlyList<double[][]> recentCosts, int load) =>
        recentCosts[_random.Next(recentCosts.Count)][_model.Loads[load].Site];

    // Dual prices weighed from nought to double, and stretches of the horizon made dearer or cheaper at random.
    private double[] Disturbed(double[] cost, double[] energyCost)
    {
        const int LongestStretch = 24;
        double weight = 2 * _random.NextDouble();
        double extra = 0;
        int until = 0;
        for (int slot = 0; slot < cost.Length; slot++)
        {
            if (slot == until)
            {
                until = slot + _random.Next(2, LongestStretch + 1);
                extra = _random.Next(2) == 0 ? 0 : (2 * _random.NextDouble() - 1) * _usualCost;
            }
            _disturbed[slot] = energyCost[slot] + (weight * (cost[slot] - energyCost[slot])) + extra;
        }
        return _disturbed;
    }

    private void Polish(Schedule schedule)
    {
        const int Passes = 2;
        for (int pass = 0; pass < Passes; pass++)
        {
            for (int load = 0; load < _model.Loads.Length; load++)
                schedule.Improve(load);
        }
        PlansMade += Passes * _model.Loads.Length;
        double value = schedule.TotalValue;
        if (value <= BestValue)
            return;
        Best = schedule;
        BestValue = value;
    }
}
