using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Sites;

namespace Fleet.Bench.Tick;

/// <summary>
/// The real dispatch of a site of 1,000 controllers with a load each, all of which report every second, take what they
/// are sent and answer that they do; the plan asks for a little more than the site may import, so that the rules have work.
/// </summary>
internal sealed class SteadySite
{
    private const string Id = "hill";
    private const int Controllers = 1000;
    private const int PlannedWatts = 3300;
    private const int LimitWatts = 3_200_000;

    private readonly SiteDispatch _dispatch;
    private readonly Dictionary<ControllerAddress, TelemetryReport> _telemetry = [];
    private DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private Orders? _orders;

    public SteadySite()
    {
        var load = new Load(
            "s21", "", WorkKind.Hashes, [new WorkLevel(1_600, 100), new WorkLevel(3_500, 200)], TimeSpan.Zero, TimeSpan.Zero, 0);
        var site = new Site(
            new SiteTerms(Id, Id, "Etc/UTC", LimitWatts, 0, 0, 0),
            [.. Enumerable.Range(0, Controllers).Select(i => new Controller(AddressOf(i), [load]))]);
        _dispatch = new SiteDispatch(site, epoch: 1);
        foreach (var controller in site.Controllers)
        {
            _dispatch.Inbox.Offer(new HelloReport(controller.Address, _now, true, 1, "bench", "1", 1_000, ["s21"]));
            _telemetry[controller.Address] = new TelemetryReport(
                controller.Address, _now, 1, 0, _now, 0, 0, ControllerState.Commanded, null, null, 0, [], [],
                [new LoadReport(0, 0, LoadState.Running, 200, 0, [])]);
        }
        int[] watts = [.. Enumerable.Repeat(PlannedWatts, Controllers)];
        double[] worth = [.. Enumerable.Range(0, Controllers).Select(i => 50.0 + i % 7)];
        var wanted = new Wanted(watts, worth, "plan-1", "plan");
        _dispatch.Replace(new SitePlan("plan-1", _now, _now, TimeSpan.FromMinutes(15), [.. Enumerable.Repeat(wanted, 144)]));
    }

    /// <summary>A second passes: the orders of the last tick are answered, and every controller reports.</summary>
    public void Prepare()
    {
        _now += TimeSpan.FromSeconds(1);
        foreach (var setpoint in _orders?.Setpoints ?? [])
        {
            _telemetry[setpoint.To] = _telemetry[setpoint.To] with
            {
                Watts = setpoint.LimitWatts,
                LimitWatts = setpoint.LimitWatts,
                Loads = [new LoadReport(setpoint.LimitWatts, setpoint.LimitWatts, LoadState.Running, 200, 0, [])],
            };
            Answer(setpoint.To, "setpoint", setpoint.Id);
        }
        foreach (var schedule in _orders?.Schedules ?? [])
            Answer(schedule.To, "schedule", schedule.Id);
        foreach (var (_, report) in _telemetry)
            _dispatch.Inbox.Offer(report with { At = _now, MeasuredAt = _now });
    }

    public void Tick() => _orders = _dispatch.Tick(_now);

    /// <summary>Refuses a measurement of a site that is not at its limit with every controller.</summary>
    public void Check()
    {
        if (_dispatch.Image.Watts != LimitWatts || _dispatch.Image.SilentControllers != 0)
            throw new InvalidOperationException($"the site is not steady: {_dispatch.Image.Watts} W, {_dispatch.Image.SilentControllers} silent");
    }

    private void Answer(ControllerAddress from, string kind, string id) =>
        _dispatch.Inbox.Offer(new AckReport(from, _now, 1, kind, id, AckOutcome.Accepted, "", null, 100));

    private static ControllerAddress AddressOf(int controller) => new(Id, string.Create(CultureInfo.InvariantCulture, $"c{controller}"));
}
