using System;
using System.CommandLine;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway;

namespace Fleet.Cli;

/// <summary><c>fleet demo</c>: a gateway with three simulated sites, whose controllers run the real firmware.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var prices = new Option<FileInfo?>("--prices") { Description = "Prices to follow: CSV with the header start_utc,price,currency_per_mwh; without it a made-up sample" };
        var bitcoin = new Option<FileInfo?>("--bitcoin") { Description = "Daily Bitcoin figures: CSV with the header date_utc,price_usd,difficulty,fees_btc_per_block,subsidy_btc,hashprice_usd_per_th_day; without it fixed figures" };
        var rate = new Option<double>("--rate") { CustomParser = OptionValue.Number, Description = "How much of the prices' currency one USD buys, where they differ", DefaultValueFactory = _ => 0.92 };
        var start = new Option<DateTimeOffset?>("--start") { CustomParser = OptionValue.Time, Description = "Where the simulated clock begins, such as 2023-07-02T06:00:00Z" };
        var speed = new Option<int>("--speed") { CustomParser = OptionValue.Whole, Description = "How many times faster the simulated clock runs, 1 to 600", DefaultValueFactory = _ => 1 };
        var port = new Option<int>("--port") { CustomParser = OptionValue.Whole, Description = "Port of the web page on this machine", DefaultValueFactory = _ => 5080 };
        var data = new Option<DirectoryInfo?>("--data") { Description = "Folder of the database and of what the plant and its controllers remember; a later start goes on from it. Without it data/demo, with --prices data/<name of the file>" };
        var command = new Command("demo", "Run a gateway with three simulated sites: 20 controllers, ASICs and AI boxes") { prices, bitcoin, rate, start, speed, port, data };
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                var choice = new DemoChoice(
                    parsed.GetValue(prices)?.FullName, parsed.GetValue(bitcoin)?.FullName, parsed.GetValue(rate), parsed.GetValue(start),
                    parsed.GetValue(speed), parsed.GetValue(port), parsed.GetValue(data)?.FullName ?? FolderFor(parsed.GetValue(prices)));
                await RunAsync(choice, cancellation);
                return 0;
            }
            catch (ConfigurationException mistakes)
            {
                await Console.Error.WriteLineAsync(mistakes.Message);
                return 2;
            }
        });
        return command;
    }

    // One for each price file: the clock of one lies outside the prices of another.
    private static string FolderFor(FileInfo? prices) =>
        Path.GetFullPath(Path.Combine("data", prices is null ? "demo" : Path.GetFileNameWithoutExtension(prices.Name)));

    private static async Task RunAsync(DemoChoice choice, CancellationToken cancellation)
    {
        await using (var demo = await Demo.StartAsync(choice, cancellation))
            await RunAsync(demo, choice, cancellation);
        Console.WriteLine("Ended.");
    }

    private static Task RunAsync(Demo demo, DemoChoice choice, CancellationToken cancellation)
    {
        Console.WriteLine();
        Console.WriteLine($"Fleet demo: {demo.Controllers} controllers on {demo.Sites} sites, at {choice.Speed} times the speed of the world.");
        Console.WriteLine($"  prices   {demo.PriceSource}");
        Console.WriteLine($"  clock    {demo.Now:u}");
        Console.WriteLine($"  data     {choice.DataFolder}{(demo.GoesOn ? ", going on from there" : "")}");
        Console.WriteLine($"  page     {demo.Url}");
        Console.WriteLine("Ctrl-C ends it; the next start goes on from here.");
        return demo.RunAsync(cancellation);
    }
}

/// <summary>What was chosen for a demo.</summary>
/// <param name="PriceFile">Prices to follow; null takes the sample.</param>
/// <param name="BitcoinFile">Daily Bitcoin figures; null takes fixed figures.</param>
/// <param name="RateOfUsd">How much of the prices' currency one USD buys.</param>
/// <param name="Start">Where the simulated clock begins; null goes on from the last time, or begins at the first full day of the prices.</param>
/// <param name="Speed">How many times faster the simulated clock runs.</param>
/// <param name="Port">Port of the page; 0 takes a free one.</param>
/// <param name="DataFolder">Folder of everything that stays.</param>
internal sealed record DemoChoice(
    string? PriceFile, string? BitcoinFile, double RateOfUsd, DateTimeOffset? Start, int Speed, int Port, string DataFolder);
