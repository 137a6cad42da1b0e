using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Fleet.Bench.Curtail;

/// <summary>One side of the comparison: controllers connected to a broker, and a way to curtail them all.</summary>
internal abstract class Side(Process broker, bool mqttnetClients) : IAsyncDisposable
{
    /// <summary>Controllers on one site of the bench.</summary>
    public const int SiteSize = 100;

    /// <summary>How many connect at once: enough to be quick, few enough for any broker's backlog.</summary>
    private const int ConnectBatch = 50;

    /// <summary>After so many connections the earlier ones report: connecting thousands takes a while.</summary>
    private const int ReportEvery = 500;

    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);

    private IBenchController[] _controllers = [];
    private int[] _ackedWatts = [];
    private Round? _round;

    protected Process Broker { get; } = broker;

    public static string SiteOf(int index) => $"s{index / SiteSize}";

    public static string NameOf(int index) => $"c{index}";

    /// <summary>Curtails every controller and returns the milliseconds to each ack, ascending.</summary>
    public async Task<double[]> RunAsync()
    {
        Report();
        await RestoreAsync();
        Report();
        await Task.Delay(Quiet); // so that the reports above are not part of what is measured, on either side
        return await MeasureAsync(ControllerVoice.CurtailedWatts, () => CurtailAsync(_controllers.Length));
    }

    public virtual ValueTask DisposeAsync()
    {
        foreach (var controller in _controllers)
            controller.Dispose();
        return ValueTask.CompletedTask;
    }

    protected async Task ConnectAsync(int port, int controllers, Func<int, string> passwordOf)
    {
        _ackedWatts = new int[controllers];
        _controllers = [.. Enumerable.Range(0, controllers).Select(Create)];
        for (var first = 0; first < controllers; first += ConnectBatch)
        {
            await Task.WhenAll(Enumerable.Range(first, ConnectBatch).Select(i => _controllers[i].ConnectAsync(port, passwordOf(i))));
            if (first % ReportEvery == 0)
                Report(first);
        }
    }

    /// <summary>Every controller but those that are not yet connected sends telemetry.</summary>
    protected void Report(int? connected = null)
    {
        foreach (var controller in _controllers.AsSpan(0, connected ?? _controllers.Length))
            controller.Report();
    }

    /// <summary>Gives every controller its power back, before the next round.</summary>
    protected abstract Task RestoreAsync();

    /// <summary>Asks all the controllers for their curtailed power.</summary>
    protected abstract Task CurtailAsync(int controllers);

    /// <summary>The broker has acknowledged a controller's ack of this limit.</summary>
    protected abstract void Acknowledged(int index, int limitWatts);

    /// <summary>An ack of this limit has come all the way.</summary>
    protected void Arrived(int index, int limitWatts)
    {
        Volatile.Write(ref _ackedWatts[index], limitWatts);
        _round?.Acked(index, limitWatts);
    }

    /// <summary>Waits until every controller has acked this limit, be it long ago.</summary>
    protected async Task SettleAsync(int watts) => await MeasureAsync(watts, () =>
    {
        for (var i = 0; i < _ackedWatts.Length; i++)
            _round!.Acked(i, Volatile.Read(ref _ackedWatts[i]));
        return Task.CompletedTask;
    });

    /// <summary>Milliseconds from the order to each controller's ack of this limit.</summary>
    private async Task<double[]> MeasureAsync(int watts, Func<Task> order)
    {
        var round = _round = new Round(_controllers.Length, watts);
        await order();
        return await round.FinishAsync(() => Report());
    }

    private IBenchController Create(int index) => mqttnetClients
        ? new MqttnetController(index, SiteOf(index), NameOf(index), Acknowledged)
        : new BareController(index, SiteOf(index), NameOf(index), Acknowledged);
}
