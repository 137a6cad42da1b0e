using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// The registry of drivers: one line each. To add one, write its file and its line here. Makes all drivers of a
/// settings file.
/// </summary>
public sealed class DriverTable
{
    // Rows of the first driver of each part; between them is room for more.
    private const int PartRows = 20;
    private const int FirstLoad = Wirings.Load * PartRows;
    private const int FirstMeter = Wirings.Meter * PartRows;
    private const int FirstThermometer = Wirings.Thermometer * PartRows;

    private readonly Settings _settings;
    private readonly Wirings _wirings;

    /// <summary>The first load of each row, whose scanner the others share.</summary>
    private readonly LoadDriver[] _firsts = new LoadDriver[PartRows];

    private DriverTable(Settings settings, IPorts ports)
    {
        _settings = settings;
        _wirings = new Wirings(settings, ports);
        Loads = new ILoad[settings.LoadList.Length];
        Meters = new IMeter[settings.MeterList.Length];
        Thermometers = new IThermometer[settings.ThermometerList.Length];
        Drivers = new Driver[Loads.Length + Meters.Length + Thermometers.Length];
    }

    /// <summary>
    /// The line in this row, made when it is asked for; null where there is none. Without a wiring it only tells of the driver,
    /// with one it makes it: a delegate would stay on the device's heap for every line, used or not.
    /// </summary>
    private static Line Known(int row, LoadAbility ability, Wiring wiring)
    {
        return row switch
        {
            //                name     reached by    driver                 usual port  work  rest
            FirstLoad => new Line("axeos", Reach.Host, ability == null ? null : new AxeOs(ability, wiring.Dialer, wiring.Host, wiring.Port), 80, WorkUnit.Gigahash),
            FirstLoad + 1 => new Line("luxos", Reach.Host, ability == null ? null : new LuxOs(ability, wiring.Dialer, wiring.Host, wiring.Port), 4028, WorkUnit.Gigahash),
            FirstLoad + 2 => new Line("aibox", Reach.Host | Reach.Serial, ability == null ? null : new AiBox(ability, wiring.Dialer, wiring.Host, wiring.Port), 4060, WorkUnit.Millitoken),
            FirstLoad + 3 => new Line("relay", Reach.Output, ability == null ? null : new RelayLoad(ability, wiring.Output), 0, WorkUnit.None, Rest.Switched),
            FirstLoad + 4 => new Line("dimmer", Reach.Dimmer, ability == null ? null : new DimmerLoad(ability, wiring), 0, WorkUnit.None, Rest.Dimmed),
            FirstLoad + 5 => new Line("avalon", Reach.Host, ability == null ? null : new Avalon(ability, wiring.Dialer, wiring.Host, wiring.Port), 4028, WorkUnit.Gigahash),
            FirstLoad + 6 => new Line("cgminer", Reach.Host, ability == null ? null : new Cgminer(ability, wiring.Dialer, wiring.Host, wiring.Port), 4028, WorkUnit.Gigahash, Rest.Switched),
            FirstLoad + 7 => new Line("braiins", Reach.Host, ability == null ? null : new Braiins(ability, wiring.Dialer, wiring.Host, wiring.Port, wiring.Load.User, wiring.Load.Password), 80, WorkUnit.Gigahash),
            FirstLoad + 8 => new Line("vnish", Reach.Host, ability == null ? null : new Vnish(ability, wiring.Dialer, wiring.Host, wiring.Port, wiring.Load.Password), 80, WorkUnit.Gigahash),
            FirstLoad + 9 => new Line("whatsminer", Reach.Host, ability == null ? null : new Whatsminer(ability, wiring.Dialer, wiring.Host, wiring.Port, wiring.Load.User, wiring.Load.Password), 4433, WorkUnit.Gigahash),
            FirstMeter => new Line("sdm120", Reach.Modbus, wiring == null ? null : ModbusMeter.Sdm120(wiring)),
            FirstMeter + 1 => new Line("sdm230", Reach.Modbus, wiring == null ? null : ModbusMeter.Sdm230(wiring)),
            FirstMeter + 2 => new Line("sdm630", Reach.Modbus, wiring == null ? null : ModbusMeter.Sdm630(wiring)),
            FirstMeter + 3 => new Line("sdm72", Reach.Modbus, wiring == null ? null : ModbusMeter.Sdm72(wiring)),
            FirstMeter + 4 => new Line("em340", Reach.Modbus, wiring == null ? null : ModbusMeter.Em340(wiring)),
            FirstMeter + 5 => new Line("pzem004t", Reach.Modbus, wiring == null ? null : ModbusMeter.Pzem004T(wiring)),
            FirstMeter + 6 => new Line("ina226", Reach.I2c, wiring == null ? null : InaMeter.Ina226(wiring)),
            FirstMeter + 7 => new Line("ina228", Reach.I2c, wiring == null ? null : InaMeter.Ina228(wiring)),
            FirstMeter + 8 => new Line("s0", Reach.Pulses, wiring == null ? null : new PulseMeter(wiring)),
            FirstThermometer => new Line("ds18b20", Reach.OneWire, wiring == null ? null : new Ds18B20(wiring)),
            FirstThermometer + 1 => new Line("ntc", Reach.Analog, wiring == null ? null : new Ntc(wiring)),
            _ => null,
        };
    }

