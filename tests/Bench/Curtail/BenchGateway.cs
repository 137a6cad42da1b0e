using System;
using System.Globalization;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Link;
using Fleet.Gateway.Sites;
using Fleet.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fleet.Bench.Curtail;

/// <summary>
/// The gateway's side of the bench in a process of its own: prints its port, then for each line with a number curtails
/// so many controllers.
/// </summary>
internal static class BenchGateway
{
    private static readonly TimeSpan Expiry = TimeSpan.FromMinutes(1);

    public static async Task<int> RunAsync(string[] arguments)
    {
        await using var broker = new EmbeddedBroker(
            new BrokerOptions { Address = IPAddress.Loopback, Port = 0 }, new Everyone(), TimeProvider.System, NullLogger<EmbeddedBroker>.Instance);
        await broker.StartAsync(new Uplink(), CancellationToken.None);
        Console.WriteLine(broker.Port.ToString(CultureInfo.InvariantCulture));
        long sequence = 0;
        while (Console.ReadLine() is { } line)
        {
            var controllers = int.Parse(line, CultureInfo.InvariantCulture);
            for (var i = 0; i < controllers; i++)
                broker.Send(new ControllerAddress(Side.SiteOf(i), Side.NameOf(i)), Kind.Setpoint, Setpoint.Signed(++sequence), Expiry);
        }
        return 0;
    }

    private sealed class Uplink : IUplink
    {
        public ValueTask ReceiveAsync(ControllerAddress from, Kind kind, ReadOnlyMemory<byte> payload, bool atLeastOnce)
            => ValueTask.CompletedTask;

        public void PresenceChanged(ControllerAddress controller, Presence presence)
        {
        }
    }

    private sealed class Everyone : IControllerDirectory
    {
        private static readonly byte[] Hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Side.Password));

        public bool TryGetPasswordHash(ControllerAddress controller, out ReadOnlyMemory<byte> sha256)
        {
            sha256 = Hash;
            return true;
        }
    }
}
