using System;
using System.Threading.Tasks;
using Orleans;
using Orleans.Runtime;

namespace Fleet.Gateway.Dispatch;

/// <summary>The one place in a cluster where a site is ticked. Its calls carry names only; what they name is in the storage.</summary>
public interface ISiteGrain : IGrainWithStringKey
{
    /// <summary>One turn of the site's loop.</summary>
    Task Tick();
}

/// <summary>Hosts a site in the process where the cluster has put it.</summary>
public sealed class SiteGrain : Grain, ISiteGrain
{
    private readonly SiteHost _host;

    /// <summary>A grain for the site its key names.</summary>
    public SiteGrain(IGrainContext context, SiteHosts hosts)
    {
        var id = context.GrainId.Key.ToString()!;
        _host = hosts.Find(id) ?? throw new InvalidOperationException($"No site '{id}' is configured in this process.");
    }

    /// <inheritdoc/>
    public Task Tick()
    {
        _host.Tick();
        return Task.CompletedTask;
    }
}
