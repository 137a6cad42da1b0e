using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// The controller's settings file, one JSON object: the options of <see cref="SettingsTable"/>, and the arrays
/// <c>loads</c>, <c>meters</c> and <c>thermometers</c>. An unknown, missing or out-of-range key refuses the file, so that a slip of the pen
/// is found at the bench and not by the load.
/// <code>
/// {"site":"hill","controller":"c-1","board":"virtual","brokerHost":"10.0.0.2","secret":"…64 hex…","failSafeWatts":4200,
///  "loads":[{"name":"s21-1","driver":"luxos","host":"10.0.0.21","minWatts":1600,"maxWatts":3500,"order":17}],
///  "meters":[{"driver":"sdm630","serial":"rs485","address":1}]}
/// </code>
/// </summary>
public sealed partial class Settings : OptionSet
{
    /// <summary>Largest settings file: eight loads and four meters with every key written out.</summary>
    public const int FileBytes = 8192;

    /// <summary>Most meters of one controller: one for each circuit of the largest board, with room.</summary>
    public const int Meters = 4;

    /// <summary>Most thermometers of one controller: one for each load.</summary>
    public const int Thermometers = Bounds.Loads;

    private const int HourSeconds = 3600;

    private int _lists;

    /// <summary>Settings of which nothing is given yet.</summary>
    public Settings()
        : base(SettingsPart.Controller)
    {
    }

    /// <summary>The site's name in every topic.</summary>
    public string Site { get { return Text(0); } }

    /// <summary>This controller's name in every topic.</summary>
    public string Controller { get { return Text(1); } }

    /// <summary>The board's name in hardware/boards.</summary>
    public string Board { get { return Text(2); } }

    /// <summary>Name or address of the MQTT broker.</summary>
    public string BrokerHost { get { return Text(3); } }

    /// <summary>64 hex digits that only this controller and its gateway know.</summary>
    public string Secret { get { return Text(4); } }

    /// <summary>TCP port of the MQTT broker: the usual one of TLS where it is asked for and the file gives no port.</summary>
    public int BrokerPort { get { return BrokerTls == 0 || IsGiven(5) ? Number(5) : SettingsTable.TlsPort; } }

    /// <summary>The limit when nobody trustworthy says otherwise.</summary>
    public int FailSafeWatts { get { return Number(6); } }

    /// <summary>How long fail-safe lasts at least while the gateway is silent.</summary>
    public int FailSafeMinimumSeconds { get { return Number(7); } }

    /// <summary>How long the gateway may be silent.</summary>
    public int HeartbeatTimeoutSeconds { get { return Number(8); } }

    /// <summary>How often telemetry is sent.</summary>
    public int TelemetrySeconds { get { return Number(9); } }

    /// <summary>Length of an energy interval.</summary>
    public int RecordSeconds { get { return Number(10); } }

    /// <summary>Age from which a meter's reading no longer counts.</summary>
    public int MeterStaleSeconds { get { return Number(11); } }

    /// <summary>Age from which a load's answer no longer counts.</summary>
    public int LoadSilentSeconds { get { return Number(12); } }

    /// <summary>How fast the limit rises where no setpoint says it; 0 is at once.</summary>
    public int RampWattsPerSecond { get { return Number(13); } }

    /// <summary>The limit waits a random part of this before it rises where no setpoint says it.</summary>
    public int WindowSeconds { get { return Number(14); } }

    /// <summary>Each load waits its own part of this before it starts.</summary>
    public int StartStaggerSeconds { get { return Number(15); } }

    /// <summary>Temperature from which a load is derated.</summary>
    public int WarnMilliC { get { return Number(16); } }

    /// <summary>Temperature that switches a load off until a local reset.</summary>
    public int TripMilliC { get { return Number(17); } }

    /// <summary>Metered power that switches every load off until a local reset; 0 is none.</summary>
    public int TripWatts { get { return Number(18); } }

    /// <summary>Meters and the loads' own reports disagree when they differ by more than this part of the higher, …</summary>
    public int DisagreePercent { get { return Number(19); } }

    /// <summary>… and by more than these watts.</summary>
    public int DisagreeWatts { get { return Number(20); } }

    /// <summary>1 when the broker is met by TLS alone.</summary>
    public int BrokerTls { get { return Number(21); } }

    /// <summary>Most watts that loads which start at the same time may take together; 0 is any.</summary>
    public int InrushWatts { get { return Number(22); } }

    /// <summary>The loads, in the order every message keeps.</summary>
    public LoadSettings[] LoadList { get; private set; } = new LoadSettings[0];

    /// <summary>The meters; they measure separate circuits and are added up.</summary>
    public MeterSettings[] MeterList { get; private set; } = new MeterSettings[0];

    /// <summary>The thermometers.</summary>
    public ThermometerSettings[] ThermometerList { get; private set; } = new ThermometerSettings[0];

    /// <summary>A number that differs between files: changes from afar are kept only for the file they were made on.</summary>
    public uint Fingerprint { get; private set; }

