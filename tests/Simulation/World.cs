using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Sites;
using Fleet.Virtual.Ports;
using Fleet.Wire;

namespace Fleet.Tests.Simulation;

/// <summary>
/// A whole site in one thread and one clock: plant, real controllers with real drivers, links that carry the real bytes,
/// and the real site logic. Everything random comes from the seed, so that a failure can be seen again.
/// <code>
/// a second:  faults ─► plant ─► links ─► controllers ─► links ─► gateway ─► checkers
/// </code>
/// </summary>
public sealed class World
{
    private const int StatusEverySeconds = 5;

    /// <summary>How far back the truth is known when a long life goes on: intervals that are still on their way, and more.</summary>
    private const int KnownSeconds = 7_200;

    private readonly IReadOnlyList<IChecker> _checkers;
    private readonly List<Episode> _episodes = [];
    private readonly List<long[]> _trueMilliwattHours = [];
    private readonly Trace _trace;
    private int _forgotten;
    private int _nextFault;
    private int _nextPlan;
    private int _signals;
    private bool _isHealed;

    /// <summary>A world of a design, watched by these checkers.</summary>
    public World(WorldDesign design, params IReadOnlyList<IChecker> checkers)
    {
        (Design, _checkers) = (design, checkers);
        Chance = new Chance(design.Seed);
        _trace = new Trace(design.Listener);
        var start = design.Start ?? new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(Chance.Between(0, 86_399));
        Clock = new WorldClock(start);
        var network = new PlantNetwork();
        var designs = WorldMaker.Controllers(design, Chance, network);
        Controllers = [.. designs.Select(one => new SimulatedController(this, one, network, design.LoadOf))];
        Terms = WorldMaker.Site(this, designs);
        Gateway = new SimulatedGateway(this, Terms, design.NewBook);
        Plans = new PlanMaker(this);
        foreach (var controller in Controllers)
            controller.Boot();
        Gateway.Replace(Plans.Next());
        (_nextFault, _nextPlan) = (Later(design.FaultEverySeconds) + 60, Later(design.PlanEverySeconds));
    }

    public WorldDesign Design { get; }

    public Chance Chance { get; }

    public WorldClock Clock { get; }

    public Weather Weather { get; set; } = Weather.Fair;

    public IReadOnlyList<SimulatedController> Controllers { get; }

    public Site Terms { get; }

    public SimulatedGateway Gateway { get; }

    /// <summary>The site's name.</summary>
    public string Site => "hill";

    /// <summary>Where its plans come from.</summary>
    public PlanMaker Plans { get; }

    /// <summary>Every command the gateway has sent: what somebody who listened could play again.</summary>
    public List<(SimulatedController To, Kind Kind, byte[] Payload)> Overheard { get; } = [];

    /// <summary>The most by which the gateway's clock has been wrong.</summary>
    public TimeSpan MostGatewayError { get; set; }

    /// <summary>Every load of the site.</summary>
    public IEnumerable<SimulatedLoad> Loads => Controllers.SelectMany(controller => controller.Design.Loads);

    /// <summary>Whether a controller is in minimal mode after crashes.</summary>
    public bool IsAnyMinimal => Controllers.Any(controller => ((controller.Firmware?.Faults ?? 0) & Fault.MinimalMode) != 0);

    /// <summary>What the site really takes.</summary>
    public int Watts => Terms.Terms.FixedWatts + Controllers.Sum(controller => controller.Watts);

    /// <summary>A number that two different lives are unlikely to share.</summary>
    public ulong Hash => _trace.Hash;

    /// <summary>The newest lines of the trace.</summary>
    public IReadOnlyList<string> Newest => _trace.Newest;

    /// <summary>The controller of an address.</summary>
    public SimulatedController Find(ControllerAddress address) => Controllers.First(controller => controller.Design.Name == address.Controller);

    /// <summary>The controller that owns a load.</summary>
    public SimulatedController OwnerOf(SimulatedLoad load) => Controllers.First(controller => controller.Design.Loads.Contains(load));

    /// <summary>What had really gone through a controller's meter at a second.</summary>
    public long TrueMilliwattHours(int controller, int second) => _trueMilliwattHours[second - 1 - _forgotten][controller];

    /// <summary>The first second of which <see cref="TrueMilliwattHours"/> is still known.</summary>
    public int FirstKnownSecond => _forgotten + 1;

    /// <summary>Writes a line into the trace.</summary>
    public void Note(string what) => _trace.Add(Clock.Second, what);

    /// <summary>Begins an episode now.</summary>
    public void Begin(Episode episode)
    {
        Note($"! {episode.What} for {episode.Seconds} s");
        episode.EndSecond = Clock.Second + episode.Seconds;
        _episodes.Add(episode);
    }

