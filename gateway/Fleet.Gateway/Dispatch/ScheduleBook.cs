using System;
using System.Collections.Generic;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Signals;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Dispatch;

/// <summary>
/// The schedules of one site's controllers: which each was given, whether it has it, and what it may therefore take
/// on its own. A controller keeps its schedule in flash, which wears: a new one goes out only when the limits that remain
/// differ from those it has, when they end soon, when the setpoint has come below them, and after every boot; for its
/// prices alone only when they matter, and not within an hour.
/// <para>
/// Controllers lose the gateway one after the other, each by its own time-out: for a while some follow setpoints and some
/// schedules. So that no mixture is above the limit, no schedule is above its controller's setpoint while setpoints last;
/// that it is below the plan there is no reason to write it again. A later slot rises only into room that no other has by
/// what it was given of an earlier plan and may still hold.
/// </para>
/// </summary>
internal sealed class ScheduleBook
{
    /// <summary>A schedule that ends sooner is renewed. Plans reach 36 h: where nothing changes, a controller writes its flash four times a day.</summary>
    public static readonly TimeSpan LeastAhead = TimeSpan.FromHours(30);

    /// <summary>What schedules leave free for the rest falls to the most of this long: no more often than they are renewed anyway.</summary>
    public static readonly TimeSpan RestFallsAfter = TimeSpan.FromHours(6);

    // Schedules never hurry: a part of the site a tick keeps the link free for setpoints.
    private const int ParallelShare = 20;

    private readonly Site _site;
    private readonly Entry[] _entries;
    private (DateTimeOffset From, long Watts) _mostRest;
    private long _restWatts;
    private int _next;
    private long _count;

    public ScheduleBook(Site site)
    {
        _site = site;
        _entries = new Entry[site.Controllers.Count];
        for (var i = 0; i < _entries.Length; i++)
            _entries[i] = new Entry();
    }

    /// <summary>
    /// The most a controller's stored schedule may let it take at an instant. Without a bound until it has accepted one:
    /// what an earlier run of the gateway left in its flash is not known.
    /// </summary>
    public int WattsAt(int controller, DateTimeOffset at) => _entries[controller].WattsAt(at);

    /// <summary>The most its schedule may let a controller take while a setpoint of now lasts; 0 until the schedule is known.</summary>
    public int SoonWattsOf(int controller, DateTimeOffset now) => KnownWattsIn(controller, now, SetpointBook.Validity);

    /// <summary>Files an answer to a schedule.</summary>
    public void Take(int controller, AckReport ack)
    {
        if (ack is { Kind: "schedule", Outcome: AckOutcome.Accepted })
            _entries[controller].Accept(ack);
    }

    /// <summary>Adds the orders that are due, at most a part of the site a tick, in turn.</summary>
    public void Write(Picture picture, SitePlan plan, Timeline timeline, SetpointBook setpoints, DateTimeOffset now, List<ScheduleCommand> orders)
    {
        if (now >= EndOf(plan))
            return;
        TakeRest(picture.UncontrolledWatts, now);
        var left = 1 + _entries.Length / ParallelShare;
        for (var seen = 0; seen < _entries.Length && left > 0; seen++)
        {
            var controller = _next;
            _next = (_next + 1) % _entries.Length;
            if (!picture.IsCountedOn(controller))
                continue;
            var entry = _entries[controller];
            var bootId = picture.Image.Controllers[controller].BootId!.Value;
            var setpointWatts = setpoints.Current[controller]?.LimitWatts ?? 0;
            var isNews = !entry.IsSeen(plan, timeline, _restWatts);
            if (!isNews && !entry.IsDue(bootId, setpointWatts, now))
                continue;
            left--;
            var limits = SiteSchedule.LimitsOf(_site, controller, plan, timeline, _restWatts);
            var prices = Hashes(controller) ? plan.Prices : null;
            if (isNews && !entry.See(plan, timeline, _restWatts, limits, prices, now) && !entry.IsDue(bootId, setpointWatts, now))
                continue;
            var order = new ScheduleCommand(
                _site.Controllers[controller].Address, bootId, $"{plan.Id}-{++_count}", plan.Start, plan.SlotLength, limits, prices);
            Lower(order, setpointWatts, now);
            entry.IsWaiting = TakeRises(order, controller, timeline);
            if (entry.IsWaiting && entry.Has(order, now))
                continue;
            entry.Send(order, now);
            orders.Add(order);
        }
    }

