using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Fleet.Gateway;
using Fleet.Gateway.Link;
using Fleet.Gateway.Sites;
using Fleet.Gateway.Storage;
using Fleet.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

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
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(Settings(controllers, folder));
        builder.Logging.ClearProviders();
        await using (var gateway = await GatewayApp.BuildAsync(builder))
        {
            await gateway.StartAsync();
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

    private static IEnumerable<KeyValuePair<string, string?>> Settings(int controllers, string folder)
    {
        yield return new("urls", "http://127.0.0.1:0");
        yield return new("Fleet:DataFolder", folder);
        yield return new("Fleet:Link:Address", "127.0.0.1");
        yield return new("Fleet:Link:Port", "0");
        yield return new("Fleet:Tokens:ValuePerMillion", "1000"); // worth running at any price of electricity
        for (var i = 0; i < controllers; i++)
        {
            var site = $"Fleet:Sites:{i / Side.SiteSize}:";
            if (i % Side.SiteSize == 0)
            {
                yield return new(site + "Id", Side.SiteOf(i));
                yield return new(site + "LimitWatts", (2 * Side.SiteSize * ControllerVoice.MaxWatts).ToString(CultureInfo.InvariantCulture));
            }
            var controller = $"{site}Controllers:{i % Side.SiteSize}:";
            yield return new(controller + "Id", Side.NameOf(i));
            yield return new(controller + "Loads:0:Name", ControllerVoice.LoadName);
            yield return new(controller + "Loads:0:Work", "Tokens");
            yield return new(controller + "Loads:0:MinimumOnMinutes", "0");
            yield return new(controller + "Loads:0:MinimumOffMinutes", "0");
            yield return new(controller + "Loads:0:Levels:0:Watts", ControllerVoice.CurtailedWatts.ToString(CultureInfo.InvariantCulture));
            yield return new(controller + "Loads:0:Levels:0:WorkRate", "600");
            yield return new(controller + "Loads:0:Levels:1:Watts", ControllerVoice.MaxWatts.ToString(CultureInfo.InvariantCulture));
            yield return new(controller + "Loads:0:Levels:1:WorkRate", "1000");
        }
    }
}
