using System;
using System.IO;
using System.Net.Sockets;
using Fleet.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;

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
catch (InvalidDataException broken)
{
    Console.Error.WriteLine($"The configuration cannot be used:\n  {broken.Message} {broken.GetBaseException().Message} Mend that file, and start again.");
    return 2;
}
catch (Exception taken) when (taken is SocketException or IOException { InnerException: AddressInUseException or AggregateException or SocketException })
{
    Console.Error.WriteLine($"A port cannot be opened: {taken.Message}. Give another: Urls for the page, Fleet:Link:Port for the controllers.");
    return 2;
}
catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"A file cannot be used: {failure.Message} Mend that, and start again.");
    return 2;
}
