using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Signals;
using Fleet.Gateway.Sites;

namespace Fleet.Tests.Harness;

/// <summary>
/// One site on the bench: its real dispatch, and controllers that answer as told. Every step is a call, and every
/// answer of the dispatch is kept.
/// </summary>
public sealed class SiteBench
{
    private readonly Dictionary<int, long> _boots = [];
    private readonly Dictionary<int, int> _watts = [];
    private readonly Dictionary<int, int> _limits = [];
    private readonly Dictionary<int, int> _strangers = [];
    private readonly Dictionary<int, int> _readPermille = [];
    private readonly HashSet<int> _silent = [];
    private readonly HashSet<int> _unmetered = [];
    private readonly HashSet<int> _lagging = [];
    private long _sequence;

    public SiteBench(int controllers = 3, int limitWatts = 100_000, int fixedWatts = 0, int ramp = 0, int failSafeWatts = 1_000, bool hasMeter = false)
    {
        FailSafeWatts = failSafeWatts;
        var load = new Load(
            "asic", "test", WorkKind.Hashes, [new WorkLevel(2_000, 120), new WorkLevel(3_500, 200)], TimeSpan.Zero, TimeSpan.Zero, 0);
        Site = new Site(
            new SiteTerms("hill", "Hill", "Etc/UTC", limitWatts, fixedWatts, ramp, 0) { MeterController = hasMeter ? "grid" : null },
            [
                .. Enumerable.Range(0, controllers).Select(i => new Controller(new ControllerAddress("hill", $"c{i}"), [load])),
                .. hasMeter ? [new Controller(new ControllerAddress("hill", "grid"), [])] : Array.Empty<Controller>(),
            ]);
        Dispatch = new SiteDispatch(Site, epoch: 1);
    }

    public Site Site { get; }

    public SiteDispatch Dispatch { get; }

    public int FailSafeWatts { get; }

    /// <summary>What the controllers say they follow.</summary>
    public ControllerState State { get; set; } = ControllerState.Commanded;

    /// <summary>What the site meter reads beyond the sum of the controllers; null is no reading.</summary>
    public int? BaseWatts { get; set; } = 0;

