using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Fleet.Bench.Curtail;

/// <summary>One side of the comparison: controllers connected to a broker, and a way to curtail them all.</summary>
internal abstract class Side(bool mqttnetClients) : IAsyncDisposable
{
    /// <summary>Controllers on one site of the bench.</summary>
    public const int SiteSize = 100;

    /// <summary>How long a round may take, whatever else the machine does.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(80);

    /// <summary>How many connect at once: enough to be quick, few enough for any broker's backlog.</summary>
    private const int ConnectBatch = 50;

    /// <summary>How many of the controllers that are missing are described.</summary>
    private const int MostDescribed = 10;

    /// <summary>Well within the nine seconds after which the gateway expects a sign of life; longer than a measurement.</summary>
    private static readonly TimeSpan ReportPeriod = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);

    private readonly Lock _reporting = new();
    private IBenchController[] _controllers = [];
    private Round? _round;

    public static string SiteOf(int index) => $"s{index / SiteSize}";

    public static string NameOf(int index) => $"c{index}";

    /// <summary>
    /// Curtails every controller and returns the milliseconds to each ack, ascending. While it lasts
    /// <paramref name="report"/> keeps the controllers of both sides alive.
    /// </summary>
    public async Task<double[]> RunAsync(Action report)
    {
        report();
        await WhileAliveAsync(RestoreAsync(), report);
        await Task.Delay(Quiet); // so that the reports before are not part of what is measured, on either side
        var round = _round = new Round(_controllers.Length, ControllerVoice.CurtailedWatts);
        await WhileAliveAsync(MeasureAsync(round), report);
        return round.ElapsedMs;
    }

    /// <summary>Every controller that is connected sends telemetry.</summary>
    public void Report() => Report(_controllers.Length);

    public virtual ValueTask DisposeAsync()
    {
        foreach (var controller in _controllers)
            controller.Dispose();
        return ValueTask.CompletedTask;
    }

    protected async Task ConnectAsync(int port, int controllers, Func<int, string> passwordOf)
    {
        _controllers = [.. Enumerable.Range(0, controllers).Select(Create)];
        var sinceReport = Stopwatch.StartNew();
        for (var first = 0; first < controllers; first += ConnectBatch)
        {
            await Task.WhenAll(Enumerable.Range(first, ConnectBatch).Select(i => _controllers[i].ConnectAsync(port, passwordOf(i))));
            if (sinceReport.Elapsed < ReportPeriod)
                continue;
            Report(first);
            sinceReport.Restart();
        }
    }

    /// <summary>Gives every controller its power back, before the next round; completes when all have it.</summary>
    protected abstract Task RestoreAsync();

    /// <summary>Asks all the controllers for their curtailed power.</summary>
    protected abstract Task CurtailAsync(int controllers);

    /// <summary>The broker has acknowledged a controller's ack of this limit.</summary>
    protected abstract void Acknowledged(int index, int limitWatts);

    /// <summary>What is known of a controller whose ack is missing, for a person.</summary>
    protected abstract Task<string> StateOfAsync(int index);

    /// <summary>An ack of this limit has come all the way.</summary>
    protected void Arrived(int index, int limitWatts) => _round?.Acked(index, limitWatts);

    private static async Task WhileAliveAsync(Task task, Action report)
    {
        while (await Task.WhenAny(task, Task.Delay(ReportPeriod)) != task)
            report();
        await task;
    }

    private async Task MeasureAsync(Round round)
    {
        await CurtailAsync(_controllers.Length);
        try
        {
            await round.Done.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            int[] missing = [.. round.Missing];
            var states = await Task.WhenAll(missing.Take(MostDescribed).Select(StateOfAsync));
            throw new TimeoutException($"{missing.Length} of {_controllers.Length} acks of {ControllerVoice.CurtailedWatts} W are missing: {string.Join("; ", states)}");
        }
        Report(); // as controllers do that have a new limit
    }

    private void Report(int connected)
    {
        lock (_reporting)
        {
            foreach (var controller in _controllers.AsSpan(0, connected))
                controller.Report();
        }
    }

    private IBenchController Create(int index) => mqttnetClients
        ? new MqttnetController(index, SiteOf(index), NameOf(index), Acknowledged)
        : new BareController(index, SiteOf(index), NameOf(index), Acknowledged);
}
