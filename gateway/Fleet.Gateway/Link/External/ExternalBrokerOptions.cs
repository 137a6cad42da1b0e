using System.Collections.Generic;

namespace Fleet.Gateway.Link;

/// <summary>Settings of the link through a broker that is not ours.</summary>
public sealed record ExternalBrokerOptions
{
    /// <summary>Host name or address of the broker. Required.</summary>
    public required string Host { get; init; }

    /// <summary>TCP port of the broker, 1–65535. Default 1883.</summary>
    public int Port { get; init; } = 1883;

    /// <summary>
    /// The gateway's name at the broker, and its session's: two gateways with one name throw each other out.
    /// Default <c>fleet-gateway</c>. The session of energy records and events adds <c>-record</c> to it.
    /// </summary>
    public string ClientId { get; init; } = "fleet-gateway";

    /// <summary>User name at the broker; null sends none.</summary>
    public string? UserName { get; init; }

    /// <summary>Password at the broker; null sends none.</summary>
    public string? Password { get; init; }

    /// <summary>The sites this gateway owns; empty for every site of the broker.</summary>
    public IReadOnlyList<string> Sites { get; init; } = [];
}
