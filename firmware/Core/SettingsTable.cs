using Fleet.Wire;

namespace Fleet.Core;

/// <summary>Whose options they are.</summary>
public enum SettingsPart
{
    /// <summary>The controller's own.</summary>
    Controller = 0,

    /// <summary>Those of one of <c>loads</c>.</summary>
    Load = 1,

    /// <summary>Those of one of <c>meters</c>.</summary>
    Meter = 2,

    /// <summary>Those of one of <c>thermometers</c>.</summary>
    Thermometer = 3,
}

/// <summary>
/// Every option there is, with its default, range, unit and meaning; text comes first. The meaning of what may be left out
/// stands behind it, and not in the program: the device would have 4 kB of it in its image, and never shows it. The numbers are the indices in the
/// classes that read them. Each is made when it is asked for: kept, they would cost the device 8 kB for what it reads once.
/// </summary>
public static class SettingsTable
{
    /// <summary>One day.</summary>
    private const int DaySeconds = 86400;

    /// <summary>The broker's port by TLS when none is given.</summary>
    internal const int TlsPort = 8883;

    /// <summary>The option with this number; null behind the last.</summary>
    public static Option At(SettingsPart part, int index)
    {
        return part switch
        {
            SettingsPart.Controller => Controller(index),
            SettingsPart.Load => Load(index),
            SettingsPart.Meter => Meter(index),
            _ => Thermometer(index),
        };
    }

    /// <summary>The controller's own options.</summary>
    private static Option Controller(int index)
    {
        return index switch
        {
            0 => Option.Text("site", 1, Bounds.NameLength, "the site's name in every topic"),
            1 => Option.Text("controller", 1, Bounds.NameLength, "this controller's name in every topic"),
            2 => Option.Text("board", 1, Bounds.TextLength, "the board's name in hardware/boards"),
            3 => Option.Text("brokerHost", 1, Bounds.TextLength, "name or address of the MQTT broker"),
            4 => Option.Text("secret", 64, 64, "64 hex digits that only this controller and its gateway know"),
            5 => Option.Whole("brokerPort", 1883, 1, 65535, ""), // TCP port of the MQTT broker
            6 => Option.Required("failSafeWatts", 0, Bounds.Watts, "W", "the limit when nobody trustworthy says otherwise").Remote(),
            7 => Option.Whole("failSafeMinimumSeconds", 7200, 7200, DaySeconds, "s").Remote(), // how long fail-safe lasts at least while the gateway is silent
            8 => Option.Whole("heartbeatTimeoutSeconds", 120, 15, 300, "s").Remote(), // how long the gateway may be silent
            9 => Option.Whole("telemetrySeconds", 5, 1, 60, "s").Remote(), // how often telemetry is sent
            10 => Option.Whole("recordSeconds", 300, 60, 3600, "s").Remote(), // length of an energy interval; must divide an hour
            11 => Option.Whole("meterStaleSeconds", 15, 2, 300, "s").Remote(), // age from which a meter's reading no longer counts
            12 => Option.Whole("loadSilentSeconds", 30, 5, 300, "s").Remote(), // age from which a load's answer no longer counts
            13 => Option.Whole("rampWattsPerSecond", 500, 0, Bounds.Watts, "W/s").Remote(), // how fast the limit rises where no setpoint says it; 0 is at once
            14 => Option.Whole("windowSeconds", 30, 0, Bounds.WindowSeconds, "s").Remote(), // the limit waits a random part of this before it rises where no setpoint says it
            15 => Option.Whole("startStaggerSeconds", 30, 0, 600, "s").Remote(), // each load waits its own part of this before it starts
            16 => Option.Whole("warnMilliC", 80000, 20000, 150000, "m°C"), // temperature from which a load is derated
            17 => Option.Whole("tripMilliC", 95000, 20000, 150000, "m°C"), // temperature that switches a load off until a local reset
            18 => Option.Whole("tripWatts", 0, 0, Bounds.Watts, "W"), // metered power that switches every load off until a local reset; 0 is none
            19 => Option.Whole("disagreePercent", 10, 1, 100, "%"), // meters and the loads' own reports disagree when they differ by more than this of the higher, …
            20 => Option.Whole("disagreeWatts", 200, 0, Bounds.Watts, "W"), // … and by more than this
            21 => Option.Whole("brokerTls", 0, 0, 1, ""), // 1: the broker is met by TLS 1.2 alone, with the certificates in the device's store, at port 8883 when none is given; 0: without TLS
            22 => Option.Whole("inrushWatts", 0, 0, Bounds.Watts, "W"), // most watts that loads which start at the same time may take together; 0 is any
            23 => Option.Whole("gridMilliHertz", 0, 0, 60000, "mHz"), // 50000 or 60000: the frequency of a grid that is helped when it falls; 0 is no help
            24 => Option.Whole("gridDeadbandMilliHertz", 200, 10, 2000, "mHz"), // how far it may fall before power does
            25 => Option.Whole("gridSpanMilliHertz", 800, 0, 5000, "mHz"), // how much further it falls until no power is left, in a straight line; 0 is no line
            26 => Option.Whole("gridTripMilliHertz", 1000, 0, 5000, "mHz"), // how far it must fall to put every load to rest, …; 0 is never
            27 => Option.Whole("gridTripSeconds", 2, 0, 600, "s"), // … and for how long
            28 => Option.Whole("gridLowMillivolts", 0, 0, 1000000, "mV"), // voltage below which every load rests; 0 is none
            29 => Option.Whole("gridHighMillivolts", 0, 0, 1000000, "mV"), // voltage above which every load rests; 0 is none
            30 => Option.Whole("gridVoltageSeconds", 2, 0, 600, "s"), // how long the voltage must be so low or high
            31 => Option.Whole("gridReturnSeconds", 300, 10, 3600, "s"), // how long all must be well before power returns, …
            32 => Option.Whole("gridWindowSeconds", 300, 0, 3600, "s"), // … besides this controller's own part of this
            33 => Option.Whole("gridRampSeconds", 300, 0, 3600, "s"), // how long power then takes from nothing to everything; 0 is at once
            _ => null,
        };
    }

