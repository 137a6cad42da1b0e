namespace Fleet.Wire;

/// <summary>The limits of everything on the wire. A message outside them is refused whole.</summary>
public static class Bounds
{
    /// <summary>The wire version this code speaks.</summary>
    public const int WireVersion = 1;

    /// <summary>Longest hello without its loads.</summary>
    public const int HelloBytes = 321;

    /// <summary>Longest part of a load in the hello, with every level.</summary>
    public const int HelloLoadBytes = 298;

    /// <summary>Longest payload in bytes: the longest hello.</summary>
    public const int PayloadBytes = HelloBytes + Loads * HelloLoadBytes;

    /// <summary>Longest payload to a controller: 36 h of 15 min slots, with as many of their prices as fit. The device lets as much wait, in a heap of 64 kB.</summary>
    public const int DownBytes = 1600;

    /// <summary>Most fields of one object, known and unknown: half of them is room to grow.</summary>
    public const int Fields = 48;

    /// <summary>Highest number of a reason for a boot.</summary>
    public const int BootReasons = 99;

    /// <summary>Longest name of a site, controller or load, in characters.</summary>
    public const int NameLength = 32;

    /// <summary>Longest topic: the prefix, two names and the longest kind.</summary>
    public const int TopicLength = 96;

    /// <summary>Longest id, board, firmware version or action argument, in characters.</summary>
    public const int TextLength = 64;

    /// <summary>Longest reason, in characters: one line for a person.</summary>
    public const int ReasonLength = 120;

    /// <summary>Most loads of one controller.</summary>
    public const int Loads = 8;

    /// <summary>Most temperatures in one telemetry message.</summary>
    public const int Temperatures = 8;

    /// <summary>Lowest temperature in thousandths of a degree: absolute zero.</summary>
    public const int LowestMilliC = -273150;

    /// <summary>Highest temperature in thousandths of a degree: no sensor of a working load reads 1,000 °C.</summary>
    public const int HighestMilliC = 1000000;

    /// <summary>Longest time a controller waits for a heartbeat before it acts by itself.</summary>
    public const int HeartbeatTimeoutSeconds = 300;

    /// <summary>Longest least time in fail-safe: one day.</summary>
    public const int FailSafeMinimumSeconds = 86400;

    /// <summary>Shortest slot of a schedule.</summary>
    public const int ShortestSlotSeconds = 60;

    /// <summary>Longest slot of a schedule.</summary>
    public const int LongestSlotSeconds = 3600;

    /// <summary>Most power levels a load announces.</summary>
    public const int Levels = 16;

    /// <summary>Most slots of a schedule: 36 h of 15 min.</summary>
    public const int Slots = 144;

    /// <summary>Highest price of a megawatt-hour, and of one that is paid for being taken: beyond every market's, in the smallest currencies too.</summary>
    public const int PricePerMegawattHour = 10000000;

    /// <summary>Highest earning of a terahash a second in a day, in millionths: some fifty thousand times that of 2026 in dollars.</summary>
    public const int HashpriceMicros = 2000000000;

    /// <summary>Highest watts of a limit or reading: 10 MW, far above what one controller can own.</summary>
    public const int Watts = 10000000;

    /// <summary>Lowest reading: a controller with its own generator may export.</summary>
    public const int LowestReadingWatts = -10000000;

    /// <summary>Longest validity of a setpoint: 36 h, like the schedule.</summary>
    public const int ValidSeconds = 129600;

    /// <summary>Longest random window before a setpoint takes effect: one hour.</summary>
    public const int WindowSeconds = 3600;

    /// <summary>Longest image of the firmware: our assemblies may be 160 KiB, and there is room to grow.</summary>
    public const int ImageBytes = 262144;

    /// <summary>Most bytes of an image in one message, which carries them as twice as many digits.</summary>
    public const int ImagePartBytes = 512;

    /// <summary>Hex digits of a SHA-256.</summary>
    public const int DigestDigits = 64;

    /// <summary>Most settings changed by one message: twice as many as can be changed from afar.</summary>
    public const int Settings = 24;

    /// <summary>Most by which a record may be earlier than it says: 31 years.</summary>
    public const int EarlierSeconds = 1000000000;

    /// <summary>Highest instant in UTC milliseconds: the year 3000, where the device's calendar ends.</summary>
    public const long UtcMs = 32503680000000;

    /// <summary>A number that grows without end is kept below 2^53, so that every JSON reader holds it exactly.</summary>
    public const long Counter = 9007199254740991;
}
