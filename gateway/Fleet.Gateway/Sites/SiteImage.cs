using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Gateway.Sites;

/// <summary>The picture of a site that one tick decides on: the newest word of every controller, frozen while the tick runs.</summary>
public sealed class SiteImage
{
    /// <summary>A site of which nothing has been heard.</summary>
    public SiteImage(Site site)
    {
        Site = site;
        Controllers = site.Controllers.Select(controller => new ControllerImage(controller)).ToArray();
    }

    /// <summary>The site.</summary>
    public Site Site { get; }

    /// <summary>Its controllers, in the site's order.</summary>
    public IReadOnlyList<ControllerImage> Controllers { get; }

    /// <summary>When the picture was taken.</summary>
    public DateTimeOffset At { get; internal set; }

    /// <summary>
    /// Power of the site that limits and curtailments are judged on: what the site meter reads, while it does; else the
    /// newest reading of every controller heard of lately, for what is silent the most it may take, and the rest.
    /// </summary>
    public int Watts { get; internal set; }

    /// <summary>
    /// Power of the site that percentages are of: as <see cref="Watts"/>, but without what nobody has measured. Silent
    /// controllers count at their last reading, at 0 W when there is none since the gateway's start.
    /// </summary>
    public int MeasuredWatts { get; internal set; }

    /// <summary>Where <see cref="Watts"/> comes from.</summary>
    public PowerSource Source { get; internal set; }

    /// <summary>How many controllers are silent.</summary>
    public int SilentControllers { get; internal set; }
}

/// <summary>Where a site's power is known from.</summary>
public enum PowerSource
{
    /// <summary>The sum of its controllers: it has no site meter.</summary>
    Controllers,

    /// <summary>The meter at its grid connection.</summary>
    SiteMeter,

    /// <summary>The sum of its controllers and the rest as last known: its site meter is silent, or reads less than they do.</summary>
    MissingMeter,
}

/// <summary>The newest word of one controller.</summary>
public sealed class ControllerImage
{
    /// <summary>
    /// Without telemetry for this long a controller counts as silent: three of its 5 s reports, and the 15 s in which
    /// the field expects a dead device to be seen.
    /// </summary>
    public static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(15);

    private readonly (bool IsOn, DateTimeOffset Since)[] _turns;
    private int[] _order = [];

    /// <summary>A controller that has not been heard of.</summary>
    public ControllerImage(Controller controller)
    {
        Controller = controller;
        _turns = new (bool, DateTimeOffset)[controller.Loads.Count];
    }

    /// <summary>The controller.</summary>
    public Controller Controller { get; }

    /// <summary>Its newest hello; null before the first.</summary>
    public HelloReport? Hello { get; private set; }

    /// <summary>Its newest telemetry; null before the first.</summary>
    public TelemetryReport? Telemetry { get; private set; }

    /// <summary>Whether its connection is up, by its hello and will.</summary>
    public bool IsOnline => Hello is { IsOnline: true };

    /// <summary>The run it is in; null before its first hello.</summary>
    public long? BootId => Hello?.BootId;

    /// <summary>The limit it falls back to; its loads' most until it has said.</summary>
    public int FailSafeWatts { get; private set; } = int.MaxValue;

    /// <summary>Why its loads do not match the configuration; null when they do.</summary>
    public string? Mismatch { get; private set; }

    /// <summary>For each configured load its position in the controller's own list; empty while they do not match.</summary>
    public IReadOnlyList<int> Order => _order;

    /// <summary>Whether it was heard of too long ago to be counted on.</summary>
    public bool IsSilent(DateTimeOffset now) =>
        !IsOnline || Telemetry is null || now - Telemetry.At > SilentAfter || Telemetry.BootId != Hello!.BootId;

    /// <summary>The report on the load with this position in the configuration; null when there is none.</summary>
    public LoadReport? LoadAt(int position) =>
        Telemetry is { } telemetry && position < _order.Length && _order[position] < telemetry.Loads.Count
            ? telemetry.Loads[_order[position]]
            : null;

    /// <summary>Since when the load with this position in the configuration is on, or off; long ago when never seen to change.</summary>
    public DateTimeOffset SinceOf(int position) => _turns[position].Since;

    internal void Take(HelloReport hello)
    {
        if (!hello.IsOnline)
        {
            if (Hello is null || Hello.BootId == hello.BootId)
                Hello = (Hello ?? hello) with { IsOnline = false, At = hello.At };
            return;
        }
        Hello = hello;
        FailSafeWatts = hello.FailSafeWatts;
        var names = Controller.Loads.Select(load => load.Name).ToArray();
        Mismatch = names.Length == hello.LoadNames.Count && names.All(hello.LoadNames.Contains)
            ? null
            : $"the controller has loads {Listed(hello.LoadNames)}, the configuration {Listed(names)}: make them the same";
        _order = Mismatch is null ? names.Select(name => IndexIn(hello.LoadNames, name)).ToArray() : [];
    }

    internal void Take(TelemetryReport telemetry)
    {
        Telemetry = telemetry;
        for (var i = 0; i < _turns.Length; i++)
        {
            if (LoadAt(i) is { } load && load.LimitWatts > 0 != _turns[i].IsOn)
                _turns[i] = (load.LimitWatts > 0, telemetry.At);
        }
    }

    private static string Listed(IReadOnlyList<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);

    private static int IndexIn(IReadOnlyList<string> names, string name)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
                return i;
        }
        throw new ArgumentException($"no load named {name}", nameof(name));
    }
}
