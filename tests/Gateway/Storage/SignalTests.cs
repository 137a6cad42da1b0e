using System;
using System.Linq;
using System.Threading.Tasks;
using Fleet.Gateway.Signals;
using Fleet.Gateway.Sites;
using Fleet.Gateway.Storage;
using Microsoft.Extensions.Logging;
using Xunit;
using static Fleet.Tests.Gateway.Storage.TemporaryStore;

namespace Fleet.Tests.Gateway.Storage;

/// <summary>Invariant 4: every change of power can be traced. Beside it, the other records of what was decided and done.</summary>
public sealed class SignalTests
{
    private const long Begin = TemporaryStore.BeginUtcMs;

    /// <summary>A setpoint as sent.</summary>
    public static SetpointRow Setpoint(string id, long controllerId, string? signalId = null) => new()
    {
        Id = id,
        ControllerId = controllerId,
        Sequence = 1,
        IssuedUtcMs = Begin,
        LimitWatts = 4_000,
        Reason = "curtailment",
        SignalId = signalId,
        PlanId = "plan-1",
        State = "sent",
    };

    [Fact]
    public async Task Traces_a_signal_to_setpoints_acks_and_measured_watts_across_a_restart()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var ids = await bench.EnrolAsync(2);
        await store.Signals.StoreAsync(Signal("s1"), Cancel);
        var first = Setpoint("a", ids[0], "s1");
        var second = Setpoint("b", ids[1], "s1");
        await store.Setpoints.QueueAsync([first, second, Setpoint("c", ids[0])], Cancel);
        var acked = first with { State = "acked", AckedUtcMs = Begin + 40 };
        var achieved = acked with { State = "achieved", AchievedUtcMs = Begin + 4_200, ElapsedMs = 4_160, Watts = 3_950 };
        var refused = second with { State = "refused", Attempts = 2, Sequence = 2, Refusal = "expired on arrival" };
        await store.Setpoints.QueueAsync([acked], Cancel);
        await store.Setpoints.QueueAsync([achieved, refused], Cancel);
        CurtailmentRow course = new() { SignalId = "s1", Site = "north", State = "lowering", ChangedUtcMs = Begin, StartWatts = 9_000, RequestedWatts = 8_000 };
        await store.Signals.QueueAsync(course, Cancel);
        course = course with { State = "achieved", ChangedUtcMs = Begin + 4_200, AchievedWatts = 7_900, TakenMs = 4_200 };
        await store.Signals.QueueAsync(course, Cancel);

