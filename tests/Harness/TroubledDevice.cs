using System;
using System.Collections.Generic;
using Fleet.Drivers;

namespace Fleet.Tests.Harness;

/// <summary>What goes wrong between a driver and its device.</summary>
public enum Trouble
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Takes requests, answers nothing.</summary>
    Silence,

    /// <summary>Answers as many random bytes.</summary>
    Garbage,

    /// <summary>Answers byte by byte, without a pause.</summary>
    ByteByByte,

    /// <summary>Answers a byte every 900 ms, just inside any time-out that begins anew with each byte.</summary>
    Trickle,

    /// <summary>Answers the beginning, then closes.</summary>
    Cut,

    /// <summary>Refuses connections; on a serial line, the line is broken.</summary>
    Refusal,

    /// <summary>Answers without end.</summary>
    Flood,

    /// <summary>The port itself throws.</summary>
    Throws,
}

/// <summary>A device between a driver and trouble, in fake time; TCP and serial line alike.</summary>
public sealed class TroubledDevice(Func<byte[], byte[]?> answer) : IDialer, IByteChannel
{
    /// <summary>Pause between the bytes of <see cref="Trouble.Trickle"/>.</summary>
    public const int TrickleMs = 900;

    private readonly List<byte> _request = [];
    private readonly Queue<byte> _reply = new();
    private readonly Random _chance = new(1);

    /// <summary>What goes wrong now.</summary>
    public Trouble Trouble { get; set; }

    /// <summary>Bytes that get through before <see cref="Trouble.Cut"/> closes.</summary>
    public int CutAt { get; set; }

    /// <summary>The fake time; it moves when the driver waits.</summary>
    public long NowMs { get; set; }

    /// <summary>Requests begun and connections refused.</summary>
    public int Attempts { get; private set; }

    /// <summary>Bytes of the last whole reply.</summary>
    public int ReplyLength { get; private set; }

    /// <summary>Steps the driver every tenth of a second for this long; answers the longest step.</summary>
    public long Run(Driver driver, long ms)
    {
        long longest = 0;
        for (long end = NowMs + ms; NowMs < end; NowMs += 100)
        {
            long start = NowMs;
            driver.Step(start);
            longest = long.Max(longest, NowMs - start);
        }

        return longest;
    }

    IByteChannel? IDialer.Dial(string host, int port, int timeoutMs)
    {
        _request.Clear();
        _reply.Clear();
        if (Trouble == Trouble.Throws)
            throw new InvalidOperationException("the network stack broke");
        if (Trouble != Trouble.Refusal)
            return this;
        Attempts++;
        NowMs += timeoutMs;
        return null;
    }

    bool IByteChannel.Write(byte[] buffer, int offset, int count)
    {
        if (Trouble == Trouble.Throws)
            throw new InvalidOperationException("the line driver broke");
        Attempts++;
        if (Trouble == Trouble.Refusal)
            return false;
        _request.AddRange(buffer.AsSpan(offset, count));
        if (Trouble == Trouble.Silence || answer([.. _request]) is not { } whole)
            return true;
        _request.Clear();
        ReplyLength = whole.Length;
        byte[] sent = Trouble == Trouble.Cut ? whole[..int.Min(CutAt, whole.Length)] : whole;
        if (Trouble == Trouble.Garbage)
            _chance.NextBytes(sent);
        foreach (byte one in sent)
            _reply.Enqueue(one);
        return true;
    }

    int IByteChannel.Read(byte[] buffer, int offset, int count, ref int leftMs)
    {
        if (Trouble == Trouble.Throws)
            throw new InvalidOperationException("the line driver broke");
        if (Trouble == Trouble.Flood)
        {
            buffer.AsSpan(offset, count).Fill((byte)' ');
            return count;
        }

        if (_reply.Count == 0)
        {
            if (Trouble is Trouble.Cut or Trouble.Refusal)
                return -1;
            NowMs += leftMs;
            leftMs = 0;
            return 0;
        }

        int waitMs = Trouble == Trouble.Trickle ? int.Min(TrickleMs, leftMs) : 0;
        NowMs += waitMs;
        leftMs -= waitMs;
        if (waitMs is > 0 and < TrickleMs)
            return 0;
        int taken = Trouble is Trouble.ByteByByte or Trouble.Trickle ? 1 : int.Min(count, _reply.Count);
        for (int i = 0; i < taken; i++)
            buffer[offset + i] = _reply.Dequeue();
        return taken;
    }

    void IByteChannel.Close()
    {
    }
}
