using System;
using Fleet.Gateway;
using Microsoft.AspNetCore.Builder;

try
{
    await using var gateway = await GatewayApp.BuildAsync(WebApplication.CreateBuilder(args));
    await gateway.RunAsync();
    return 0;
}
catch (ConfigurationException mistakes)
{
    Console.Error.WriteLine(mistakes.Message);
    return 2;
}
