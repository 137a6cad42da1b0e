using System;
using System.Linq;
using System.Net;
using Fleet.Gateway.Sites;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fleet.Gateway.Link;

/// <summary>Makes the configured link: the gateway's own broker, or another.</summary>
internal static class LinkChoice
{
    public static ILink Make(LinkOptions options, IServiceProvider provider) =>
        options.ExternalHost.Length > 0 ? External(options, provider) : Embedded(options, provider);

    private static EmbeddedBroker Embedded(LinkOptions options, IServiceProvider provider)
    {
        if (!IPAddress.TryParse(options.Address, out var address))
            throw new ConfigurationException([$"Fleet:Link:Address '{options.Address}' is not an IP address: give 0.0.0.0 for all or 127.0.0.1 for this machine"]);
        if (options.Port is < 0 or > 65_535)
            throw new ConfigurationException([$"Fleet:Link:Port is {options.Port}: give 0 to 65535"]);
        return new EmbeddedBroker(
            new BrokerOptions { Address = address, Port = options.Port }, provider.GetRequiredService<IControllerDirectory>(),
            provider.GetRequiredService<GatewayTime>(), provider.GetRequiredService<ILogger<EmbeddedBroker>>());
    }

    private static ExternalBroker External(LinkOptions options, IServiceProvider provider)
    {
        if (options.ExternalPort is < 1 or > 65_535)
            throw new ConfigurationException([$"Fleet:Link:ExternalPort is {options.ExternalPort}: give 1 to 65535"]);
        var broker = new ExternalBrokerOptions
        {
            Host = options.ExternalHost,
            Port = options.ExternalPort,
            UserName = options.ExternalUser.Length > 0 ? options.ExternalUser : null,
            Password = options.ExternalPassword.Length > 0 ? options.ExternalPassword : null,
            Sites = [.. provider.GetRequiredService<SiteList>().All.Select(site => site.Id)],
        };
        return new ExternalBroker(broker, provider.GetRequiredService<GatewayTime>(), provider.GetRequiredService<ILogger<ExternalBroker>>());
    }
}
