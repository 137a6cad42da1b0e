using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace Fleet.Bench;

/// <summary>The peer: a mosquitto of the bench's own on a free port of this machine, with its queues wide open.</summary>
internal sealed class Mosquitto : IAsyncDisposable
{
    private const string Configuration = """
        allow_anonymous true
        persistence false
        max_inflight_messages 0
        max_queued_messages 0
        set_tcp_nodelay true
        log_type error
        """;

    private readonly string _configurationFile;

    private Mosquitto(Process process, int port, string configurationFile) =>
        (Process, Port, _configurationFile) = (process, port, configurationFile);

    public Process Process { get; }

    public int Port { get; }

    /// <summary>Starts it and waits until it takes connections.</summary>
    public static async Task<Mosquitto> StartAsync()
    {
        var port = FreePort();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $"listener {port} 127.0.0.1\n{Configuration}\n"));
        var mosquitto = new Mosquitto(Process.Start(new ProcessStartInfo("mosquitto", "-c " + file))!, port, file);
        await WaitUntilOpenAsync(port);
        return mosquitto;
    }

    public async ValueTask DisposeAsync()
    {
        Process.Kill();
        await Process.WaitForExitAsync();
        Process.Dispose();
        File.Delete(_configurationFile);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task WaitUntilOpenAsync(int port)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (clock.Elapsed < TimeSpan.FromSeconds(10))
            {
                await Task.Delay(20);
            }
        }
    }
}
