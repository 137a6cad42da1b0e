using System;
using Fleet.Drivers;
using Fleet.Virtual.Plant;

namespace Fleet.Tests.Harness;

/// <summary>A simulated device whose answers are spoiled on their way to a driver, in fake time.</summary>
public sealed class SpoiledDevice(VirtualDevice device) : IDialer, IByteChannel
{
    /// <summary>Pause between the bytes of an answer that trickles.</summary>
    private const int TrickleMs = 50;

    private readonly byte[] _sound = new byte[65_536];
    private DeviceLine? _line;
    private byte[] _reply = [];
    private int _at;

    /// <summary>What becomes of an answer; nothing until it is set.</summary>
    public Func<byte[], byte[]> Spoil { get; set; } = sound => sound;

    /// <summary>Whether answers come byte by byte, each after a pause.</summary>
    public bool Trickles { get; set; }

    /// <summary>The fake time: it moves when the driver waits.</summary>
    public long NowMs { get; set; }

    /// <summary>Bytes that drivers have taken.</summary>
    public long Taken { get; private set; }

    public IByteChannel? Dial(string host, int port, int timeoutMs)
    {
        _line = new DeviceLine(device);
        (_reply, _at) = ([], 0);
        return _line.WasRefused ? null : this;
    }

    public bool Write(byte[] buffer, int offset, int count)
    {
        _line!.Write(buffer.AsSpan(offset, count));
        int length = 0;
        for (int read; (read = _line.Read(_sound.AsSpan(length))) > 0; length += read)
        {
        }

        if (length > 0)
            _reply = Spoil(_sound[..length]);
        return true;
    }

    public int Read(byte[] buffer, int offset, int count, ref int leftMs)
    {
        if (_at == _reply.Length)
        {
            if (_line!.IsClosed)
                return -1;
            NowMs += leftMs;
            leftMs = 0;
            return 0;
        }

        int waitMs = Trickles ? int.Min(TrickleMs, leftMs) : 0;
        (NowMs, leftMs) = (NowMs + waitMs, leftMs - waitMs);
        int taken = Trickles ? 1 : int.Min(count, _reply.Length - _at);
        Array.Copy(_reply, _at, buffer, offset, taken);
        _at += taken;
        Taken += taken;
        return taken;
    }

    public void Close()
    {
    }
}