    /// <summary>The options of one of <c>loads</c>.</summary>
    private static Option Load(int index)
    {
        return index switch
        {
            0 => Option.Text("name", 1, Bounds.NameLength, "its name, unique on this controller"),
            1 => Option.Text("driver", 1, Bounds.NameLength, "the driver that speaks to it"),
            2 => Option.OptionalText("host", Bounds.TextLength), // its network name or address
            3 => Option.OptionalText("output", Bounds.NameLength), // the board's output that switches it
            4 => Option.OptionalText("serial", Bounds.NameLength), // the board's serial line it hangs on
            5 => Option.OptionalText("dimmer", Bounds.NameLength), // the board's output that dims it
            6 => Option.OptionalText("user", Bounds.NameLength), // who it is asked as; not given is the driver's usual one
            7 => Option.OptionalText("password", Bounds.NameLength), // the device's password; not given is the maker's
            8 => Option.Whole("port", 0, 0, 65535, ""), // its TCP port; 0 is the driver's usual one
            9 => Option.Whole("minWatts", 0, 0, Bounds.Watts, "W"), // fewest watts at which it works
            10 => Option.Required("maxWatts", 1, Bounds.Watts, "W", "most watts it is asked to take"),
            11 => Option.Whole("nameplateWatts", 0, 0, Bounds.Watts, "W"), // most watts it can take whatever it is told; 0 is maxWatts
            12 => Option.Whole("failSafeWatts", 0, 0, Bounds.Watts, "W"), // its own limit in fail-safe; not given is none of its own
            13 => Option.Whole("order", 0, 0, 1000000, ""), // joules per terahash, or any rank: the lowest is on first; loads that are given none are ranked by what is measured
            14 => Option.Whole("minOnSeconds", 0, 0, DaySeconds, "s"), // how long it works at least, unless the limit forces it off; 60 when not given for one with a relay in front
            15 => Option.Whole("minOffSeconds", 0, 0, DaySeconds, "s"), // how long it rests at least; 60 when not given for one with a relay in front
            16 => Option.Whole("startSeconds", 0, 0, 3600, "s"), // how long it takes to start
            17 => Option.Whole("inrushWatts", 0, 0, Bounds.Watts, "W"), // watts it may take while it starts, whatever it is told
            18 => Option.Whole("settleSeconds", 30, 1, 600, "s"), // how long it may take to follow a lower order
            19 => Option.Whole("tripWatts", 0, 0, Bounds.Watts, "W"), // power that switches it off until a local reset; 0 is none
            20 => Option.Whole("warnMilliC", 0, 0, 150000, "m°C"), // as the controller's, for this load; 0 is the controller's
            21 => Option.Whole("tripMilliC", 0, 0, 150000, "m°C"), // as the controller's, for this load; 0 is the controller's
            22 => Option.Whole("baud", 115200, 1200, 921600, "Bd"), // speed of its serial line
            23 => Option.Whole("deadSeconds", 7, 1, 600, "s"), // how long after a lower order it may show nothing of it; then it ignores the order
            24 => Option.Whole("relayBelowWatts", 100, 0, Bounds.Watts, "W"), // the relay in front of it opens when it rests and takes no more than this, …
            25 => Option.Whole("relayAfterSeconds", 60, 0, 3600, "s"), // … or this long after it was told to rest, whatever it takes
            26 => Option.Whole("relayOpensAtRest", 1, 0, 1, ""), // 1: the relay in front of it opens whenever it rests; 0: only when it does not rest as told
            _ => null,
        };
    }

