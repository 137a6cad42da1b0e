using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;

namespace Fleet.Bench.Curtail;

/// <summary>
/// From the call that curtails to the last controller's ack: the gateway with its embedded broker, beside the same
/// fan-out and acks through mosquitto. The controllers are bare sockets, or MQTTnet's clients when asked for with
/// <c>curtail mqttnet</c>; they are the same on both sides. Both sides stay connected and take turns, so that a busy machine hurts both.
/// </summary>
internal static class CurtailBench
{
    private const int WarmUpRounds = 3;
    private const int Rounds = 9;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var mqttnetClients = arguments.Contains("mqttnet");
        Console.WriteLine($"controllers  side      first ms   p50 ms   p99 ms  last ms   (medians of {Rounds} rounds)");
        var small = await CompareAsync(1000, mqttnetClients);
        var large = await CompareAsync(5000, mqttnetClients);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"curtail p50_ms={small.Gateway.P50:F1} p99_ms={small.Gateway.P99:F1} last_ms={small.Gateway.Last:F1} ratio={small.Ratio:F2} last_ms_5000={large.Gateway.Last:F1} ratio_5000={large.Ratio:F2}"));
        return 0;
    }

    private static async Task<(Figures Gateway, double Ratio)> CompareAsync(int controllers, bool mqttnetClients)
    {
        await using var mosquitto = await MosquittoSide.StartAsync(controllers, mqttnetClients);
        await using var gateway = await GatewaySide.StartAsync(controllers, mqttnetClients);
        List<double[]> ours = [], peers = [];
        for (var i = -WarmUpRounds; i < Rounds; i++)
        {
            var (our, peer) = (await gateway.RunAsync(Report), await mosquitto.RunAsync(Report));
            if (i < 0)
                continue;
            ours.Add(our);
            peers.Add(peer);
        }
        var figures = Figures.Of(ours);
        var peerFigures = Figures.Of(peers);
        Print(controllers, "gateway", figures);
        Print(controllers, "mosquitto", peerFigures);
        return (figures, figures.Last / peerFigures.Last);

        void Report()
        {
            gateway.Report();
            mosquitto.Report();
        }
    }

    private static void Print(int controllers, string side, Figures figures)
        => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{controllers,11}  {side,-9} {figures.First,8:F1} {figures.P50,8:F1} {figures.P99,8:F1} {figures.Last,8:F1}"));

    private readonly record struct Figures(double First, double P50, double P99, double Last)
    {
        public static Figures Of(IEnumerable<double[]> rounds)
        {
            var all = rounds.ToList();
            return new Figures(Median(all, 0), Median(all, 0.5), Median(all, 0.99), Median(all, 1));
        }

        private static double Median(List<double[]> rounds, double quantile)
        {
            var values = rounds.Select(r => r[Math.Min(r.Length - 1, (int)(r.Length * quantile))]).Order().ToList();
            return values[values.Count / 2];
        }
    }
}