    /// <summary>The loads, in the order of the settings.</summary>
    public readonly ILoad[] Loads;

    /// <summary>The meters, in the order of the settings.</summary>
    public readonly IMeter[] Meters;

    /// <summary>The thermometers, in the order of the settings.</summary>
    public readonly IThermometer[] Thermometers;

    /// <summary>All of them, for the host to step: loads, then meters, then thermometers.</summary>
    public readonly Driver[] Drivers;

    /// <summary>Makes all drivers of these settings on this board; null, with the reason, when one cannot be made.</summary>
    public static DriverTable Create(Settings settings, IPorts ports, out string reason)
    {
        DriverTable table = new DriverTable(settings, ports);
        reason = null;
        int made = 0;
        for (int part = Wirings.Load; part <= Wirings.Thermometer; part++)
        {
            int count = table._wirings.CountOf(part);
            for (int i = 0; i < count && reason == null; i++)
                reason = table.Make(part, i, made++);
        }
        return reason == null ? table : null;
    }

    /// <summary>Makes one; answers what is wrong with it, and where.</summary>
    private string Make(int part, int index, int at)
    {
        string problem;
        Driver driver;
        if (part == Wirings.Load)
        {
            LoadSettings load = _settings.LoadList[index];
            problem = Make(part, index, load.Driver, out driver);
            Loads[index] = (ILoad)driver;
            if (problem != null)
                problem = " " + load.Name + ": " + problem;
        }
        else if (part == Wirings.Meter)
        {
            problem = Make(part, index, _settings.MeterList[index].Driver, out driver);
            Meters[index] = (IMeter)driver;
        }
        else
        {
            problem = Make(part, index, _settings.ThermometerList[index].Driver, out driver);
            Thermometers[index] = (IThermometer)driver;
        }
        Drivers[at] = driver;
        return problem == null ? null : _wirings.PlaceOf(part, index) + (part == Wirings.Load ? "" : ": ") + problem;
    }

    private string Make(int part, int index, string name, out Driver driver)
    {
        driver = null;
        string names = "";
        int first = part * PartRows;
        int row = first;
        Line line;
        for (; (line = Known(row, null, null)) != null && line.Name != name; row++)
            names += (row == first ? "" : ", ") + line.Name;
        if (line == null)
            return "driver \"" + name + "\" is unknown; known are " + names;
        LoadAbility ability = part == Wirings.Load ? AbilityOf(_settings.LoadList[index], line) : null;
        if (ability != null && ability.MinWatts != ability.MaxWatts && line.Rest == Rest.Switched)
            return "driver " + name + " is on or off: minWatts must be maxWatts or left out";
        Wiring wiring = new Wiring();
        string problem = _wirings.Wire(part, index, name, line.Reaches, line.Port, wiring);
        // What the driver needs reads with its name; what the board has not, or another meter has, reads alone.
        if (problem != null)
            return problem.StartsWith("needs ") || problem.StartsWith("has ") ? "driver " + name + " " + problem : problem;
        driver = Known(row, ability, wiring).Driver;
        if (ability != null)
            Share((LoadDriver)driver, row - FirstLoad);
        if (wiring.Output != null && (line.Reaches & Reach.Output) == 0)
            driver = new RelayedLoad((LoadDriver)driver, wiring);
        return null;
    }

    private void Share(LoadDriver load, int row)
    {
        if (_firsts[row] == null)
            _firsts[row] = load;
        load.ShareReply(_firsts[row]);
    }

    private static LoadAbility AbilityOf(LoadSettings load, Line line)
    {
        return new LoadAbility
        {
            Name = load.Name,
            Driver = load.Driver,
            Work = line.Work,
            MinWatts = line.Rest == Rest.Switched && load.MinWatts == 0 ? load.MaxWatts : load.MinWatts,
            MaxWatts = load.MaxWatts,
            Sleeps = line.Rest == Rest.Sleeps,
            LevelWatts = load.LevelWatts,
        };
    }

    private enum Rest
    {
        Sleeps,
        Switched,
        Dimmed,
    }

    private sealed class Line
    {
        public readonly string Name;
        public readonly int Reaches;
        public readonly Driver Driver;
        public readonly int Port;
        public readonly WorkUnit Work;
        public readonly Rest Rest;

        public Line(string name, int reaches, Driver driver, int port = 0, WorkUnit work = WorkUnit.None, Rest rest = Rest.Sleeps)
        {
            Name = name;
            Reaches = reaches;
            Driver = driver;
            Port = port;
            Work = work;
            Rest = rest;
        }
    }
}
