using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading.Tasks;
using Fleet.Bench.Curtail;
using Fleet.Bench.Ingest;
using Fleet.Bench.Soak;
using Fleet.Bench.Tick;

var benches = new Dictionary<string, Func<string[], Task<int>>>
{
    ["curtail"] = CurtailBench.RunAsync,
    ["ingest"] = IngestBench.RunAsync,
    ["soak"] = SoakBench.RunAsync,
    ["tick"] = TickBench.RunAsync,
};

if (args is ["curtail-gateway", ..]) // started by the curtail bench itself
    return await BenchGateway.RunAsync(args[1..]);
if (args is ["ingest-gateway", ..]) // started by the ingest bench itself
    return await IngestGateway.RunAsync(args[1..]);
if (args.Length > 0 && benches.TryGetValue(args[0], out var bench))
{
    try
    {
        return await bench(args[1..]);
    }
    catch (Exception failed) when (failed is TimeoutException or SocketException or HttpRequestException)
    {
        Console.Error.WriteLine($"{args[0]} has no result: {failed.Message}");
        return 1;
    }
}
Console.Error.WriteLine($"usage: Bench NAME, where NAME is one of: {string.Join(", ", benches.Keys.Order())}");
return 1;
