using Fleet.Core;

namespace Fleet.Drivers;

/// <summary>Finds what each driver of a settings file is wired to, and what is wrong with it.</summary>
internal sealed class Wirings
{
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

    /// <summary>Wires a load; null when done, else what is wrong.</summary>
    public string Wire(int index, int reaches, int usualPort, Wiring into)
    {
        LoadSettings load = _settings.LoadList[index];
        int bit = Reach.Choose(reaches, new string[] { load.Host, load.Serial, load.Output, load.Dimmer, "", "", "", "" }, out string problem);
        if (bit < 0)
            return problem;
        into.Name = load.Name;
        into.Load = load;
        into.Serial = load.Serial.Length > 0 ? _ports.Serial(load.Serial, load.Baud) : null;
        into.Dialer = into.Serial == null ? _ports.Dialer : new SerialDialer(into.Serial);
        into.Host = load.Host;
        into.Port = load.Port == 0 ? usualPort : load.Port;
        into.Output = load.Output.Length > 0 ? _ports.Output(load.Output) : null;
        into.Dimmer = load.Dimmer.Length > 0 ? _ports.Dimmer(load.Dimmer) : null;
        bool isThere = bit == 0 || into.Serial != null || into.Output != null || into.Dimmer != null;
        return isThere ? SharedProblem(index, load) : Missing(bit, load.Serial + load.Output + load.Dimmer);
    }

    /// <summary>Wires a meter; null when done, else what is wrong.</summary>
    public string WireMeter(int index, int reaches, string driver, Wiring into)
    {
        MeterSettings meter = _settings.MeterList[index];
        int bit = Reach.Choose(reaches, new string[] { meter.Host, meter.Serial, "", "", meter.I2c, meter.Pulses, "", "" }, out string problem);
        if (bit < 0)
            return problem;
        into.Meter = meter;
        into.Name = driver + "-" + (meter.Pulses.Length > 0 ? meter.Pulses : meter.Address.ToString());
        problem = RivalProblem(index, meter);
        if (problem != null)
            return problem;
        if (meter.Host.Length > 0 || meter.Serial.Length > 0)
        {
            _buses[index] = SharedBus(index, meter);
            into.Bus = _buses[index];
        }
        if (meter.I2c.Length > 0 && (meter.Address < 8 || meter.Address > 119))
            return "needs an address of 8 to 119 on an I2C bus";
        into.I2c = meter.I2c.Length > 0 ? _ports.I2c(meter.I2c, meter.Address) : null;
        into.Pulses = meter.Pulses.Length > 0 ? _ports.Pulses(meter.Pulses) : null;
        bool isThere = into.Bus != null || into.I2c != null || into.Pulses != null;
        return isThere ? null : Missing(bit, meter.Serial + meter.I2c + meter.Pulses);
    }

    /// <summary>Wires a thermometer; null when done, else what is wrong.</summary>
    public string WireThermometer(int index, int reaches, string driver, Wiring into)
    {
        ThermometerSettings thermometer = _settings.ThermometerList[index];
        int bit = Reach.Choose(reaches, new string[] { "", "", "", "", "", "", thermometer.Analog, thermometer.OneWire }, out string problem);
        if (bit < 0)
            return problem;
        problem = RivalProblem(index, thermometer);
        if (problem != null)
            return problem;
        into.Thermometer = thermometer;
        into.Name = driver + "-" + (index + 1).ToString();
        into.Analog = thermometer.Analog.Length > 0 ? _ports.Analog(thermometer.Analog) : null;
        into.OneWire = thermometer.OneWire.Length > 0 ? _ports.OneWire(thermometer.OneWire) : null;
        return into.Analog != null || into.OneWire != null ? null : Missing(bit, thermometer.Analog + thermometer.OneWire);
    }

    private static string Missing(int bit, string name)
    {
        return "the board has no " + Reach.PartOf(bit) + " \"" + name + "\"";
    }

    /// <summary>Whether another load or a meter has this load's output, dimmer or serial line already.</summary>
    private string SharedProblem(int index, LoadSettings load)
    {
        for (int i = 0; i < index; i++)
        {
            LoadSettings other = _settings.LoadList[i];
            if (load.Output.Length > 0 && other.Output == load.Output)
                return "needs an output of its own: \"" + load.Output + "\" switches " + other.Name;
            if (load.Dimmer.Length > 0 && other.Dimmer == load.Dimmer)
                return "needs a dimmer of its own: \"" + load.Dimmer + "\" dims " + other.Name;
            if (load.Serial.Length > 0 && other.Serial == load.Serial)
                return "needs a serial line of its own: \"" + load.Serial + "\" is that of " + other.Name;
        }
        for (int i = 0; i < _settings.MeterList.Length; i++)
        {
            if (load.Serial.Length > 0 && _settings.MeterList[i].Serial == load.Serial)
                return "needs a serial line of its own: \"" + load.Serial + "\" is that of meters[" + i.ToString() + "]";
        }
        return null;
    }

    private string RivalProblem(int index, MeterSettings meter)
    {
        for (int i = 0; i < index; i++)
        {
            MeterSettings other = _settings.MeterList[i];
            if (!IsOnSameLine(meter, other))
                continue;
            if (meter.Serial.Length > 0 && other.Baud != meter.Baud)
                return "baud " + meter.Baud.ToString() + " differs from meters[" + i.ToString() + "] on the same line";
            if (meter.Pulses.Length > 0)
                return "needs a pulse input of its own: \"" + meter.Pulses + "\" is that of meters[" + i.ToString() + "]";
            if (other.Address == meter.Address)
                return "address " + meter.Address.ToString() + " is that of meters[" + i.ToString() + "] on the same line";
        }
        return null;
    }

    private string RivalProblem(int index, ThermometerSettings thermometer)
    {
        for (int i = 0; i < index; i++)
        {
            ThermometerSettings other = _settings.ThermometerList[i];
            if (thermometer.Analog.Length > 0 && other.Analog == thermometer.Analog)
                return "needs an analog input of its own: \"" + thermometer.Analog + "\" is that of thermometers[" + i.ToString() + "]";
            bool isAlone = thermometer.Rom.Length == 0 || other.Rom.Length == 0 || other.Rom == thermometer.Rom;
            if (thermometer.OneWire.Length > 0 && other.OneWire == thermometer.OneWire && isAlone)
                return "needs a rom of its own, and so do all on \"" + thermometer.OneWire + "\"";
        }
        return null;
    }

    private ModbusBus SharedBus(int index, MeterSettings meter)
    {
        for (int i = 0; i < index; i++)
        {
            if (_buses[i] != null && IsOnSameLine(meter, _settings.MeterList[i]))
                return _buses[i];
        }
        if (meter.Host.Length > 0)
            return new ModbusBus(_ports.Dialer, meter.Host, meter.Port == 0 ? BridgePort : meter.Port);
        IByteChannel channel = _ports.Serial(meter.Serial, meter.Baud);
        return channel == null ? null : new ModbusBus(channel);
    }

    private static bool IsOnSameLine(MeterSettings one, MeterSettings other)
    {
        return one.Serial == other.Serial && one.Host == other.Host && one.Port == other.Port && one.I2c == other.I2c && one.Pulses == other.Pulses;
    }
}
