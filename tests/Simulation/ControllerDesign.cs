using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fleet.Tests.Simulation;

/// <summary>What is chosen of a controller before it runs, and its settings file.</summary>
public sealed record ControllerDesign
{
    /// <summary>The serial line of its meter.</summary>
    public const string Line = "rs485";

    /// <summary>The analog input of its thermistor.</summary>
    public const string Probe = "adc1";

    /// <summary>Length of an energy interval: the shortest, so that a short world has many.</summary>
    public const int RecordSeconds = 60;

    public required string Name { get; init; }

    public required string Secret { get; init; }

    public required IReadOnlyList<SimulatedLoad> Loads { get; init; }

    public required int FailSafeWatts { get; init; }

    public required int HeartbeatTimeoutSeconds { get; init; }

    /// <summary>When its time server answers after a boot; never is <see cref="int.MaxValue"/>.</summary>
    public int SyncAfterSeconds { get; init; }

    public bool HasMeter { get; init; } = true;

    /// <summary>Metered power that trips it; 0 is none.</summary>
    public int TripWatts { get; init; }

    /// <summary>Frequency of the grid that it helps; 0 where it does not.</summary>
    public int GridMilliHertz { get; init; }

    /// <summary>Whether a thermistor sits on its first load.</summary>
    public bool HasProbe { get; init; }

    public int RampWattsPerSecond { get; init; } = 200;

    public int WindowSeconds { get; init; } = 5;

    public int StaggerSeconds { get; init; } = 5;

    public int MinOnSeconds { get; init; } = 60;

    public int MinOffSeconds { get; init; } = 30;

    /// <summary>Watts of all its loads at their best.</summary>
    public int MaxWatts => Loads.Sum(load => load.Kind.LevelWatts[^1]);

    /// <summary>Most watts of all its loads, whatever they are told.</summary>
    public int NameplateWatts => Loads.Sum(load => load.Kind.NameplateWatts);

    /// <summary>The file as a technician writes it.</summary>
    public string SettingsJson(string site)
    {
        var file = new JsonObject
        {
            ["site"] = site,
            ["controller"] = Name,
            ["board"] = "virtual",
            ["brokerHost"] = "broker",
            ["secret"] = Secret,
            ["failSafeWatts"] = FailSafeWatts,
            ["heartbeatTimeoutSeconds"] = HeartbeatTimeoutSeconds,
            ["recordSeconds"] = RecordSeconds,
            ["rampWattsPerSecond"] = RampWattsPerSecond,
            ["windowSeconds"] = WindowSeconds,
            ["startStaggerSeconds"] = StaggerSeconds,
            ["tripWatts"] = TripWatts,
            ["loads"] = new JsonArray([.. Loads.Select((load, i) => LoadJson(load, i))]),
        };
        if (GridMilliHertz > 0)
            (file["gridMilliHertz"], file["gridReturnSeconds"], file["gridWindowSeconds"], file["gridRampSeconds"]) = (GridMilliHertz, 10, 0, 30);
        if (HasMeter)
            file["meters"] = new JsonArray(new JsonObject { ["driver"] = "sdm630", ["serial"] = Line, ["address"] = 1 });
        if (HasProbe)
            file["thermometers"] = new JsonArray(new JsonObject { ["driver"] = "ntc", ["analog"] = Probe, ["load"] = Loads[0].Name });
        return file.ToJsonString();
    }

    private JsonObject LoadJson(SimulatedLoad load, int index)
    {
        var kind = load.Kind;
        var one = new JsonObject
        {
            ["name"] = load.Name,
            ["driver"] = kind.Driver,
            ["maxWatts"] = kind.LevelWatts[^1],
            ["nameplateWatts"] = kind.NameplateWatts,
            ["order"] = index,
            ["minOnSeconds"] = MinOnSeconds,
            ["minOffSeconds"] = MinOffSeconds,
            ["startSeconds"] = kind.StartSeconds,
        };
        if (load.Place is { } place)
            (one["host"], one["port"], one["minWatts"]) = (place.Address.ToString(), place.Port, kind.LevelWatts[0]);
        else
            one["output"] = load.Name;
        if (kind.HasOnlyLevels)
            one["levelWatts"] = JsonSerializer.SerializeToNode(kind.LevelWatts);
        return one;
    }
}
