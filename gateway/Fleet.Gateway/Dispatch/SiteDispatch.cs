using System;
using System.Collections.Generic;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Dispatch;

/// <summary>
/// The gateway's loop for one site, every second and at once on a signal: read the image, take the plan's slot,
/// resolve the timeline, apply the rules, close the loop on the meter, write setpoints, report. Pure: time is its
/// argument, and what it decides is its answer. One thread at a time; only the inbox takes from others.
/// </summary>
public sealed class SiteDispatch
{
    /// <summary>A rise below this share of a controller's most waits for more, so that small corrections do not become a stream of setpoints.</summary>
    public const double SmallestRise = 0.02;

    /// <summary>
    /// A gateway that has just started leaves every limit as it is until it has heard all controllers, for at most this
    /// long: until then it would have to keep free what the unheard may take, and lower the others for nothing.
    /// </summary>
    public static readonly TimeSpan Gathering = TimeSpan.FromSeconds(30);

    private readonly Site _site;
    private readonly SiteImage _image;
    private readonly Picture _picture;
    private readonly Decision _decision;
    private readonly SetpointBook _book;
    private readonly IReadOnlyList<IRule> _rules = Rules.ForOneSite();
    private readonly Curtailments _curtailments = new();
    private readonly Orders _orders = new();
    private readonly ScheduleBook _schedules;
    private SitePlan? _plan;
    private DateTimeOffset? _firstTick;
    private bool _hasGathered;
    private bool _isAsked;

    /// <summary>A site of which nothing is known yet; it gives no orders before it has a plan.</summary>
    /// <param name="site">The site.</param>
    /// <param name="epoch">The gateway's start number, which makes setpoint ids unique.</param>
    public SiteDispatch(Site site, long epoch)
    {
        _site = site;
        _image = new SiteImage(site);
        _picture = new Picture(_image);
        _decision = new Decision(site);
        _book = new SetpointBook(site.Controllers.Count, $"{site.Id}-{epoch}-");
        _schedules = new ScheduleBook(site);
        Updates = new UpdateBook(site, $"{site.Id}-{epoch}-u");
        Inbox = new SiteInbox(site);
    }

    /// <summary>The site.</summary>
    public Site Site => _site;

    /// <summary>Where the controllers' words wait for the tick.</summary>
    public SiteInbox Inbox { get; }

    /// <summary>The controllers' updates.</summary>
    public UpdateBook Updates { get; }

    /// <summary>The picture of the last tick.</summary>
    public SiteImage Image => _image;

    /// <summary>The decision of the last tick.</summary>
    public Decision Decision => _decision;

    /// <summary>Watts that no setpoint could lower in the last tick.</summary>
    public long ReservedWatts => _picture.ReservedWatts;

    /// <summary>Watts on the connection that Fleet does not control, as far as is known: from the configured ones to the limit.</summary>
    public int UncontrolledWatts => (int)Math.Clamp(_picture.UncontrolledWatts, _site.Terms.FixedWatts, _site.Terms.LimitWatts);

    /// <summary>Whether its power is known as well as it will be: every controller has been heard since the start, or waited for.</summary>
    public bool HasGathered => _hasGathered;

    /// <summary>Whether a controller answered in the last tick and has the configured loads.</summary>
    public bool IsCountedOn(int controller) => _picture.IsCountedOn(controller);

    /// <summary>The controllers' setpoints.</summary>
    public SetpointBook Book => _book;

    /// <summary>The site's curtailments.</summary>
    public Curtailments Curtailments => _curtailments;

    /// <summary>The plan in use; null before the first.</summary>
    public SitePlan? Plan => _plan;

    /// <summary>Puts a new plan in place of the last.</summary>
    public void Replace(SitePlan plan) => _plan = plan;

    /// <summary>Gives orders from the next tick on, whoever has been heard: something new is asked for.</summary>
    public void StopGathering() => _isAsked = true;

    /// <summary>Reads, decides, narrows, writes, reports.</summary>
    /// <returns>What to send and to write down; good until the next tick.</returns>
    public Orders Tick(DateTimeOffset now)
    {
        _orders.Clear();
        _orders.NeedsHeartbeat = Inbox.Drain(_image, TakeAck);
        Updates.Turn(_image, now, _orders);
        _book.Expire(now, _orders.Changed);
        _picture.Take(now, _book, _schedules);
        if (IsGathering(now))
            return _orders;
        _curtailments.Turn(now, new PowerNow(_image.Watts, _image.MeasuredWatts), _orders.Curtailments);
        _picture.Take(_curtailments.Timeline.At(now));
        _curtailments.Measure(now, _image.Watts, _orders.Curtailments);
        if (_plan?.At(now) is { } wanted)
        {
            _decision.Begin(wanted);
            foreach (var rule in _rules)
                rule.Narrow(_decision, _picture);
            WriteSetpoints(wanted, now);
        }
        else
        {
            RepeatSetpoints(now);
        }
        if (_plan is not null)
            _schedules.Write(_picture, _plan, _curtailments.Timeline, _book, now, _orders.Schedules);
        return _orders;
    }

