using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace Fleet.Bench.Ingest;

/// <summary>The real gateway in a process of its own, on a database of its own: a message has come all the way when it is in there.</summary>
internal sealed class GatewayIngest : IngestSide
{
    private readonly DirectoryInfo _folder;

    private GatewayIngest(Process gateway, DirectoryInfo folder)
        : base(gateway)
    {
        _folder = folder;
    }

    /// <summary>Starts this program again as the gateway: <see cref="IngestGateway"/>.</summary>
    public static async Task<GatewayIngest> StartAsync()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Fleet.Bench");
        var folder = Directory.CreateTempSubdirectory("fleet-ingest-");
        var gateway = Process.Start(new ProcessStartInfo(program, ["ingest-gateway", folder.FullName]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var side = new GatewayIngest(gateway, folder);
        var ready = await side.ReadAsync();
        await side.ConnectAsync(int.Parse(ready[0], CultureInfo.InvariantCulture), i => ready[i + 1]);
        return side;
    }

    /// <summary>Rows in the database: telemetry and energy records.</summary>
    public async Task<(long Telemetry, long Energy)> CountAsync()
    {
        var counts = await AskAsync("count");
        return (counts[0], counts[1]);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Broker.StandardInput.Close();
        await Broker.WaitForExitAsync();
        Broker.Dispose();
        _folder.Delete(recursive: true);
    }

    // A QoS 1 message is in the database when it is acknowledged. At QoS 0 the gateway says when all are.
    protected override async Task<long> FinishAsync(int messages, bool atLeastOnce) =>
        atLeastOnce ? messages : (await AskAsync(string.Create(CultureInfo.InvariantCulture, $"settle {messages}")))[0];

    private async Task<long[]> AskAsync(string question)
    {
        await Broker.StandardInput.WriteLineAsync(question);
        await Broker.StandardInput.FlushAsync();
        return [.. (await ReadAsync()).Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
    }

    // The gateway's own log may stand between the answers.
    private async Task<string[]> ReadAsync()
    {
        while (await Broker.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2)) is { } line)
        {
            if (line.StartsWith(IngestGateway.Mark, StringComparison.Ordinal))
                return line[IngestGateway.Mark.Length..].Split(' ');
            Console.Error.WriteLine(line);
        }
        throw new InvalidOperationException("the gateway ended before it answered");
    }
}
