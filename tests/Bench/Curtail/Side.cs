using System;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;

namespace Fleet.Bench.Curtail;

/// <summary>One side of the comparison: controllers connected to a broker, and a way to curtail them all.</summary>
internal abstract class Side(Process broker, bool mqttnetClients) : IAsyncDisposable
{
    /// <summary>The password of every bench controller.</summary>
    public const string Password = "bench-password";

    /// <summary>How many connect at once: enough to be quick, few enough for any broker's backlog.</summary>
    private const int ConnectBatch = 50;

    /// <summary>After so many connections the earlier ones say that they live: connecting thousands takes a while.</summary>
    private const int StayAliveEvery = 500;

    /// <summary>Controllers on one site of the bench.</summary>
    private const int SiteSize = 100;

    private IBenchController[] _controllers = [];

    protected Process Broker { get; } = broker;

    protected Round? Round { get; private set; }

    /// <summary>Processor time the broker's process has used so far.</summary>
    public TimeSpan BrokerTime
    {
        get
        {
            Broker.Refresh();
            return Broker.TotalProcessorTime;
        }
    }

    public async Task ConnectAsync(int port, int controllers)
    {
        _controllers = [.. Enumerable.Range(0, controllers).Select(Create)];
        foreach (var group in _controllers.Chunk(StayAliveEvery))
        {
            foreach (var batch in group.Chunk(ConnectBatch))
                await Task.WhenAll(batch.Select(c => c.ConnectAsync(port)));
            foreach (var controller in _controllers[..(Array.IndexOf(_controllers, group[^1]) + 1)])
                controller.StayAlive();
        }
    }

    /// <summary>Curtails every controller and returns the milliseconds to each ack, ascending.</summary>
    public async Task<double[]> RunAsync()
    {
        var round = Round = new Round(_controllers.Length);
        await CurtailAsync(_controllers.Length);
        return await round.FinishAsync();
    }

    public virtual ValueTask DisposeAsync()
    {
        foreach (var controller in _controllers)
            controller.Dispose();
        return ValueTask.CompletedTask;
    }

    public static string SiteOf(int index) => $"s{index / SiteSize}";

    public static string NameOf(int index) => $"c{index}";

    /// <summary>Starts one setpoint to each of the first <paramref name="controllers"/> controllers.</summary>
    protected abstract Task CurtailAsync(int controllers);

    /// <summary>The broker acknowledged this controller's ack.</summary>
    protected abstract void Acknowledged(int index);

    private IBenchController Create(int index) => mqttnetClients
        ? new MqttnetController(index, SiteOf(index), NameOf(index), Acknowledged)
        : new BareController(index, SiteOf(index), NameOf(index), Acknowledged);
}
