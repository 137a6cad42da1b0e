using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;

namespace Fleet.Gateway.Link;

/// <summary>
/// Cuts the bytes of one connection into packets. Nothing larger than a packet may be is ever read or allocated,
/// whatever length a stranger announces.
/// </summary>
internal sealed class PacketReader(Stream stream)
{
    private const int LongestHeader = 5;

    private byte[] _buffer = new byte[BrokerLimits.IdleReceiveBytes];
    private int _start;
    private int _end;

    /// <summary>Whether the next packet has been read already, whole.</summary>
    public bool HasNext => TryReadLength(out var header, out var body) && _end - _start >= header + body;

    /// <summary>
    /// The next packet, valid until the next call; empty when the other side has closed. Throws
    /// <see cref="MqttProtocolViolationException"/> for a packet that is too long or malformed.
    /// </summary>
    public async ValueTask<ReceivedMqttPacket> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (TryCut(out var packet))
                return packet;
            MakeRoom();
            var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation).ConfigureAwait(false);
            if (count == 0)
                return ReceivedMqttPacket.Empty;
            _end += count;
        }
    }

    private bool TryCut(out ReceivedMqttPacket packet)
    {
        packet = ReceivedMqttPacket.Empty;
        if (!TryReadLength(out var header, out var body) || _end - _start < header + body)
            return false;
        packet = new ReceivedMqttPacket(_buffer[_start], new ArraySegment<byte>(_buffer, _start + header, body), header + body);
        _start += header + body;
        return true;
    }

    private bool TryReadLength(out int header, out int body)
    {
        header = 1;
        body = 0;
        for (var shift = 0; _start + header < _end; shift += 7)
        {
            if (header == LongestHeader)
                throw new MqttProtocolViolationException("the length of a packet takes more than four bytes");
            var digit = _buffer[_start + header++];
            body |= (digit & 0x7f) << shift;
            if (header + body > BrokerLimits.PacketBytes)
                throw new MqttProtocolViolationException($"a packet of more than {BrokerLimits.PacketBytes} bytes");
            if ((digit & 0x80) == 0)
                return true;
        }
        return false;
    }

    private void MakeRoom()
    {
        var held = _end - _start;
        var wanted = TryReadLength(out var header, out var body) ? header + body : LongestHeader;
        var size = Math.Max(wanted, _end < BrokerLimits.IdleReceiveBytes ? BrokerLimits.IdleReceiveBytes : BrokerLimits.BusyReceiveBytes);
        if (size == _buffer.Length && _start == 0)
            return;
        var target = size == _buffer.Length ? _buffer : new byte[size];
        Buffer.BlockCopy(_buffer, _start, target, 0, held);
        (_buffer, _start, _end) = (target, 0, held);
    }
}