    /// <summary>The options of one of <c>meters</c>.</summary>
    private static Option Meter(int index)
    {
        return index switch
        {
            0 => Option.Text("driver", 1, Bounds.NameLength, "the driver that reads it"),
            1 => Option.OptionalText("serial", Bounds.NameLength), // the board's serial line it hangs on
            2 => Option.OptionalText("host", Bounds.TextLength), // its network name or address
            3 => Option.OptionalText("i2c", Bounds.NameLength), // the board's I2C bus it hangs on
            4 => Option.OptionalText("pulses", Bounds.NameLength), // the board's input that counts its pulses
            5 => Option.Whole("baud", 9600, 1200, 115200, "Bd"), // speed of the line
            6 => Option.Whole("address", 1, 1, 247, ""), // its address on the line, or on the bus: 8 to 119
            7 => Option.Whole("port", 0, 0, 65535, ""), // its TCP port; 0 is the driver's usual one
            8 => Option.Whole("shuntMicroOhms", 1000, 10, 1000000, "µΩ"), // resistance of the shunt it measures across
            9 => Option.Whole("maxMilliamps", 50000, 100, 1000000, "mA"), // highest current its shunt carries
            10 => Option.Whole("pulsesPerKilowattHour", 1000, 1, 100000, "1/kWh"), // pulses of a kilowatt-hour, as printed on it
            _ => null,
        };
    }

    /// <summary>The options of one of <c>thermometers</c>.</summary>
    private static Option Thermometer(int index)
    {
        return index switch
        {
            0 => Option.Text("driver", 1, Bounds.NameLength, "the driver that reads it"),
            1 => Option.OptionalText("analog", Bounds.NameLength), // the board's input for its voltage
            2 => Option.OptionalText("oneWire", Bounds.NameLength), // the board's 1-Wire bus it hangs on
            3 => Option.OptionalText("rom", 16), // its number on the bus as 16 hex digits; not given when it is alone there
            4 => Option.OptionalText("load", Bounds.NameLength), // the load it sits on; not given when it stands for all
            5 => Option.Whole("pullUpOhms", 10000, 100, 1000000, "Ω"), // the resistor between it and the supply
            6 => Option.Whole("ohmsAt25C", 10000, 100, 1000000, "Ω"), // its resistance at 25 °C
            7 => Option.Whole("betaKelvin", 3950, 1000, 10000, "K"), // its B constant between 25 and 85 °C
            _ => null,
        };
    }
}