    /// <summary>Reads the file; false with the key and what is wrong with it. Of a refused file nothing may be used.</summary>
    public bool TryRead(byte[] file, int length, out string reason)
    {
        JsonReader json = new JsonReader();
        if (length > FileBytes)
        {
            reason = "the settings file is longer than " + FileBytes.ToString() + " bytes";
            return false;
        }
        if (!json.TryStart(file, length, out reason))
            return false;
        if (!json.EnterObject())
        {
            reason = "the settings file must be one JSON object";
            return false;
        }
        while (json.NextField())
        {
            if (!json.TryName(Bounds.TextLength, out string name))
                name = "?";
            if (!TryReadField(json, name, out reason))
                return false;
        }
        reason = Missing() ?? Problem();
        Fingerprint = Crc32.Of(file, 0, length);
        return reason == null;
    }

    /// <summary>
    /// Changes options by name, all or none: only those open to change from afar, within their ranges. False with the
    /// reason when nothing was changed.
    /// </summary>
    public bool TryChange(string[] names, long[] values, out string reason)
    {
        for (int i = 0; i < names.Length; i++)
        {
            Option option = Find(names[i], out _);
            if (option == null || !option.IsRemote)
                reason = names[i] + ": cannot be changed from afar";
            else if (values[i] < option.Least || values[i] > option.Most)
                reason = OptionSet.OutOfRange(option);
            else if (names[i] == "recordSeconds" && HourSeconds % values[i] != 0)
                reason = "recordSeconds: must divide an hour";
            else
                continue;
            return false;
        }
        for (int i = 0; i < names.Length; i++)
        {
            Find(names[i], out int index);
            Set(index, (int)values[i]);
        }
        reason = null;
        return true;
    }

    /// <summary>The secret as bytes, for <see cref="ControllerKeys"/>.</summary>
    public byte[] SecretBytes()
    {
        byte[] secret = new byte[ControllerKeys.SecretBytes];
        Hex.TryRead(Secret, secret);
        return secret;
    }

    /// <summary>Lets go of the secret, once all keys are made of it.</summary>
    public void ForgetSecret()
    {
        Forget(4);
    }

    /// <summary>The position of the load of this name; below 0 when there is none.</summary>
    internal int PositionOf(string load)
    {
        for (int i = 0; i < LoadList.Length; i++)
        {
            if (LoadList[i].Name == load)
                return i;
        }
        return -1;
    }

    /// <summary>The value of the whole-number option with this number in <see cref="SettingsTable"/>.</summary>
    internal int ValueAt(int index)
    {
        return Number(index);
    }

    private bool TryReadField(JsonReader json, string name, out string reason)
    {
        return name switch
        {
            "loads" => TryReadList(json, SettingsPart.Load, name, Bounds.Loads, out reason),
            "meters" => TryReadList(json, SettingsPart.Meter, name, Meters, out reason),
            "thermometers" => TryReadList(json, SettingsPart.Thermometer, name, Thermometers, out reason),
            _ => TryReadOption(json, name, out reason),
        };
    }

    private bool TryReadList(JsonReader json, SettingsPart part, string name, int most, out string reason)
    {
        reason = name + ": must be one array of at most " + most.ToString() + " objects";
        int bit = 1 << (int)part;
        if ((_lists & bit) != 0 || !json.EnterArray())
            return false;
        _lists |= bit;
        int count = 0;
        while (json.NextItem())
        {
            if (count == most)
                return false;
            if (!TryReadItem(json, part, out string problem))
            {
                reason = name + "[" + count.ToString() + "]." + problem;
                return false;
            }
            count++;
        }
        reason = null;
        return true;
    }

    /// <summary>Reads one item and appends it to its list.</summary>
    private bool TryReadItem(JsonReader json, SettingsPart part, out string problem)
    {
        switch (part)
        {
            case SettingsPart.Load:
                LoadSettings load = new LoadSettings();
                LoadList = (LoadSettings[])Longer(LoadList, new LoadSettings[LoadList.Length + 1]);
                LoadList[LoadList.Length - 1] = load;
                return load.TryRead(json, out problem);
            case SettingsPart.Meter:
                MeterSettings meter = new MeterSettings();
                MeterList = (MeterSettings[])Longer(MeterList, new MeterSettings[MeterList.Length + 1]);
                MeterList[MeterList.Length - 1] = meter;
                return meter.TryRead(json, out problem);
            default:
                ThermometerSettings thermometer = new ThermometerSettings();
                ThermometerList = (ThermometerSettings[])Longer(ThermometerList, new ThermometerSettings[ThermometerList.Length + 1]);
                ThermometerList[ThermometerList.Length - 1] = thermometer;
                return thermometer.TryRead(json, out problem);
        }
    }

    private static System.Array Longer(System.Array from, System.Array into)
    {
        System.Array.Copy(from, into, from.Length);
        return into;
    }
}
