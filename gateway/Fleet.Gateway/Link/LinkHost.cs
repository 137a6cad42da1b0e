using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Gateway.Link;

/// <summary>Brings the link up with the gateway and down with it.</summary>
public sealed class LinkHost : IHostedService
{
    private readonly ILink _link;
    private readonly IUplink _uplink;
    private readonly ILogger<LinkHost> _log;

    /// <summary>A host for the configured link.</summary>
    public LinkHost(ILink link, IUplink uplink, ILogger<LinkHost> log)
    {
        _link = link;
        _uplink = uplink;
        _log = log;
    }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _link.StartAsync(_uplink, cancellationToken);
        if (_link is EmbeddedBroker broker)
            _log.LogInformation("Controllers connect by MQTT to port {Port}", broker.Port);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _link.StopAsync(cancellationToken);
}
