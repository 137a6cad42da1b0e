using Fleet.Core;

namespace Fleet.Drivers;

/// <summary>Finds what each driver of a settings file is wired to, and what is wrong with it.</summary>
internal sealed class Wirings
{
    /// <summary>The parts of a settings file, in its order: loads …</summary>
    public const int Load = 0;

    /// <summary>… meters …</summary>
    public const int Meter = 1;

    /// <summary>… and thermometers.</summary>
    public const int Thermometer = 2;

    /// <summary>The way by an output.</summary>
    private const int RelayBit = 2;

    /// <summary>The usual port of a bridge to a serial line.</summary>
    private const int BridgePort = 502;

    private readonly Settings _settings;
    private readonly IPorts _ports;
    private readonly ModbusBus[] _buses;

    public Wirings(Settings settings, IPorts ports)
    {
        _settings = settings;
        _ports = ports;
        _buses = new ModbusBus[settings.MeterList.Length];
    }

    /// <summary>How many there are of a part.</summary>
    public int CountOf(int part)
    {
        return part == Load ? _settings.LoadList.Length : part == Meter ? _settings.MeterList.Length : _settings.ThermometerList.Length;
    }

    /// <summary>Where one stands in the file, in a message.</summary>
    public string PlaceOf(int part, int index)
    {
        return (part == Load ? "loads[" : part == Meter ? "meters[" : "thermometers[") + index.ToString() + "]";
    }

    /// <summary>Wires a driver that can use these ways; null when done, else what is wrong.</summary>
    public string Wire(int part, int index, string driver, int reaches, int usualPort, Wiring into)
    {
        int bit = Choose(part, index, reaches, out string problem);
        if (bit < 0)
            return problem;
        string name = Given(part, index, bit);
        problem = RivalProblem(part, index, bit, name);
        if (problem != null)
            return problem;
        into.Host = "";
        if (part == Load)
        {
            into.Load = _settings.LoadList[index];
            into.Name = into.Load.Name;
            into.Port = into.Load.Port == 0 ? usualPort : into.Load.Port;
        }
        else if (part == Meter)
        {
            into.Meter = _settings.MeterList[index];
            into.Name = driver + "-" + (1 << bit == Reach.Pulses ? name : into.Meter.Address.ToString());
            if (1 << bit == Reach.I2c && (into.Meter.Address < 8 || into.Meter.Address > 119))
                return "needs an address of 8 to 119 on an I2C bus";
        }
        else
        {
            into.Thermometer = _settings.ThermometerList[index];
            into.Name = driver + "-" + (index + 1).ToString();
        }
        if (!IsThere(part, index, 1 << bit, name, into))
            return "the board has no " + Reach.PartOf(bit) + " \"" + name + "\"";
        return part == Load && 1 << bit != Reach.Output && into.Load.Output.Length > 0 ? WireRelay(index, into) : null;
    }

    /// <summary>Wires the relay in front of a load that is reached otherwise.</summary>
    private string WireRelay(int index, Wiring into)
    {
        string problem = RivalProblem(Load, index, RelayBit, into.Load.Output);
        if (problem != null)
            return problem;
        return IsThere(Load, index, Reach.Output, into.Load.Output, into) ? null : "the board has no " + Reach.PartOf(RelayBit) + " \"" + into.Load.Output + "\"";
    }

    private bool IsThere(int part, int index, int way, string name, Wiring into)
    {
        if (part == Meter && (way & Reach.Modbus) != 0)
            return (into.Bus = _buses[index] = BusOf(index, way, name)) != null;
        switch (way)
        {
            case Reach.Host:
                into.Host = name;
                return (into.Dialer = _ports.Dialer) != null;
            case Reach.Serial:
                IByteChannel line = _ports.Serial(name, into.Load.Baud);
                into.Dialer = line == null ? null : new SerialDialer(line);
                return line != null;
            case Reach.Output:
                return (into.Output = _ports.Output(name)) != null;
            case Reach.Dimmer:
                return (into.Dimmer = _ports.Dimmer(name)) != null;
            case Reach.I2c:
                return (into.I2c = _ports.I2c(name, into.Meter.Address)) != null;
            case Reach.Pulses:
                return (into.Pulses = _ports.Pulses(name)) != null;
            case Reach.Analog:
                return (into.Analog = _ports.Analog(name)) != null;
            default:
                return (into.OneWire = _ports.OneWire(name)) != null;
        }
    }