        store = await bench.OpenAsync();
        var lineage = await store.Signals.LineageAsync("s1", Cancel);
        Assert.Equal(Signal("s1"), lineage!.Signal);
        Assert.Equal([course], lineage.Curtailments);
        Assert.Equal([achieved, refused], lineage.Setpoints);
        Assert.Null(await store.Signals.LineageAsync("s2", Cancel));
    }

    [Fact]
    public async Task Takes_up_unfinished_signals_after_a_restart_with_what_changed_of_them()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        await store.Signals.StoreAsync(Signal("over") with { EndUtcMs = Begin - 1 }, Cancel);
        await store.Signals.StoreAsync(Signal("running"), Cancel);
        var portfolio = Signal("portfolio") with { Site = null, TargetWatts = null, TargetPercent = 50, StartUtcMs = Begin + 5 };
        await store.Signals.StoreAsync(portfolio, Cancel);
        await store.Signals.StoreAsync(Signal("running") with { Status = "cancelled" }, Cancel);
        store = await bench.OpenAsync();
        Assert.Equal([Signal("running") with { Status = "cancelled" }, portfolio], await store.Signals.EndingAfterAsync(Begin, Cancel));
    }

    [Fact]
    public async Task Stores_an_event_once_and_shows_the_newest_first()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        Assert.Equal(2, await store.Events.StoreAsync([Event(id, 1), Event(id, 2)], Cancel));
        Assert.Equal(1, await store.Events.StoreAsync([Event(id, 2), Event(id, 3)], Cancel));
        var events = await store.Events.OfSiteAsync("north", 0, long.MaxValue, Cancel);
        Assert.Equal([3L, 2L, 1L], events.Select(row => row.Sequence));
        Assert.Equal(Event(id, 3), events[0]);
    }

    [Fact]
    public async Task Keeps_plans_by_name_and_knows_the_newest()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        Assert.Null(await store.Plans.NewestAsync(Cancel));
        PlanRow plan = new() { Id = "p1", MadeUtcMs = Begin, Json = "{}", ValueMicros = 98, BoundMicros = 100, GapPartsPerMillion = 20_000, Currency = "EUR" };
        await store.Plans.QueueAsync(plan, Cancel);
        await store.Plans.QueueAsync(plan with { Id = "p2", MadeUtcMs = Begin + 1 }, Cancel);
        await store.FlushAsync(Cancel);
        Assert.Equal("p2", (await store.Plans.NewestAsync(Cancel))!.Id);
        Assert.Equal(plan, await store.Plans.FindAsync("p1", Cancel));
    }

    [Fact]
    public async Task Numbers_audit_lines_without_a_gap()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => store.Audit.AddAsync("operator", $"curtailed {i}", "grid")));
        store = await bench.OpenAsync();
        Assert.Equal(21, await store.Audit.AddAsync("gateway", "started", "", Cancel));
        var lines = await store.Audit.RangeAsync(0, long.MaxValue, Cancel);
        Assert.Equal(Enumerable.Range(1, 21).Reverse().Select(id => (long)id), lines.Select(line => line.Id));
        Assert.Equal(("gateway", "started", Begin), (lines[0].Who, lines[0].What, lines[0].UtcMs));
    }

    [Fact]
    public async Task Keeps_no_signal_whose_audit_line_cannot_be_written()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        using (var beside = bench.Connect())
        using (var command = beside.CreateCommand())
        {
            command.CommandText = "CREATE TRIGGER refuse BEFORE INSERT ON audit_lines BEGIN SELECT RAISE(ABORT, 'no room'); END";
            command.ExecuteNonQuery();
        }
        using var log = new LoggerFactory();
        var record = new DispatchRecord(store, new ControllerNumbers([]), SiteList.From([]), "EUR", bench.Time, log.CreateLogger<DispatchRecord>());
        var at = bench.Time.GetUtcNow();
        var signal = new Signal("s1", "north", 8_000, null, at, at.AddHours(1), "grid alert", "operator", at);
        await Assert.ThrowsAsync<StorageException>(() => record.KeepAsync(signal, []));
        Assert.Empty(await store.Signals.EndingAfterAsync(0, Cancel));
    }

    [Fact]
    public async Task Enrols_a_controller_once_and_never_shows_its_secret()
    {
        await using var bench = new TemporaryStore();
        var store = await bench.OpenAsync();
        var first = await store.Controllers.EnrolAsync([("north", "c1", "old")], Cancel);
        var again = await store.Controllers.EnrolAsync([("north", "c1", "new"), ("south", "c1", "other")], Cancel);
        Assert.Equal(first[0], again[0]);
        Assert.NotEqual(again[0].Id, again[1].Id);
        Assert.DoesNotContain("old", first[0].ToString());
        Assert.True(await store.Controllers.ChangeSecretAsync(first[0].Id, "new", Cancel));
        Assert.Equal("new", (await store.Controllers.FindAsync("north", "c1", Cancel))!.Secret);
        Assert.Equal(2, (await store.Controllers.AllAsync(Cancel)).Count);
    }

    private static SignalRow Signal(string id) => new()
    {
        Id = id,
        Site = "north",
        TargetWatts = 8_000,
        TargetPercent = null,
        StartUtcMs = Begin,
        EndUtcMs = Begin + 3_600_000,
        Reason = "grid alert",
        CreatedBy = "operator",
        CreatedUtcMs = Begin - 1_000,
        Status = "accepted",
    };

    private static EventRow Event(long controllerId, long sequence) => new()
    {
        ControllerId = controllerId,
        BootId = 3,
        Sequence = sequence,
        UtcMs = Begin + sequence,
        What = "fault-raised",
        Code = "meter-stale",
        LoadName = "s21-1",
        Detail = "no answer for 30 s",
    };
}
