namespace Fleet.Virtual.Plant;

/// <summary>What a simulated device is doing with the power it is given.</summary>
/// <remarks>
/// <code>
///            supply cut, from anywhere
///   Dark &lt;----------------------------+
///    | supply restored                |
///    v      slept through the boot    |
///   Booting ---------------------&gt; Sleeping &lt;--------------+
///    |                                ^  | Wake           | rest over
///    | boot over                Sleep |  v                |
///    +-----------------------&gt; Starting --&gt; Running --&gt; Draining --&gt; Drained
///    ^                            ^            |  Drain     requests done
///    | watchdog                   | cooled     | too hot
///   Crashed &lt;-- Crash()        Tripped &lt;-------+
/// </code>
/// </remarks>
public enum PlantState
{
    /// <summary>No supply: no watts, no answer.</summary>
    Dark,

    /// <summary>Powered, operating system coming up, no answer yet.</summary>
    Booting,

    /// <summary>Answers, warms up and tunes; no work yet.</summary>
    Starting,

    /// <summary>Works at the commanded power.</summary>
    Running,

    /// <summary>An AI box finishing the requests it has; takes no new ones.</summary>
    Draining,

    /// <summary>An AI box without requests, on its way to sleep.</summary>
    Drained,

    /// <summary>Answers, does no work, takes the least power.</summary>
    Sleeping,

    /// <summary>Stopped itself because it was too hot; starts again once cool.</summary>
    Tripped,

    /// <summary>Hung: no work, no answer, until its watchdog reboots it.</summary>
    Crashed,
}