    public DateTimeOffset Now { get; private set; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Every setpoint that was sent, in order.</summary>
    public List<SetpointCommand> Sent { get; } = [];

    /// <summary>Every schedule that was sent, in order.</summary>
    public List<ScheduleCommand> Schedules { get; } = [];

    /// <summary>The schedule that each controller has taken.</summary>
    public Dictionary<string, ScheduleCommand> Held { get; } = [];

    /// <summary>What the last tick sent.</summary>
    public List<SetpointCommand> SentNow { get; } = [];

    public SiteBench Hello(int controller, long boot = 1)
    {
        _boots[controller] = boot;
        _silent.Remove(controller);
        Dispatch.Inbox.Offer(new HelloReport(AddressOf(controller), Now, true, boot, "board", "1", FailSafeWatts, [.. Site.Controllers[controller].Loads.Select(load => load.Name)]));
        return this;
    }

    public SiteBench HelloAll()
    {
        for (var i = 0; i < Site.Controllers.Count; i++)
            Hello(i);
        return this;
    }

    public SiteBench Silence(int controller)
    {
        _silent.Add(controller);
        return this;
    }

    public SiteBench Will(int controller)
    {
        _silent.Add(controller);
        Dispatch.Inbox.Offer(new HelloReport(AddressOf(controller), Now, false, _boots[controller], "", "", 0, []));
        return this;
    }

    public SiteBench Measures(int controller, int watts)
    {
        _watts[controller] = watts;
        return this;
    }

    /// <summary>Something that is none of its loads takes power through a controller's meter.</summary>
    public SiteBench PlugIn(int controller, int watts)
    {
        _strangers[controller] = watts;
        return this;
    }

    /// <summary>A controller's meter reads so much of what its loads take and report, and it says that they disagree.</summary>
    public SiteBench Contradicts(int controller, int readPermille)
    {
        _readPermille[controller] = readPermille;
        return this;
    }

    /// <summary>A controller has no reading of its meter: it tells what its loads report.</summary>
    public SiteBench Unmetered(int controller)
    {
        _unmetered.Add(controller);
        return this;
    }

    /// <summary>A controller takes its orders and its loads go on as they are.</summary>
    public SiteBench Lags(int controller)
    {
        _lagging.Add(controller);
        return this;
    }

    public SiteBench Plan(params int[] watts) => Plan([.. watts.Select((_, i) => 50.0 + i)], watts);

    public SiteBench Plan(double[] worth, int[] watts, string id = "plan-1", int slots = 144)
    {
        var wanted = new Wanted(watts, worth, id, "plan");
        Dispatch.Replace(new SitePlan(id, Now, Now, TimeSpan.FromMinutes(15), [.. Enumerable.Repeat(wanted, slots)]));
        return this;
    }

    public SiteBench Curtail(int? watts, int? percent = null, int inSeconds = 0, int seconds = 600, string id = "dr-1")
    {
        Dispatch.Curtailments.Take(
            new Signal(id, "hill", watts, percent, Now.AddSeconds(inSeconds), Now.AddSeconds(inSeconds + seconds), "test", "operator", Now), Now);
        return this;
    }

    public SiteBench Answer(string kind, string id, int controller, AckOutcome outcome, string reason = "")
    {
        if (kind == "setpoint" && outcome == AckOutcome.Accepted && Sent.Find(sent => sent.Id == id) is { } accepted)
            _limits[controller] = accepted.LimitWatts;
        Dispatch.Inbox.Offer(new AckReport(AddressOf(controller), Now, _boots[controller], kind, id, outcome, reason, null, 100));
        return this;
    }

    /// <summary>Every controller takes what the last tick sent and answers that it does.</summary>
    public SiteBench AnswerAll()
    {
        foreach (var sent in SentNow)
        {
            var controller = int.Parse(sent.To.Controller[1..]);
            if (!_lagging.Contains(controller))
                _watts[controller] = sent.LimitWatts;
            Answer("setpoint", sent.Id, controller, AckOutcome.Accepted);
        }
        return this;
    }

    /// <summary>Every controller takes the newest schedule it was sent and answers that it does.</summary>
    public SiteBench AnswerSchedules()
    {
        foreach (var newest in Schedules.GroupBy(sent => sent.To.Controller, (_, sent) => sent.Last()))
        {
            Held[newest.To.Controller] = newest;
            Answer("schedule", newest.Id, int.Parse(newest.To.Controller[1..]), AckOutcome.Accepted);
        }
        return this;
    }

    public Orders Tick(int seconds = 1)
    {
        Now = Now.AddSeconds(seconds);
        foreach (var (controller, boot) in _boots)
        {
            if (_silent.Contains(controller))
                continue;
            Dispatch.Inbox.Offer(new TelemetryReport(
                AddressOf(controller), Now, boot, ++_sequence, Now, controller == Site.Meter ? _watts.Values.Sum() + BaseWatts : ReadOf(controller),
                0, State, _limits.TryGetValue(controller, out var limit) ? limit : null, null, 0, [], [],
                [.. Site.Controllers[controller].Loads.Select(_ => new LoadReport(_watts.GetValueOrDefault(controller), 0, LoadState.Running, 200, 0, []))])
            {
                IsMetered = !_unmetered.Contains(controller),
                MetersDisagree = _readPermille.ContainsKey(controller),
            });
        }
        var orders = Dispatch.Tick(Now);
        SentNow.Clear();
        SentNow.AddRange(orders.Setpoints);
        Sent.AddRange(orders.Setpoints);
        Schedules.AddRange(orders.Schedules);
        return orders;
    }

    /// <summary>Ticks once a second, controllers obeying at once.</summary>
    public SiteBench Run(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            Tick();
            AnswerAll();
        }
        return this;
    }

    private int ReadOf(int controller) =>
        _watts.GetValueOrDefault(controller) * _readPermille.GetValueOrDefault(controller, 1000) / 1000 + _strangers.GetValueOrDefault(controller);

    private ControllerAddress AddressOf(int controller) => Site.Controllers[controller].Address;
}
