using Fleet.Wire;

namespace Fleet.Core;

/// <summary>One load as the tick sees it: its newest reading, how much of it counts, and what the load can do.</summary>
public sealed class LoadPicture
{
    /// <summary>The newest reading, whatever its age; meaningless while <see cref="IsKnown"/> is false.</summary>
    public readonly LoadReading Reading = new LoadReading();

    /// <summary>Begins with what the settings say of the load.</summary>
    public LoadPicture(LoadSettings settings)
    {
        NameplateWatts = settings.NameplateWatts;
        Ability = new LoadAbility
        {
            Name = settings.Name,
            Driver = settings.Driver,
            MinWatts = settings.MinWatts,
            MaxWatts = settings.MaxWatts,
            LevelWatts = settings.LevelWatts,
        };
    }

    /// <summary>What the load can do: as its driver last said what makes sense, or as the settings say where it never did.</summary>
    public LoadAbility Ability { get; private set; }

    /// <summary>Most watts it can take whatever it is told.</summary>
    public readonly int NameplateWatts;

    /// <summary>Most watts it is ever asked to take: the smaller of its ability and its nameplate.</summary>
    public int MaxWatts
    {
        get { return Ability.MaxWatts < NameplateWatts ? Ability.MaxWatts : NameplateWatts; }
    }

    /// <summary>Whether it has answered since boot.</summary>
    public bool IsKnown;

    /// <summary>Whether its newest answer still counts.</summary>
    public bool IsFresh;

    /// <summary>Whether it has not answered for so long that something is wrong. Shortly after boot it is neither fresh nor silent.</summary>
    public bool IsSilent;

    /// <summary>Whether <see cref="Watts"/> is a reading that counts.</summary>
    public bool HasWatts;

    /// <summary>Its power by its own report.</summary>
    public int Watts;

    /// <summary>Whether it is a relay that is open by its own account, and meters tell what it takes nevertheless.</summary>
    public bool IsMetered;

    /// <summary>What the meters last showed that no other load can be taking; meaningless while it never was metered.</summary>
    public int MeteredWatts;

    /// <summary>When the meters showed it.</summary>
    public long MeteredAtMs;

    /// <summary>Whether <see cref="TemperatureMilliC"/> is of now.</summary>
    public bool HasTemperature;

    /// <summary>The hottest of what it reports and what its thermometers read; the last that was known while nothing is.</summary>
    public int TemperatureMilliC;

    /// <summary>Whether one of its thermometers has not been read for so long that something is wrong.</summary>
    public bool IsThermometerStale;

    /// <summary>Whether it has power and may work.</summary>
    public bool IsActive
    {
        get { return Reading.State == LoadState.Running || Reading.State == LoadState.Starting || Reading.State == LoadState.Draining; }
    }

    /// <summary>Whether it says that it takes no power for work.</summary>
    public bool IsResting
    {
        get { return Reading.State == LoadState.Off || Reading.State == LoadState.Sleeping; }
    }

    /// <summary>Forgets the temperatures of the tick before.</summary>
    public void Cool()
    {
        HasTemperature = false;
        IsThermometerStale = false;
    }

    /// <summary>Takes a temperature that counts, of which it keeps the hottest.</summary>
    public void Warm(int milliC)
    {
        if (!HasTemperature || milliC > TemperatureMilliC)
            TemperatureMilliC = milliC;
        HasTemperature = true;
    }

    /// <summary>Takes what the driver says the load can do.</summary>
    public void Take(LoadAbility ability)
    {
        if (MakesSense(ability))
            Ability = ability;
    }

    /// <summary>The highest watts within a limit that the load can be set to; 0 when it can only rest.</summary>
    public int FloorWatts(int limitWatts)
    {
        int watts = limitWatts < MaxWatts ? limitWatts : MaxWatts;
        if (watts <= 0 || watts < Ability.MinWatts)
            return 0;
        int[] levels = Ability.LevelWatts;
        if (levels.Length == 0)
            return watts;
        int floor = 0;
        for (int i = 0; i < levels.Length; i++)
        {
            if (levels[i] <= watts)
                floor = levels[i];
        }
        return floor;
    }

    /// <summary>Fewest watts at which it works.</summary>
    public int LeastWatts
    {
        get
        {
            int least = Ability.LevelWatts.Length > 0 ? Ability.LevelWatts[0] : Ability.MinWatts;
            return least > 0 ? least : 1;
        }
    }

    private static bool MakesSense(LoadAbility ability)
    {
        if (ability == null || ability.LevelWatts == null || ability.LevelWatts.Length > Bounds.Levels)
            return false;
        int beforeWatts = ability.MinWatts;
        for (int i = 0; i < ability.LevelWatts.Length; i++)
        {
            if (ability.LevelWatts[i] < beforeWatts)
                return false;
            beforeWatts = ability.LevelWatts[i] + 1;
        }
        return ability.MinWatts >= 0 && ability.MaxWatts >= ability.MinWatts && ability.MaxWatts >= beforeWatts - 1 && ability.MaxWatts <= Bounds.Watts;
    }
}
