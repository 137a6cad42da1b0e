using System.Collections.Generic;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fleet.Virtual.Demo;

/// <summary>Writes the settings file of a demo controller, as a technician would.</summary>
internal static class DemoSettings
{
    /// <summary>The serial line of the virtual board on which its meter hangs.</summary>
    public const string Line = "rs485";

    /// <summary>Address of the meter on its line.</summary>
    public const byte MeterAddress = 1;

    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true };

    /// <param name="site">The site's name.</param>
    /// <param name="controller">The controller.</param>
    /// <param name="broker">Where the broker listens.</param>
    /// <param name="secret">64 hex digits.</param>
    /// <param name="places">Where each load is found.</param>
    public static string Write(string site, DemoController controller, IPEndPoint broker, string secret, IReadOnlyList<IPEndPoint> places)
    {
        var loads = new JsonArray();
        for (var i = 0; i < places.Count; i++)
            loads.Add(Load(controller.Loads[i], places[i]));
        return new JsonObject
        {
            ["site"] = site,
            ["controller"] = controller.Id,
            ["board"] = "virtual",
            ["brokerHost"] = broker.Address.ToString(),
            ["brokerPort"] = broker.Port,
            ["secret"] = secret,
            ["failSafeWatts"] = controller.FailSafeWatts,
            ["loads"] = loads,
            ["meters"] = new JsonArray(new JsonObject { ["driver"] = controller.Meter, ["serial"] = Line, ["address"] = MeterAddress }),
        }.ToJsonString(Layout);
    }

    private static JsonObject Load(DemoLoad load, IPEndPoint place)
    {
        var model = load.Model;
        var settings = new JsonObject
        {
            ["name"] = load.Name,
            ["driver"] = model.Driver,
            ["host"] = place.Address.ToString(),
            ["port"] = place.Port,
            ["minWatts"] = model.MinWatts,
            ["maxWatts"] = model.MaxWatts,
            ["nameplateWatts"] = model.NameplateWatts,
            ["order"] = model.Rank,
            ["minOnSeconds"] = 300,
            ["minOffSeconds"] = 300,
            ["startSeconds"] = model.StartSeconds,
        };
        if (model.HasOnlyLevels)
            settings["levelWatts"] = JsonSerializer.SerializeToNode(model.LevelWatts);
        return settings;
    }
}
