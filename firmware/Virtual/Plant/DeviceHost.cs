using System;
using System.Collections.Concurrent;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Fleet.Virtual.Plant;

/// <summary>Serves simulated devices on loopback TCP, each at a port of its own; hundreds in one process, no thread each.</summary>
/// <remarks>
/// A refused connection is accepted and reset at once: loopback cannot refuse on one port and listen on it too.
/// A mute device accepts and never answers, as a dead host looks to a caller with a time-out.
/// </remarks>
public sealed class DeviceHost(TimeProvider time) : IAsyncDisposable
{
    /// <summary>Pause between the bytes of a slow device.</summary>
    public const int SlowByteMs = 20;

    /// <summary>Largest piece read or sent at once.</summary>
    private const int PieceBytes = 2048;

    /// <summary>Connections the kernel may hold for a device before it accepts them.</summary>
    private const int Backlog = 64;

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Socket> _listeners = [];
    private readonly ConcurrentDictionary<Task, bool> _running = [];

    /// <summary>Begins to serve a device.</summary>
    /// <returns>Where a driver finds it: always 127.0.0.1 with a port chosen by the system.</returns>
    public IPEndPoint Serve(VirtualDevice device)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listeners.Add(listener);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(Backlog);
        Run(Accept(listener, device));
        return (IPEndPoint)listener.LocalEndPoint!;
    }

    /// <summary>Closes every port and connection and waits for them to end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync();
        foreach (var listener in _listeners)
            listener.Dispose();
        await Task.WhenAll(_running.Keys);
        _stop.Dispose();
    }

    private void Run(Task task)
    {
        _running[task] = true;
        _ = task.ContinueWith(done => _running.TryRemove(done, out _), TaskScheduler.Default);
    }

    private async Task Accept(Socket listener, VirtualDevice device)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Run(Converse(await listener.AcceptAsync(_stop.Token), device));
            }
            catch (Exception gone) when (gone is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // The caller left before it was accepted; the next one may be better.
            }
        }
    }

    /// <summary>Serves a device on a stream that is there already, as a serial line or pseudo-terminal; close it before the host.</summary>
    public void Serve(VirtualDevice device, Stream stream) => Run(Converse(stream, new DeviceLine(device)));

    private async Task Converse(Socket socket, VirtualDevice device)
    {
        using var connection = socket;
        socket.NoDelay = true;
        var line = new DeviceLine(device);
        await using var stream = new NetworkStream(socket);
        await Converse(stream, line);
        if (line.WasRefused)
            socket.LingerState = new LingerOption(true, 0);
    }

    private async Task Converse(Stream stream, DeviceLine line)
    {
        var piece = new byte[PieceBytes];
        try
        {
            while (!line.IsClosed)
            {
                var count = await stream.ReadAsync(piece, _stop.Token);
                if (count == 0)
                    return;
                line.Write(piece.AsSpan(0, count));
                while ((count = line.Read(piece)) > 0)
                {
                    await stream.WriteAsync(piece.AsMemory(0, count), _stop.Token);
                    if (line.IsSlow)
                        await Task.Delay(TimeSpan.FromMilliseconds(SlowByteMs), time, _stop.Token);
                }
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The caller or the host left: nothing to clean up but the connection.
        }
    }
}
