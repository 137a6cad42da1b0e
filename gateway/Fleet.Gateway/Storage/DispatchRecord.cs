using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Signals;
using Fleet.Gateway.Sites;
using Microsoft.Extensions.Logging;

namespace Fleet.Gateway.Storage;

/// <summary>Writes down signals, plans and what the dispatch made of them: the links of signal → decision → setpoint → ack → watts.</summary>
public sealed class DispatchRecord : IDispatchRecord, ISignalStore, IPlanStore
{
    private readonly Store _store;
    private readonly ControllerNumbers _numbers;
    private readonly SiteList _sites;
    private readonly string _currency;
    private readonly TimeProvider _time;
    private readonly ILogger<DispatchRecord> _log;

    /// <summary>A record in this store.</summary>
    public DispatchRecord(Store store, ControllerNumbers numbers, SiteList sites, string currency, TimeProvider time, ILogger<DispatchRecord> log)
    {
        _store = store;
        _numbers = numbers;
        _sites = sites;
        _currency = currency;
        _time = time;
        _log = log;
    }

    /// <inheritdoc/>
    public void Write(Site site, Setpoint setpoint)
    {
        if (_numbers.Of(site.Controllers[setpoint.Controller].Address) is not { } number)
            return;
        var row = new SetpointRow
        {
            Id = setpoint.Id,
            ControllerId = number,
            Sequence = setpoint.Sequence,
            IssuedUtcMs = setpoint.FirstSentAt.ToUnixTimeMilliseconds(),
            LimitWatts = setpoint.LimitWatts,
            Reason = setpoint.Reason,
            SignalId = setpoint.SignalId,
            PlanId = setpoint.PlanId,
            State = setpoint.State.ToString(),
            Attempts = setpoint.Attempts,
            AckedUtcMs = setpoint.AckedAt?.ToUnixTimeMilliseconds(),
            AchievedUtcMs = setpoint.AchievedAt?.ToUnixTimeMilliseconds(),
            ElapsedMs = setpoint.ElapsedMs,
            Watts = setpoint.AchievedWatts,
            Refusal = setpoint.Refusal,
        };
        Queue(_store.Setpoints.QueueAsync([row]), "a setpoint");
    }

    /// <inheritdoc/>
    public void Write(Curtailment curtailment) =>
        Queue(_store.Signals.QueueAsync(RowOf(curtailment.Course, _time.GetUtcNow().ToUnixTimeMilliseconds())), "a curtailment");

    /// <inheritdoc/>
    public void Write(Update update) => Queue(
        new ValueTask(_store.Audit.AddAsync("gateway", $"update of {update.Address} to {update.Version} {update.State.ToString().ToLowerInvariant()}", update.Reason)),
        "an update");

    /// <summary>Puts on the record who has begun an update.</summary>
    public Task BeginAsync(Update update, string who) => _store.Audit.AddAsync(
        who, $"update {update.Address} to {update.Version}, {update.ImageBytes} bytes, SHA-256 {update.Sha256}", "asked for");

    /// <inheritdoc/>
    public void Keep(string planId, Plan plan)
    {
        var loads = plan.Loads.ToDictionary(load => load.LoadId, load => Enumerable.Range(0, plan.Slots.Count).Select(load.WattsAt).ToArray());
        var row = new PlanRow
        {
            Id = planId,
            MadeUtcMs = plan.MadeAtUtc.ToUnixTimeMilliseconds(),
            Json = JsonSerializer.Serialize(new { start = plan.Slots[0].StartUtc, slots = plan.Slots.Count, watts = loads }),
            ValueMicros = (long)(plan.Value * 1e6),
            BoundMicros = (long)(plan.Bound * 1e6),
            GapPartsPerMillion = (long)Math.Min(plan.Gap * 1e6, 1e12),
            Currency = _currency,
        };
        Queue(_store.Plans.QueueAsync(row), "a plan");
    }