    private bool Hashes(int controller)
    {
        for (var load = _site.FirstLoadOf(controller); load < _site.FirstLoadOf(controller + 1); load++)
        {
            if (_site.Loads[load].Work == WorkKind.Hashes)
                return true;
        }
        return false;
    }

    private int KnownWattsIn(int controller, DateTimeOffset start, TimeSpan length)
    {
        var watts = Math.Max(WattsAt(controller, start), WattsAt(controller, start + length - TimeSpan.FromTicks(1)));
        return watts == int.MaxValue ? 0 : watts;
    }

    // Nobody's slot rises into room that another may still have by a schedule of an earlier plan: true when one must wait.
    private bool TakeRises(ScheduleCommand order, int controller, Timeline timeline)
    {
        var any = false;
        for (var slot = 0; slot < order.LimitWatts.Length; slot++)
        {
            var start = order.Start + order.SlotLength * slot;
            var has = _entries[controller].NewestWattsAt(start);
            if (order.LimitWatts[slot] <= has)
                continue;
            var room = SiteSchedule.RoomOf(_site, timeline, start, order.SlotLength, _restWatts);
            for (var other = 0; other < _entries.Length; other++)
                room -= other == controller ? 0 : KnownWattsIn(other, start, order.SlotLength);
            var most = (int)Math.Clamp(room, has, int.MaxValue);
            any |= order.LimitWatts[slot] > most;
            order.LimitWatts[slot] = Math.Min(order.LimitWatts[slot], most);
        }
        return any;
    }

    // Growth within half of what measured power may be above a limit is no reason to write.
    private void TakeRest(long watts, DateTimeOffset now)
    {
        _mostRest.Watts = Math.Max(_mostRest.Watts, watts);
        var hasGrown = watts > _restWatts + Picture.ToleranceOf(_site.Terms.LimitWatts) / 2;
        if (!hasGrown && now - _mostRest.From < RestFallsAfter)
            return;
        _restWatts = _mostRest.Watts;
        _mostRest = (now, watts);
    }

    private static DateTimeOffset EndOf(SitePlan plan) => plan.Start + plan.SlotLength * plan.Slots.Count;

    // The slots in which a setpoint of now can still be in force.
    private static bool IsSoon(DateTimeOffset start, TimeSpan length, DateTimeOffset now) =>
        start <= now + SetpointBook.Validity && now < start + length;

    private static int SoonWatts(ScheduleCommand order, DateTimeOffset now) =>
        Math.Max(WattsOf(order, now), WattsOf(order, now + SetpointBook.Validity));

    private static void Lower(ScheduleCommand order, int watts, DateTimeOffset now)
    {
        for (var slot = 0; slot < order.LimitWatts.Length; slot++)
        {
            if (IsSoon(order.Start + order.SlotLength * slot, order.SlotLength, now))
                order.LimitWatts[slot] = Math.Min(order.LimitWatts[slot], watts);
        }
    }

    private static int WattsOf(ScheduleCommand? order, DateTimeOffset at)
    {
        if (order is null || at < order.Start)
            return 0;
        var slot = (at - order.Start).Ticks / order.SlotLength.Ticks;
        return slot < order.LimitWatts.Length ? order.LimitWatts[slot] : 0;
    }

    private sealed class Entry
    {
        // More without an answer, and what the controller has is unknown until the next.
        private const int MostUnanswered = 8;

