using System;
using System.Collections.Generic;
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
            foreach (var part in orders.ImageParts)
                _commands.Send(part, now);
            foreach (var update in orders.Updates)
                _commands.Send(update, now);
            foreach (var update in orders.EndedUpdates)
                _record.Write(update);
            foreach (var setpoint in orders.Changed)
                _record.Write(Site, setpoint);
            foreach (var curtailment in orders.Curtailments)
                _record.Write(curtailment);
        }
    }

    /// <summary>
    /// Takes up a signal and acts on it at once; false when there are too many. A percentage waits until the power it is
    /// of is known: just after a start that is when every controller has been heard.
    /// </summary>
    /// <param name="signal">What is asked of the site.</param>
    /// <param name="requestedWatts">The cap, where the signal is a part of the portfolio's; null while that is not divided.</param>
    public bool Take(Signal signal, int? requestedWatts = null)
    {
        lock (_turn)
        {
            if (!_dispatch.Curtailments.Take(signal, _time.GetUtcNow(), requestedWatts))
                return false;
            if ((requestedWatts ?? signal.TargetWatts) is not null)
                _dispatch.StopGathering();
        }
        Tick();
        return true;
    }

    /// <summary>Takes up a curtailment where it was when the gateway stopped; the next turn acts on it.</summary>
    public void Restore(CurtailmentCourse course)
    {
        lock (_turn)
        {
            var curtailment = _dispatch.Curtailments.Restore(course, _time.GetUtcNow());
            if (curtailment.State != course.State)
                _record.Write(curtailment);
        }
    }

    /// <summary>Gives the site another part of a portfolio's signal and acts on it at once; one it has no part of yet it takes up. False when nothing changed.</summary>
    public bool Cap(Signal part, int watts)
    {
        lock (_turn)
        {
            var curtailments = _dispatch.Curtailments;
            var isNew = curtailments.Find(part.Id) is null && curtailments.Take(part, _time.GetUtcNow(), watts);
            if ((isNew ? curtailments.Find(part.Id) : curtailments.Cap(part.Id, watts)) is not { } changed)
                return false;
            _record.Write(changed);
        }
        Tick();
        return true;
    }

    /// <summary>How the site stands at an instant, apart from the signals that are divided.</summary>
    public Standing StandingAt(DateTimeOffset at, IReadOnlySet<string> divided) => Look(dispatch => Standing.Of(dispatch, at, divided));

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

    /// <summary>Begins an update; answers why not, null when it has begun.</summary>
    public string? Begin(Update update)
    {
        lock (_turn)
            return _dispatch.Updates.Begin(update, _dispatch.Image);
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
