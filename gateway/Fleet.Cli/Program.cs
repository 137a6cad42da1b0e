using System.CommandLine;
using Fleet.Cli;

var fleet = new RootCommand("Fleet turns electricity prices and grid requests into watts.")
{
    DemoCommand.Create(),
    SitesCommand.Create(),
    CurtailCommand.Create(),
};
return await fleet.Parse(args).InvokeAsync();
