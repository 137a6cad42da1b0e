using System;
using System.Collections.Generic;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Dispatch;

/// <summary>One reason to narrow what is wanted, now. It may only lower.</summary>
public interface IRule
{
    /// <summary>Lowers what the picture and the timeline forbid.</summary>
    void Narrow(Decision decision, Picture picture);
}

/// <summary>
/// The rules of every site. Their order is policy: those about single loads come first, then caps on the whole, then the
/// closed loop on the meter, so that it sees what the others left; what is still a rise then waits for its room.
/// </summary>
public static class Rules
{
    /// <summary>A fresh set of rules for one site.</summary>
    public static IReadOnlyList<IRule> ForOneSite() =>
    [
        new UnknownControllerRule(),
        new SiteLimitRule(),
        new CurtailmentRule(),
        new MeterRule(),
        new RiseRule(),
    ];
}

/// <summary>
/// A controller that does not answer, or whose loads are not the configured ones, is not raised; what it may still
/// take by itself is kept free for it by the caps.
/// </summary>
public sealed class UnknownControllerRule : IRule
{
    /// <inheritdoc/>
    public void Narrow(Decision decision, Picture picture)
    {
        for (var i = 0; i < picture.Image.Controllers.Count; i++)
        {
            if (picture.IsCountedOn(i))
                continue;
            var reason = picture.Image.Controllers[i].Mismatch ?? "the controller is silent";
            for (var load = picture.Site.FirstLoadOf(i); load < picture.Site.FirstLoadOf(i + 1); load++)
                decision.NarrowLoad(load, 0, reason);
        }
    }
}

/// <summary>The loads together stay below the import limit, less what else is on the connection and what silent controllers may take.</summary>
public sealed class SiteLimitRule : IRule
{
    /// <inheritdoc/>
    public void Narrow(Decision decision, Picture picture) =>
        decision.NarrowTotal(
            picture.Site.Terms.LimitWatts - picture.ReservedWatts,
            $"import limit of {picture.Site.Terms.LimitWatts} W at {picture.Site.Id}");
}

/// <summary>The loads together stay below the cap in force on the timeline.</summary>
public sealed class CurtailmentRule : IRule
{
    /// <inheritdoc/>
    public void Narrow(Decision decision, Picture picture)
    {
        if (picture.Cap is { } cap)
            decision.NarrowTotal(cap.Watts - picture.ReservedWatts, $"curtailed to {cap.Watts} W: {cap.Reason}", cap.SignalId);
    }
}

/// <summary>Closes the loop on the site's measured power: the loads are lowered by what their orders alone did not reach.</summary>
public sealed class MeterRule : IRule
{
    /// <summary>How long measured power may stay above the cap without coming down: orders reach devices well within it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ClosedLoop _loop = new(Patience);
    private long _metered;
    private long _relievedWatts;

    /// <inheritdoc/>
    public void Narrow(Decision decision, Picture picture)
    {
        var watts = picture.Image.Watts;
        var cap = Math.Min(picture.Site.Terms.LimitWatts, picture.Cap?.Watts ?? int.MaxValue);
        // What the site meter asked for is not taken back on the sum that stands in for it: it shows less.
        var isMissing = picture.Image.Source == PowerSource.MissingMeter;
        var judged = isMissing && _loop.CorrectionWatts <= _metered ? Math.Max(watts, cap) : watts;
        var room = cap - picture.ReservedWatts;
        _loop.Relieve(Math.Max(0, picture.StrangerWatts - _relievedWatts));
        // Each watt once: those of a stranger that comes and goes are in no correction any more.
        _relievedWatts = _loop.CorrectionWatts == 0 ? picture.StrangerWatts : Math.Max(_relievedWatts, picture.StrangerWatts);
        _loop.Step(picture.Image.At, judged, cap, picture.ToleranceWatts, picture.Site.MaxWatts, Math.Max(0, room - decision.TotalWatts));
        if (!isMissing)
            _metered = _loop.CorrectionWatts;
        if (_loop.CorrectionWatts == 0)
            return;
        var reason = watts > cap ? $"measured {watts} W is above {cap} W" : $"held {decision.TotalWatts - room + _loop.CorrectionWatts} W lower, so that measured power stays at {cap} W";
        decision.NarrowTotal(room - _loop.CorrectionWatts, reason, picture.Cap?.SignalId);
    }
}
