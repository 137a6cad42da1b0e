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
/// The QoS 1 messages of one connection that were handed up and wait to be acknowledged: each once it is taken, so that a
/// record that waits for the disk holds up no answer behind it. The order of acknowledgements binds a client, not a server
/// (MQTT 5, 4.6). Messages that are taken together are acknowledged in one write.
/// <code>
///   handed up  ──►  [ 7 taken ][ 8 taken ][ 9 ][ 10 taken ]  ──►  PUBACK 7, PUBACK 8, PUBACK 10
/// </code>
/// One that fails is never acknowledged: <paramref name="fail"/> ends the connection.
/// </summary>
internal sealed class UplinkWindow(PacketWriter writer, Action<Exception> fail)
{
    private readonly Lock _lock = new();
    private readonly List<Waiting> _waiting = [];
    private readonly List<MqttPacket> _acknowledgements = [];
    private TaskCompletionSource? _room;

    /// <summary>Acknowledges a message once it is taken. Completes when there is room for another.</summary>
    public Task AddAsync(ushort packetId, HandedUp message)
    {
        var taken = message.Taken.AsTask();
        lock (_lock)
        {
            // Some clients repeat a message on the same connection: the first one's acknowledgement answers for both.
            if (_waiting.Exists(one => one.PacketId == packetId))
                return Task.CompletedTask;
            _waiting.Add(new Waiting(packetId, message.Code, taken, message.Counters));
            if (_waiting.Count >= BrokerLimits.UplinksInFlight)
                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        _ = AcknowledgeAsync(taken);
        lock (_lock)
            return _room?.Task ?? Task.CompletedTask;
    }

    private async Task AcknowledgeAsync(Task taken)
    {
        try
        {
            await taken.ConfigureAwait(false);
            WriteTaken();
        }
        catch (Exception failure)
        {
            fail(failure);
            MakeRoom();
        }
    }

    private void WriteTaken()
    {
        lock (_lock)
        {
            if (_waiting.RemoveAll(TryAcknowledge) == 0)
                return; // another that was taken with it has written
            writer.TryWrite(_acknowledgements);
            _acknowledgements.Clear();
            MakeRoom();
        }
    }

    private bool TryAcknowledge(Waiting one)
    {
        if (!one.Taken.IsCompletedSuccessfully)
            return false;
        one.Counters?.AddReceived();
        _acknowledgements.Add(new MqttPubAckPacket { PacketIdentifier = one.PacketId, ReasonCode = one.Code });
        return true;
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
