using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Virtual.Plant;

/// <summary>A Modbus RTU bus with meters on it: RTU frames over any stream of bytes.</summary>
/// <remarks>
/// Function 4 only, as far as the meters go; others are answered by exception 1. A wrong CRC, an address that is nobody's
/// and the broadcast address are answered by silence. A real slave finds the start of a frame by the pause before it;
/// here a frame cut short is forgotten when the plant's clock has moved <see cref="GapMs"/>, and after a wrong CRC
/// everything received so far is.
/// </remarks>
public sealed class ModbusLine(Func<long> nowMs, params IReadOnlyList<LineMeter> meters) : VirtualDevice
{
    /// <summary>Longest pause within a frame: more than a slow bridge makes, less than a master waits before it asks again.</summary>
    public const int GapMs = 500;

    private const byte ReadInputRegisters = 4;
    private const byte IllegalFunction = 1;

    /// <summary>Fault: no power on the meters, no answer.</summary>
    public bool IsDark { get; set; }

    public override Presence Presence => IsDark ? Presence.Mute : Presence.Up;

    public override long BootId => 1;

    public override Conversation Open() => new Frames(this);

    /// <summary>CRC-16 of Modbus: polynomial 0xA001 reflected, start 0xFFFF; sent low byte first.</summary>
    public static ushort Crc(ReadOnlySpan<byte> frame)
    {
        var crc = 0xFFFF;
        foreach (var one in frame)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xA001 : crc >> 1;
        }

        return (ushort)crc;
    }

    private long NowMs => nowMs();

    private void Respond(ReadOnlySpan<byte> request, IBufferWriter<byte> reply)
    {
        var unit = request[0];
        var meter = meters.FirstOrDefault(one => one.Unit == unit);
        if (meter is null)
            return;
        if (request[1] != ReadInputRegisters)
        {
            Frame(reply, [unit, (byte)(request[1] | 0x80), IllegalFunction]);
            return;
        }

        var start = BinaryPrimitives.ReadUInt16BigEndian(request[2..]);
        var count = BinaryPrimitives.ReadUInt16BigEndian(request[4..]);
        var frame = new byte[3 + count * 2];
        (frame[0], frame[1], frame[2]) = (unit, ReadInputRegisters, (byte)(count * 2));
        var error = meter.Read(start, count, frame.AsSpan(3));
        Frame(reply, error == 0 ? frame : [unit, ReadInputRegisters | 0x80, error]);
    }

    private static void Frame(IBufferWriter<byte> reply, ReadOnlySpan<byte> frame)
    {
        reply.Write(frame);
        BinaryPrimitives.WriteUInt16LittleEndian(reply.GetSpan(2), Crc(frame));
        reply.Advance(2);
    }

    /// <summary>Finds frames in the stream.</summary>
    private sealed class Frames(ModbusLine line) : Conversation
    {
        private readonly List<byte> _in = [];
        private long _lastMs;

        public override bool Take(ReadOnlySpan<byte> bytes, IBufferWriter<byte> reply)
        {
            if (line.NowMs - _lastMs >= GapMs)
                _in.Clear();
            _lastMs = line.NowMs;
            _in.AddRange(bytes);
            while (Length() is var length && _in.Count >= length)
            {
                var frame = _in.GetRange(0, length).ToArray();
                if (Crc(frame.AsSpan(..^2)) != BinaryPrimitives.ReadUInt16LittleEndian(frame.AsSpan(^2..)))
                {
                    _in.Clear();
                    break;
                }

                _in.RemoveRange(0, length);
                line.Respond(frame, reply);
            }

            return true;
        }

        /// <summary>Bytes of the request begun: writes of several registers tell theirs, all others have 8.</summary>
        private int Length() => _in.Count < 7 ? 8 : _in[1] is 15 or 16 ? 9 + _in[6] : 8;
    }
}
