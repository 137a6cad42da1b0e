using System;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Xunit;

namespace Fleet.Tests.Gateway.Link;

/// <summary>A real mosquitto, which can be killed and started again on the same port with what it had stored.</summary>
internal sealed class Mosquitto : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fleet-mosquitto-").FullName;
    private Process? _process;

    private Mosquitto(int port) => Port = port;

    public int Port { get; }

    /// <summary>Starts one whose listener has these lines of configuration besides.</summary>
    public static async Task<Mosquitto> StartAsync(string listener = "")
    {
        var mosquitto = new Mosquitto(FreePort());
        await File.WriteAllTextAsync(Path.Combine(mosquitto._folder, "mosquitto.conf"),
            $"listener {mosquitto.Port} 127.0.0.1\n{listener}\nuser root\nallow_anonymous true\npersistence true\npersistence_location {mosquitto._folder}/\n");
        await mosquitto.RunAsync();
        return mosquitto;
    }

    /// <summary>Starts one of mosquitto's programs; says how to get it when it is not there.</summary>
    public static Process Start(string program, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException($"this test needs {program}: apt-get install mosquitto mosquitto-clients", missing);
        }
    }

    public async Task RunAsync()
    {
        _process = Start("mosquitto", "-c", Path.Combine(_folder, "mosquitto.conf"));
        var start = TimeProvider.System.GetTimestamp();
        while (!await IsOpenAsync())
            Assert.True(TimeProvider.System.GetElapsedTime(start) < RecordingUplink.Patience && !_process.HasExited, "mosquitto does not open its port");
    }

    /// <summary>Asks it to end, so that it writes down its sessions, and waits until it has.</summary>
    public async Task StopAsync()
    {
        using (var kill = Start("kill", _process!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> IsOpenAsync()
    {
        try
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            await Task.Yield();
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
