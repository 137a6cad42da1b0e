using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using static Fleet.Virtual.Plant.LuxOsReply;

namespace Fleet.Virtual.Plant;

/// <summary>The commands of a LuxOS miner, as a table from name to what it does.</summary>
internal sealed class LuxOsCommands
{
    private const int Boards = 3;

    private readonly LuxOsDevice _device;
    private readonly PlantModel _model;
    private readonly LuxOsProfiles _profiles;
    private readonly Dictionary<string, Func<LuxOsReply>> _reads;
    private readonly Dictionary<string, Func<string[], LuxOsReply>> _writes;

    public LuxOsCommands(LuxOsDevice device)
    {
        _device = device;
        _model = device.Model;
        _profiles = new LuxOsProfiles(_model.Rating);
        _reads = new()
        {
            ["logon"] = Logon,
            ["session"] = () => Of(319, "Session information", "SESSION", SessionId),
            ["kill"] = Kill,
            ["version"] = () => Of(22, "LUXminer versions", "VERSION", Version),
            ["summary"] = () => Of(11, "Summary", "SUMMARY", Summary),
            ["stats"] = Stats,
            ["power"] = () => Of(311, "Power usage", "POWER", Power),
            ["temps"] = Temps,
            ["limits"] = () => Of(333, "Limits", "LIMITS", Limits),
            ["profiles"] = ListProfiles,
            ["atm"] = () => Of(339, "ATM configuration values", "ATM", Atm),
            ["config"] = () => Of(33, "LUXminer config", "CONFIG", Config),
            ["events"] = Events,
        };
        _writes = new()
        {
            ["logoff"] = _ => Logoff(),
            ["curtail"] = Curtail,
            ["powertargetset"] = PowerTarget,
            ["profileset"] = SetProfile,
            ["reboot"] = RebootBoard,
            ["rebootdevice"] = _ => RebootDevice(),
        };
    }

    private long Watts => (_model.Milliwatts + 500) / 1000;

    private bool Sleeps => _model.State is PlantState.Sleeping;

    public LuxOsReply Run(string command, string parameter)
    {
        if (_device.LacksTargets && command == "powertargetset")
            return Refusal(14, "Invalid command");
        if (_reads.TryGetValue(command, out var read))
            return read();
        if (!_writes.TryGetValue(command, out var write))
            return Refusal(14, "Invalid command");
        var words = parameter.Split(',', StringSplitOptions.TrimEntries);
        return _device.TryUse(words[0]) ? write(words[1..]) : Refusal(402, "Invalid or expired session ID");
    }

    private LuxOsReply Logon() => _device.TryLogon()
        ? Of(316, "Session created", "SESSION", SessionId)
        : Refusal(401, "Another session is active");

    private LuxOsReply Logoff()
    {
        _device.Logoff();
        return new("S", 317, "Session terminated");
    }

    private LuxOsReply Kill()
    {
        _device.Logoff();
        return new("S", 318, "Session killed");
    }

    private LuxOsReply Curtail(string[] words)
    {
        switch (words.FirstOrDefault())
        {
            case "sleep":
                _model.Sleep();
                return Of(335, "Curtailment command sent", "CURTAIL", json => json.WriteString("Action", "sleep mode"));
            case "wakeup":
                _model.Wake(fast: words.Contains("mode=unsafe"));
                return Of(335, "Curtailment command sent", "CURTAIL", json => json.WriteString("Action", "wake up"));
            default:
                return Refusal(435, "Invalid curtailment action: send sleep or wakeup");
        }
    }

    private LuxOsReply PowerTarget(string[] words)
    {
        var rating = _model.Rating;
        const string Key = "power=";
        if (words.Length != 1 || !words[0].StartsWith(Key, StringComparison.Ordinal)
            || !int.TryParse(words[0].AsSpan(Key.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var watts))
            return Refusal(430, "Invalid key/value format");
        if (watts < rating.MinWatts || watts > rating.MaxWatts)
            return Refusal(431, $"Power target {watts} is not within {rating.MinWatts} and {rating.MaxWatts}");
        _model.Limit(watts);
        return Of(342, "Power target set", "POWERTARGET", json => json.WriteNumber("Power", _model.LimitWatts));
    }

    private LuxOsReply SetProfile(string[] words)
    {
        // Older callers name a board first; it no longer matters.
        if (words.Length == 2 && words[0] is "0" or "1" or "2" or "3")
            words = words[1..];
        var profile = words.Length > 0 ? _profiles.Find(words[0]) : null;
        if (profile is null)
            return Refusal(421, "Profile not found");
        if (!_model.IgnoresCommands)
            _profiles.Current = profile;
        _model.Limit(profile.Watts);
        return Of(321, "Profile Set", "PROFILE", json =>
        {
            json.WriteNumber("Board", 0);
            json.WriteNumber("FrequencyStep", 5);
            json.WriteString("Profile", profile.Name);
            json.WriteNumber("VoltageStep", 0.05);
        });
    }

    private LuxOsReply RebootBoard(string[] words)
    {
        if (Sleeps)
            return Refusal(405, "Board cannot reboot in sleep mode");
        if (words.Length == 0 || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var board) || board >= Boards)
            return Refusal(406, "Invalid board ID");
        // One board of three is not modelled apart: all of them start again.
        _model.Reboot();
        return Of(305, "Reboot Scheduled", "REBOOT", json =>
        {
            json.WriteNumber("Board", board);
            json.WriteBoolean("IsShutdown", false);
        });
    }

    private LuxOsReply RebootDevice()
    {
        _model.Reboot();
        return new("S", 310, "Device reboot scheduled");
    }

    private void SessionId(Utf8JsonWriter json) => json.WriteString("SessionID", _device.SessionId);

