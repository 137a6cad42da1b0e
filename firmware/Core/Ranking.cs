using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// Which load is on first: the lowest order of the settings, and of the same order the first in the settings, unless they are
/// hashing loads that were given none: these are ranked by what is measured, the most hashes a joule first.
/// <code>
/// measured   at nine tenths of its watts or more in two steps on end: at less, every load is more efficient
/// changed    at most once a step, two neighbours, and only for one part in BetterParts
/// </code>
/// so that a rank that changed does not change back by what the change itself does to the efficiency. Loads with an order are
/// never moved, nor is one that was not measured yet.
/// </summary>
public sealed class Ranking
{
    /// <summary>Time between two looks: a rank that changes may cost a start.</summary>
    public const int StepMs = 900000;

    /// <summary>How much better the next must be to go before: one part in this, twice what reports of hash rate wander by.</summary>
    public const int BetterParts = 20;

    private const int FullParts = 10;

    private readonly LoadSettings[] _settings;
    private readonly int[] _efficiency;
    private readonly bool[] _wasFull;
    private long _stepMs;

    /// <summary>Ranks by the settings.</summary>
    public Ranking(LoadSettings[] settings)
    {
        _settings = settings;
        _efficiency = new int[settings.Length];
        _wasFull = new bool[settings.Length];
        Loads = new int[settings.Length];
        for (int i = 0; i < settings.Length; i++)
        {
            int at = i;
            for (; at > 0 && settings[Loads[at - 1]].Order > settings[i].Order; at--)
                Loads[at] = Loads[at - 1];
            Loads[at] = i;
        }
    }

    /// <summary>The loads' positions, the one to be on first in front.</summary>
    public readonly int[] Loads;

    /// <summary>Takes what was measured of the loads.</summary>
    public void Step(Snapshot snapshot, LoadOrder[] orders)
    {
        if (snapshot.NowMs - _stepMs < StepMs)
            return;
        _stepMs = snapshot.NowMs;
        for (int i = 0; i < orders.Length; i++)
        {
            LoadPicture load = snapshot.Loads[i];
            bool isFull = !_settings[i].HasOrder && load.Ability.Work == WorkUnit.Gigahash
                && orders[i].IsBinding && orders[i].Watts >= load.MaxWatts - load.MaxWatts / FullParts;
            if (isFull && _wasFull[i])
                _efficiency[i] = orders[i].Efficiency;
            _wasFull[i] = isFull;
        }
        for (int r = 1; r < Loads.Length; r++)
        {
            long before = _efficiency[Loads[r - 1]];
            if (before == 0 || _efficiency[Loads[r]] < before + before / BetterParts || _settings[Loads[r - 1]].Order != _settings[Loads[r]].Order)
                continue;
            int better = Loads[r];
            Loads[r] = Loads[r - 1];
            Loads[r - 1] = better;
            return;
        }
    }
}
