using Fleet.Wire;

namespace Fleet.Core;

/// <summary>Keeps the hello true: notices when settings or what a load can do have changed since it was filled.</summary>
public sealed class HelloWatch
{
    private readonly Settings _settings;

    /// <summary>Fills what never changes.</summary>
    public HelloWatch(Settings settings, long bootId, Codec codec)
    {
        _settings = settings;
        Hello = new Hello
        {
            IsOnline = true,
            Board = settings.Board,
            Firmware = Controller.FirmwareVersion,
            BootId = bootId,
            Codec = codec,
        };
        Hello.Loads = new LoadAbility[settings.LoadList.Length];
        for (int i = 0; i < Hello.Loads.Length; i++)
            Hello.Loads[i] = new LoadAbility { Name = settings.LoadList[i].Name, Driver = settings.LoadList[i].Driver };
    }

    /// <summary>The hello.</summary>
    public Hello Hello { get; }

    /// <summary>Brings the hello up to date; whether anything had changed.</summary>
    public bool Update(LoadPicture[] loads)
    {
        bool changed = Hello.FailSafeWatts != _settings.FailSafeWatts
            || Hello.FailSafeMinimumSeconds != _settings.FailSafeMinimumSeconds
            || Hello.HeartbeatTimeoutSeconds != _settings.HeartbeatTimeoutSeconds;
        Hello.FailSafeWatts = _settings.FailSafeWatts;
        Hello.FailSafeMinimumSeconds = _settings.FailSafeMinimumSeconds;
        Hello.HeartbeatTimeoutSeconds = _settings.HeartbeatTimeoutSeconds;
        for (int i = 0; i < loads.Length; i++)
            changed |= Update(Hello.Loads[i], loads[i]);
        return changed;
    }

    private static bool Update(LoadAbility said, LoadPicture load)
    {
        LoadAbility now = load.Ability;
        int minWatts = now.MinWatts < load.MaxWatts ? now.MinWatts : load.MaxWatts;
        if (said.Work == now.Work && said.MinWatts == minWatts && said.MaxWatts == load.MaxWatts && said.Sleeps == now.Sleeps
            && AreEqual(said.LevelWatts, now.LevelWatts))
            return false;
        said.Work = now.Work;
        said.MinWatts = minWatts;
        said.MaxWatts = load.MaxWatts;
        said.Sleeps = now.Sleeps;
        said.LevelWatts = now.LevelWatts;
        return true;
    }

    private static bool AreEqual(int[] left, int[] right)
    {
        if (left.Length != right.Length)
            return false;
        for (int i = 0; i < left.Length; i++)
        {
            if (left[i] != right[i])
                return false;
        }
        return true;
    }
}
