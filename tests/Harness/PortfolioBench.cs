using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Signals;
using Fleet.Gateway.Sites;
using Fleet.Tests.Simulation;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Fleet.Tests.Harness;

/// <summary>
/// Several sites on the bench under one portfolio: their real hosts, and controllers with one load each that obey at once.
/// What is written down outlives the gateway, which can stop and start.
/// </summary>
public sealed class PortfolioBench : ICommandSink, IDispatchRecord, IPlanStore
{
    private readonly Dictionary<ControllerAddress, int> _watts = [];
    private readonly Dictionary<ControllerAddress, double> _worth = [];
    private readonly HashSet<ControllerAddress> _silent = [];
    private readonly List<Site> _sites = [];
    private readonly List<(ControllerAddress To, string Id)> _owed = [];
    private long _sequence;
    private long _epoch;

    public PortfolioBench(params string[] sites)
    {
        foreach (var site in sites)
            Build(site);
        Start();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public DateTimeOffset Now => Time.GetUtcNow();

    public SiteHosts Hosts { get; private set; } = null!;

    public PortfolioHost Portfolio { get; private set; } = null!;

    /// <summary>The planner that the portfolio asks; it runs when a test starts it.</summary>
    public Replanner Planner { get; private set; } = null!;

    /// <summary>What every load still takes when it is told to take nothing.</summary>
    public int RestWatts { get; set; }

    /// <summary>The newest course of every curtailment, by signal and site.</summary>
    public Dictionary<(string Signal, string? Site), CurtailmentCourse> Kept { get; } = [];

    /// <summary>Curtailment of the whole.</summary>
    public Curtailment Whole => Portfolio.Look(portfolio => portfolio.Curtailments.All.Single());

    /// <summary>What the loads of a site really take.</summary>
    public int WattsOf(string site) => _watts.Where(one => one.Key.Site == site).Sum(one => one.Value);

    public int Watts => _watts.Values.Sum();

    /// <summary>The part a site has of the one curtailment.</summary>
    public int? CapOf(string site) => Hosts.Find(site)!.Look(dispatch => dispatch.Curtailments.All.Single().RequestedWatts);

    /// <summary>Adds a site of two loads, first known to the gateway at its next start.</summary>
    public PortfolioBench Build(string id, WorkKind work = WorkKind.Hashes)
    {
        var load = new Load(
            "asic", "test", work, [new WorkLevel(2_000, 120), new WorkLevel(3_500, 200)], TimeSpan.Zero, TimeSpan.Zero, 0);
        Controller[] controllers = [.. Enumerable.Range(0, 2).Select(i => new Controller(new ControllerAddress(id, $"c{i}"), [load]))];
        foreach (var controller in controllers)
        {
            _watts[controller.Address] = 3_500;
            _worth[controller.Address] = 50 + _worth.Count;
        }
        _sites.Add(new Site(new SiteTerms(id, id, "Etc/UTC", 100_000, 0, 0, 0), controllers));
        return this;
    }

    /// <summary>Starts a gateway with what was kept, and nothing else; every controller that is not silent is heard.</summary>
    public PortfolioBench Start()
    {
        _epoch++;
        _owed.Clear();
        Hosts = new SiteHosts(_sites.Select(site => new SiteHost(site, _epoch, this, this, Time)));
        Planner = PlannerOf(tokenValue: 1);
        Portfolio = new PortfolioHost(Hosts, this, Planner, Time);
        foreach (var course in Kept.Values.ToArray())
        {
            if (course.Signal.Site is { } site)
                Hosts.Find(site)!.Restore(course);
            else
                Portfolio.Restore(course);
        }
        foreach (var host in Hosts.All)
        {
            var controllers = host.Site.Controllers;
            foreach (var controller in controllers)
                host.Inbox.Offer(new HelloReport(controller.Address, Now, true, 1, "board", "1", 2_000, ["asic"]));
            var wanted = new Wanted([3_500, 3_500], [.. controllers.Select(one => _worth[one.Address])], "plan-1", "plan");
            host.Replace(new SitePlan("plan-1", Now, Now, TimeSpan.FromMinutes(15), [.. Enumerable.Repeat(wanted, 144)]));
        }
        return this;
    }

    /// <summary>Makes a plan as the gateway does, under the parts of now, when a million tokens are worth so much.</summary>
    public async Task PlanAsync(double tokenValue)
    {
        using var replanner = PlannerOf(tokenValue);
        await replanner.StartAsync(CancellationToken.None);
        await GatewayWait.UntilAsync("a plan is made", () => replanner.Current is not null, () => replanner.Failure ?? "");
        await replanner.StopAsync(CancellationToken.None);
    }

    /// <summary>Seconds pass without a gateway.</summary>
    public PortfolioBench Sleep(int seconds)
    {
        Time.Advance(TimeSpan.FromSeconds(seconds));
        return this;
    }

    public PortfolioBench Silence(string site, bool isSilent = true)
    {
        foreach (var address in _watts.Keys.Where(address => address.Site == site))
        {
            if (isSilent)
                _silent.Add(address);
            else
                _silent.Remove(address);
        }
        return this;
    }

    /// <summary>Takes a signal up as the intake does; while it does so the portfolio can have its turns.</summary>
    public PortfolioBench Curtail(int? watts = null, int? percent = null, int inSeconds = 0, int seconds = 3_600, string id = "dr-1", bool turnsBetween = false)
    {
        var signal = new Signal(id, null, watts, percent, Now.AddSeconds(inSeconds), Now.AddSeconds(inSeconds + seconds), "test", "operator", Now);
        foreach (var course in Portfolio.Begin(signal))
        {
            Kept[(signal.Id, course.Signal.Site)] = course;
            if (course.Signal.Site is { } site)
                Hosts.Find(site)!.Take(course.Signal, course.RequestedWatts);
            else
                Portfolio.Restore(course);
            if (turnsBetween)
                Portfolio.Tick();
        }
        return this;
    }

    /// <summary>Ticks once a second.</summary>
    public PortfolioBench Run(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            foreach (var host in Hosts.All)
            {
                Report(host);
                host.Tick();
            }
            Portfolio.Tick();
        }
        return this;
    }

