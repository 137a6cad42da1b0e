using System;
using System.Collections.Generic;
using System.Text.Json;

namespace Fleet.Virtual.Plant;

/// <summary>A Bitaxe-class miner with ESP-Miner firmware: HTTP JSON on port 80 of the real device.</summary>
/// <remarks>
/// Routes, field names, units and error texts follow bitaxeorg/ESP-Miner main/http_server (openapi.yaml, http_server.c,
/// system_api_json.c) and, of a NerdQAxe, shufps/ESP-Miner-NerdQAxePlus. PATCH answers an empty chunked body, as the real one does; <see cref="AnswersChunked"/> sends the
/// JSON answers so, too.
/// <para>
/// Power follows frequency and voltage: watts = idle + (nominal - idle) * f / f0 * (V / V0)^2, hash rate = f * small
/// cores, both only as far as the rating goes. Pause keeps idle watts and is forgotten by a restart; frequency and
/// voltage are not.
/// </para>
/// </remarks>
public sealed class AxeOsDevice : LoadDevice
{
    private const int DefaultFrequencyMegahertz = 525;
    private const int DefaultCoreMillivolts = 1150;
    private const int SmallCores = 2040;
    private const int SettingMax = ushort.MaxValue;
    private const double SupplyMillivolts = 5100;

    private static readonly int[] FrequencyOptions = [400, 490, 525, 550, 600, 625];
    private static readonly int[] VoltageOptions = [1000, 1060, 1100, 1150, 1200, 1250];

    private readonly Dictionary<(string Method, string Path), Func<byte[], HttpAnswer>> _routes;
    private double _frequencyMegahertz = DefaultFrequencyMegahertz;
    private int _coreMillivolts = DefaultCoreMillivolts;
    private long _identifyUntilMs;

    public AxeOsDevice(PlantModel model)
        : base(model)
    {
        _routes = new()
        {
            [("GET", "/api/system/info")] = _ => Json(Info),
            [("GET", "/api/system/asic")] = _ => Json(Asic),
            [("PATCH", "/api/system")] = Patch,
            [("POST", "/api/system/pause")] = _ => Act(Model.Sleep, "Mining paused"),
            [("POST", "/api/system/resume")] = _ => Act(() => Model.Wake(), "Mining resumed"),
            [("POST", "/api/system/restart")] = _ => Act(Model.Reboot, "System will restart shortly."),
            [("POST", "/api/system/shutdown")] = _ => Act(Model.Sleep, "System will shutdown shortly."),
            [("POST", "/api/system/identify")] = _ => Identify(),
        };
        Operate();
    }

    /// <summary>Sends JSON in chunks, as some builds do.</summary>
    public bool AnswersChunked { get; set; }

    /// <summary>A NerdQAxe, which is shut down and restarted rather than paused and resumed.</summary>
    public bool IsNerdQAxe { get; set; }

    /// <summary>Firmware from before pause and resume.</summary>
    public bool IsOld { get; set; }

    /// <summary>Whether the device shows itself to the person in front of it.</summary>
    public bool IsIdentifying => Model.NowMs < _identifyUntilMs;

    /// <summary>Megahertz and core millivolts.</summary>
    public override IReadOnlyList<double> Settings
    {
        get => [_frequencyMegahertz, _coreMillivolts];
        set => (_frequencyMegahertz, _coreMillivolts) = (value[0], (int)value[1]);
    }

    public override Conversation Open() => new HttpConversation((method, path, _, body) =>
    {
        lock (Model.Gate)
        {
            if (_routes.TryGetValue((method, path), out var route) && IsThere(path))
                return route(body.ToArray());
            return method == "GET"
                ? Json(json => json.WriteString("error", "unknown route")) with { Status = "404 Not Found" }
                : HttpConversation.Refuse("405 Method Not Allowed", "Specified method is invalid for this resource");
        }
    });

    private bool IsThere(string path) => path switch
    {
        "/api/system/pause" or "/api/system/resume" => !IsOld && !IsNerdQAxe,
        "/api/system/shutdown" => IsNerdQAxe,
        _ => true,
    };

