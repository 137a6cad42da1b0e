namespace Fleet.Wire;

/// <summary>
/// The named conditions of a controller or load, one bit each on the wire. Each says who sets it, who clears it and
/// what it does; none ever raises power.
/// </summary>
public static class Fault
{
    /// <summary>Nothing is wrong.</summary>
    public const int None = 0;

    /// <summary>Set by Snapshot when a meter's newest reading is older than its limit; cleared by a fresh one. The next rank of meter is used; with none, the loads' nameplate.</summary>
    public const int MeterStale = 1 << 0;

    /// <summary>Set by Snapshot when a load has not answered for its limit; cleared by an answer. The load counts at its highest watts it may still take.</summary>
    public const int LoadSilent = 1 << 1;

    /// <summary>Set by Guard when a load shows nothing of a lower order within its dead time, or takes more than its order after its own ramp; cleared when it obeys. The others are lowered to make up for it.</summary>
    public const int LoadIgnores = 1 << 2;

    /// <summary>Set by Guard when an opened relay still passes power, by its feedback contact, the controller's meters or the answers of the device behind it; cleared when it no longer does. The others are lowered to make up for it.</summary>
    public const int RelayStuck = 1 << 3;

    /// <summary>Set by Guard when a temperature is above its warning limit; cleared below it less the hysteresis. Derates the load.</summary>
    public const int Hot = 1 << 4;

    /// <summary>Set by Guard above the trip temperature; latched until a local reset. The load is off.</summary>
    public const int OverTemperature = 1 << 5;

    /// <summary>Set by Guard above the trip power of the circuit; latched until a local reset. The load is off.</summary>
    public const int OverPower = 1 << 6;

    /// <summary>Set by the driver when the device itself reports a fault; cleared when it no longer does. Is reported; what the load takes counts as ever.</summary>
    public const int LoadFault = 1 << 7;

    /// <summary>Set by Metering when meters of different rank disagree beyond the tolerance; cleared when they agree. The higher reading counts for the limit.</summary>
    public const int MetersDisagree = 1 << 8;

    /// <summary>Set when the storage cannot be read or written; cleared by the next success. The controller keeps what it has in memory.</summary>
    public const int StorageFailed = 1 << 9;

    /// <summary>Set when a tick threw; cleared after a clean minute. The controller holds its fail-safe limit.</summary>
    public const int TickThrew = 1 << 10;

    /// <summary>Set when the inbox was full and a message was dropped; cleared after a minute without a drop. The newest heartbeat and setpoint are kept all the same.</summary>
    public const int InboxFull = 1 << 11;

    /// <summary>Set when unacknowledged energy records overflowed their store and the oldest were merged; cleared when the store has drained. Detail is lost, no energy.</summary>
    public const int EnergyStoreFull = 1 << 12;

    /// <summary>Set by Guard when a load's thermometer has not been read for its limit; cleared by a reading. The load takes no more than the least it works at; one that is all or nothing is switched off after two minutes.</summary>
    public const int ThermometerStale = 1 << 13;

    /// <summary>Set by CrashCount at a boot after three crashes in ten minutes; cleared by a command, an update or a healthy hour. The limit stays at or below fail-safe.</summary>
    public const int MinimalMode = 1 << 14;

    /// <summary>Set by ImageChoice while a new image is on trial; cleared when it is confirmed after a healthy hour, or given up. No other update is taken.</summary>
    public const int UpdateOnTrial = 1 << 15;

    /// <summary>Set by ImageChoice when the newest image was given up and the one before it runs again; cleared when that was healthy for an hour, or another is put on trial. Changes nothing else.</summary>
    public const int UpdateReturned = 1 << 16;

    /// <summary>Set by GridResponse when the grid's frequency or voltage is out of bounds; cleared when power has returned, after all was well for its time. The limit is lowered.</summary>
    public const int GridAbnormal = 1 << 17;

    /// <summary>Number of fault bits in use.</summary>
    public const int Count = 18;

    /// <summary>The name of the fault with this bit number; a bit that only a newer firmware knows is <c>fault-</c> and its number.</summary>
    public static string NameOf(int bit)
    {
        return bit switch
        {
            0 => "meter-stale",
            1 => "load-silent",
            2 => "load-ignores",
            3 => "relay-stuck",
            4 => "hot",
            5 => "over-temperature",
            6 => "over-power",
            7 => "load-fault",
            8 => "meters-disagree",
            9 => "storage-failed",
            10 => "tick-threw",
            11 => "inbox-full",
            12 => "energy-store-full",
            13 => "thermometer-stale",
            14 => "minimal-mode",
            15 => "update-on-trial",
            16 => "update-returned",
            17 => "grid-abnormal",
            _ => "fault-" + bit.ToString(),
        };
    }
}