    /// <summary>A number for the next signal.</summary>
    public int NextSignal() => ++_signals;

    /// <summary>A new plan by the next prices, or this one.</summary>
    public void Replan(SitePlan? plan = null) => Gateway.Replace(plan ?? Plans.Next());

    /// <summary>Lives to the end and looks back.</summary>
    public World Run()
    {
        RunTo(Design.EndSecond);
        LookBack();
        return this;
    }

    /// <summary>Lives to a second.</summary>
    public World RunTo(int second)
    {
        while (Clock.Second < second)
            Step();
        return this;
    }

    /// <summary>Lives for so many seconds.</summary>
    public World RunFor(int seconds) => RunTo(Clock.Second + seconds);

    private void Step()
    {
        Clock.Tick();
        StepFaults();
        foreach (var load in Loads)
            load.Model.Advance(Clock.Second * 1000L);
        foreach (var controller in Controllers)
            controller.Stranger.Advance(Clock.Second * 1000L);
        _trueMilliwattHours.Add([.. Controllers.Select(controller => controller.TrueMilliwattHours)]);
        foreach (var controller in Controllers)
            controller.Link.Carry();
        foreach (var controller in Controllers)
        {
            controller.Step();
            controller.Link.DeliverDue();
            foreach (var load in controller.Design.Loads)
                load.Observe(Clock.Second, controller.Firmware is not null);
        }
        Gateway.Step();
        if (Clock.Second % StatusEverySeconds == 0)
            NoteStatus();
        foreach (var checker in _checkers)
            Judge(checker, checker.Step(this));
    }

    private void StepFaults()
    {
        foreach (var episode in _episodes.ToArray())
        {
            episode.Each?.Invoke();
            if (Clock.Second < episode.EndSecond)
                continue;
            Note($"! over: {episode.What}");
            _episodes.Remove(episode);
            episode.Mend?.Invoke();
        }
        if (_isHealed || Clock.Second >= Design.HealSecond)
        {
            Heal();
            return;
        }
        if (Design.FaultEverySeconds > 0 && Clock.Second >= _nextFault)
        {
            _nextFault = Clock.Second + Later(Design.FaultEverySeconds);
            if (Chance.Pick(Design.Faults, fault => fault.Weight).Begin(this) is { } episode)
                Begin(episode);
        }
        if (Design.PlanEverySeconds > 0 && Clock.Second >= _nextPlan)
        {
            _nextPlan = Clock.Second + Later(Design.PlanEverySeconds);
            Replan();
        }
    }

    /// <summary>Mends everything that has gone wrong, and lets nothing more begin.</summary>
    public void Heal()
    {
        if (_isHealed)
            return;
        _isHealed = true;
        Note("! everything is mended");
        foreach (var episode in _episodes.ToArray())
            episode.Mend?.Invoke();
        _episodes.Clear();
        foreach (var id in Gateway.Signals.Select(signal => signal.Id).ToArray())
            Gateway.Cancel(id);
        foreach (var controller in Controllers)
            controller.StepClock(0);
        Replan(Plans.Steady());
    }

    /// <summary>
    /// A world that was healed and has come to rest goes on: what clocks had been wrong by no longer explains anything, old
    /// seconds are forgotten, and things go wrong again.
    /// </summary>
    public void GoOn()
    {
        MostGatewayError = TimeSpan.Zero;
        foreach (var controller in Controllers)
            controller.Settle();
        _trueMilliwattHours.RemoveRange(0, Math.Max(0, _trueMilliwattHours.Count - KnownSeconds));
        _forgotten = Clock.Second - _trueMilliwattHours.Count;
        Gateway.Events.Clear();
        _isHealed = false;
        _nextFault = Clock.Second + Later(Design.FaultEverySeconds);
    }

    /// <summary>Has every checker look back from here.</summary>
    public void LookBack()
    {
        foreach (var checker in _checkers)
            Judge(checker, checker.End(this));
    }

    private void NoteStatus()
    {
        var parts = Controllers.Select(controller =>
            $"{controller.Design.Name} {controller.Watts}/{controller.Firmware?.LimitWatts} {controller.Firmware?.State.ToString() ?? "off"}");
        Note($"{Watts} W of {Terms.Terms.LimitWatts}: {string.Join(", ", parts)}");
    }

    private void Judge(IChecker checker, string? problem)
    {
        if (problem is not null)
            throw new InvariantViolation(Design.Seed, Clock.Second, checker, problem, _trace);
    }

    private int Later(int meanSeconds) => Chance.Between(1, Math.Max(1, meanSeconds * 2 - 1));
}
