using System;
using System.Linq;

namespace Fleet.Gateway.Planning;

/// <summary>A level for every load and slot that keeps every limit at all times, whatever is planned next.</summary>
/// <remarks>
/// A load not planned yet counts with its least watts (off, or its lowest level while held), which fit together by
/// construction; planning one load uses only what all the others leave, so no limit is ever broken on the way.
/// </remarks>
internal sealed class Schedule
{
    private readonly PlanModel _model;
    private readonly LoadProgramme _programme;
    private readonly byte[][] _levels;
    private readonly double[] _values;
    private readonly long[] _room;
    private readonly byte[] _candidate;

    public Schedule(PlanModel model)
    {
        _model = model;
        _programme = new LoadProgramme(model);
        _room = new long[model.SlotCount];
        _candidate = new byte[model.SlotCount];
        _levels = model.Loads.Select(LeastLevels).ToArray();
        _values = new double[model.Loads.Length];
        FreeWatts = model.Couplings.Select(coupling => (long[])coupling.RoomWatts.Clone()).ToArray();
        for (int load = 0; load < _levels.Length; load++)
        {
            Use(load, _levels[load], sign: -1);
            _values[load] = ValueOf(load, _levels[load]);
        }
    }

    /// <summary>Watts each coupling has left per slot; never below zero.</summary>
    public long[][] FreeWatts { get; }

    /// <summary>Value of a load's present levels less its switching penalty.</summary>
    public double Value(int load) => _values[load];

    /// <summary>Value of all loads less their switching penalties.</summary>
    public double TotalValue => _values.Sum();

    /// <summary>Present levels of a load, per slot.</summary>
    public ReadOnlySpan<byte> Levels(int load) => _levels[load];

    /// <summary>Takes a load back to its least watts.</summary>
    public void Clear(int load)
    {
        Use(load, _levels[load], sign: +1);
        LeastLevels(_model.Loads[load]).CopyTo(_levels[load], 0);
        Use(load, _levels[load], sign: -1);
        _values[load] = ValueOf(load, _levels[load]);
    }

    /// <summary>Gives a load the best levels at the given costs within what the others leave.</summary>
    /// <param name="load">Index of the load.</param>
    /// <param name="costPerWatt">Energy cost, with or without dual prices.</param>
    /// <param name="switchingCost">Money for each slot that leaves the commitment.</param>
    public void Place(int load, double[] costPerWatt, double switchingCost)
    {
        LoadModel model = _model.Loads[load];
        Use(load, _levels[load], sign: +1);
        PlanWithinRoom(model, costPerWatt, switchingCost);
        Take(load, _candidate);
    }

    /// <summary>Gives a load the levels that really earn most within what the others leave, if they earn more than its present ones.</summary>
    public void Improve(int load)
    {
        const double LeastGain = 1e-9;
        LoadModel model = _model.Loads[load];
        Use(load, _levels[load], sign: +1);
        double value = PlanWithinRoom(model, _model.EnergyCost[model.Site], _model.Problem.SwitchingCost);
        Take(load, value > _values[load] + LeastGain ? _candidate : _levels[load]);
    }

    /// <summary>Gives a load levels known to fit.</summary>
    public void Restore(int load, ReadOnlySpan<byte> levels)
    {
        Use(load, _levels[load], sign: +1);
        Take(load, levels);
    }

    private double PlanWithinRoom(LoadModel load, double[] costPerWatt, double switchingCost)
    {
        long[] site = FreeWatts[load.Site];
        long[] portfolio = FreeWatts[^1];
        for (int slot = 0; slot < _room.Length; slot++)
            _room[slot] = Math.Min(site[slot], portfolio[slot]);
        return _programme.Plan(load, costPerWatt, _room, switchingCost, _candidate);
    }

    private void Take(int load, ReadOnlySpan<byte> levels)
    {
        levels.CopyTo(_levels[load]);
        Use(load, _levels[load], sign: -1);
        _values[load] = ValueOf(load, _levels[load]);
    }

    private void Use(int load, ReadOnlySpan<byte> levels, int sign)
    {
        int[] watts = _model.Loads[load].Watts;
        long[] site = FreeWatts[_model.Loads[load].Site];
        long[] portfolio = FreeWatts[^1];
        for (int slot = 0; slot < levels.Length; slot++)
        {
            long change = sign * watts[levels[slot]];
            site[slot] += change;
            portfolio[slot] += change;
        }
    }

    private double ValueOf(int load, ReadOnlySpan<byte> levels) =>
        PlanMoney.Earned(_model, _model.Loads[load], levels) - PlanMoney.SwitchingPenalty(_model, _model.Loads[load], levels);

    private static byte[] LeastLevels(LoadModel load) => load.Uses.Select((_, slot) => (byte)(load.IsHeld(slot) ? 1 : 0)).ToArray();
}
