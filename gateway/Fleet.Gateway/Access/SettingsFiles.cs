using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fleet.Gateway.Sites;
using Fleet.Gateway.Storage;
using Microsoft.Extensions.Logging;

namespace Fleet.Gateway.Access;

/// <summary>
/// The settings files that a technician completes and takes to the controllers: <c>settings/&lt;site&gt;.&lt;controller&gt;.json</c>
/// in the data folder, with all the gateway knows. What only a technician knows stands as <c>CHANGE</c>, which the device
/// refuses by name.
/// </summary>
public static class SettingsFiles
{
    private const string Unknown = "CHANGE";
    private const int UsualBrokerPort = 1883;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>
    /// Writes the file of every controller that has none, and the secret into one that has another. A file that cannot be
    /// understood is the technician's, perhaps half edited: it is named in the log and left alone.
    /// </summary>
    /// <exception cref="ConfigurationException">A file cannot be read or written.</exception>
    public static void Write(FleetOptions options, SiteList sites, ControllerNumbers numbers, ILogger log)
    {
        var path = Path.Combine(options.DataFolder, "settings");
        try
        {
            var folder = Directory.CreateDirectory(path).FullName;
            foreach (var controller in sites.All.SelectMany(site => site.Controllers))
            {
                path = Path.Combine(folder, $"{controller.Address.Site}.{controller.Address.Controller}.json");
                var secret = numbers.SecretOf(controller.Address)!;
                if (!File.Exists(path))
                    Replace(path, JsonSerializer.SerializeToNode(SettingsOf(controller, secret, options.Link))!);
                else
                    Complete(path, secret, log);
            }
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([$"Fleet:DataFolder: the settings file {path} cannot be read or written: {wrong.Message} Give a folder that is the gateway's own"]);
        }
    }

    private static void Complete(string path, string secret, ILogger log)
    {
        try
        {
            var settings = (JsonNode.Parse(File.ReadAllText(path)) ?? throw new JsonException("It is null.")).AsObject();
            if ((string?)settings["secret"] != secret)
                Replace(path, With(settings, secret));
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or ArgumentException) // the last for a key that stands twice
        {
            log.LogError("The settings file {Path} is no JSON object with each key once and a text as its secret, and is left as it is: mend it, or remove it and the gateway makes it anew. {Reason}", path, wrong.Message);
        }
    }

    private static JsonNode With(JsonNode settings, string secret)
    {
        settings["secret"] = secret;
        return settings;
    }

    // Whole or not at all: a file half written would be taken for one the technician has begun.
    private static void Replace(string path, JsonNode settings)
    {
        var opening = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            opening.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; // it holds the secret
        var half = path + ".new";
        using (var file = new FileStream(half, opening))
            JsonSerializer.Serialize(file, settings, Indented);
        File.Move(half, path, overwrite: true);
    }

    private static object SettingsOf(Controller controller, string secret, LinkOptions link) => new
    {
        site = controller.Address.Site,
        controller = controller.Address.Controller,
        secret,
        board = Unknown,
        brokerHost = link.ExternalHost.Length > 0 ? link.ExternalHost : Unknown,
        brokerPort = link.ExternalHost.Length > 0 ? link.ExternalPort : link.Port == 0 ? UsualBrokerPort : link.Port,
        failSafeWatts = controller.Loads.Sum(load => load.MinWatts),
        loads = controller.Loads.Select(LoadOf),
        meters = controller.Loads.Count > 0 ? Array.Empty<object>() : [new { driver = Unknown, serial = Unknown, address = 1 }],
    };

    // Work is counted by the box or miner that is asked over the network; what does none is switched by an output.
    private static object LoadOf(Load load) => load.Work == WorkKind.None
        ? new { name = load.Name, driver = "relay", output = Unknown, minWatts = load.MinWatts, maxWatts = load.MaxWatts }
        : new { name = load.Name, driver = Unknown, host = Unknown, minWatts = load.MinWatts, maxWatts = load.MaxWatts };
}
