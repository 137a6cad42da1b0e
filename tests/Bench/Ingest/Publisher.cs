using System;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Bench.Curtail;

namespace Fleet.Bench.Ingest;

/// <summary>
/// One connection that sends as fast as it may: at QoS 0 as TCP takes it, at QoS 1 with at most <see cref="InFlight"/>
/// messages not yet acknowledged.
/// </summary>
internal sealed class Publisher(string clientId) : BareClient(8 * 1024)
{
    /// <summary>Messages in flight at QoS 1: what the gateway grants (Receive Maximum), and no more at its peer.</summary>
    public const int InFlight = 64;

    private readonly Lock _gate = new();
    private TaskCompletionSource _done = new();
    private Burst? _burst;
    private int _sent;
    private int _acked;

    public Task ConnectAsync(int port, string password) => ConnectAsync(port, clientId, password, null);

    public void StayAlive() => Socket.Send([0xC0, 0]); // PINGREQ

    /// <summary>Sends at QoS 0; completes when TCP has taken the last byte.</summary>
    public async Task SendAsync(Burst burst)
    {
        for (var rest = burst.Between(0, burst.Count); rest.Length > 0;)
            rest = rest[await Socket.SendAsync(rest)..];
    }

    /// <summary>Sends at QoS 1; completes when the last message is acknowledged.</summary>
    public Task SendAndWaitAsync(Burst burst)
    {
        lock (_gate)
        {
            _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (_burst, _sent, _acked) = (burst, 0, 0);
            Fill();
            return _done.Task;
        }
    }

    protected override void OnPacket(byte header, ReadOnlySpan<byte> body)
    {
        if (header >> 4 != MqttBytes.PubAck)
            return;
        if (body.Length > 2 && body[2] >= 0x80)
            _done.TrySetException(new InvalidOperationException($"{clientId}: the broker refused a message with reason code 0x{body[2]:x2}"));
        _acked++;
    }

    protected override void OnReadEnd()
    {
        lock (_gate)
            Fill();
    }

    private void Fill()
    {
        if (_burst is not { } burst)
            return;
        var end = Math.Min(burst.Count, _acked + InFlight);
        if (end > _sent)
            Socket.Send(burst.Between(_sent, end).Span);
        _sent = end;
        if (_acked == burst.Count)
            _done.TrySetResult();
    }
}
