using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Tasks;
using Fleet.Gateway.Sites;
using Fleet.Gateway.Storage;

namespace Fleet.Gateway.Access;

/// <summary>
/// Gives every configured controller the one secret it shares with the gateway, and writes the settings file a
/// technician takes to it. A secret is made once and kept in the database; one in the configuration goes before it.
/// </summary>
public static class Enrolment
{
    private const int SecretBytes = 32;

    /// <summary>Enrols the configured controllers.</summary>
    /// <exception cref="ConfigurationException">A configured secret is not 64 hex digits.</exception>
    public static async Task<ControllerNumbers> EnrolAsync(FleetOptions options, Store store)
    {
        var configured = Configured(options).ToArray();
        var mistakes = configured
            .Where(one => one.Secret.Length > 0 && !IsSecret(one.Secret))
            .Select(one => $"Fleet:Sites: the Secret of {one.Address} is not 64 hex digits").ToArray();
        if (mistakes.Length > 0)
            throw new ConfigurationException(mistakes);
        var rows = await store.Controllers.EnrolAsync([.. configured.Select(one => (
            one.Address.Site, one.Address.Controller, one.Secret.Length > 0 ? one.Secret : NewSecret()))]);
        var current = new List<ControllerRow>(rows.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            if (configured[i].Secret.Length > 0 && configured[i].Secret != row.Secret)
            {
                await store.Controllers.ChangeSecretAsync(row.Id, configured[i].Secret);
                row = row with { Secret = configured[i].Secret };
            }
            current.Add(row);
        }
        await store.Sequences.ReserveAsync([.. current.Select(row => row.Id)]);
        return new ControllerNumbers(current);
    }

    /// <summary>
    /// Writes <c>settings/&lt;site&gt;.&lt;controller&gt;.json</c> in the data folder for every controller that has none:
    /// the settings file of the device, with all the gateway knows. What only a technician knows stands as <c>CHANGE</c>,
    /// which the device refuses by name.
    /// </summary>
    public static void WriteSettings(FleetOptions options, SiteList sites, ControllerNumbers numbers)
    {
        var folder = Directory.CreateDirectory(Path.Combine(options.DataFolder, "settings"));
        foreach (var controller in sites.All.SelectMany(site => site.Controllers))
        {
            var address = controller.Address;
            var path = Path.Combine(folder.FullName, $"{address.Site}.{address.Controller}.json");
            if (File.Exists(path))
                continue;
            var opening = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                opening.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; // it holds the secret
            using var file = new FileStream(path, opening);
            JsonSerializer.Serialize(file, SettingsOf(controller, numbers.SecretOf(address)!, options.Link.Port), new JsonSerializerOptions { WriteIndented = true });
        }
    }

    private static object SettingsOf(Controller controller, string secret, int brokerPort) => new
    {
        site = controller.Address.Site,
        controller = controller.Address.Controller,
        secret,
        board = "CHANGE",
        brokerHost = "CHANGE",
        brokerPort = brokerPort == 0 ? 1883 : brokerPort,
        failSafeWatts = controller.Loads.Sum(load => load.MinWatts),
        loads = controller.Loads.Select(load => new
        {
            name = load.Name,
            driver = "CHANGE",
            host = "CHANGE",
            minWatts = load.MinWatts,
            maxWatts = load.MaxWatts,
        }),
        meters = Array.Empty<object>(),
    };

    private static IEnumerable<(ControllerAddress Address, string Secret)> Configured(FleetOptions options) =>
        from site in options.Sites
        from controller in site.Controllers
        select (new ControllerAddress(site.Id, controller.Id), controller.Secret.ToLowerInvariant());

    private static bool IsSecret(string secret) => secret.Length == 2 * SecretBytes && secret.All(char.IsAsciiHexDigit);

    private static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
}
