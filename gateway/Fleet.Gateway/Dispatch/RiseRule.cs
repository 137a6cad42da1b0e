using System;

namespace Fleet.Gateway.Dispatch;

/// <summary>
/// Nobody rises into room that another has not given up: until a controller has taken its lower setpoint and its lower
/// schedule it counts at the highest limit it may still go by, for its link may have been cut at that moment.
/// <code>
/// c-1  7 kW ── lower setpoint and schedule sent ── both taken ── 2 kW
/// c-2  2 kW ────────────────────────────────────── rises ─────── 7 kW
/// </code>
/// </summary>
public sealed class RiseRule : IRule
{
    /// <inheritdoc/>
    public void Narrow(Decision decision, Picture picture)
    {
        var cap = Math.Min(picture.Site.Terms.LimitWatts, picture.Cap?.Watts ?? int.MaxValue);
        var room = cap - picture.ReservedWatts;
        for (var i = 0; i < picture.Image.Controllers.Count; i++)
            room -= picture.IsCountedOn(i) ? Math.Max(WattsOf(decision, picture, i), picture.InForceWatts(i)) : 0;
        for (var i = picture.Image.Controllers.Count - 1; i >= 0 && room < 0; i--)
        {
            if (picture.IsCountedOn(i))
                room += TakeRise(decision, picture, i, -room);
        }
    }

    /// <summary>Takes back as much of a controller's rise as is needed; what was taken.</summary>
    private static long TakeRise(Decision decision, Picture picture, int controller, long needed)
    {
        var rise = Math.Clamp(WattsOf(decision, picture, controller) - picture.InForceWatts(controller), 0, needed);
        var left = rise;
        for (var load = picture.Site.FirstLoadOf(controller + 1) - 1; load >= picture.Site.FirstLoadOf(controller) && left > 0; load--)
        {
            var held = picture.HeldWatts(load);
            var step = (int)Math.Clamp(decision.Watts[load] - held, 0, left);
            decision.NarrowLoad(load, decision.Watts[load] - step, "waits until another controller has taken its lower limit");
            left -= step;
        }
        return rise - left;
    }

    private static long WattsOf(Decision decision, Picture picture, int controller)
    {
        long watts = 0;
        for (var load = picture.Site.FirstLoadOf(controller); load < picture.Site.FirstLoadOf(controller + 1); load++)
            watts += decision.Watts[load];
        return watts;
    }
}
