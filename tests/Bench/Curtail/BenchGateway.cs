using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Fleet.Gateway;
using Fleet.Gateway.Link;
using Fleet.Gateway.Sites;
using Fleet.Gateway.Storage;
using Fleet.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Bench.Curtail;

/// <summary>
/// The real gateway with sites of bench controllers, in a process of its own: prints its MQTT port, its address for
/// REST and the controllers' passwords, and runs until its input ends.
/// </summary>
internal static class BenchGateway
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var controllers = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("fleet-bench-").FullName;
        await using (var gateway = await QuietGateway.StartAsync(OptionsFor(controllers, folder)))
        {
            Console.WriteLine(((EmbeddedBroker)gateway.Services.GetRequiredService<ILink>()).Port.ToString(CultureInfo.InvariantCulture));
            Console.WriteLine(gateway.Urls.First());
            var numbers = gateway.Services.GetRequiredService<ControllerNumbers>();
            for (var i = 0; i < controllers; i++)
                Console.WriteLine(new ControllerKeys(Convert.FromHexString(numbers.SecretOf(new ControllerAddress(Side.SiteOf(i), Side.NameOf(i)))!)).BrokerPassword);
            while (await Console.In.ReadLineAsync() is not null)
            {
            }
            await gateway.StopAsync();
        }
        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static FleetOptions OptionsFor(int controllers, string folder) => new()
    {
        DataFolder = folder,
        Link = new LinkOptions { Address = "127.0.0.1", Port = 0 },
        Tokens = new TokenOptions { ValuePerMillion = 1000 }, // worth running at any price of electricity
        Sites = [.. Enumerable.Range(0, controllers).GroupBy(Side.SiteOf, (site, members) => new SiteOptions
        {
            Id = site,
            LimitWatts = 2 * Side.SiteSize * ControllerVoice.MaxWatts,
            Controllers = [.. members.Select(i => new ControllerOptions { Id = Side.NameOf(i), Loads = [Load()] })],
        })],
    };

    private static LoadOptions Load() => new()
    {
        Name = ControllerVoice.LoadName,
        Work = WorkKind.Tokens,
        Levels =
        [
            new LevelOptions { Watts = ControllerVoice.CurtailedWatts, WorkRate = 600 },
            new LevelOptions { Watts = ControllerVoice.MaxWatts, WorkRate = 1000 },
        ],
    };
}
