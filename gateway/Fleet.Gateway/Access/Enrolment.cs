using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Fleet.Gateway.Sites;
using Fleet.Gateway.Storage;

namespace Fleet.Gateway.Access;

/// <summary>
/// Gives every configured controller the one secret it shares with the gateway. A secret is made once and kept in the database; one in the configuration goes before it.
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

    private static IEnumerable<(ControllerAddress Address, string Secret)> Configured(FleetOptions options) =>
        from site in options.Sites
        from controller in site.Controllers
        select (new ControllerAddress(site.Id, controller.Id), controller.Secret.ToLowerInvariant());

    private static bool IsSecret(string secret) => secret.Length == 2 * SecretBytes && secret.All(char.IsAsciiHexDigit);

    private static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
}
