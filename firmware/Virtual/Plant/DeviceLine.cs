using System;
using System.Buffers;

namespace Fleet.Virtual.Plant;

/// <summary>
/// One connection to a device in memory: the same bytes, faults and closes as over TCP, without a socket or a thread.
/// </summary>
/// <remarks>
/// A simulated transport holds one of these: write the request, read until <see cref="Read"/> gives 0. A device that
/// never answers gives 0 for ever; the caller's own time-out is what ends it. With <see cref="LineFault.Slow"/> each
/// Read gives one byte.
/// </remarks>
public sealed class DeviceLine
{
    private readonly VirtualDevice _device;
    private readonly Conversation _conversation;
    private readonly ArrayBufferWriter<byte> _reply = new(256);
    private readonly long _bootId;
    private byte[] _out = [];
    private int _read;
    private bool _closing;

    public DeviceLine(VirtualDevice device)
    {
        _device = device;
        _conversation = device.Open();
        _bootId = device.BootId;
        WasRefused = device.Fault is LineFault.Refused || device.Presence is Presence.Refusing;
        _closing = WasRefused;
    }

    /// <summary>The connection was refused; it is closed from the start.</summary>
    public bool WasRefused { get; }

    /// <summary>The device closed the connection, or went away, and everything it sent has been read.</summary>
    public bool IsClosed => (_closing && _read == _out.Length) || (_device.BootId != _bootId && _device.Presence is not Presence.Mute);

    /// <summary>Whether the answer trickles.</summary>
    public bool IsSlow => _device.Fault is LineFault.Slow;

    /// <summary>Sends bytes to the device; it may answer at once.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_closing || _device.BootId != _bootId || _device.Presence is not Presence.Up || _device.Fault is LineFault.Silent)
            return;
        _reply.ResetWrittenCount();
        _closing = !_conversation.Take(bytes, _reply);
        var answer = _reply.WrittenSpan.ToArray();
        if (answer.Length == 0)
            return;
        if (_device.Fault is LineFault.Garbage)
            new Random((int)_bootId).NextBytes(answer);
        if (_device.Fault is LineFault.Partial)
            (answer, _closing) = (answer[..(answer.Length / 2)], true);
        _out = [.. _out.AsSpan(_read), .. answer];
        _read = 0;
    }

    /// <summary>Reads what the device has sent; 0 means nothing yet, or nothing more when <see cref="IsClosed"/>.</summary>
    public int Read(Span<byte> into)
    {
        var count = int.Min(_out.Length - _read, IsSlow ? int.Min(1, into.Length) : into.Length);
        _out.AsSpan(_read, count).CopyTo(into);
        _read += count;
        return count;
    }
}
