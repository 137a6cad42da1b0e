using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace Fleet.Bench.Curtail;

/// <summary>
/// A bare MQTT 5 client on a socket: it costs as little as a client can, so that the broker under test is what is
/// measured. Subclasses say what to do with a packet.
/// </summary>
internal abstract class BareClient(int receiveBytes) : IDisposable
{
    private readonly byte[] _received = new byte[receiveBytes];
    private TaskCompletionSource<byte> _handshake = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected Socket Socket { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public async Task ConnectAsync(int port, string clientId, string password, string? topicFilter)
    {
        await Socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        _ = Task.Run(ReceiveAsync);
        await ShakeAsync(MqttBytes.Connect(clientId, password), MqttBytes.ConnAck, clientId);
        if (topicFilter is not null)
            await ShakeAsync(MqttBytes.Subscribe(topicFilter), MqttBytes.SubAck, clientId);
    }

    public void Dispose() => Socket.Dispose();

    /// <summary>One packet: its fixed header byte and its body. Called in order, one at a time.</summary>
    protected abstract void OnPacket(byte header, ReadOnlySpan<byte> body);

    /// <summary>Everything received so far has been handled; the place to send answers.</summary>
    protected virtual void OnReadEnd()
    {
    }

    private async Task ShakeAsync(byte[] packet, byte expected, string clientId)
    {
        await Socket.SendAsync(packet);
        var answer = await _handshake.Task.WaitAsync(TimeSpan.FromSeconds(30));
        if (answer >> 4 != expected)
            throw new InvalidOperationException($"{clientId}: the broker answered packet type {answer >> 4} instead of {expected}");
        _handshake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private async Task ReceiveAsync()
    {
        var held = 0;
        try
        {
            while (true)
            {
                var count = await Socket.ReceiveAsync(_received.AsMemory(held));
                if (count == 0)
                    return;
                held += count;
                var start = 0;
                while (MqttBytes.TryRead(_received.AsSpan(start, held - start), out var bodyStart, out var end))
                {
                    var header = _received[start];
                    if (header >> 4 is MqttBytes.ConnAck or MqttBytes.SubAck)
                        _handshake.TrySetResult(header);
                    else
                        OnPacket(header, _received.AsSpan(start + bodyStart, end - bodyStart));
                    start += end;
                }
                OnReadEnd();
                held -= start;
                Buffer.BlockCopy(_received, start, _received, 0, held);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            _handshake.TrySetException(ended);
        }
    }
}