    /// <summary>The Modbus line of a meter, which is that of an earlier one on it.</summary>
    private ModbusBus BusOf(int index, int way, string name)
    {
        MeterSettings meter = _settings.MeterList[index];
        for (int i = 0; i < index; i++)
        {
            if (_buses[i] != null && Given(Meter, i, way == Reach.Host ? 0 : 1) == name && _settings.MeterList[i].Port == meter.Port)
                return _buses[i];
        }
        if (way == Reach.Host)
            return new ModbusBus(_ports.Dialer, name, meter.Port == 0 ? BridgePort : meter.Port);
        IByteChannel line = _ports.Serial(name, meter.Baud);
        return line == null ? null : new ModbusBus(line);
    }

    /// <summary>The one way that is given of those a driver can use; below 0, with the reason, when there is not just one.</summary>
    private int Choose(int part, int index, int reaches, out string problem)
    {
        int chosen = -1;
        string keys = "";
        problem = null;
        for (int bit = 0; bit < Reach.Count && problem == null; bit++)
        {
            bool isUsed = (reaches & (1 << bit)) != 0;
            if (isUsed)
                keys += (keys.Length == 0 ? "" : " or ") + Reach.KeyOf(bit);
            // A load that is spoken to may have a relay in front.
            bool isRelay = bit == RelayBit && (reaches & (Reach.Host | Reach.Serial)) != 0;
            if (Given(part, index, bit).Length == 0 || isRelay)
                continue;
            if (!isUsed)
                problem = "has no use for " + Reach.KeyOf(bit) + "; remove it";
            else if (chosen >= 0)
                problem = "needs " + keys + ", and not both";
            chosen = bit;
        }
        if (chosen < 0)
            problem = "needs " + keys;
        return problem == null ? chosen : -1;
    }

    /// <summary>The name that is given for a way, empty for none.</summary>
    private string Given(int part, int index, int bit)
    {
        if (part == Load)
        {
            LoadSettings load = _settings.LoadList[index];
            return bit switch { 0 => load.Host, 1 => load.Serial, 2 => load.Output, 3 => load.Dimmer, _ => "" };
        }
        if (part == Meter)
        {
            MeterSettings meter = _settings.MeterList[index];
            return bit switch { 0 => meter.Host, 1 => meter.Serial, 4 => meter.I2c, 5 => meter.Pulses, _ => "" };
        }
        ThermometerSettings thermometer = _settings.ThermometerList[index];
        return bit switch { 6 => thermometer.Analog, 7 => thermometer.OneWire, _ => "" };
    }

    /// <summary>Whether one before it in the file has this way already, and cannot share it.</summary>
    private string RivalProblem(int part, int index, int bit, string name)
    {
        for (int other = Load; other <= part; other++)
        {
            int count = other == part ? index : CountOf(other);
            for (int i = 0; i < count; i++)
            {
                if (Given(other, i, bit) != name)
                    continue;
                string problem = SharedProblem(other == part ? part : Load, index, i, 1 << bit, PlaceOf(other, i));
                if (problem != null)
                    return problem.Length > 0 ? problem : "needs its own " + Reach.PartOf(bit) + ": \"" + name + "\" is that of " + PlaceOf(other, i);
            }
        }
        return null;
    }

    /// <summary>What is wrong with two of a part that share a way; null when nothing is, empty when it cannot be shared.</summary>
    private string SharedProblem(int part, int index, int otherIndex, int way, string place)
    {
        if (part == Meter && (way & (Reach.Modbus | Reach.I2c)) != 0)
        {
            MeterSettings meter = _settings.MeterList[index];
            MeterSettings other = _settings.MeterList[otherIndex];
            if (way == Reach.Serial && other.Baud != meter.Baud)
                return "baud " + meter.Baud.ToString() + " differs from " + place + " on the same line";
            bool isRival = other.Address == meter.Address && (way != Reach.Host || other.Port == meter.Port);
            return isRival ? "address " + meter.Address.ToString() + " is that of " + place + " on the same line" : null;
        }
        if (way != Reach.OneWire)
            return way == Reach.Host ? null : "";
        string rom = _settings.ThermometerList[index].Rom;
        string otherRom = _settings.ThermometerList[otherIndex].Rom;
        return rom.Length == 0 || otherRom.Length == 0 || rom == otherRom ? "needs a rom of its own, and so does " + place : null;
    }
}