        // Sent since the last that was accepted, oldest first: it may have any of them.
        private readonly List<ScheduleCommand> _unanswered = [];
        private ScheduleCommand? _held;
        private bool _isKnown;
        private SitePlan? _plan;
        private Timeline? _timeline;
        private long _restWatts;
        private DateTimeOffset _sentAt;
        private int _attempts;

        /// <summary>Whether a slot of the newest schedule is lower than the plan's until others have given up theirs.</summary>
        public bool IsWaiting { get; set; }

        private ScheduleCommand? Newest => _unanswered.Count > 0 ? _unanswered[^1] : _held;

        public int WattsAt(DateTimeOffset at)
        {
            if (!_isKnown)
                return int.MaxValue;
            var watts = WattsOf(_held, at);
            foreach (var order in _unanswered)
                watts = Math.Max(watts, WattsOf(order, at));
            return watts;
        }

        public int NewestWattsAt(DateTimeOffset at) => WattsOf(Newest, at);

        /// <summary>Whether the newest that was sent is as good as this one.</summary>
        public bool Has(ScheduleCommand order, DateTimeOffset now) =>
            Newest is not null && !Differs(Newest, order.LimitWatts, now) && !IsDue(order.BootId, int.MaxValue, now);

        // Whatever was sent before the one that was accepted is refused if it still comes.
        public void Accept(AckReport ack)
        {
            var index = _unanswered.FindIndex(order => order.Id == ack.Id && order.BootId == ack.BootId);
            if (index < 0)
                return;
            _held = _unanswered[index];
            _unanswered.RemoveRange(0, index + 1);
            _isKnown = true;
            _attempts = 0;
        }

        public bool IsSeen(SitePlan plan, Timeline timeline, long restWatts) =>
            !IsWaiting && ReferenceEquals(_plan, plan) && ReferenceEquals(_timeline, timeline) && _restWatts == restWatts;

        /// <summary>Compares what the controller has with what a new plan, timeline or rest would have it have; true when it must be told.</summary>
        public bool See(SitePlan plan, Timeline timeline, long restWatts, int[] limits, SchedulePrices? prices, DateTimeOffset now)
        {
            (_plan, _timeline, _restWatts) = (plan, timeline, restWatts);
            return Newest is null || Differs(Newest, limits, now)
                || PriceNews.Matter(Newest, now - _sentAt, plan, prices, now);
        }

        public bool IsDue(long bootId, int setpointWatts, DateTimeOffset now)
        {
            if (Newest is not { } newest || newest.BootId != bootId || SoonWatts(newest, now) > setpointWatts)
                return true;
            if (_unanswered.Count > 0)
                return now - _sentAt >= SetpointBook.RetryAfter(_attempts);
            var end = newest.Start + newest.SlotLength * newest.LimitWatts.Length;
            return end < now + LeastAhead && end < EndOf(_plan!);
        }

        public void Send(ScheduleCommand order, DateTimeOffset now)
        {
            _attempts = Newest?.BootId == order.BootId ? _attempts + 1 : 1;
            if (_unanswered.Count == MostUnanswered)
            {
                _unanswered.RemoveAt(0);
                _isKnown = false;
            }
            _unanswered.Add(order);
            _sentAt = now;
        }

        private bool Differs(ScheduleCommand has, int[] limits, DateTimeOffset now)
        {
            for (var slot = 0; slot < limits.Length; slot++)
            {
                var start = _plan!.Start + _plan.SlotLength * slot;
                if (start + _plan.SlotLength <= now || start >= has.Start + has.SlotLength * has.LimitWatts.Length)
                    continue;
                var watts = WattsOf(has, start);
                if (IsSoon(start, _plan.SlotLength, now) ? watts > limits[slot] : watts != limits[slot])
                    return true;
            }
            return false;
        }
    }
}
