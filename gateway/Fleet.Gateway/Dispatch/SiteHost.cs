using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Signals;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Dispatch;

/// <summary>
/// Runs one site's <see cref="SiteDispatch"/> in this process: takes its turns one at a time, sends what it orders and
/// writes down what it did. The grain decides in which process; readers take a look between two turns.
/// </summary>
public sealed class SiteHost
{
    private readonly Lock _turn = new();
    private readonly SiteDispatch _dispatch;
    private readonly long _epoch;
    private readonly ICommandSink _commands;
    private readonly IDispatchRecord _record;
    private readonly TimeProvider _time;

    /// <summary>A host for a site.</summary>
    public SiteHost(Site site, long epoch, ICommandSink commands, IDispatchRecord record, TimeProvider time)
    {
        Site = site;
        _dispatch = new SiteDispatch(site, epoch);
        _epoch = epoch;
        _commands = commands;
        _record = record;
        _time = time;
    }

    /// <summary>The site.</summary>
    public Site Site { get; }

    /// <summary>Where the controllers' words wait for the tick.</summary>
    public SiteInbox Inbox => _dispatch.Inbox;

    /// <summary>One turn of the loop.</summary>
    public void Tick()
    {
        lock (_turn)
        {
            var now = _time.GetUtcNow();
            var orders = _dispatch.Tick(now);
            if (orders.NeedsHeartbeat)
                _commands.Beat(Site.Id, _epoch, now);
            foreach (var setpoint in orders.Setpoints)
                Send(setpoint, now);
            foreach (var schedule in orders.Schedules)
                _commands.Send(schedule, now);
            foreach (var setpoint in orders.Changed)
                _record.Write(Site, setpoint);
            foreach (var curtailment in orders.Curtailments)
                _record.Write(Site, curtailment);
        }
    }

    /// <summary>Takes up a signal and acts on it at once; false when there are too many.</summary>
    public bool Take(Signal signal)
    {
        lock (_turn)
        {
            if (!_dispatch.Curtailments.Take(signal, _time.GetUtcNow()))
                return false;
            _dispatch.StopGathering();
        }
        Tick();
        return true;
    }

    /// <summary>Takes up a curtailment where it was when the gateway stopped; the next turn acts on it.</summary>
    public void Restore(CurtailmentCourse course)
    {
        lock (_turn)
            _dispatch.Curtailments.Restore(course, _time.GetUtcNow());
    }

    /// <summary>What the site takes and could give up at an instant: as decided now, or as planned for later.</summary>
    public Standing StandingAt(DateTimeOffset at) => Look(dispatch =>
    {
        var now = _time.GetUtcNow();
        var later = at > now + TimeSpan.FromMinutes(1) ? dispatch.Plan?.At(at) : null;
        var worth = (later ?? dispatch.Plan?.At(now))?.Worth;
        var loads = Site.Loads.Select((load, i) => new StandingLoad(later?.Watts[i] ?? dispatch.Decision.Watts[i], load.MinWatts, worth?[i] ?? 0));
        return new Standing(Site.Id, dispatch.ReservedWatts, [.. loads]);
    });

    /// <summary>Calls a signal off and acts on it at once; false when it is over or unknown.</summary>
    public bool Cancel(string signalId)
    {
        lock (_turn)
        {
            if (!_dispatch.Curtailments.Cancel(signalId, _time.GetUtcNow()))
                return false;
        }
        Tick();
        return true;
    }

    /// <summary>Puts a new plan in place of the last.</summary>
    public void Replace(SitePlan plan)
    {
        lock (_turn)
            _dispatch.Replace(plan);
    }

    private void Send(SetpointCommand setpoint, DateTimeOffset now)
    {
        if (_commands.Send(setpoint, now) is { } sequence && Site.TryIndexOf(setpoint.To.Controller, out var controller))
            _dispatch.Book.Number(controller, setpoint.Id, sequence);
    }

    /// <summary>Reads something of the site between two turns. <paramref name="read"/> must copy what it keeps, and be quick.</summary>
    public T Look<T>(Func<SiteDispatch, T> read)
    {
        lock (_turn)
            return read(_dispatch);
    }
}
