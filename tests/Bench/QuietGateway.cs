using System;
using System.Threading.Tasks;
using Fleet.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Fleet.Bench;

/// <summary>The whole gateway as a bench runs it: on free ports of this machine, its warnings on the error output.</summary>
internal static class QuietGateway
{
    public static async Task<WebApplication> StartAsync(FleetOptions options)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["Logging:LogLevel:Default"] = "Warning";
        builder.Logging.ClearProviders().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        var gateway = await GatewayApp.BuildAsync(builder, options, TimeProvider.System);
        await gateway.StartAsync();
        return gateway;
    }
}
