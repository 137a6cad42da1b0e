using System;
using System.Threading.Tasks;
using Fleet.Gateway.Sites;
using Fleet.Wire;
using MQTTnet;

namespace Fleet.Gateway.Link;

/// <summary>One message that has come from an external broker and is not yet acknowledged to it.</summary>
internal sealed class Arrival(ControllerAddress from, Kind kind, MqttApplicationMessageReceivedEventArgs message, int connection)
{
    private readonly TaskCompletionSource<bool> _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ControllerAddress From { get; } = from;

    public Kind Kind { get; } = kind;

    public ReadOnlyMemory<byte> Payload => Message.ApplicationMessage.Payload.First;

    public MqttApplicationMessageReceivedEventArgs Message { get; } = message;

    /// <summary>The connection it came by; it can be acknowledged on no other.</summary>
    public int Connection { get; } = connection;

    public bool IsAtLeastOnce => Message.ApplicationMessage.QualityOfServiceLevel != MQTTnet.Protocol.MqttQualityOfServiceLevel.AtMostOnce;

    /// <summary>True once the gateway has it safe, false when it could not take it.</summary>
    public Task<bool> Taken => _taken.Task;

    public void Finish(bool taken) => _taken.TrySetResult(taken);
}
