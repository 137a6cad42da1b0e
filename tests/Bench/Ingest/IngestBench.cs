using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;

namespace Fleet.Bench.Ingest;

/// <summary>
/// From 200 connections into the database of the real gateway, beside bare mosquitto delivering the same messages to one
/// subscriber: telemetry at QoS 0, energy records at QoS 1, whose acknowledgement comes only after they are on the disk.
/// Both sides stay connected and take turns. <c>ingest 3</c> runs three rounds in place of the usual number.
/// </summary>
internal static class IngestBench
{
    private const int WarmUpRounds = 2;
    private const int Rounds = 7;
    private const int TelemetryMessages = 400;
    private const int EnergyMessages = 200;

    /// <summary>Well within the nine seconds after which the gateway expects a sign of life.</summary>
    private static readonly TimeSpan StayAliveEvery = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var rounds = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : Rounds;
        await using var mosquitto = await MosquittoIngest.StartAsync();
        await using var gateway = await GatewayIngest.StartAsync();
        Console.WriteLine($"QoS  side       messages/s   broker us/message  peak MB   (medians of {rounds} rounds)");
        var traffic = new Traffic();
        var telemetry = await CompareAsync(gateway, mosquitto, traffic, TelemetryMessages, rounds, atLeastOnce: false);
        var energy = await CompareAsync(gateway, mosquitto, traffic, EnergyMessages, rounds, atLeastOnce: true);
        var stored = await gateway.CountAsync();
        var sent = (WarmUpRounds + rounds) * Traffic.Controllers;
        var lost = (long)sent * (TelemetryMessages + EnergyMessages) - stored.Telemetry - stored.Energy;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"ingest rate_qos0={telemetry.Ours:F0} ratio_qos0={telemetry.Ours / telemetry.Peer:F2} rate_qos1={energy.Ours:F0} ratio_qos1={energy.Ours / energy.Peer:F2} lost={lost}"));
        return 0;
    }

    private static async Task<(double Ours, double Peer)> CompareAsync(
        GatewayIngest gateway, MosquittoIngest mosquitto, Traffic traffic, int messages, int rounds, bool atLeastOnce)
    {
        List<double> ours = [], peers = [];
        var (ourTime, peerTime) = (TimeSpan.Zero, TimeSpan.Zero);
        for (var i = -WarmUpRounds; i < rounds; i++)
        {
            if (i == 0)
                (ourTime, peerTime) = (gateway.BrokerTime, mosquitto.BrokerTime);
            var bursts = traffic.Next(messages, atLeastOnce);
            GC.Collect();
            gateway.StayAlive();
            var peerRound = mosquitto.RunAsync(bursts, atLeastOnce);
            while (await Task.WhenAny(peerRound, Task.Delay(StayAliveEvery)) != peerRound)
                gateway.StayAlive();
            peers.Add(await peerRound);
            ours.Add(await gateway.RunAsync(bursts, atLeastOnce));
        }
        var sent = (double)rounds * messages * Traffic.Controllers;
        var result = (Median(ours.Skip(WarmUpRounds)), Median(peers.Skip(WarmUpRounds)));
        Print(atLeastOnce, "gateway", result.Item1, (gateway.BrokerTime - ourTime) / sent, gateway.PeakMegabytes);
        Print(atLeastOnce, "mosquitto", result.Item2, (mosquitto.BrokerTime - peerTime) / sent, mosquitto.PeakMegabytes);
        return result;
    }

    private static void Print(bool atLeastOnce, string side, double rate, TimeSpan perMessage, double peakMegabytes)
        => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(atLeastOnce ? 1 : 0),3}  {side,-9} {rate,11:F0} {perMessage.TotalMicroseconds,19:F1} {peakMegabytes,8:F0}"));

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
