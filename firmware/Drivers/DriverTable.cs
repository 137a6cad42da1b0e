using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>Makes the driver of a load.</summary>
public delegate LoadDriver NewLoad(LoadAbility ability, IPorts ports, string host, int port, IOutputPin pin);

/// <summary>Makes the driver of a meter.</summary>
public delegate MeterDriver NewMeter(string name, ModbusBus bus, int address);

/// <summary>
/// The registry of drivers: one line each. To add one, write its file and its line here. Makes all drivers of a
/// settings file.
/// </summary>
public sealed class DriverTable
{
    /// <summary>The usual port of a bridge to a serial line.</summary>
    private const int BridgePort = 502;

    private readonly IPorts _ports;
    private readonly MeterSettings[] _meterList;
    private readonly ModbusBus[] _buses;

    private DriverTable(Settings settings, IPorts ports)
    {
        _ports = ports;
        _meterList = settings.MeterList;
        _buses = new ModbusBus[_meterList.Length];
        Loads = new ILoad[settings.LoadList.Length];
        Meters = new IMeter[_meterList.Length];
        Drivers = new Driver[Loads.Length + Meters.Length];
    }

    private enum Reach
    {
        Network,
        Output,
    }

    /// <summary>The drivers of loads, each made when it is asked for; null behind the last.</summary>
    private static LoadLine KnownLoad(int index)
    {
        return index switch
        {
            //                name     work                 sleeps reached by      usual port
            0 => new LoadLine("axeos", WorkUnit.Gigahash, true, Reach.Network, 80, (ability, ports, host, port, pin) => new AxeOs(ability, ports.Dialer, host, port)),
            1 => new LoadLine("luxos", WorkUnit.Gigahash, true, Reach.Network, 4028, (ability, ports, host, port, pin) => new LuxOs(ability, ports.Dialer, host, port)),
            2 => new LoadLine("aibox", WorkUnit.Millitoken, true, Reach.Network, 4060, (ability, ports, host, port, pin) => new AiBox(ability, ports.Dialer, host, port)),
            3 => new LoadLine("relay", WorkUnit.None, false, Reach.Output, 0, (ability, ports, host, port, pin) => new RelayLoad(ability, pin)),
            _ => null,
        };
    }

    /// <summary>The drivers of meters.</summary>
    private static MeterLine KnownMeter(int index)
    {
        return index switch
        {
            0 => new MeterLine("sdm120", (name, bus, address) => EastronMeter.Sdm120(name, bus, address)),
            1 => new MeterLine("sdm630", (name, bus, address) => EastronMeter.Sdm630(name, bus, address)),
            _ => null,
        };
    }

    /// <summary>The loads, in the order of the settings.</summary>
    public ILoad[] Loads { get; }

    /// <summary>The meters, in the order of the settings.</summary>
    public IMeter[] Meters { get; }

    /// <summary>All of them, for the host to step.</summary>
    public Driver[] Drivers { get; }

    /// <summary>Makes all drivers of these settings on this board; null, with the reason, when one cannot be made.</summary>
    public static DriverTable Create(Settings settings, IPorts ports, out string reason)
    {
        DriverTable table = new DriverTable(settings, ports);
        reason = null;
        for (int i = 0; i < table.Loads.Length && reason == null; i++)
        {
            reason = table.AddLoad(i, settings.LoadList);
            if (reason != null)
                reason = "loads[" + i.ToString() + "] " + settings.LoadList[i].Name + ": " + reason;
        }
        for (int i = 0; i < table.Meters.Length && reason == null; i++)
        {
            reason = table.AddMeter(i);
            if (reason != null)
                reason = "meters[" + i.ToString() + "]: " + reason;
        }
        return reason == null ? table : null;
    }

    private string AddLoad(int index, LoadSettings[] list)
    {
        LoadSettings load = list[index];
        LoadLine line = FindLoad(load.Driver, out string names);
        if (line == null)
            return "driver \"" + load.Driver + "\" is unknown; known are " + names;
        bool isSwitched = line.Reach == Reach.Output;
        string problem = isSwitched ? SwitchedProblem(index, list) : NetworkProblem(load);
        if (problem != null)
            return "driver " + line.Name + " " + problem;
        IOutputPin pin = isSwitched ? _ports.Output(load.Output) : null;
        if (isSwitched && pin == null)
            return "the board has no output \"" + load.Output + "\"";
        LoadAbility ability = new LoadAbility
        {
            Name = load.Name,
            Driver = line.Name,
            Work = line.Work,
            MinWatts = isSwitched ? load.MaxWatts : load.MinWatts,
            MaxWatts = load.MaxWatts,
            Sleeps = line.Sleeps,
            LevelWatts = load.LevelWatts,
        };
        LoadDriver driver = line.Make(ability, _ports, load.Host, load.Port == 0 ? line.Port : load.Port, pin);
        Loads[index] = driver;
        Drivers[index] = driver;
        return null;
    }

