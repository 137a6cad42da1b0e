using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Fleet.Gateway.Link;
using Fleet.Gateway.Sites;
using Microsoft.Extensions.Logging;

namespace Fleet.Gateway.Storage;

/// <summary>Takes in what controllers say: each word to its site's inbox, and on the record.</summary>
public sealed class Reception : IReception
{
    private readonly Func<string, SiteInbox?> _inboxOf;
    private readonly ControllerNumbers _numbers;
    private readonly Store _store;
    private readonly ILogger<Reception> _log;

    /// <summary>A reception for the controllers that are enrolled.</summary>
    /// <param name="inboxOf">A site's inbox; null for a site that is not hosted here.</param>
    /// <param name="numbers">The controllers' numbers in the database.</param>
    /// <param name="store">The record.</param>
    /// <param name="log">Where what cannot be understood is named.</param>
    public Reception(Func<string, SiteInbox?> inboxOf, ControllerNumbers numbers, Store store, ILogger<Reception> log)
    {
        _inboxOf = inboxOf;
        _numbers = numbers;
        _store = store;
        _log = log;
    }

    /// <inheritdoc/>
    public void Take(HelloReport report)
    {
        _inboxOf(report.From.Site)?.Offer(report);
        if (report.IsOnline)
            _log.LogInformation("{Controller} is online: {Board}, firmware {Firmware}, boot {Boot}", report.From, LogText.Of(report.Board), LogText.Of(report.Firmware), report.BootId);
        else
            _log.LogWarning("{Controller} is gone", report.From);
    }

    /// <inheritdoc/>
    public ValueTask Take(TelemetryReport report)
    {
        _inboxOf(report.From.Site)?.Offer(report);
        if (_numbers.Of(report.From) is not { } number)
            return ValueTask.CompletedTask;
        var loads = new LoadSample[report.Loads.Count];
        for (var i = 0; i < loads.Length; i++)
        {
            var load = report.Loads[i];
            loads[i] = new LoadSample(load.Watts, load.LimitWatts, (int)load.State, load.FaultBits, load.WorkRate is { } rate ? (long)(rate * 1000) : null);
        }
        _store.Telemetry.Append(new TelemetryRow(
            number, (report.MeasuredAt ?? report.At).ToUnixTimeMilliseconds(), report.BootId, report.Sequence, report.Watts,
            report.EnergyMilliwattHours, (int)report.State, report.LimitWatts, report.FaultBits, loads));
        return _store.Telemetry.WhenRoomAsync();
    }

    /// <inheritdoc/>
    public void Take(AckReport report)
    {
        _inboxOf(report.From.Site)?.Offer(report);
        if (report.Outcome == AckOutcome.Refused)
            _log.LogWarning("{Controller} refused {Kind} {Id}: {Reason}", report.From, report.Kind, report.Id, LogText.Of(report.Reason));
    }

    /// <inheritdoc/>
    public async ValueTask Take(EventReport report)
    {
        if (_numbers.Of(report.From) is not { } number)
            return;
        _log.LogInformation("{Controller} {Load}: {What} {Code} {Detail}", report.From, LogText.Of(report.Load), report.What, report.Code, LogText.Of(report.Detail));
        await _store.Events.StoreOnceAsync(new EventRow
        {
            ControllerId = number,
            BootId = report.BootId,
            Sequence = report.Sequence,
            UtcMs = report.At.ToUnixTimeMilliseconds(),
            What = report.What,
            Code = report.Code,
            LoadName = report.Load,
            Detail = report.Detail,
        });
    }

    /// <inheritdoc/>
    public ValueTask Take(EnergyInterval interval)
    {
        if (_numbers.Of(interval.From) is not { } number)
            return ValueTask.CompletedTask;
        return new ValueTask(_store.Energy.StoreTogetherAsync(new EnergyRow
        {
            ControllerId = number,
            BootId = interval.BootId,
            Sequence = interval.Sequence,
            StartUtcMs = interval.Start.ToUnixTimeMilliseconds(),
            EndUtcMs = interval.End.ToUnixTimeMilliseconds(),
            EnergyMilliwattHours = interval.EnergyMilliwattHours,
            RegisterMilliwattHours = interval.RegisterMilliwattHours,
            Quality = (int)interval.Quality,
            EarlierSeconds = (long)interval.Earlier.TotalSeconds,
        }));
    }

    /// <inheritdoc/>
    public void Refuse(ControllerAddress from, string kind, string reason) =>
        _log.LogWarning("{Controller} sent a {Kind} that cannot be understood: {Reason}", from, kind, LogText.Of(reason));
}
