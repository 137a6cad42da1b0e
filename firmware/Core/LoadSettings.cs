using Fleet.Wire;

namespace Fleet.Core;

/// <summary>What the settings file says of one load; see <see cref="SettingsTable.Load"/>.</summary>
public sealed class LoadSettings : OptionSet
{
    private const string LevelsKey = "levelWatts";
    private static readonly int[] AnyWatts = new int[0];

    /// <summary>Settings of which nothing is given yet.</summary>
    public LoadSettings()
        : base(SettingsPart.Load)
    {
    }

    /// <summary>Its name, unique on its controller.</summary>
    public string Name { get { return Text(0); } }

    /// <summary>The driver that speaks to it.</summary>
    public string Driver { get { return Text(1); } }

    /// <summary>Its network name or address; empty for none.</summary>
    public string Host { get { return Text(2); } }

    /// <summary>Its TCP port; 0 is the driver's usual one.</summary>
    public int Port { get { return Number(8); } }

    /// <summary>The board's output that switches it; empty for none.</summary>
    public string Output { get { return Text(3); } }

    /// <summary>The board's serial line it hangs on; empty for none.</summary>
    public string Serial { get { return Text(4); } }

    /// <summary>The board's output that dims it; empty for none.</summary>
    public string Dimmer { get { return Text(5); } }

    /// <summary>Who it is asked as, for devices with a login; empty is the driver's usual one.</summary>
    public string User { get { return Text(6); } }

    /// <summary>The device's password; empty is the maker's.</summary>
    public string Password { get { return Text(7); } }

    /// <summary>Speed of its serial line.</summary>
    public int Baud { get { return Number(22); } }

    /// <summary>Fewest watts at which it works.</summary>
    public int MinWatts { get { return Number(9); } }

    /// <summary>Most watts it is asked to take.</summary>
    public int MaxWatts { get { return Number(10); } }

    /// <summary>Most watts it can take whatever it is told; never below <see cref="MaxWatts"/>.</summary>
    public int NameplateWatts { get { return Number(11) == 0 ? MaxWatts : Number(11); } }

    /// <summary>Whether it has a fail-safe limit of its own.</summary>
    public bool HasFailSafe { get { return IsGiven(12); } }

    /// <summary>Its own limit in fail-safe.</summary>
    public int FailSafeWatts { get { return Number(12); } }

    /// <summary>Its rank: the lowest is on first.</summary>
    public int Order { get { return Number(13); } }

    /// <summary>Whether it has a rank of its own.</summary>
    public bool HasOrder { get { return IsGiven(13); } }

    /// <summary>Whether it is spoken to, and has a relay in front.</summary>
    public bool IsRelayed { get { return Output.Length > 0 && Host.Length + Serial.Length > 0; } }

    /// <summary>How long it works at least, unless the limit forces it off.</summary>
    public int MinOnSeconds { get { return LeastSeconds(14); } }

    /// <summary>How long it rests at least.</summary>
    public int MinOffSeconds { get { return LeastSeconds(15); } }

    /// <summary>How long it takes to start.</summary>
    public int StartSeconds { get { return Number(16); } }

    /// <summary>Watts it may take while it starts, whatever it is told.</summary>
    public int InrushWatts { get { return Number(17); } }

    /// <summary>How long it may take to follow a lower order.</summary>
    public int SettleSeconds { get { return Number(18); } }

    /// <summary>How long after a lower order it may show nothing of it.</summary>
    public int DeadSeconds { get { return Number(23); } }

    /// <summary>Power that switches it off until a local reset; 0 is none.</summary>
    public int TripWatts { get { return Number(19); } }

    /// <summary>Temperature from which it is derated; 0 is the controller's.</summary>
    public int WarnMilliC { get { return Number(20); } }

    /// <summary>Temperature that switches it off until a local reset; 0 is the controller's.</summary>
    public int TripMilliC { get { return Number(21); } }

    /// <summary>The power levels it can be set to, rising; empty when any between min and max.</summary>
    public int[] LevelWatts { get; private set; } = AnyWatts;

    /// <summary>The relay in front of it opens when it rests and takes no more than this, …</summary>
    public int RelayBelowWatts { get { return Number(24); } }

    /// <summary>… or this long after it was told to rest.</summary>
    public int RelayAfterSeconds { get { return Number(25); } }

    /// <summary>1 when the relay in front of it opens whenever it rests, 0 when only one that does not rest is cut.</summary>
    public int RelayOpensAtRest { get { return Number(26); } }

    /// <summary>Reads the object the reader stands on.</summary>
    internal bool TryRead(JsonReader json, out string reason)
    {
        if (!json.EnterObject())
        {
            reason = "must be an object";
            return false;
        }
        while (json.NextField())
        {
            if (!json.TryName(Bounds.TextLength, out string name))
                name = "?";
            bool read = name == LevelsKey ? TryReadLevels(json, out reason) : TryReadOption(json, name, out reason);
            if (!read)
                return false;
        }
        reason = Missing();
        if (reason == null)
            reason = Problem();
        return reason == null;
    }

    private bool TryReadLevels(JsonReader json, out string reason)
    {
        reason = LevelsKey + ": must be at most " + Bounds.Levels.ToString() + " rising whole numbers of W above 0";
        int[] levels = new int[Bounds.Levels];
        int count = 0;
        if (LevelWatts.Length > 0 || !json.EnterArray())
            return false;
        while (json.NextItem())
        {
            int least = count == 0 ? 1 : levels[count - 1] + 1;
            if (count == levels.Length || !json.TryInt(least, Bounds.Watts, out levels[count]))
                return false;
            count++;
        }
        LevelWatts = new int[count];
        System.Array.Copy(levels, LevelWatts, count);
        reason = null;
        return true;
    }

    /// <summary>A least time as it is given; where it is not, a contactor and a boot are spared more than one a minute.</summary>
    private int LeastSeconds(int index)
    {
        return IsRelayed && !IsGiven(index) ? 60 : Number(index);
    }

    private string Problem()
    {
        if (!Topics.IsName(Name))
            return "name: must be of a-z, 0-9 and inner hyphens";
        if (MinWatts > MaxWatts)
            return "minWatts: must not be above maxWatts";
        if (NameplateWatts < MaxWatts)
            return "nameplateWatts: must not be below maxWatts";
        if (FailSafeWatts > MaxWatts)
            return "failSafeWatts: must not be above maxWatts";
        if (InrushWatts > NameplateWatts)
            return "inrushWatts: must not be above nameplateWatts";
        if (LevelWatts.Length > 0 && (LevelWatts[0] < MinWatts || LevelWatts[LevelWatts.Length - 1] > MaxWatts))
            return LevelsKey + ": must lie between minWatts and maxWatts";
        return null;
    }
}
