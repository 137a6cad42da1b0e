using System;
using System.Net;

namespace Fleet.Gateway.Link;

/// <summary>Settings of the embedded broker.</summary>
public sealed class BrokerOptions
{
    /// <summary>The address to listen on. Default: every address of this machine, IPv4 and IPv6.</summary>
    public IPAddress Address { get; init; } = IPAddress.IPv6Any;

    /// <summary>The TCP port, 0–65535. Default 1883; 0 takes a free one, see <see cref="EmbeddedBroker.Port"/>.</summary>
    public int Port { get; init; } = 1883;

    /// <summary>Most connections at once, 1–100,000. Default 6,000: 5,000 controllers and room to reconnect.</summary>
    public int MaxConnections { get; init; } = 6000;

    /// <summary>
    /// Seconds between signs of life asked of a controller, 1–60. Default 9: a controller is given up after one and a
    /// half times that, looked at twice a second, so a dead one is seen within 14.5 s.
    /// </summary>
    public int KeepAliveSeconds { get; init; } = 9;

    /// <summary>How long a connection may take to present itself, 1–60 s. Default 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
