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
    private readonly SteadyExcess[] _strangers;
    private readonly SiteMeter _meter = new();

    internal Picture(SiteImage image)
    {
        Image = image;
        _isCountedOn = new bool[image.Controllers.Count];
        _inForceWatts = new long[image.Controllers.Count];
        _strangers = new SteadyExcess[image.Controllers.Count];
        _heldWatts = new int[image.Site.Loads.Count];
    }

    /// <summary>The site.</summary>
    public Site Site => Image.Site;

    /// <summary>What the controllers last said.</summary>
    public SiteImage Image { get; }

    /// <summary>The cap in force; null when there is none.</summary>
    public Cap? Cap { get; private set; }

    /// <summary>
    /// Watts on the connection that no setpoint can lower now: what Fleet does not control, configured or measured, the
    /// strangers behind controllers' meters, and the most that silent controllers may take.
    /// </summary>
    public long ReservedWatts { get; private set; }

    /// <summary>
    /// What goes through controllers' meters and is none of their loads: what is steadily above the limits they go by, or
    /// beyond their loads' own word where that contradicts the meter.
    /// </summary>
    public long StrangerWatts { get; private set; }

    /// <summary>How far measured power may be above the lowest limit in force.</summary>
    public int ToleranceWatts { get; private set; }

    /// <summary>What Fleet does not control: as configured, or as the site meter shows it where that is more.</summary>
    public long RestWatts { get; private set; }

    /// <summary>The rest and the strangers.</summary>
    public long UncontrolledWatts => RestWatts + StrangerWatts;

    /// <summary>Whether a controller answers and has the configured loads; false for the site meter's, which has none.</summary>
    public bool IsCountedOn(int controller) => _isCountedOn[controller];

    /// <summary>The highest limit that a controller which answers may go by now: its setpoint's, or that of its schedule once the gateway is gone.</summary>
    public long InForceWatts(int controller) => _inForceWatts[controller];

    /// <summary>What a load's newest setpoint gives it; 0 before the first.</summary>
    public int HeldWatts(int load) => _heldWatts[load];

    internal void Take(DateTimeOffset now, SetpointBook book, ScheduleBook schedules)
    {
        Image.At = now;
        Take(cap: null);
        var meter = Site.Meter ?? -1;
        long reserved = 0;
        StrangerWatts = 0;
        var power = default(Power);
        var silent = 0;
        for (var i = 0; i < _isCountedOn.Length; i++)
        {
            var controller = Image.Controllers[i];
            var isSilent = controller.IsSilent(now);
            silent += isSilent ? 1 : 0;
            if (i == meter)
                continue;
            _isCountedOn[i] = !isSilent && controller.Mismatch is null;
            var most = MostWatts(i, now, book, schedules);
            var commanded = book.IsFollowed(i, controller) ? book.Current[i]!.LimitWatts : LastWatts(i, book);
            _inForceWatts[i] = Math.Max(commanded, schedules.SoonWattsOf(i, now));
            book.Current[i]?.LoadWatts.CopyTo(_heldWatts.AsSpan(Site.FirstLoadOf(i)));
            if (_isCountedOn[i])
                Look(i, controller.Telemetry!, now);
            StrangerWatts += _strangers[i].Watts;
            if (!_isCountedOn[i])
                reserved += isSilent ? most : Math.Max(most, controller.Telemetry?.BelievedWatts ?? 0);
            power.Count(controller, isSilent, most);
        }
        Image.SilentControllers = silent;
        Measure(now, power);
        ReservedWatts = reserved + UncontrolledWatts;
    }

    // Without a reading of its meter nothing is learnt: what was known stays.
    private void Look(int controller, TelemetryReport telemetry, DateTimeOffset now)
    {
        if (!telemetry.IsMetered || telemetry.Watts is not { } watts)
            return;
        // Where a load says nothing of itself, only the limit tells. One that says it has no limit, or has not taken a lower one yet, may take what it takes.
        var limit = Math.Max(_inForceWatts[controller], telemetry.LimitWatts ?? int.MaxValue);
        _strangers[controller].Take(now, watts, limit, telemetry.SaidWatts ?? watts, telemetry.MetersDisagree, ToleranceOf((int)limit));
    }

    /// <summary>Takes the cap in force, which what was begun on this picture may have changed.</summary>
    internal void Take(Cap? cap)
    {
        Cap = cap;
        ToleranceWatts = ToleranceOf(Math.Min(Site.Terms.LimitWatts, cap?.Watts ?? int.MaxValue));
    }

    private void Measure(DateTimeOffset now, Power power)
    {
        if (Site.Meter is { } index)
        {
            var meter = Image.Controllers[index];
            var reading = meter.IsSilent(now) ? null : meter.Telemetry!.Watts;
            _meter.Take(now, reading, power.KnownWatts, power.SilentWatts, ToleranceOf(Site.Terms.LimitWatts));
        }
        RestWatts = Math.Max(Site.Terms.FixedWatts, _meter.RestWatts ?? 0);
        var sum = RestWatts + power.KnownWatts + power.SilentWatts;
        var measured = (_meter.RestWatts ?? Site.Terms.FixedWatts) + power.MeasuredWatts;
        Image.Source = Site.Meter is null ? PowerSource.Controllers : PowerSource.MissingMeter;
        if (_meter.Watts is { } watts)
        {
            Image.Source = _meter.IsDoubted ? PowerSource.MissingMeter : PowerSource.SiteMeter;
            sum = Math.Max(watts, _meter.IsDoubted ? sum : power.KnownWatts);
            measured = _meter.IsDoubted ? Math.Min(watts, measured) : watts;
        }
        Image.Watts = (int)Math.Min(sum, int.MaxValue);
        Image.MeasuredWatts = (int)Math.Clamp(measured, 0, int.MaxValue);
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

    /// <summary>Power of the controllers, added up.</summary>
    private struct Power
    {
        /// <summary>Of those that answer: a load without a reading counts at its limit, one that is silent at its most.</summary>
        public long KnownWatts;

        /// <summary>The most that the silent ones may take.</summary>
        public long SilentWatts;

        /// <summary>The newest readings, those of silent controllers included; loads that are silent count at nothing.</summary>
        public long MeasuredWatts;

        public void Count(ControllerImage controller, bool isSilent, long mostWatts)
        {
            if (isSilent)
            {
                SilentWatts += mostWatts;
                MeasuredWatts += Math.Min(controller.Telemetry?.BelievedWatts ?? 0, mostWatts);
                return;
            }
            if (controller.Telemetry!.BelievedWatts is { } watts)
            {
                KnownWatts += watts;
                MeasuredWatts += watts;
                return;
            }
            var (known, silentLoads) = Unmeasured(controller);
            KnownWatts += known + silentLoads;
            MeasuredWatts += known;
        }

        // A load that does not answer may ignore its limit: it counts at its most.
        private static (long Known, long SilentLoads) Unmeasured(ControllerImage controller)
        {
            var (known, silent) = (0L, 0L);
            for (var i = 0; i < controller.Controller.Loads.Count; i++)
            {
                var report = controller.LoadAt(i);
                if (report is null || (report.Watts is null && report.State == LoadState.Unknown))
                    silent += controller.Controller.Loads[i].MaxWatts;
                else
                    known += report.Watts ?? report.LimitWatts;
            }
            return (known, silent);
        }
    }
}
