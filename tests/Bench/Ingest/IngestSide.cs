using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace Fleet.Bench.Ingest;

/// <summary>One side of the comparison: a broker in a process of its own and 200 controllers that publish to it.</summary>
internal abstract class IngestSide(Process broker) : IAsyncDisposable
{
    private readonly Publisher[] _publishers =
        [.. Enumerable.Range(0, Traffic.Controllers).Select(i => new Publisher($"{Traffic.Site}/{Traffic.NameOf(i)}"))];

    protected Process Broker { get; } = broker;

    /// <summary>Processor time the broker's process has used so far.</summary>
    public TimeSpan BrokerTime
    {
        get
        {
            Broker.Refresh();
            return Broker.TotalProcessorTime;
        }
    }

    /// <summary>Most memory the broker's process has held so far, in megabytes.</summary>
    public double PeakMegabytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{Broker.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
    }

    /// <summary>Sends one burst from every controller and returns the messages per second that came all the way.</summary>
    public async Task<double> RunAsync(Burst[] bursts, bool atLeastOnce)
    {
        var total = bursts.Sum(burst => burst.Count);
        Begin(total);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(bursts.Select((burst, i) =>
            atLeastOnce ? _publishers[i].SendAndWaitAsync(burst) : Task.Run(() => _publishers[i].SendAsync(burst))));
        var arrived = await FinishAsync(total, atLeastOnce);
        return arrived / clock.Elapsed.TotalSeconds;
    }

    /// <summary>Tells the broker that the controllers are still there while the other side has its turn.</summary>
    public void StayAlive()
    {
        foreach (var publisher in _publishers)
            publisher.StayAlive();
    }

    public virtual ValueTask DisposeAsync()
    {
        foreach (var publisher in _publishers)
            publisher.Dispose();
        return ValueTask.CompletedTask;
    }

    protected async Task ConnectAsync(int port, Func<int, string> passwordOf)
    {
        for (var i = 0; i < _publishers.Length; i++)
            await _publishers[i].ConnectAsync(port, passwordOf(i));
    }

    /// <summary>A round begins.</summary>
    protected virtual void Begin(int messages)
    {
    }

    /// <summary>Everything is sent, and acknowledged at QoS 1: waits until it has come all the way and says how many did.</summary>
    protected abstract Task<long> FinishAsync(int messages, bool atLeastOnce);
}
