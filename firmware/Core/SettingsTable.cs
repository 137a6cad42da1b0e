using Fleet.Wire;

namespace Fleet.Core;

/// <summary>Every option there is, with its default, range, unit and meaning. The order is that of the indices in the classes that read them.</summary>
public static class SettingsTable
{
    /// <summary>One day.</summary>
    private const int DaySeconds = 86400;

    /// <summary>The controller's own options.</summary>
    public static readonly Option[] Controller =
    {
        Option.Text("site", 1, Bounds.NameLength, "the site's name in every topic"),
        Option.Text("controller", 1, Bounds.NameLength, "this controller's name in every topic"),
        Option.Text("board", 1, Bounds.TextLength, "the board's name in hardware/boards"),
        Option.Text("brokerHost", 1, Bounds.TextLength, "name or address of the MQTT broker"),
        Option.Text("secret", 64, 64, "64 hex digits that only this controller and its gateway know"),
        Option.Whole("brokerPort", 1883, 1, 65535, "", "TCP port of the MQTT broker"),
        Option.Required("failSafeWatts", 0, Bounds.Watts, "W", "the limit when nobody trustworthy says otherwise").Remote(),
        Option.Whole("failSafeMinimumSeconds", 7200, 7200, DaySeconds, "s", "how long fail-safe lasts at least while the gateway is silent").Remote(),
        Option.Whole("heartbeatTimeoutSeconds", 120, 15, 300, "s", "how long the gateway may be silent").Remote(),
        Option.Whole("telemetrySeconds", 5, 1, 60, "s", "how often telemetry is sent").Remote(),
        Option.Whole("recordSeconds", 300, 60, 3600, "s", "length of an energy interval; must divide an hour").Remote(),
        Option.Whole("meterStaleSeconds", 15, 2, 300, "s", "age from which a meter's reading no longer counts").Remote(),
        Option.Whole("loadSilentSeconds", 30, 5, 300, "s", "age from which a load's answer no longer counts").Remote(),
        Option.Whole("rampWattsPerSecond", 500, 0, Bounds.Watts, "W/s", "how fast the limit rises where no setpoint says it; 0 is at once").Remote(),
        Option.Whole("windowSeconds", 30, 0, Bounds.WindowSeconds, "s", "the limit waits a random part of this before it rises where no setpoint says it").Remote(),
        Option.Whole("startStaggerSeconds", 30, 0, 600, "s", "each load waits its own part of this before it starts").Remote(),
        Option.Whole("warnMilliC", 80000, 20000, 150000, "m°C", "temperature from which a load is derated"),
        Option.Whole("tripMilliC", 95000, 20000, 150000, "m°C", "temperature that switches a load off until a local reset"),
        Option.Whole("tripWatts", 0, 0, Bounds.Watts, "W", "metered power that switches every load off until a local reset; 0 is none"),
    };

    /// <summary>The options of one of <c>loads</c>.</summary>
    public static readonly Option[] Load =
    {
        Option.Text("name", 1, Bounds.NameLength, "its name, unique on this controller"),
        Option.Text("driver", 1, Bounds.NameLength, "the driver that speaks to it"),
        Option.OptionalText("host", Bounds.TextLength, "its network name or address"),
        Option.Whole("port", 0, 0, 65535, "", "its TCP port; 0 is the driver's usual one"),
        Option.OptionalText("output", Bounds.NameLength, "the board's output that switches it"),
        Option.Whole("minWatts", 0, 0, Bounds.Watts, "W", "fewest watts at which it works"),
        Option.Required("maxWatts", 1, Bounds.Watts, "W", "most watts it is asked to take"),
        Option.Whole("nameplateWatts", 0, 0, Bounds.Watts, "W", "most watts it can take whatever it is told; 0 is maxWatts"),
        Option.Whole("failSafeWatts", 0, 0, Bounds.Watts, "W", "its own limit in fail-safe; not given is none of its own"),
        Option.Whole("order", 0, 0, 1000000, "", "joules per terahash, or any rank: the lowest is on first"),
        Option.Whole("minOnSeconds", 0, 0, DaySeconds, "s", "how long it works at least, unless the limit forces it off"),
        Option.Whole("minOffSeconds", 0, 0, DaySeconds, "s", "how long it rests at least"),
        Option.Whole("startSeconds", 0, 0, 3600, "s", "how long it takes to start"),
        Option.Whole("inrushWatts", 0, 0, Bounds.Watts, "W", "watts it may take while it starts, whatever it is told"),
        Option.Whole("settleSeconds", 30, 1, 600, "s", "how long it may take to follow a lower order"),
        Option.Whole("tripWatts", 0, 0, Bounds.Watts, "W", "power that switches it off until a local reset; 0 is none"),
        Option.Whole("warnMilliC", 0, 0, 150000, "m°C", "as the controller's, for this load; 0 is the controller's"),
        Option.Whole("tripMilliC", 0, 0, 150000, "m°C", "as the controller's, for this load; 0 is the controller's"),
    };

    /// <summary>The options of one of <c>meters</c>.</summary>
    public static readonly Option[] Meter =
    {
        Option.Text("driver", 1, Bounds.NameLength, "the driver that reads it"),
        Option.OptionalText("serial", Bounds.NameLength, "the board's serial line it hangs on"),
        Option.Whole("baud", 9600, 1200, 115200, "Bd", "speed of the line"),
        Option.Whole("address", 1, 1, 247, "", "its address on the line"),
        Option.OptionalText("host", Bounds.TextLength, "its network name or address"),
        Option.Whole("port", 0, 0, 65535, "", "its TCP port; 0 is the driver's usual one"),
    };
}
