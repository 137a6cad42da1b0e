using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Fleet.Gateway;
using Fleet.Gateway.Link;
using Fleet.Gateway.Sites;
using Fleet.Gateway.Storage;
using Fleet.Wire;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Fleet.Bench.Ingest;

/// <summary>
/// The gateway's side of the bench in a process of its own: the whole gateway with one site. It prints its broker's port
/// and the controllers' passwords, then answers questions: <c>settle N</c> waits until N more telemetry messages have
/// come and everything is on the disk, <c>count</c> counts the rows of the database.
/// </summary>
internal static class IngestGateway
{
    /// <summary>What every line begins with that is not the gateway's log.</summary>
    public const string Mark = "bench: ";

    /// <summary>Nothing more comes when nothing has for so long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(string[] arguments)
    {
        await using var gateway = await QuietGateway.StartAsync(Options(arguments[0]));
        var broker = (EmbeddedBroker)gateway.Services.GetRequiredService<ILink>();
        Answer([broker.Port.ToString(CultureInfo.InvariantCulture), .. PasswordsOf(gateway.Services.GetRequiredService<ControllerNumbers>())]);
        var received = broker.Counters.Of(Kind.Telemetry);
        long settled = 0;
        while (Console.ReadLine()?.Split(' ') is { } question)
        {
            if (question[0] == "count")
            {
                Answer(Count(arguments[0]));
                continue;
            }
            var goal = settled + long.Parse(question[1], CultureInfo.InvariantCulture);
            await WaitForAsync(received, goal);
            await gateway.Services.GetRequiredService<Store>().FlushAsync();
            Answer([(received.Received - settled).ToString(CultureInfo.InvariantCulture)]);
            settled = received.Received;
        }
        await gateway.StopAsync();
        return 0;
    }

    private static async Task WaitForAsync(KindCounters received, long goal)
    {
        var last = received.Received;
        for (var clock = Stopwatch.StartNew(); received.Received < goal && clock.Elapsed < Patience; await Task.Delay(1))
        {
            if (received.Received == last)
                continue;
            last = received.Received;
            clock.Restart();
        }
    }

    private static IEnumerable<string> PasswordsOf(ControllerNumbers numbers)
    {
        var secrets = numbers.Secrets.ToDictionary(pair => pair.Key.Controller, pair => pair.Value);
        return Enumerable.Range(0, Traffic.Controllers)
            .Select(i => new ControllerKeys(Convert.FromHexString(secrets[Traffic.NameOf(i)])).BrokerPassword);
    }

    private static IEnumerable<string> Count(string folder)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "fleet.db")};Mode=ReadOnly");
        connection.Open();
        foreach (var table in (string[])["telemetry", "energy_records"])
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT COUNT(*) FROM {table}";
            yield return ((long)command.ExecuteScalar()!).ToString(CultureInfo.InvariantCulture);
        }
    }

    private static void Answer(IEnumerable<string> words)
    {
        Console.WriteLine(Mark + string.Join(' ', words));
        Console.Out.Flush();
    }

    private static FleetOptions Options(string folder) => new()
    {
        DataFolder = folder,
        Link = new LinkOptions { Address = "127.0.0.1", Port = 0 },
        Sites =
        [
            new SiteOptions
            {
                Id = Traffic.Site,
                LimitWatts = 1_000_000,
                Controllers = [.. Enumerable.Range(0, Traffic.Controllers).Select(i => new ControllerOptions
                {
                    Id = Traffic.NameOf(i),
                    Loads =
                    [
                        new LoadOptions
                        {
                            Name = "s21",
                            Work = WorkKind.Hashes,
                            Levels = [new LevelOptions { Watts = 1_600, WorkRate = 100 }, new LevelOptions { Watts = 3_500, WorkRate = 200 }],
                        },
                    ],
                })],
            },
        ],
    };
}
