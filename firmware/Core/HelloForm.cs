using Fleet.Wire;

namespace Fleet.Core;

/// <summary>Fills the hello with what settings and loads say now; made anew each time, because it is sent so rarely.</summary>
internal static class HelloForm
{
    /// <summary>A number that is another one, but for chance, when the settings or what a load can do have changed.</summary>
    public static uint HashOf(Settings settings, LoadPicture[] loads)
    {
        uint hash = Spread.Add(0, settings.FailSafeWatts);
        hash = Spread.Add(hash, settings.FailSafeMinimumSeconds);
        hash = Spread.Add(hash, settings.HeartbeatTimeoutSeconds);
        for (int i = 0; i < loads.Length; i++)
        {
            LoadAbility ability = loads[i].Ability;
            hash = Spread.Add(hash, (int)ability.Work * 2 + (ability.Sleeps ? 1 : 0));
            hash = Spread.Add(hash, ability.MinWatts);
            hash = Spread.Add(hash, loads[i].MaxWatts);
            for (int level = 0; level < ability.LevelWatts.Length; level++)
                hash = Spread.Add(hash, ability.LevelWatts[level]);
        }
        return hash;
    }

    /// <summary>The hello of now.</summary>
    public static Hello New(Settings settings, LoadPicture[] loads, long bootId, string firmware)
    {
        LoadAbility[] abilities = new LoadAbility[loads.Length];
        for (int i = 0; i < loads.Length; i++)
        {
            LoadAbility ability = loads[i].Ability;
            abilities[i] = new LoadAbility
            {
                Name = settings.LoadList[i].Name,
                Driver = settings.LoadList[i].Driver,
                Work = ability.Work,
                MinWatts = ability.MinWatts < loads[i].MaxWatts ? ability.MinWatts : loads[i].MaxWatts,
                MaxWatts = loads[i].MaxWatts,
                Sleeps = ability.Sleeps,
                LevelWatts = ability.LevelWatts,
            };
        }
        return new Hello
        {
            IsOnline = true,
            Board = settings.Board,
            Firmware = firmware,
            BootId = bootId,
            FailSafeWatts = settings.FailSafeWatts,
            FailSafeMinimumSeconds = settings.FailSafeMinimumSeconds,
            HeartbeatTimeoutSeconds = settings.HeartbeatTimeoutSeconds,
            Loads = abilities,
        };
    }
}
