using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// The registry of drivers: one line each. To add one, write its file and its line here. Makes all drivers of a
/// settings file.
/// </summary>
public sealed class DriverTable
{
    private readonly Settings _settings;
    private readonly Wirings _wirings;

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
    /// The drivers of loads, each line made when it is asked for; null behind the last. Without an ability it only tells of the
    /// driver, with one it makes it: a delegate would stay on the device's heap for every line, used or not.
    /// </summary>
    private static LoadLine KnownLoad(int index, LoadAbility ability, Wiring wiring)
    {
        return index switch
        {
            //                name     work                 rests        reached by    usual port
            0 => new LoadLine("axeos", WorkUnit.Gigahash, Rest.Sleeps, Reach.Host, 80, ability == null ? null : new AxeOs(ability, wiring.Dialer, wiring.Host, wiring.Port)),
            1 => new LoadLine("luxos", WorkUnit.Gigahash, Rest.Sleeps, Reach.Host, 4028, ability == null ? null : new LuxOs(ability, wiring.Dialer, wiring.Host, wiring.Port)),
            2 => new LoadLine("aibox", WorkUnit.Millitoken, Rest.Sleeps, Reach.Host | Reach.Serial, 4060, ability == null ? null : new AiBox(ability, wiring.Dialer, wiring.Host, wiring.Port)),
            3 => new LoadLine("relay", WorkUnit.None, Rest.Switched, Reach.Output, 0, ability == null ? null : new RelayLoad(ability, wiring.Output)),
            4 => new LoadLine("dimmer", WorkUnit.None, Rest.Dimmed, Reach.Dimmer, 0, ability == null ? null : new DimmerLoad(ability, wiring)),
            5 => new LoadLine("avalon", WorkUnit.Gigahash, Rest.Sleeps, Reach.Host, 4028, ability == null ? null : new Avalon(ability, wiring.Dialer, wiring.Host, wiring.Port)),
            6 => new LoadLine("cgminer", WorkUnit.Gigahash, Rest.Switched, Reach.Host, 4028, ability == null ? null : new Cgminer(ability, wiring.Dialer, wiring.Host, wiring.Port)),
            7 => new LoadLine("braiins", WorkUnit.Gigahash, Rest.Sleeps, Reach.Host, 80, ability == null ? null : new Braiins(ability, wiring.Dialer, wiring.Host, wiring.Port, wiring.Load.User, wiring.Load.Password)),
            8 => new LoadLine("vnish", WorkUnit.Gigahash, Rest.Sleeps, Reach.Host, 80, ability == null ? null : new Vnish(ability, wiring.Dialer, wiring.Host, wiring.Port, wiring.Load.Password)),
            9 => new LoadLine("whatsminer", WorkUnit.Gigahash, Rest.Sleeps, Reach.Host, 4433, ability == null ? null : new Whatsminer(ability, wiring.Dialer, wiring.Host, wiring.Port, wiring.Load.User, wiring.Load.Password)),
            _ => null,
        };
    }

    /// <summary>The drivers of meters, as those of loads: without a wiring a line only tells of the driver.</summary>
    private static MeterLine KnownMeter(int index, Wiring wiring)
    {
        return index switch
        {
            0 => new MeterLine("sdm120", Reach.Modbus, wiring == null ? null : ModbusMeter.Sdm120(wiring)),
            1 => new MeterLine("sdm230", Reach.Modbus, wiring == null ? null : ModbusMeter.Sdm230(wiring)),
            2 => new MeterLine("sdm630", Reach.Modbus, wiring == null ? null : ModbusMeter.Sdm630(wiring)),
            3 => new MeterLine("sdm72", Reach.Modbus, wiring == null ? null : ModbusMeter.Sdm72(wiring)),
            4 => new MeterLine("em340", Reach.Modbus, wiring == null ? null : ModbusMeter.Em340(wiring)),
            5 => new MeterLine("pzem004t", Reach.Modbus, wiring == null ? null : ModbusMeter.Pzem004T(wiring)),
            6 => new MeterLine("ina226", Reach.I2c, wiring == null ? null : InaMeter.Ina226(wiring)),
            7 => new MeterLine("ina228", Reach.I2c, wiring == null ? null : InaMeter.Ina228(wiring)),
            8 => new MeterLine("s0", Reach.Pulses, wiring == null ? null : new PulseMeter(wiring)),
            _ => null,
        };
    }

    /// <summary>The drivers of thermometers, as those of meters.</summary>
    private static ThermometerLine KnownThermometer(int index, Wiring wiring)
    {
        return index switch
        {
            0 => new ThermometerLine("ds18b20", Reach.OneWire, wiring == null ? null : new Ds18B20(wiring)),
            1 => new ThermometerLine("ntc", Reach.Analog, wiring == null ? null : new Ntc(wiring)),
            _ => null,
        };
    }

    /// <summary>The loads, in the order of the settings.</summary>
    public ILoad[] Loads { get; }

    /// <summary>The meters, in the order of the settings.</summary>
    public IMeter[] Meters { get; }

    /// <summary>The thermometers, in the order of the settings.</summary>
    public IThermometer[] Thermometers { get; }

    /// <summary>All of them, for the host to step: loads, then meters, then thermometers.</summary>
    public Driver[] Drivers { get; }