    private static string NetworkProblem(LoadSettings load)
    {
        if (load.Host.Length == 0)
            return "needs host";
        return load.Output.Length > 0 ? "has no use for output; remove it" : null;
    }

    private static string SwitchedProblem(int index, LoadSettings[] list)
    {
        LoadSettings load = list[index];
        if (load.Output.Length == 0)
            return "needs output";
        if (load.Host.Length > 0)
            return "has no use for host; remove it";
        if (load.MinWatts != 0 && load.MinWatts != load.MaxWatts)
            return "is on or off: minWatts must be maxWatts or left out";
        for (int i = 0; i < index; i++)
        {
            if (list[i].Output == load.Output)
                return "needs an output of its own: \"" + load.Output + "\" switches " + list[i].Name;
        }
        return null;
    }

    private string AddMeter(int index)
    {
        MeterSettings meter = _meterList[index];
        MeterLine line = FindMeter(meter.Driver, out string names);
        if (line == null)
            return "driver \"" + meter.Driver + "\" is unknown; known are " + names;
        if ((meter.Serial.Length == 0) == (meter.Host.Length == 0))
            return "driver " + line.Name + " needs serial or host, and not both";
        for (int i = 0; i < index && _buses[index] == null; i++)
        {
            MeterSettings other = _meterList[i];
            if (other.Serial != meter.Serial || other.Host != meter.Host || other.Port != meter.Port)
                continue;
            if (other.Baud != meter.Baud && meter.Serial.Length > 0)
                return "baud " + meter.Baud.ToString() + " differs from meters[" + i.ToString() + "] on the same line";
            _buses[index] = _buses[i];
        }
        for (int i = 0; i < index; i++)
        {
            if (_buses[i] == _buses[index] && _meterList[i].Address == meter.Address)
                return "address " + meter.Address.ToString() + " is that of meters[" + i.ToString() + "] on the same line";
        }
        if (_buses[index] == null)
            _buses[index] = Bus(meter);
        if (_buses[index] == null)
            return "the board has no serial line \"" + meter.Serial + "\"";
        MeterDriver driver = line.Make(line.Name + "-" + meter.Address.ToString(), _buses[index], meter.Address);
        Meters[index] = driver;
        Drivers[Loads.Length + index] = driver;
        return null;
    }

    private ModbusBus Bus(MeterSettings meter)
    {
        if (meter.Host.Length > 0)
            return new ModbusBus(_ports.Dialer, meter.Host, meter.Port == 0 ? BridgePort : meter.Port);
        IByteChannel channel = _ports.Serial(meter.Serial, meter.Baud);
        return channel == null ? null : new ModbusBus(channel);
    }

    private static LoadLine FindLoad(string name, out string names)
    {
        names = "";
        LoadLine line;
        for (int i = 0; (line = KnownLoad(i)) != null && line.Name != name; i++)
            names += (i == 0 ? "" : ", ") + line.Name;
        return line;
    }

    private static MeterLine FindMeter(string name, out string names)
    {
        names = "";
        MeterLine line;
        for (int i = 0; (line = KnownMeter(i)) != null && line.Name != name; i++)
            names += (i == 0 ? "" : ", ") + line.Name;
        return line;
    }

    private sealed class LoadLine
    {
        public readonly string Name;
        public readonly WorkUnit Work;
        public readonly bool Sleeps;
        public readonly Reach Reach;
        public readonly int Port;
        public readonly NewLoad Make;

        public LoadLine(string name, WorkUnit work, bool sleeps, Reach reach, int port, NewLoad make)
        {
            Name = name;
            Work = work;
            Sleeps = sleeps;
            Reach = reach;
            Port = port;
            Make = make;
        }
    }

    private sealed class MeterLine
    {
        public readonly string Name;
        public readonly NewMeter Make;

        public MeterLine(string name, NewMeter make)
        {
            Name = name;
            Make = make;
        }
    }
}
