using System;
using Fleet.Wire;

namespace Fleet.Gateway.Link;

/// <summary>One message to a controller on its way: waiting, or sent and not yet acknowledged.</summary>
internal sealed class Outgoing(Kind kind, ReadOnlyMemory<byte> payload, DateTimeOffset deadline)
{
    public Kind Kind { get; } = kind;

    public ReadOnlyMemory<byte> Payload { get; } = payload;

    /// <summary>When it is worthless; it is never sent after that.</summary>
    public DateTimeOffset Deadline { get; } = deadline;

    /// <summary>The packet identifier it was sent with on this session; 0 while it was not.</summary>
    public ushort PacketId { get; set; }

    /// <summary>Written to the present connection.</summary>
    public bool IsInFlight { get; set; }

    /// <summary>The whole seconds it has left, at least 1: the message expiry of MQTT 5.</summary>
    public uint SecondsLeft(DateTimeOffset now)
        => (uint)Math.Clamp(Math.Ceiling((Deadline - now).TotalSeconds), 1, uint.MaxValue);
}
