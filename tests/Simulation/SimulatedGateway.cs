using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Link;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Signals;
using Fleet.Gateway.Sites;
using Fleet.Wire;

namespace Fleet.Tests.Simulation;

/// <summary>
/// The gateway of a world, which can stop and start: the real site logic between the real wire codecs. What a database
/// keeps outlives it: energy, command numbers, how far curtailments had come.
/// </summary>
public sealed class SimulatedGateway : IReception
{
    /// <summary>A restart skips what is left of a block of command numbers.</summary>
    private const long NumberBlock = 1_000;

    private readonly World _world;
    private readonly Site _site;
    private readonly Func<EnergyBook> _newBook;
    private readonly Dictionary<ControllerAddress, long> _numbers = [];
    private readonly Dictionary<string, CurtailmentCourse> _courses = [];
    private readonly SimulatedBroker _broker;
    private ControllerUplink _uplink;
    private CommandSender _sender;
    private int _lastBeat;

    /// <summary>A gateway that runs.</summary>
    public SimulatedGateway(World world, Site site, Func<EnergyBook> newBook)
    {
        (_world, _site, _newBook) = (world, site, newBook);
        _broker = new SimulatedBroker(world);
        Book = _newBook();
        Start();
    }

    /// <summary>Whether it runs.</summary>
    public bool IsUp { get; private set; }

    /// <summary>Since when it has run, or not.</summary>
    public int Since { get; private set; }

    /// <summary>Its start number.</summary>
    public long Epoch { get; private set; }

    /// <summary>The site logic of this run.</summary>
    public SiteDispatch Dispatch { get; private set; }

    /// <summary>The record of energy.</summary>
    public EnergyBook Book { get; }

    /// <summary>The curtailments that were asked for and not called off.</summary>
    public IEnumerable<Signal> Signals => _courses.Values.Select(course => course.Signal);

    /// <summary>Every event that was reported, in the order of arrival.</summary>
    public List<EventReport> Events { get; } = [];

    /// <summary>Starts with what the database kept, and nothing else.</summary>
    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(Dispatch), nameof(_uplink), nameof(_sender))]
    public void Start()
    {
        (IsUp, Since, _lastBeat) = (true, _world.Clock.Second, int.MinValue / 2);
        Epoch++;
        Dispatch = new SiteDispatch(_site, Epoch);
        _uplink = new ControllerUplink(this, _world.Clock);
        _sender = new CommandSender(_broker, NextNumber, address => _world.Find(address).CommandKey);
        foreach (var address in _numbers.Keys.ToArray())
            _numbers[address] = (_numbers[address] / NumberBlock + 1) * NumberBlock;
        var now = _world.Clock.GetUtcNow();
        foreach (var course in _courses.Values)
            Dispatch.Curtailments.Restore(course, now);
        _world.Note($"the gateway starts, epoch {Epoch}");
    }

    /// <summary>Stops, in the middle of whatever it does.</summary>
    public void Stop()
    {
        (IsUp, Since) = (false, _world.Clock.Second);
        _world.Note("the gateway stops");
        foreach (var controller in _world.Controllers)
            controller.Link.GatewayStopped();
    }

    /// <summary>Replaces the plan.</summary>
    public void Replace(SitePlan plan)
    {
        if (!IsUp)
            return;
        Dispatch.Replace(plan);
        _world.Note($"plan {plan.Id}: {string.Join(' ', plan.At(_world.Clock.GetUtcNow())?.Watts ?? [])}");
    }

    /// <summary>Takes up a curtailment.</summary>
    public void Curtail(Signal signal)
    {
        if (!IsUp || !Dispatch.Curtailments.Take(signal, _world.Clock.GetUtcNow()))
            return;
        _courses[signal.Id] = new CurtailmentCourse(signal, CurtailmentState.Waiting, null, signal.TargetWatts, null, 0, null);
        _world.Note($"curtailment {signal.Id} to {signal.TargetWatts} W {signal.TargetPercent} % from {signal.Start:HH:mm:ss} to {signal.End:HH:mm:ss}");
    }

    /// <summary>Calls a curtailment off.</summary>
    public void Cancel(string id)
    {
        if (!IsUp || !Dispatch.Curtailments.Cancel(id, _world.Clock.GetUtcNow()))
            return;
        _courses.Remove(id);
        _world.Note($"curtailment {id} is called off");
    }

    /// <summary>Bytes arrive from a controller; false when they could not be kept.</summary>
    public bool TryReceive(ControllerAddress from, Kind kind, byte[] payload)
    {
        if (!IsUp)
            return false;
        ValueTask taken;
        try
        {
            taken = _uplink.ReceiveAsync(from, kind, payload, atLeastOnce: kind != Kind.Telemetry);
        }
        catch (System.IO.IOException)
        {
            return false;
        }
        return taken.IsCompletedSuccessfully;
    }

    /// <summary>What is kept of a curtailment.</summary>
    public static CurtailmentCourse CourseOf(Curtailment curtailment) => new(
        curtailment.Signal, curtailment.State, curtailment.StartWatts, curtailment.RequestedWatts, curtailment.AchievedWatts,
        curtailment.Measurements, curtailment.SecondsTaken);

    /// <summary>A second of its life.</summary>
    public void Step()
    {
        if (!IsUp)
            return;
        var now = _world.Clock.GetUtcNow();
        var isDue = _world.Clock.Second - _lastBeat >= GrainTickLoop.HeartbeatPeriod.TotalSeconds;
        if (isDue)
            _lastBeat = _world.Clock.Second;
        var orders = Dispatch.Tick(now);
        if (isDue || orders.NeedsHeartbeat)
            _sender.Beat(_site.Id, Epoch, now);
        foreach (var setpoint in orders.Setpoints)
        {
            _world.Note($"{setpoint.Id} to {setpoint.To.Controller}: {setpoint.LimitWatts} W ({string.Join(' ', setpoint.LoadWatts)}), {setpoint.Reason}");
            _sender.Send(setpoint, now);
        }
        foreach (var schedule in orders.Schedules)
            _sender.Send(schedule, now);
        foreach (var curtailment in orders.Curtailments)
        {
            if (_courses.ContainsKey(curtailment.Signal.Id))
                _courses[curtailment.Signal.Id] = CourseOf(curtailment);
            _world.Note($"curtailment {curtailment.Signal.Id}: {curtailment.State}, {curtailment.RequestedWatts} W");
        }
    }

    void IReception.Take(HelloReport report) => Dispatch.Inbox.Offer(report);

    ValueTask IReception.Take(TelemetryReport report)
    {
        Dispatch.Inbox.Offer(report);
        return ValueTask.CompletedTask;
    }

    void IReception.Take(AckReport report)
    {
        if (report.Outcome != AckOutcome.Achieved)
            _world.Note($"{report.From.Controller} {report.Outcome} {report.Kind} {report.Id} {report.Reason}");
        Dispatch.Inbox.Offer(report);
    }

    ValueTask IReception.Take(EventReport report)
    {
        Events.Add(report);
        return ValueTask.CompletedTask;
    }

    ValueTask IReception.Take(EnergyInterval interval)
    {
        Book.Store(interval);
        return ValueTask.CompletedTask;
    }

    void IReception.Refuse(ControllerAddress from, string kind, string reason) => _world.Note($"{from.Controller}: {kind} refused, {reason}");

    private long? NextNumber(ControllerAddress to) => _numbers[to] = _numbers.GetValueOrDefault(to) + 1;
}
