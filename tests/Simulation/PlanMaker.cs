using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Market;
using Fleet.Gateway.Planning;

namespace Fleet.Tests.Simulation;

/// <summary>Plans by prices that cross the loads' strike prices up and down, without regard to the site's limit: that is the dispatch's to keep.</summary>
public sealed class PlanMaker
{
    private const int Slots = 8;
    private const int HighestPrice = 140;

    private readonly World _world;
    private readonly double[] _strikes;
    private int _count;
    private bool _isDear;

    /// <summary>Draws a strike price for each load.</summary>
    public PlanMaker(World world)
    {
        _world = world;
        _strikes = [.. world.Loads.Select(_ => (double)world.Chance.Between(30, HighestPrice))];
    }

    /// <summary>The next plan: cheap hours after dear ones, each slot with a price of its own.</summary>
    public SitePlan Next()
    {
        _isDear = !_isDear;
        return Make([.. Enumerable.Range(0, Slots).Select(_ => _world.Chance.Between(_isDear ? 40 : 0, _isDear ? HighestPrice : 60))]);
    }

    /// <summary>A plan of one price for all its slots.</summary>
    public SitePlan Steady(int price = 40) => Make([.. Enumerable.Repeat(price, Slots)]);

    /// <summary>A plan whose slots begin with the one of now, at these prices.</summary>
    public SitePlan Make(IReadOnlyList<int> prices)
    {
        var now = _world.Clock.True;
        var id = $"plan-{++_count}";
        return new SitePlan(id, now, Slot.Floor(now), Slot.Duration, [.. prices.Select(price => WantedAt(price, id))]);
    }

    private Wanted WantedAt(int price, string id) => new(
        [.. _world.Loads.Select((load, i) => WattsAt(load.Kind, _strikes[i] - price))], _strikes, id, $"price {price}");

    private static int WattsAt(LoadKind kind, double margin) =>
        margin <= 0 ? 0 : kind.LevelWatts[Math.Min(kind.LevelWatts.Length - 1, (int)(margin * kind.LevelWatts.Length / 60))];
}