    /// <inheritdoc/>
    public Task KeepAsync(Signal signal, IReadOnlyList<CurtailmentCourse> courses) => _store.Signals.StoreAsync(
        RowOf(signal, "accepted", signal.End),
        [.. courses.Select(course => RowOf(course, signal.CreatedAt.ToUnixTimeMilliseconds()))],
        _store.Audit.Line(signal.CreatedBy, $"curtail {signal.Site ?? "the portfolio"} to {Target(signal)} ({signal.Id})", signal.Reason));

    /// <inheritdoc/>
    public async Task EndAsync(string signalId, DateTimeOffset at)
    {
        if (await _store.Signals.LineageAsync(signalId) is not { } lineage)
            return;
        await _store.Signals.StoreAsync(
            lineage.Signal with { Status = "cancelled", EndUtcMs = Math.Min(lineage.Signal.EndUtcMs, at.ToUnixTimeMilliseconds()) },
            [],
            _store.Audit.Line("operator", $"call off curtailment {signalId}", "asked for"));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CurtailmentCourse>> CoursesEndingAfterAsync(DateTimeOffset at)
    {
        var courses = new List<CurtailmentCourse>();
        foreach (var row in await _store.Signals.EndingAfterAsync(at.ToUnixTimeMilliseconds()))
        {
            var lineage = await _store.Signals.LineageAsync(row.Id);
            foreach (var course in lineage!.Curtailments.Where(course => course.Site == CurtailmentRow.Portfolio || _sites.Find(course.Site) is not null))
                courses.Add(CourseOf(row, course));
        }
        return courses;
    }

    private static CurtailmentCourse CourseOf(SignalRow row, CurtailmentRow course)
    {
        var isPart = row.Site is null && course.Site != CurtailmentRow.Portfolio;
        var signal = new Signal(
            row.Id, course.Site == CurtailmentRow.Portfolio ? null : course.Site, isPart ? null : row.TargetWatts, isPart ? null : row.TargetPercent,
            DateTimeOffset.FromUnixTimeMilliseconds(row.StartUtcMs), DateTimeOffset.FromUnixTimeMilliseconds(row.EndUtcMs), row.Reason,
            row.CreatedBy, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedUtcMs));
        return new CurtailmentCourse(
            signal, Enum.Parse<CurtailmentState>(course.State), course.StartWatts, course.RequestedWatts, course.AchievedWatts,
            course.Measurements, course.TakenMs / 1000.0);
    }

    private static SignalRow RowOf(Signal signal, string status, DateTimeOffset end) => new()
    {
        Id = signal.Id,
        Site = signal.Site,
        TargetWatts = signal.TargetWatts,
        TargetPercent = signal.TargetPercent,
        StartUtcMs = signal.Start.ToUnixTimeMilliseconds(),
        EndUtcMs = end.ToUnixTimeMilliseconds(),
        Reason = signal.Reason,
        CreatedBy = signal.CreatedBy,
        CreatedUtcMs = signal.CreatedAt.ToUnixTimeMilliseconds(),
        Status = status,
    };

    private static CurtailmentRow RowOf(CurtailmentCourse course, long changedUtcMs) => new()
    {
        SignalId = course.Signal.Id,
        Site = course.Signal.Site ?? CurtailmentRow.Portfolio,
        State = course.State.ToString(),
        ChangedUtcMs = changedUtcMs,
        StartWatts = course.StartWatts,
        RequestedWatts = course.RequestedWatts,
        AchievedWatts = course.AchievedWatts,
        Measurements = course.Measurements,
        TakenMs = (long?)(course.SecondsTaken * 1000),
    };

    private static string Target(Signal signal) => signal.TargetWatts is { } watts ? $"{watts} W" : $"{signal.TargetPercent} %";

    // The tick never waits for the disk: a full queue completes later, a lost write is named.
    private void Queue(ValueTask write, string what)
    {
        if (!write.IsCompletedSuccessfully)
            _ = LogFailure(write.AsTask(), what);
    }

    private async Task LogFailure(Task write, string what)
    {
        try
        {
            await write;
        }
        catch (StorageException failure)
        {
            _log.LogError(failure, "Could not write down {What}", what);
        }
    }
}