    long? ICommandSink.Send(SetpointCommand command, DateTimeOffset now)
    {
        if (!_silent.Contains(command.To))
            _watts[command.To] = Math.Max(RestWatts, command.LimitWatts);
        _owed.Add((command.To, command.Id));
        return ++_sequence;
    }

    long? ICommandSink.Send(ScheduleCommand command, DateTimeOffset now) => ++_sequence;

    long? ICommandSink.Send(ImageCommand command, DateTimeOffset now) => null;

    long? ICommandSink.Send(UpdateCommand command, DateTimeOffset now) => null;

    void ICommandSink.Beat(string site, long epoch, DateTimeOffset now)
    {
    }

    void IDispatchRecord.Write(Site site, Setpoint setpoint)
    {
    }

    void IDispatchRecord.Write(Update update)
    {
    }

    void IDispatchRecord.Write(Curtailment curtailment) => Kept[(curtailment.Signal.Id, curtailment.Signal.Site)] = SimulatedGateway.CourseOf(curtailment);

    void IPlanStore.Keep(string planId, Plan plan)
    {
    }

    private Replanner PlannerOf(double tokenValue)
    {
        var market = GatewayMarket.Of(new FleetOptions { Tokens = { ValuePerMillion = tokenValue } }, Time.Start, [.. Enumerable.Repeat((decimal?)20m, 200)]);
        return new Replanner(Hosts, new LoadValues(market), this, new GatewayEpoch(_epoch), Time, NullLogger<Replanner>.Instance);
    }

    private void Report(SiteHost host)
    {
        foreach (var controller in host.Site.Controllers.Select(controller => controller.Address).Where(address => !_silent.Contains(address)))
        {
            foreach (var (_, id) in _owed.Where(owed => owed.To == controller))
                host.Inbox.Offer(new AckReport(controller, Now, 1, "setpoint", id, AckOutcome.Accepted, "", null, 100));
            _owed.RemoveAll(owed => owed.To == controller);
            host.Inbox.Offer(new TelemetryReport(
                controller, Now, 1, 1, Now, _watts[controller], 0, ControllerState.Commanded, null, null, 0, [], [],
                [new LoadReport(_watts[controller], 0, LoadState.Running, 200, 0, [])]));
        }
    }
}
