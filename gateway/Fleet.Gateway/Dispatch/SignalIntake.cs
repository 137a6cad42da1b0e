using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Signals;

namespace Fleet.Gateway.Dispatch;

/// <summary>
/// The one way in for signals, from the console, the command line or a partner: kept on disk first, then acted on at
/// once by every site they concern, then given to the planner.
/// </summary>
public sealed class SignalIntake
{
    // The dispatch acts on a signal at once; the planner lets its setpoints and their answers pass first.
    internal static readonly TimeSpan PlanAfter = TimeSpan.FromSeconds(1);

    private readonly SiteHosts _hosts;
    private readonly PortfolioHost _portfolio;
    private readonly ISignalStore _store;
    private readonly Replanner _replanner;

    /// <summary>An intake for these sites.</summary>
    public SignalIntake(SiteHosts hosts, PortfolioHost portfolio, ISignalStore store, Replanner replanner)
    {
        _hosts = hosts;
        _portfolio = portfolio;
        _store = store;
        _replanner = replanner;
    }

    /// <summary>Takes a signal up; null when it is in force, else why not.</summary>
    public async Task<string?> TakeAsync(Signal signal)
    {
        if (signal.Site is not null && _hosts.Find(signal.Site) is null)
            return $"there is no site '{signal.Site}': {string.Join(", ", _hosts.All.Select(host => host.Site.Id))}";
        var courses = signal.Site is null ? _portfolio.Begin(signal)
            : [new CurtailmentCourse(signal, CurtailmentState.Waiting, null, signal.TargetWatts, null, 0, null)];
        var full = courses.Where(course => !HasRoom(course.Signal.Site)).Select(NameOf).ToArray();
        if (full.Length > 0)
            return Full(full);
        await _store.KeepAsync(signal, courses);
        full = [.. courses.Where(course => !Take(course)).Select(NameOf)];
        // What is refused binds nowhere, not now and not after a restart.
        if (full.Length > 0 && !await CancelAsync(signal.Id, signal.CreatedAt))
            await _store.EndAsync(signal.Id, signal.CreatedAt);
        _replanner.AskAfter(PlanAfter);
        return full.Length == 0 ? null : Full(full);
    }

    /// <summary>Calls a signal off everywhere; false when it is over or unknown.</summary>
    public async Task<bool> CancelAsync(string signalId, DateTimeOffset now)
    {
        var found = _portfolio.Cancel(signalId);
        foreach (var host in _hosts.All)
            found |= host.Cancel(signalId);
        if (!found)
            return false;
        await _store.EndAsync(signalId, now);
        _replanner.AskAfter(PlanAfter);
        return true;
    }

    /// <summary>Hands the sites what waited, was in force or had ended lately when the gateway stopped.</summary>
    public async Task RestoreAsync(DateTimeOffset now)
    {
        foreach (var course in await _store.CoursesEndingAfterAsync(now - Curtailments.KeptFor))
        {
            if (course.Signal.Site is { } site)
                _hosts.Find(site)?.Restore(course);
            else
                _portfolio.Restore(course);
        }
    }

    private static string Full(string[] sites) =>
        $"{string.Join(", ", sites)} already has {Curtailments.Most} curtailments waiting or running: cancel some first";

    private static string NameOf(CurtailmentCourse course) => course.Signal.Site ?? "the portfolio";

    private bool HasRoom(string? site) => site is null ? _portfolio.HasRoom : _hosts.Find(site)!.Look(dispatch => dispatch.Curtailments.HasRoom);

    private bool Take(CurtailmentCourse course)
    {
        if (course.Signal.Site is { } site)
            return _hosts.Find(site)!.Take(course.Signal, course.RequestedWatts);
        _portfolio.Restore(course);
        return true;
    }
}

/// <summary>Keeps signals. A task completes once the change is safe on disk.</summary>
public interface ISignalStore
{
    /// <summary>Keeps a signal and how it begins, in the whole portfolio and on each site it concerns.</summary>
    Task KeepAsync(Signal signal, IReadOnlyList<CurtailmentCourse> courses);

    /// <summary>Marks a signal as over.</summary>
    Task EndAsync(string signalId, DateTimeOffset at);

    /// <summary>How far every signal that ends after an instant had come, on each site it concerns.</summary>
    Task<IReadOnlyList<CurtailmentCourse>> CoursesEndingAfterAsync(DateTimeOffset at);
}
