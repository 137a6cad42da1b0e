using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Fleet.Gateway.Link;

/// <summary>A message that was handed up, or refused.</summary>
/// <param name="Code">What its acknowledgement says.</param>
/// <param name="Taken">Completes once it may be acknowledged.</param>
/// <param name="Counters">The counters of its kind; null when it was refused.</param>
internal readonly record struct HandedUp(MqttPubAckReasonCode Code, ValueTask Taken, KindCounters? Counters);

/// <summary>
/// The QoS 1 messages of one connection that were handed up and wait to be acknowledged: in the order in which they came
/// (MQTT 5, 4.6), each once it is taken. Messages that are taken together are acknowledged in one write.
/// <code>
///   handed up  ──►  [ 7 taken ][ 8 taken ][ 9 ][ 10 taken ]  ──►  PUBACK 7, PUBACK 8; 10 waits for 9
/// </code>
/// One that fails is never acknowledged, nor any after it: <paramref name="fail"/> ends the connection.
/// </summary>
internal sealed class UplinkWindow(PacketWriter writer, Action<Exception> fail)
{
    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _waiting = new();
    private readonly List<MqttPacket> _acknowledgements = [];
    private TaskCompletionSource? _room;

    /// <summary>Acknowledges a message once it is taken. Completes when there is room for another.</summary>
    public Task AddAsync(ushort packetId, HandedUp message)
    {
        lock (_lock)
        {
            var taken = message.Taken.AsTask();
            _waiting.Enqueue(new Waiting(packetId, message.Code, taken, message.Counters));
            if (_waiting.Count == 1)
                _ = AcknowledgeAsync(taken);
            if (_waiting.Count < BrokerLimits.UplinksInFlight)
                return Task.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    private async Task AcknowledgeAsync(Task first)
    {
        try
        {
            for (var next = first; next is not null; next = WriteTaken())
                await next.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            fail(failure);
            MakeRoom();
        }
    }

    /// <summary>Acknowledges the messages that are taken, up to the first that is not; answers that one's task, or null when none is left.</summary>
    private Task? WriteTaken()
    {
        lock (_lock)
        {
            _acknowledgements.Clear();
            while (_waiting.TryPeek(out var head) && head.Taken.IsCompletedSuccessfully)
            {
                _waiting.Dequeue();
                head.Counters?.AddReceived();
                _acknowledgements.Add(new MqttPubAckPacket { PacketIdentifier = head.PacketId, ReasonCode = head.Code });
            }
            writer.TryWrite(_acknowledgements);
            MakeRoom();
            return _waiting.TryPeek(out var next) ? next.Taken : null;
        }
    }

    private void MakeRoom()
    {
        lock (_lock)
        {
            _room?.TrySetResult();
            _room = null;
        }
    }

    private readonly record struct Waiting(ushort PacketId, MqttPubAckReasonCode Code, Task Taken, KindCounters? Counters);
}
