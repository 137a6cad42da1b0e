using System;
using System.Collections.Generic;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Signals;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Dispatch;

/// <summary>
/// The schedules of one site's controllers: which each was given, whether it has it, and what it may therefore take
/// on its own. A new one is due when the plan, the timeline or the controller's boot has changed, or the setpoint has
/// come below it.
/// <para>
/// Controllers lose the gateway one after the other, each by its own time-out: for a while some follow setpoints and some
/// schedules. So that no mixture is above the limit, no schedule is above its controller's setpoint while setpoints last.
/// </para>
/// </summary>
internal sealed class ScheduleBook
{
    // Schedules never hurry: a part of the site a tick keeps the link free for setpoints.
    private const int ParallelShare = 20;

    private readonly Site _site;
    private readonly Entry[] _entries;
    private int _next;

    public ScheduleBook(Site site)
    {
        _site = site;
        _entries = new Entry[site.Controllers.Count];
        for (var i = 0; i < _entries.Length; i++)
            _entries[i] = new Entry();
    }

    /// <summary>The most a controller's stored schedule may let it take at an instant; 0 when it has none.</summary>
    public int WattsAt(int controller, DateTimeOffset at)
    {
        var entry = _entries[controller];
        return Math.Max(WattsOf(entry.Sent, at), WattsOf(entry.Held, at));
    }

    /// <summary>Files an answer to a schedule.</summary>
    public void Take(int controller, AckReport ack)
    {
        var entry = _entries[controller];
        if (ack.Kind != "schedule" || entry.Sent is null || ack.Id != entry.Sent.Id || ack.BootId != entry.Sent.BootId)
            return;
        if (ack.Outcome != AckOutcome.Accepted)
            return;
        entry.Held = entry.Sent;
        entry.IsHeld = true;
    }

    /// <summary>Adds the orders that are due, at most a part of the site a tick, in turn.</summary>
    public void Write(Picture picture, SitePlan plan, Timeline timeline, SetpointBook setpoints, DateTimeOffset now, List<ScheduleCommand> orders)
    {
        if (now >= plan.Start + plan.SlotLength * plan.Slots.Count)
            return;
        var left = 1 + _entries.Length / ParallelShare;
        for (var seen = 0; seen < _entries.Length && left > 0; seen++)
        {
            var controller = _next;
            _next = (_next + 1) % _entries.Length;
            if (!picture.IsCountedOn(controller))
                continue;
            var bootId = picture.Image.Controllers[controller].BootId!.Value;
            var setpointWatts = setpoints.Current[controller]?.LimitWatts ?? 0;
            if (!_entries[controller].IsDue(plan, timeline, bootId, now) && SoonWatts(_entries[controller].Sent!, now) <= setpointWatts)
                continue;
            var order = new ScheduleCommand(
                _site.Controllers[controller].Address, bootId, plan.Id, plan.Start, plan.SlotLength,
                SiteSchedule.LimitsOf(_site, controller, plan, timeline));
            Lower(order, setpointWatts, now);
            _entries[controller].Send(order, timeline, now);
            orders.Add(order);
            left--;
        }
    }

    // The slots in which a setpoint of now can still be in force.
    private static int SoonWatts(ScheduleCommand order, DateTimeOffset now) =>
        Math.Max(WattsOf(order, now), WattsOf(order, now + SetpointBook.Validity));

    private static void Lower(ScheduleCommand order, int watts, DateTimeOffset now)
    {
        for (var slot = 0; slot < order.LimitWatts.Length; slot++)
        {
            var start = order.Start + order.SlotLength * slot;
            if (start <= now + SetpointBook.Validity && now < start + order.SlotLength)
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
        private Timeline? _timeline;
        private DateTimeOffset _sentAt;
        private int _attempts;

        public ScheduleCommand? Sent { get; private set; }

        public ScheduleCommand? Held { get; set; }

        public bool IsHeld { get; set; }

        public bool IsDue(SitePlan plan, Timeline timeline, long bootId, DateTimeOffset now) =>
            Sent is null || Sent.Id != plan.Id || Sent.BootId != bootId || !ReferenceEquals(_timeline, timeline)
            || (!IsHeld && now - _sentAt >= SetpointBook.RetryAfter(_attempts));

        public void Send(ScheduleCommand order, Timeline timeline, DateTimeOffset now)
        {
            _attempts = Sent is not null && Sent.Id == order.Id && Sent.BootId == order.BootId && ReferenceEquals(_timeline, timeline) ? _attempts + 1 : 1;
            Sent = order;
            _timeline = timeline;
            _sentAt = now;
            IsHeld = false;
        }
    }
}
