using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Bench.Curtail;

namespace Fleet.Bench.Ingest;

/// <summary>Bare mosquitto that delivers every message to one subscriber, which only counts and acknowledges them.</summary>
internal sealed class MosquittoIngest : IngestSide
{
    private readonly Subscriber _subscriber = new();
    private readonly Mosquitto _mosquitto;

    private MosquittoIngest(Mosquitto mosquitto)
        : base(mosquitto.Process)
    {
        _mosquitto = mosquitto;
    }

    public static async Task<MosquittoIngest> StartAsync()
    {
        var side = new MosquittoIngest(await Mosquitto.StartAsync());
        await side._subscriber.ConnectAsync(side._mosquitto.Port, "subscriber", "", $"fleet/v1/{Traffic.Site}/#");
        await side.ConnectAsync(side._mosquitto.Port, _ => "");
        return side;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _subscriber.Dispose();
        await _mosquitto.DisposeAsync();
    }

    protected override void Begin(int messages) => _subscriber.Expect(messages);

    protected override async Task<long> FinishAsync(int messages, bool atLeastOnce)
    {
        await _subscriber.Done.WaitAsync(TimeSpan.FromMinutes(1));
        return messages;
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