    private HttpAnswer Json(Action<Utf8JsonWriter> members)
    {
        var body = JsonReply.Write(json =>
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        });
        return new("200 OK", "application/json", Send(body), AnswersChunked);
    }

    private HttpAnswer Act(Action action, string message)
    {
        action();
        return Json(json => json.WriteString("message", message));
    }

    private HttpAnswer Identify()
    {
        var stops = IsIdentifying;
        _identifyUntilMs = stops ? 0 : Model.NowMs + 30_000;
        return Json(json => json.WriteString("message", stops ? "The device no longer says \"Hi!\"." : "The device says \"Hi!\" for 30 seconds."));
    }

    private HttpAnswer Patch(byte[] body)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            return HttpConversation.Refuse("400 Bad Request", "Invalid JSON");
        }

        using (document)
        {
            double frequency = _frequencyMegahertz, voltage = _coreMillivolts;
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !TrySetting(document, "frequency", ref frequency)
                || !TrySetting(document, "coreVoltage", ref voltage))
                return HttpConversation.Refuse("400 Bad Request", "Wrong API input");
            if (!Model.IgnoresCommands)
                (_frequencyMegahertz, _coreMillivolts) = (frequency, (int)voltage);
        }

        Operate();
        return new("200 OK", "text/html", [], Chunked: true);
    }

    private static bool TrySetting(JsonDocument document, string name, ref double value)
    {
        if (!document.RootElement.TryGetProperty(name, out var setting))
            return true;
        return setting.ValueKind == JsonValueKind.Number && (value = setting.GetDouble()) is >= 1 and <= SettingMax;
    }

    private void Operate()
    {
        var rating = Model.Rating;
        var volts = (double)_coreMillivolts / DefaultCoreMillivolts;
        var dynamic = (rating.NominalWatts - rating.IdleWatts) * _frequencyMegahertz / DefaultFrequencyMegahertz * volts * volts;
        var milliwatts = long.Clamp((long)((rating.IdleWatts + dynamic) * 1000), rating.MinWatts * 1000L, rating.MaxWatts * 1000L);
        var yield = ExpectedGigahashes * 1_000_000 / rating.MilliworkPerSecondAt(milliwatts);
        Model.Operate(milliwatts, (int)yield);
    }

    private double ExpectedGigahashes => _frequencyMegahertz * SmallCores / 1000;

    private void Info(Utf8JsonWriter json)
    {
        var model = Model;
        var watts = model.Milliwatts / 1000.0;
        var gigahashes = Math.Round(model.MilliworkPerSecond / 1000.0, 2);
        var celsius = Math.Round(model.MilliCelsius / 1000.0, 2);
        var works = model.State is PlantState.Running;
        json.WriteNumber("power", Math.Round(watts, 2));
        json.WriteNumber("voltage", SupplyMillivolts);
        json.WriteNumber("current", Math.Round(watts * 1_000_000 / SupplyMillivolts, 1));
        json.WriteNumber("temp", celsius);
        json.WriteNumber("temp2", -1);
        json.WriteNumber("vrTemp", Math.Round(celsius + watts / 4, 1));
        json.WriteNumber("coreVoltageActual", works ? _coreMillivolts - 5 : 0);
        json.WriteNumber("actualFrequency", works ? _frequencyMegahertz : 0);
        json.WriteNumber("expectedHashrate", Math.Round(ExpectedGigahashes, 2));
        json.WriteNumber("fanspeed", int.Clamp((model.MilliCelsius - 30_000) / 350, 25, 100));
        json.WriteNumber("fanrpm", works ? 4_200 : 1_500);
        foreach (var name in (ReadOnlySpan<string>)["hashRate", "hashRate_1m", "hashRate_10m", "hashRate_1h"])
            json.WriteNumber(name, gigahashes);
        json.WriteNumber("errorPercentage", 0.2);
        json.WriteNumber("sharesAccepted", model.WorkSinceBoot / 4_400_000);
        json.WriteNumber("sharesRejected", model.WorkSinceBoot / 880_000_000);
        json.WriteNumber("freeHeap", 8_311_920);
        json.WriteNumber("uptimeSeconds", model.UptimeMs / 1000);
        if (!IsOld)
            json.WriteBoolean(IsNerdQAxe ? "shutdown" : "miningPaused", model.State is PlantState.Sleeping);
        json.WriteNumber("overheat_mode", model.State is PlantState.Tripped ? 1 : 0);
        json.WriteString("wifiStatus", "Connected!");
        json.WriteNumber("wifiRSSI", -58);
        json.WriteString("version", "v2.12.0");
        json.WriteString("axeOSVersion", "v2.12.0");
        json.WriteString("boardVersion", "602");
        json.WriteNumber("maxPower", 40);
        json.WriteNumber("nominalVoltage", 5);
        json.WriteNumber("smallCoreCount", SmallCores);
        json.WriteString("ASICModel", "BM1370");
        json.WriteString("macAddr", $"02:F1:EE:{model.Rating.NominalWatts & 255:X2}:{SmallCores & 255:X2}:01");
        json.WriteString("hostname", "bitaxe");
        json.WriteNumber("overclockEnabled", 0);
        json.WriteNumber("autofanspeed", 1);
        json.WriteNumber("temptarget", 60);
        json.WriteNumber("coreVoltage", _coreMillivolts);
        json.WriteNumber("frequency", _frequencyMegahertz);
    }

    private static void Asic(Utf8JsonWriter json)
    {
        json.WriteString("ASICModel", "BM1370");
        json.WriteString("deviceModel", "Gamma");
        json.WriteString("swarmColor", "green");
        json.WriteNumber("asicCount", 1);
        json.WriteNumber("hashDomains", 4);
        json.WriteNumber("defaultFrequency", DefaultFrequencyMegahertz);
        Options(json, "frequencyOptions", FrequencyOptions);
        json.WriteNumber("defaultVoltage", DefaultCoreMillivolts);
        Options(json, "voltageOptions", VoltageOptions);
    }

    private static void Options(Utf8JsonWriter json, string name, int[] values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }
}