    /// <summary>Makes all drivers of these settings on this board; null, with the reason, when one cannot be made.</summary>
    public static DriverTable Create(Settings settings, IPorts ports, out string reason)
    {
        DriverTable table = new DriverTable(settings, ports);
        reason = null;
        for (int i = 0; i < table.Loads.Length && reason == null; i++)
            reason = At("loads[" + i.ToString() + "] " + settings.LoadList[i].Name, table.AddLoad(i));
        for (int i = 0; i < table.Meters.Length && reason == null; i++)
            reason = At("meters[" + i.ToString() + "]", table.AddMeter(i));
        for (int i = 0; i < table.Thermometers.Length && reason == null; i++)
            reason = At("thermometers[" + i.ToString() + "]", table.AddThermometer(i));
        return reason == null ? table : null;
    }

    private static string At(string place, string problem)
    {
        return problem == null ? null : place + ": " + problem;
    }

    private static string Unknown(string driver, string names)
    {
        return "driver \"" + driver + "\" is unknown; known are " + names;
    }

    private string AddLoad(int index)
    {
        LoadSettings load = _settings.LoadList[index];
        string names = "";
        int row = 0;
        LoadLine line;
        for (; (line = KnownLoad(row, null, null)) != null && line.Name != load.Driver; row++)
            names += (row == 0 ? "" : ", ") + line.Name;
        if (line == null)
            return Unknown(load.Driver, names);
        bool isSwitched = line.Rest == Rest.Switched;
        if (isSwitched && load.MinWatts != 0 && load.MinWatts != load.MaxWatts)
            return "driver " + line.Name + " is on or off: minWatts must be maxWatts or left out";
        Wiring wiring = new Wiring();
        string problem = _wirings.Wire(index, line.Reaches, line.Port, wiring);
        if (problem != null)
            return Of(line.Name, problem);
        LoadAbility ability = new LoadAbility
        {
            Name = load.Name,
            Driver = line.Name,
            Work = line.Work,
            MinWatts = isSwitched ? load.MaxWatts : load.MinWatts,
            MaxWatts = load.MaxWatts,
            Sleeps = line.Rest == Rest.Sleeps,
            LevelWatts = load.LevelWatts,
        };
        LoadDriver driver = KnownLoad(row, ability, wiring).Driver;
        Loads[index] = driver;
        Drivers[index] = driver;
        return null;
    }

    private string AddMeter(int index)
    {
        string name = _settings.MeterList[index].Driver;
        string names = "";
        int row = 0;
        MeterLine line;
        for (; (line = KnownMeter(row, null)) != null && line.Name != name; row++)
            names += (row == 0 ? "" : ", ") + line.Name;
        if (line == null)
            return Unknown(name, names);
        Wiring wiring = new Wiring();
        string problem = _wirings.WireMeter(index, line.Reaches, line.Name, wiring);
        if (problem != null)
            return Of(line.Name, problem);
        MeterDriver driver = KnownMeter(row, wiring).Driver;
        Meters[index] = driver;
        Drivers[Loads.Length + index] = driver;
        return null;
    }

    private string AddThermometer(int index)
    {
        string name = _settings.ThermometerList[index].Driver;
        string names = "";
        int row = 0;
        ThermometerLine line;
        for (; (line = KnownThermometer(row, null)) != null && line.Name != name; row++)
            names += (row == 0 ? "" : ", ") + line.Name;
        if (line == null)
            return Unknown(name, names);
        Wiring wiring = new Wiring();
        string problem = _wirings.WireThermometer(index, line.Reaches, line.Name, wiring);
        if (problem != null)
            return Of(line.Name, problem);
        ThermometerDriver driver = KnownThermometer(row, wiring).Driver;
        Thermometers[index] = driver;
        Drivers[Loads.Length + Meters.Length + index] = driver;
        return null;
    }

    /// <summary>What the driver needs reads with its name; what the board has not, or another meter has, reads alone.</summary>
    private static string Of(string driver, string problem)
    {
        return problem.StartsWith("needs ") || problem.StartsWith("has ") ? "driver " + driver + " " + problem : problem;
    }

    private enum Rest
    {
        Sleeps,
        Switched,
        Dimmed,
    }

    private sealed class LoadLine
    {
        public readonly string Name;
        public readonly WorkUnit Work;
        public readonly Rest Rest;
        public readonly int Reaches;
        public readonly int Port;
        public readonly LoadDriver Driver;

        public LoadLine(string name, WorkUnit work, Rest rest, int reaches, int port, LoadDriver driver)
        {
            Name = name;
            Work = work;
            Rest = rest;
            Reaches = reaches;
            Port = port;
            Driver = driver;
        }
    }

    private sealed class MeterLine
    {
        public readonly string Name;
        public readonly int Reaches;
        public readonly MeterDriver Driver;

        public MeterLine(string name, int reaches, MeterDriver driver)
        {
            Name = name;
            Reaches = reaches;
            Driver = driver;
        }
    }

    private sealed class ThermometerLine
    {
        public readonly string Name;
        public readonly int Reaches;
        public readonly ThermometerDriver Driver;

        public ThermometerLine(string name, int reaches, ThermometerDriver driver)
        {
            Name = name;
            Reaches = reaches;
            Driver = driver;
        }
    }
}
