using System;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Signals;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Dispatch;

/// <summary>Cuts a controller's schedule from the site's plan: what it may take, slot by slot, when the gateway is silent.</summary>
public static class SiteSchedule
{
    /// <summary>
    /// The controller's watts in each slot of the plan. Where the site's limit or a cap is below the plan's total,
    /// every controller gives up the same share of its watts: on their own they cannot agree on anything finer.
    /// <paramref name="restWatts"/> are left free for what Fleet does not control.
    /// </summary>
    public static int[] LimitsOf(Site site, int controller, SitePlan plan, Timeline timeline, long restWatts)
    {
        var limits = new int[plan.Slots.Count];
        for (var slot = 0; slot < limits.Length; slot++)
        {
            var watts = plan.Slots[slot].Watts;
            var total = plan.Slots[slot].TotalWatts;
            long own = 0;
            for (var load = site.FirstLoadOf(controller); load < site.FirstLoadOf(controller + 1); load++)
                own += watts[load];
            var start = plan.Start + plan.SlotLength * slot;
            var room = RoomOf(site, timeline, start, plan.SlotLength, restWatts);
            limits[slot] = (int)(total <= room ? own : own * room / total);
        }
        return limits;
    }

    /// <summary>Watts of a slot for all controllers together.</summary>
    internal static long RoomOf(Site site, Timeline timeline, DateTimeOffset start, TimeSpan length, long restWatts)
    {
        var cap = timeline.LowestIn(start, start + length)?.Watts ?? int.MaxValue;
        return Math.Max(0, Math.Min(site.Terms.LimitWatts, cap) - restWatts);
    }
}
