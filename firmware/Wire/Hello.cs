namespace Fleet.Wire;

/// <summary>
/// Who a controller is and what its loads can do; retained. The will is the same topic with
/// <c>{"wire":1,"online":false,"boot":…}</c> alone.
/// <code>
/// {"wire":1,"online":true,"board":"olimex-esp32-poe-iso","firmware":"0.1.0","boot":12,
///  "failSafeWatts":4200,"failSafeMinimumSeconds":7200,"heartbeatTimeoutSeconds":120,
///  "loads":[{"name":"s21-1","driver":"luxos","work":1,"minWatts":1600,"maxWatts":3500,"sleeps":true,"levelWatts":[…]}]}
/// </code>
/// </summary>
public sealed class Hello
{
    /// <summary>The wire version the controller speaks.</summary>
    public int Wire { get; set; } = Bounds.WireVersion;

    /// <summary>False in the will: the controller is gone.</summary>
    public bool IsOnline { get; set; }

    /// <summary>The board's name in hardware/boards.</summary>
    public string Board { get; set; }

    /// <summary>The firmware's version.</summary>
    public string Firmware { get; set; }

    /// <summary>Names this run of the controller; different after every boot.</summary>
    public long BootId { get; set; }

    /// <summary>The fail-safe limit it falls back to.</summary>
    public int FailSafeWatts { get; set; }

    /// <summary>How long it stays in fail-safe at least while the gateway is silent.</summary>
    public int FailSafeMinimumSeconds { get; set; }

    /// <summary>After how long without a heartbeat it acts by itself.</summary>
    public int HeartbeatTimeoutSeconds { get; set; }

    /// <summary>Its loads, in the order every message keeps.</summary>
    public LoadAbility[] Loads { get; set; } = new LoadAbility[0];
}

/// <summary>What one load can do.</summary>
public sealed class LoadAbility
{
    /// <summary>Its name, unique on its controller.</summary>
    public string Name { get; set; }

    /// <summary>The driver that speaks to it.</summary>
    public string Driver { get; set; }

    /// <summary>What its work is counted in.</summary>
    public WorkUnit Work { get; set; }

    /// <summary>Fewest watts at which it works; below it can only sleep or be off.</summary>
    public int MinWatts { get; set; }

    /// <summary>Most watts it takes.</summary>
    public int MaxWatts { get; set; }

    /// <summary>Whether it can be told to stop working without its supply being cut.</summary>
    public bool Sleeps { get; set; }

    /// <summary>The power levels it can be set to, rising, where it has only some; empty when any between min and max.</summary>
    public int[] LevelWatts { get; set; } = new int[0];
}
