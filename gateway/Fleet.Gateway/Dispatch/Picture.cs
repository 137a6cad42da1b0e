using System;
using Fleet.Gateway.Signals;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Dispatch;

/// <summary>Everything one tick decides on, taken once at its beginning.</summary>
public sealed class Picture
{
    private readonly bool[] _isCountedOn;
    private readonly long[] _inForceWatts;
    private readonly int[] _heldWatts;

    internal Picture(SiteImage image)
    {
        Image = image;
        _isCountedOn = new bool[image.Controllers.Count];
        _inForceWatts = new long[image.Controllers.Count];
        _heldWatts = new int[image.Site.Loads.Count];
    }

    /// <summary>The site.</summary>
    public Site Site => Image.Site;

    /// <summary>What the controllers last said.</summary>
    public SiteImage Image { get; }

    /// <summary>The cap in force; null when there is none.</summary>
    public Cap? Cap { get; private set; }

    /// <summary>Watts on the connection that no setpoint can lower now: what Fleet does not control, and the most that silent controllers may take.</summary>
    public long ReservedWatts { get; private set; }

    /// <summary>How far measured power may be above the lowest limit in force.</summary>
    public int ToleranceWatts { get; private set; }

    /// <summary>Whether a controller answers and has the configured loads.</summary>
    public bool IsCountedOn(int controller) => _isCountedOn[controller];

    /// <summary>The highest limit that a controller which answers may go by now.</summary>
    public long InForceWatts(int controller) => _inForceWatts[controller];

    /// <summary>What a load's newest setpoint gives it; 0 before the first.</summary>
    public int HeldWatts(int load) => _heldWatts[load];

    internal void Take(DateTimeOffset now, Cap? cap, SetpointBook book, ScheduleBook schedules)
    {
        Cap = cap;
        Image.At = now;
        long reserved = Site.Terms.FixedWatts;
        long watts = Site.Terms.FixedWatts;
        var silent = 0;
        for (var i = 0; i < _isCountedOn.Length; i++)
        {
            var controller = Image.Controllers[i];
            var isSilent = controller.IsSilent(now);
            _isCountedOn[i] = !isSilent && controller.Mismatch is null;
            var most = MostWatts(i, now, book, schedules);
            _inForceWatts[i] = book.IsFollowed(i, controller) ? book.Current[i]!.LimitWatts : LastWatts(i, book);
            book.Current[i]?.LoadWatts.CopyTo(_heldWatts.AsSpan(Site.FirstLoadOf(i)));
            if (!_isCountedOn[i])
                reserved += isSilent ? most : Math.Max(most, controller.Telemetry?.Watts ?? 0);
            watts += isSilent ? most : controller.Telemetry!.Watts ?? Math.Min(most, controller.Telemetry.LimitWatts ?? most);
            silent += isSilent ? 1 : 0;
        }
        ReservedWatts = reserved;
        Image.SilentControllers = silent;
        Image.Watts = (int)Math.Min(watts, int.MaxValue);
        ToleranceWatts = ToleranceOf(Math.Min(Site.Terms.LimitWatts, cap?.Watts ?? int.MaxValue));
    }

    /// <summary>How far a measurement may be above a limit and still count as at it: 2 % or 100 W, the larger.</summary>
    internal static int ToleranceOf(int limitWatts) => Math.Max(100, limitWatts / 50);

    // A controller on its own follows its last setpoint, then its schedule, then its fail-safe limit: the highest of
    // them bounds what it takes.
    private long MostWatts(int controller, DateTimeOffset now, SetpointBook book, ScheduleBook schedules)
    {
        long all = 0;
        for (var load = Site.FirstLoadOf(controller); load < Site.FirstLoadOf(controller + 1); load++)
            all += Site.Loads[load].MaxWatts;
        var image = Image.Controllers[controller];
        if (image.Hello is null)
            return all;
        var alone = Math.Max(image.FailSafeWatts, schedules.WattsAt(controller, now));
        return Math.Min(all, Math.Max(alone, LastWatts(controller, book)));
    }

    private int LastWatts(int controller, SetpointBook book) =>
        Math.Max(Image.Controllers[controller].Telemetry?.LimitWatts ?? 0, book.MostWattsOf(controller));
}
