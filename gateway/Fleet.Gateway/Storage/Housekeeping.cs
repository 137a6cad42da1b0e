using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;

namespace Fleet.Gateway.Storage;

/// <summary>
/// Every minute: averages the minutes that are over, and removes what is older than it is kept, in slices so small that no
/// energy record waits long behind one. Energy, signals, the setpoints they asked for, prices and the audit log are never
/// removed.
/// </summary>
public sealed class Housekeeping : IAsyncDisposable
{
    /// <summary>Most rows one transaction removes: about 20 ms.</summary>
    private const int SliceRows = 10_000;

    /// <summary>Most minutes one transaction averages: 1,000 controllers at one a second are 60,000 rows a minute.</summary>
    private const int SliceMinutes = 10;

    /// <summary>A minute is averaged when it has been over for this long, so that what waits in the queue is in it.</summary>
    private const long GraceMs = 5_000;

    private const long DayMs = 86_400_000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(60);

    private readonly Writer _writer;
    private readonly StorageOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    internal Housekeeping(Writer writer, StorageOptions options, TimeProvider time, ILogger logger)
    {
        _writer = writer;
        _options = options;
        _time = time;
        _logger = logger;
    }

    /// <summary>Does all that is due now; returns how many slices of rows were removed.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellation = default)
    {
        var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var before = (nowMs - GraceMs) / TelemetryTable.MinuteMs;
        while (await _writer.WriteAsync(session => TelemetryTable.RollUp(session, before, SliceMinutes), cancellation).ConfigureAwait(false))
        {
        }
        var oldest = (nowMs - _options.KeepTelemetryDays * DayMs) / TelemetryTable.MinuteMs;
        var slices = await RepeatAsync(session => TelemetryTable.Prune(session, oldest, SliceRows), cancellation).ConfigureAwait(false);
        foreach (var (sql, cut) in Due(nowMs))
            slices += await RepeatAsync(session => session.Execute(sql, new { cut, SliceRows }) == SliceRows, cancellation).ConfigureAwait(false);
        return slices;
    }

    /// <summary>Ends the loop.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stopping.Dispose();
    }

    internal void Start() => _loop = Task.Run(LoopAsync);

    private (string Sql, long Cut)[] Due(long nowMs) =>
    [
        ("DELETE FROM site_minutes WHERE (site, utc_minute) IN (SELECT site, utc_minute FROM site_minutes WHERE utc_minute < @cut LIMIT @SliceRows)",
            (nowMs - _options.KeepMinutesDays * DayMs) / TelemetryTable.MinuteMs),
        ("DELETE FROM plans WHERE id IN (SELECT id FROM plans WHERE made_utc_ms < @cut LIMIT @SliceRows)",
            nowMs - _options.KeepPlansDays * DayMs),
        ("DELETE FROM setpoints WHERE id IN (SELECT id FROM setpoints WHERE issued_utc_ms < @cut AND signal_id IS NULL LIMIT @SliceRows)",
            nowMs - _options.KeepPlansDays * DayMs),
        ("""
            DELETE FROM controller_events WHERE (controller_id, boot_id, sequence) IN (
                SELECT controller_id, boot_id, sequence FROM controller_events WHERE utc_ms < @cut LIMIT @SliceRows)
            """,
            nowMs - _options.KeepEventsDays * DayMs),
    ];

    private async Task<int> RepeatAsync(Func<WriterSession, bool> slice, CancellationToken cancellation)
    {
        var slices = 1;
        while (await _writer.WriteAsync(slice, cancellation).ConfigureAwait(false))
            slices++;
        return slices;
    }

    private async Task LoopAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await RunOnceAsync(_stopping.Token).ConfigureAwait(false);
            }
            catch (StorageException failure)
            {
                _logger.LogWarning("Housekeeping waits for the next minute: {Failure}", failure.Message);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            await Task.Delay(Pause, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
