using System;
using System.CommandLine;
using Fleet.Cli;

var fleet = new RootCommand("Fleet turns electricity prices and grid requests into watts.")
{
    DemoCommand.Create(),
    SitesCommand.Create(),
    CurtailCommand.Create(),
    UpdateCommand.Create(),
};

// A demo that is ended with Ctrl-C has a moment to put everything away.
return await fleet.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