    private void Power(Utf8JsonWriter json)
    {
        json.WriteBoolean("PSU", false);
        json.WriteNumber("Watts", Watts);
    }

    private void Version(Utf8JsonWriter json)
    {
        json.WriteString("API", "3.7");
        json.WriteString("CompileTime", "Fri Apr 03 12:00:00 UTC 2026");
        json.WriteString("LUXminer", "2026.4.3.120000-0000000");
        json.WriteString("Miner", "2026.4.3.120000");
        json.WriteString("Type", _model.Rating.Model);
    }

    private void Summary(Utf8JsonWriter json)
    {
        var gigahashes = _model.MilliworkPerSecond / 1000.0;
        json.WriteNumber("Accepted", _model.WorkSinceBoot / 4_400_000);
        json.WriteNumber("Elapsed", _model.UptimeMs / 1000);
        json.WriteNumber("GHS 5s", gigahashes);
        json.WriteNumber("GHS av", gigahashes);
        json.WriteNumber("Hardware Errors", 0);
        json.WriteNumber("Rejected", _model.WorkSinceBoot / 880_000_000);
    }

    private LuxOsReply Stats() => new("S", 70, "LUXminer stats", "STATS", json =>
    {
        Item(json, head => head.WriteString("Type", _model.Rating.Model));
        Item(json, board =>
        {
            board.WriteNumber("Elapsed", _model.UptimeMs / 1000);
            board.WriteNumber("GHS 5s", _model.MilliworkPerSecond / 1000.0);
            board.WriteNumber("miner_count", Boards);
            for (var chain = 1; chain <= Boards; chain++)
            {
                board.WriteNumber($"chain_acn{chain}", 108);
                board.WriteNumber($"chain_rate{chain}", _model.MilliworkPerSecond / 1000.0 / Boards);
                board.WriteNumber($"temp{chain}", _model.MilliCelsius / 1000);
                board.WriteNumber($"temp2_{chain}", BoardCelsius);
            }

            board.WriteNumber("total_rateideal", _model.Rating.MilliworkPerSecondAt(_model.LimitMilliwatts) / 1000.0);
            board.WriteString("rate_unit", "GH");
        });
    });

    /// <summary>Board sensors read about 15 °C less than the chips.</summary>
    private int BoardCelsius => int.Max(_model.AmbientMilliCelsius, _model.MilliCelsius - 15_000) / 1000;

    private LuxOsReply Temps() => new("S", 201, $"{Boards} Temp(s)", "TEMPS", json =>
    {
        var intake = _model.AmbientMilliCelsius / 1000 + 5;
        for (var board = 0; board < Boards; board++)
        {
            Item(json, temps =>
            {
                temps.WriteNumber("BottomLeft", BoardCelsius);
                temps.WriteNumber("BottomRight", intake);
                temps.WriteNumber("ID", board);
                temps.WriteNumber("TEMP", board);
                temps.WriteNumber("TopLeft", BoardCelsius);
                temps.WriteNumber("TopRight", intake);
            });
        }
    });

    private void Limits(Utf8JsonWriter json)
    {
        json.WriteNumber("FrequencyMax", 800);
        json.WriteNumber("FrequencyMin", 50);
        json.WriteNumber("FrequencyStepMin", 1);
        if (!_device.LacksTargets)
        {
            json.WriteNumber("PowerTargetMax", _model.Rating.MaxWatts);
            json.WriteNumber("PowerTargetMin", _model.Rating.MinWatts);
        }

        json.WriteNumber("VoltageMax", 15.18);
        json.WriteNumber("VoltageMin", 11.88);
        json.WriteNumber("VoltageStepMin", 0.05);
    }

    private LuxOsReply ListProfiles() => new("S", 320, $"{_profiles.All.Length} Profile(s)", "PROFILES", json =>
    {
        foreach (var profile in _profiles.All)
        {
            Item(json, item =>
            {
                item.WriteNumber("Frequency", profile.Megahertz);
                item.WriteNumber("Hashrate", profile.Terahashes);
                item.WriteString("Profile Name", profile.Name);
                item.WriteString("Step", profile.Step.ToString(CultureInfo.InvariantCulture));
                item.WriteNumber("Voltage", Math.Round(13.4 + 0.1 * profile.Step, 2));
                item.WriteNumber("Watts", profile.Watts);
            });
        }
    });

    private void Atm(Utf8JsonWriter json)
    {
        json.WriteBoolean("Enabled", false);
        json.WriteString("MaxProfile", "");
        json.WriteString("MinProfile", "");
        json.WriteNumber("PostRampMinutes", 10);
        json.WriteNumber("StartupMinutes", 15);
        json.WriteNumber("TempWindow", 5);
    }

    private void Config(Utf8JsonWriter json)
    {
        if (!_device.LacksTargets)
            json.WriteNumber("ActualPowerTarget", _model.LimitWatts);
        json.WriteString("CurtailMode", Sleeps ? "Sleep" : "None");
        json.WriteString("Hostname", "luxos");
        if (!_device.LacksTargets)
        {
            json.WriteNumber("IdealPowerTarget", _model.LimitWatts);
            json.WriteBoolean("IsPowerTargetEnabled", true);
            json.WriteBoolean("IsPowerTargetSupported", true);
        }

        json.WriteString("Model", _model.Rating.Model);
        json.WriteNumber("PowerLimit", _model.Rating.MaxWatts);
        json.WriteString("Profile", _profiles.Current.Name);
    }

    private LuxOsReply Events() => new("S", 357, Sleeps ? "1 Event(s)" : "0 Event(s)", "EVENTS", json =>
    {
        if (Sleeps)
            Item(json, item => item.WriteString("Code", "SLEEP"));
    });
}
