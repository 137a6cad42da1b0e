using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using MQTTnet.Formatter;
using MQTTnet.Packets;

namespace Fleet.Gateway.Link;

/// <summary>
/// Writes packets to one connection in the order given, never blocking the giver: what comes while a write is under
/// way is gathered and goes out in the next one. An idle writer holds no buffer.
/// </summary>
internal sealed class PacketWriter(Stream stream, MqttPacketFormatterAdapter formatter)
{
    private readonly Lock _lock = new();
    private byte[] _gathered = [];
    private int _gatheredBytes;
    private bool _isWriting;
    private bool _isBroken;
    private TaskCompletionSource? _drained;

    /// <summary>
    /// Queues a packet and starts writing. False, and nothing queued, when the connection is broken or already holds
    /// more than <paramref name="backlogBytes"/> unsent.
    /// </summary>
    public bool TryWrite(MqttPacket packet, int backlogBytes = int.MaxValue)
    {
        lock (_lock)
        {
            if (_isBroken || _gatheredBytes > backlogBytes)
                return false;
            Gather(formatter.Encode(packet));
            if (_isWriting)
                return true;
            _isWriting = true;
        }
        _ = WriteGatheredAsync();
        return true;
    }

    /// <summary>Queues packets, which go out in one write; nothing when the connection is broken.</summary>
    public void TryWrite(List<MqttPacket> packets)
    {
        lock (_lock)
        {
            if (_isBroken || packets.Count == 0)
                return;
            foreach (var packet in packets)
                Gather(formatter.Encode(packet));
            if (_isWriting)
                return;
            _isWriting = true;
        }
        _ = WriteGatheredAsync();
    }

    /// <summary>Completes when less than the answer backlog is unsent; fails when the connection is broken.</summary>
    public Task WhenRoomAsync()
    {
        lock (_lock)
        {
            if (_isBroken)
                return Task.FromException(new IOException("the connection is broken"));
            if (_gatheredBytes <= BrokerLimits.AnswerBacklogBytes)
                return Task.CompletedTask;
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task;
        }
    }

    private void Gather(MqttPacketBuffer packet)
    {
        if (_gathered.Length - _gatheredBytes < packet.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_gatheredBytes + packet.Length, 2 * _gatheredBytes));
            _gathered.AsSpan(0, _gatheredBytes).CopyTo(larger);
            Release(_gathered);
            _gathered = larger;
        }
        packet.Packet.AsSpan().CopyTo(_gathered.AsSpan(_gatheredBytes));
        packet.Payload.CopyTo(_gathered.AsSpan(_gatheredBytes + packet.Packet.Count));
        _gatheredBytes += packet.Length;
    }

    private async Task WriteGatheredAsync()
    {
        while (TryTakeGathered(out var bytes, out var count))
        {
            try
            {
                await stream.WriteAsync(bytes.AsMemory(0, count)).ConfigureAwait(false);
            }
            catch (Exception broken) when (broken is IOException or ObjectDisposedException)
            {
                Break(broken);
                return;
            }
            Release(bytes);
        }
    }

    private bool TryTakeGathered(out byte[] bytes, out int count)
    {
        lock (_lock)
        {
            (bytes, count) = (_gathered, _gatheredBytes);
            (_gathered, _gatheredBytes) = ([], 0);
            _isWriting = count > 0;
            _drained?.TrySetResult();
            _drained = null;
            return _isWriting;
        }
    }

    private void Break(Exception why)
    {
        lock (_lock)
        {
            _isBroken = true;
            _drained?.TrySetException(why);
            (_gathered, _gatheredBytes) = ([], 0);
        }
    }

    private static void Release(byte[] buffer)
    {
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}