    private bool IsGathering(DateTimeOffset now)
    {
        _firstTick ??= now;
        _hasGathered |= _image.SilentControllers == 0 || now - _firstTick >= Gathering;
        return !_hasGathered && !_isAsked;
    }

    private void TakeAck(int controller, AckReport ack)
    {
        _schedules.Take(controller, ack);
        Updates.Take(controller, ack);
        if (_book.Take(controller, ack) is { } setpoint)
            _orders.Changed.Add(setpoint);
    }

    private void WriteSetpoints(Wanted wanted, DateTimeOffset now)
    {
        for (var i = 0; i < _site.Controllers.Count; i++)
        {
            if (!_picture.IsCountedOn(i))
                continue;
            var bootId = _image.Controllers[i].BootId!.Value;
            _book.AskAgain(i, _image.Controllers[i]);
            if (IsChanged(i))
            {
                var watts = _decision.Watts[_site.FirstLoadOf(i).._site.FirstLoadOf(i + 1)].ToArray();
                var (reason, signal) = WhyOf(i);
                var setpoint = _book.Replace(i, watts, Sum(watts), reason, wanted.PlanId, signal, now);
                setpoint.BootId = bootId;
                _orders.Changed.Add(setpoint);
                Send(setpoint, RampOf(i));
            }
            else if (_book.IsDue(i, bootId, now))
            {
                var again = _book.SendAgain(i, bootId, now);
                _orders.Changed.Add(again);
                Send(again, RampOf(i));
            }
        }
    }

    // Without a plan for now nothing new is asked for; what was asked stays, or comes down with a cap.
    private void RepeatSetpoints(DateTimeOffset now)
    {
        var watts = new int[_site.Loads.Count];
        var any = false;
        for (var i = 0; i < _site.Controllers.Count; i++)
        {
            if (_book.Current[i] is not { } setpoint)
                continue;
            setpoint.LoadWatts.CopyTo(watts.AsSpan(_site.FirstLoadOf(i)));
            any = true;
        }
        if (!any)
            return;
        var wanted = new Wanted(watts, new double[watts.Length], _plan?.Id ?? "", "the plan has ended: the last limit stays");
        _decision.Begin(wanted);
        foreach (var rule in _rules)
            rule.Narrow(_decision, _picture);
        WriteSetpoints(wanted, now);
    }

    private void Send(Setpoint setpoint, int ramp)
    {
        var controller = _image.Controllers[setpoint.Controller];
        var watts = new int[setpoint.LoadWatts.Length];
        for (var i = 0; i < watts.Length; i++)
            watts[controller.Order[i]] = setpoint.LoadWatts[i];
        _orders.Setpoints.Add(new SetpointCommand(
            controller.Controller.Address, setpoint.BootId, setpoint.Id, setpoint.LimitWatts, watts, ramp, SetpointBook.Validity, setpoint.Reason));
    }

    // Lower at once; higher only when it is worth a message.
    private bool IsChanged(int controller)
    {
        if (_book.Current[controller] is not { } current)
            return true;
        var first = _site.FirstLoadOf(controller);
        long rise = 0;
        long most = 0;
        for (var i = 0; i < current.LoadWatts.Length; i++)
        {
            var change = _decision.Watts[first + i] - current.LoadWatts[i];
            if (change < 0)
                return true;
            rise += change;
            most += _site.Loads[first + i].MaxWatts;
        }
        return rise > 0 && rise >= most * SmallestRise;
    }

    private (string Reason, string? Signal) WhyOf(int controller)
    {
        var first = _site.FirstLoadOf(controller);
        for (var load = first; load < _site.FirstLoadOf(controller + 1); load++)
        {
            if (_decision.SignalOf(load) is { } signal)
                return (_decision.ReasonOf(load), signal);
        }
        return (_decision.ReasonOf(first), null);
    }

    // Each controller has its own part of the site's ramp for good: when another begins to rise is nobody's to know.
    private int RampOf(int controller)
    {
        var ramp = _site.Terms.RampWattsPerSecond;
        if (ramp == 0)
            return 0;
        long most = 0;
        for (var load = _site.FirstLoadOf(controller); load < _site.FirstLoadOf(controller + 1); load++)
            most += _site.Loads[load].MaxWatts;
        return (int)Math.Clamp(most * ramp / Math.Max(1, _site.MaxWatts), 1, ramp);
    }

    private static int Sum(int[] watts)
    {
        var sum = 0;
        foreach (var one in watts)
            sum += one;
        return sum;
    }
}
