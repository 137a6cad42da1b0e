using Fleet.Wire;

namespace Fleet.Gateway.Link;

/// <summary>The fixed limits of the embedded broker, each with its reason.</summary>
internal static class BrokerLimits
{
    /// <summary>Longest packet taken: a full payload with its topic and properties, or a CONNECT with a full will.</summary>
    public const int PacketBytes = Bounds.PayloadBytes + 1024;

    /// <summary>Receive buffer of an idle connection: one telemetry message; it grows to a packet and shrinks again.</summary>
    public const int IdleReceiveBytes = 1024;

    /// <summary>Receive buffer of a connection that fills the idle one: it catches up, and should not cost a read for every few messages.</summary>
    public const int BusyReceiveBytes = 8 * 1024;

    /// <summary>Encoding buffer of a connection; the payload of a message never passes through it.</summary>
    public const int EncodeBytes = 256;

    /// <summary>Unsent bytes at which a controller is too slow for a heartbeat: the next one says the same.</summary>
    public const int HeartbeatBacklogBytes = 4096;

    /// <summary>Unsent bytes at which the answers to a controller's own messages wait, and with them its messages.</summary>
    public const int AnswerBacklogBytes = 16 * 1024;

    /// <summary>Commands in flight to one controller: enough to hide the round trip, small beside a 64 kB heap.</summary>
    public const int CommandsInFlight = 8;

    /// <summary>QoS 1 messages a controller may have in flight to us (Receive Maximum).</summary>
    public const int UplinksInFlight = 64;

    /// <summary>Connections the kernel holds while we accept: a whole portfolio reconnecting after a power cut.</summary>
    public const int ListenBacklog = 1024;
}
