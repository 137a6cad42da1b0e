using System;

namespace Fleet.Bench.Ingest;

/// <summary>The packets that one controller sends in one round, one after another.</summary>
internal sealed class Burst(int packets, int longestPacket)
{
    private readonly int[] _ends = new int[packets + 1];
    private byte[] _bytes = new byte[packets * longestPacket / 2];

    /// <summary>How many packets it holds.</summary>
    public int Count { get; private set; }

    public void Add(ReadOnlySpan<byte> packet)
    {
        var start = _ends[Count];
        if (_bytes.Length - start < packet.Length)
            Array.Resize(ref _bytes, 2 * _bytes.Length + packet.Length);
        packet.CopyTo(_bytes.AsSpan(start));
        _ends[++Count] = start + packet.Length;
    }

    /// <summary>The bytes from one packet until before another.</summary>
    public ReadOnlyMemory<byte> Between(int first, int end) => _bytes.AsMemory(_ends[first].._ends[end]);
}
