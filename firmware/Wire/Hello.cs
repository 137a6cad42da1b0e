namespace Fleet.Wire;

/// <summary>
/// Who a controller is and what its loads can do; retained. The will is the same topic with
/// <c>{"wire":1,"online":false,"boot":…}</c> alone.
/// <code>
/// {"wire":1,"online":true,"board":"olimex-esp32-poe-iso","firmware":"0.1.0","boot":12,"bootReason":1,
///  "failSafeWatts":4200,"failSafeMinimumSeconds":7200,"heartbeatTimeoutSeconds":120,
///  "loads":[{"name":"s21-1","driver":"luxos","work":1,"minWatts":1600,"maxWatts":3500,"sleeps":true,"levelWatts":[…]}]}
/// </code>
/// </summary>
public sealed class Hello : Message
{
    /// <summary>The wire version the controller speaks.</summary>
    public int Wire = Bounds.WireVersion;

    /// <summary>False in the will: the controller is gone.</summary>
    public bool IsOnline;

    /// <summary>The board's name in hardware/boards.</summary>
    public string Board;

    /// <summary>The firmware's version.</summary>
    public string Firmware;

    /// <summary>Names this run of the controller; different after every boot.</summary>
    public long BootId;

    /// <summary>Whether <see cref="BootReason"/> is known.</summary>
    public bool HasBootReason;

    /// <summary>Why this run began; a newer firmware may have other reasons.</summary>
    public BootReason BootReason;

    /// <summary>The fail-safe limit it falls back to.</summary>
    public int FailSafeWatts;

    /// <summary>How long it stays in fail-safe at least while the gateway is silent.</summary>
    public int FailSafeMinimumSeconds;

    /// <summary>After how long without a heartbeat it acts by itself.</summary>
    public int HeartbeatTimeoutSeconds;

    /// <summary>Its loads, in the order every message keeps.</summary>
    public LoadAbility[] Loads = new LoadAbility[0];

    /// <inheritdoc/>
    internal override void List(Fields fields)
    {
        Wire = fields.Int("wire", Wire, 0, int.MaxValue);
        if (Wire != Bounds.WireVersion)
            fields.Refuse("wire", "version " + Wire.ToString() + " is not spoken here, only " + Bounds.WireVersion.ToString());
        IsOnline = fields.Bool("online", IsOnline);
        if (IsOnline)
        {
            Board = fields.Text("board", Board, 1, Bounds.TextLength);
            Firmware = fields.Text("firmware", Firmware, 1, Bounds.TextLength);
        }
        BootId = fields.Long("boot", BootId, 0, Bounds.Counter);
        if (IsOnline)
            ListAbilities(fields);
    }

    private void ListAbilities(Fields fields)
    {
        HasBootReason = fields.Has("bootReason", HasBootReason);
        if (HasBootReason)
            BootReason = (BootReason)fields.Int("bootReason", (int)BootReason, 0, Bounds.BootReasons);
        FailSafeWatts = fields.Int("failSafeWatts", FailSafeWatts, 0, Bounds.Watts);
        FailSafeMinimumSeconds =
            fields.Int("failSafeMinimumSeconds", FailSafeMinimumSeconds, 0, Bounds.FailSafeMinimumSeconds);
        HeartbeatTimeoutSeconds =
            fields.Int("heartbeatTimeoutSeconds", HeartbeatTimeoutSeconds, 1, Bounds.HeartbeatTimeoutSeconds);
        int count = fields.BeginItems("loads", Loads.Length, Bounds.Loads);
        if (fields.Problem == null && Loads.Length != count)
            Loads = NewLoads(count);
        for (int i = 0; i < count; i++)
        {
            fields.BeginItem();
            Loads[i].List(fields);
            if (IsTaken(Loads[i].Name, i))
                fields.Refuse("name", "an earlier load has it too");
            fields.EndItem();
        }
        fields.EndItems();
    }

    private bool IsTaken(string name, int before)
    {
        for (int i = 0; i < before; i++)
        {
            if (Loads[i].Name == name)
                return true;
        }
        return false;
    }

    private static LoadAbility[] NewLoads(int count)
    {
        LoadAbility[] loads = new LoadAbility[count];
        for (int i = 0; i < count; i++)
            loads[i] = new LoadAbility();
        return loads;
    }
}

/// <summary>What one load can do.</summary>
public sealed class LoadAbility
{
    private static readonly int[] AnyWatts = new int[0];

    /// <summary>Its name, unique on its controller.</summary>
    public string Name;

    /// <summary>The driver that speaks to it.</summary>
    public string Driver;

    /// <summary>What its work is counted in.</summary>
    public WorkUnit Work;

    /// <summary>Fewest watts at which it works; below it can only sleep or be off.</summary>
    public int MinWatts;

    /// <summary>Most watts it takes.</summary>
    public int MaxWatts;

    /// <summary>Whether it can be told to stop working without its supply being cut.</summary>
    public bool Sleeps;

    /// <summary>The power levels it can be set to, rising, where it has only some; empty when any between min and max.</summary>
    public int[] LevelWatts = AnyWatts;

    /// <summary>Lists the fields of its entry in the hello.</summary>
    internal void List(Fields fields)
    {
        Name = fields.Text("name", Name, 1, Bounds.NameLength);
        if (!Topics.IsName(Name))
            fields.Refuse("name", "is not made of a-z, 0-9 and inner hyphens");
        Driver = fields.Text("driver", Driver, 1, Bounds.NameLength);
        Work = (WorkUnit)fields.Int("work", (int)Work, 0, (int)WorkUnit.Millitoken);
        MinWatts = fields.Int("minWatts", MinWatts, 0, Bounds.Watts);
        MaxWatts = fields.Int("maxWatts", MaxWatts, MinWatts, Bounds.Watts);
        Sleeps = fields.Bool("sleeps", Sleeps);
        LevelWatts = fields.Array("levelWatts", LevelWatts, 0, Bounds.Levels, 0, Bounds.Watts);
        for (int i = 1; i < LevelWatts.Length; i++)
        {
            if (LevelWatts[i] <= LevelWatts[i - 1])
                fields.Refuse("levelWatts", "does not rise");
        }
    }
}
