using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Bench.Curtail;

namespace Fleet.Bench.Ingest;

/// <summary>Bare mosquitto that delivers every message to one subscriber, which only counts and acknowledges them.</summary>
internal sealed class MosquittoIngest : IngestSide
{
    private const string Configuration = """
        allow_anonymous true
        persistence false
        max_inflight_messages 0
        max_queued_messages 0
        set_tcp_nodelay true
        log_type error
        """;

    private readonly Subscriber _subscriber = new();
    private readonly string _configurationFile;

    private MosquittoIngest(Process mosquitto, string configurationFile)
        : base(mosquitto)
    {
        _configurationFile = configurationFile;
    }

    public static async Task<MosquittoIngest> StartAsync()
    {
        var port = FreePort();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $"listener {port} 127.0.0.1\n{Configuration}\n"));
        var side = new MosquittoIngest(Process.Start(new ProcessStartInfo("mosquitto", "-c " + file))!, file);
        await WaitUntilOpenAsync(port);
        await side._subscriber.ConnectAsync(port, "subscriber", "", $"fleet/v1/{Traffic.Site}/#");
        await side.ConnectAsync(port, _ => "");
        return side;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _subscriber.Dispose();
        Broker.Kill();
        await Broker.WaitForExitAsync();
        Broker.Dispose();
        File.Delete(_configurationFile);
    }

    protected override void Begin(int messages) => _subscriber.Expect(messages);

    protected override async Task<long> FinishAsync(int messages, bool atLeastOnce)
    {
        await _subscriber.Done.WaitAsync(TimeSpan.FromMinutes(1));
        return messages;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task WaitUntilOpenAsync(int port)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (clock.Elapsed < TimeSpan.FromSeconds(10))
            {
                await Task.Delay(20);
            }
        }
    }

    private sealed class Subscriber() : BareClient(256 * 1024)
    {
        private readonly List<byte> _acknowledgements = [];
        private TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left;

        public Task Done => _done.Task;

        public void Expect(int messages)
        {
            _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _left, messages);
        }

        protected override void OnPacket(byte header, ReadOnlySpan<byte> body)
        {
            if (header >> 4 != MqttBytes.PublishType)
                return;
            if ((header & 0b0110) != 0)
                _acknowledgements.AddRange(MqttBytes.Acknowledge(MqttBytes.PublishId(body)));
            if (--_left == 0)
                _done.TrySetResult();
        }

        protected override void OnReadEnd()
        {
            if (_acknowledgements.Count == 0)
                return;
            Socket.Send(_acknowledgements.ToArray());
            _acknowledgements.Clear();
        }
    }
}
