using System;
using System.Collections.Concurrent;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Server;

namespace Fleet.Gateway.Link;

/// <summary>Accepts TCP connections for the embedded broker, up to its limit, and hands each to MQTTnet.</summary>
internal sealed class BrokerListener(BrokerOptions options, EmbeddedBroker broker) : IMqttServerAdapter
{
    private readonly ConcurrentDictionary<Socket, byte> _open = new();
    private Socket? _listening;
    private int _connections;

    public Func<IMqttChannelAdapter, Task>? ClientHandler { get; set; }

    /// <summary>The port in use; 0 while stopped.</summary>
    public int Port => (_listening?.LocalEndPoint as IPEndPoint)?.Port ?? 0;

    public Task StartAsync(MqttServerOptions serverOptions, IMqttNetLogger logger)
    {
        var socket = new Socket(options.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (options.Address.Equals(IPAddress.IPv6Any))
            socket.DualMode = true;
        try
        {
            socket.Bind(new IPEndPoint(options.Address, options.Port));
            socket.Listen(BrokerLimits.ListenBacklog);
        }
        catch (SocketException refused)
        {
            socket.Dispose();
            throw new IOException(
                $"the broker cannot listen on {options.Address} port {options.Port} ({refused.SocketErrorCode}): free the port or choose another", refused);
        }
        _listening = socket;
        _ = AcceptAsync(socket);
        return Task.CompletedTask;
    }

    public Task StopAsync()
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _listening?.Dispose();
        _listening = null;
        foreach (var (socket, _) in _open)
            socket.Dispose(); // also those whose last message is still being stored
    }

    private async Task AcceptAsync(Socket listening)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listening.AcceptAsync().ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException) when (_listening != listening)
            {
                return;
            }
            catch (SocketException)
            {
                continue; // that one connection went away while it waited
            }
            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        _open[socket] = 0;
        if (Interlocked.Increment(ref _connections) <= options.MaxConnections)
            await ServeAcceptedAsync(socket).ConfigureAwait(false);
        else
            broker.RefuseConnection(socket.RemoteEndPoint, $"more than {options.MaxConnections} connections");
        Interlocked.Decrement(ref _connections);
        _open.TryRemove(socket, out _);
        socket.Dispose();
    }

    private async Task ServeAcceptedAsync(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            using var channel = new BrokerChannel(await OpenAsync(socket).ConfigureAwait(false), socket, broker);
            try
            {
                if (ClientHandler is { } serve)
                    await serve(channel).ConfigureAwait(false);
            }
            finally
            {
                broker.Close(channel);
            }
        }
        catch (Exception ended) when (ended is IOException or SocketException or ObjectDisposedException)
        {
            // The peer went away at a moment when nobody was reading: there is nothing left to close.
        }
    }

    /// <summary>The one place where a connection is made secure: TLS wraps the stream here.</summary>
    private static ValueTask<Stream> OpenAsync(Socket socket) => new(new NetworkStream(socket, ownsSocket: false));
}
