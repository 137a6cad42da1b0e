using System;
using System.Buffers.Binary;
using System.Threading.Tasks;

namespace Fleet.Bench.Curtail;

/// <summary>
/// A controller on a bare socket: acknowledges each setpoint (PUBACK) and answers it with an ack message at QoS 1, both
/// in one write; tells the round the limit when its own ack was acknowledged.
/// </summary>
internal sealed class BareController(int index, string site, string name, Action<int, int> acknowledged)
    : BareClient(4096), IBenchController
{
    private const ushort HelloId = 1, AckId = 2;

    private readonly ControllerVoice _voice = new();
    private readonly string _topics = $"fleet/v1/{site}/{name}/";

    public async Task ConnectAsync(int port, string password)
    {
        await ConnectAsync(port, $"{site}/{name}", password, _topics + "setpoint");
        await Socket.SendAsync(MqttBytes.Publish(_topics + "hello", HelloId, _voice.Hello));
        Report();
    }

    public void Report() => Socket.Send(MqttBytes.Publish(_topics + "telemetry", 0, _voice.Telemetry()));

    protected override void OnPacket(byte header, ReadOnlySpan<byte> body)
    {
        if (header >> 4 == MqttBytes.PubAck && BinaryPrimitives.ReadUInt16BigEndian(body) == AckId)
            acknowledged(index, _voice.LimitWatts);
        if (header >> 4 != MqttBytes.PublishType)
            return;
        var ack = _voice.Obey(body);
        Socket.Send([.. MqttBytes.Acknowledge(MqttBytes.PublishId(body)), .. MqttBytes.Publish(_topics + "ack", AckId, ack)]);
    }
}
