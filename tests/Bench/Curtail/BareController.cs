using System;
using System.Text;
using System.Threading.Tasks;

namespace Fleet.Bench.Curtail;

/// <summary>
/// A controller as the link sees it: acknowledges each setpoint (PUBACK) and answers it with an ack message at
/// QoS 1, both in one write; tells the round when its own ack was acknowledged.
/// </summary>
internal sealed class BareController(int index, string site, string name, Action<int> acknowledged)
    : BareClient(2048), IBenchController
{
    internal static readonly byte[] AckPayload = Encoding.UTF8.GetBytes(
        """{"v":1,"setpointId":"5c1f09a2","sequence":1,"state":"accepted","reason":"","measuredWatts":0,"elapsedMs":0}""");

    private readonly byte[] _answer = Answer($"fleet/v1/{site}/{name}/ack");

    public Task ConnectAsync(int port)
        => ConnectAsync(port, $"{site}/{name}", Side.Password, $"fleet/v1/{site}/{name}/setpoint");

    public void StayAlive() => Socket.Send([0xC0, 0]); // PINGREQ

    protected override void OnPacket(byte header, ReadOnlySpan<byte> body)
    {
        if (header >> 4 == MqttBytes.PubAck)
            acknowledged(index);
        if (header >> 4 != MqttBytes.Publish)
            return;
        var id = MqttBytes.PublishId(body);
        _answer[2] = (byte)(id >> 8);
        _answer[3] = (byte)id;
        Socket.Send(_answer);
    }

    private static byte[] Answer(string topic)
        => [.. MqttBytes.Acknowledge(0), .. MqttBytes.PublishAtLeastOnce(topic, 7, AckPayload)];
}
