using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Threading.Tasks;

namespace Fleet.Bench.Curtail;

/// <summary>
/// The peer: <see cref="Mosquitto"/>, one bare publisher that writes the whole fan-out at once and one
/// bare subscriber of every ack. An ack counts when it is at the subscriber.
/// </summary>
internal sealed class MosquittoSide : Side
{
    private readonly Publisher _publisher = new();
    private readonly Subscriber _subscriber;
    private readonly Mosquitto _mosquitto;

    private MosquittoSide(Mosquitto mosquitto, bool mqttnetClients)
        : base(mqttnetClients)
    {
        _mosquitto = mosquitto;
        _subscriber = new Subscriber(index => Arrived(index, ControllerVoice.CurtailedWatts));
    }

    public static async Task<MosquittoSide> StartAsync(int controllers, bool mqttnetClients)
    {
        var side = new MosquittoSide(await Mosquitto.StartAsync(), mqttnetClients);
        await side._publisher.ConnectAsync(side._mosquitto.Port, "publisher", "", null);
        await side._subscriber.ConnectAsync(side._mosquitto.Port, "subscriber", "", "fleet/v1/+/+/ack");
        await side.ConnectAsync(side._mosquitto.Port, controllers, _ => "");
        return side;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _publisher.Dispose();
        _subscriber.Dispose();
        await _mosquitto.DisposeAsync();
    }

    protected override Task RestoreAsync() => Task.CompletedTask;

    protected override Task CurtailAsync(int controllers) => _publisher.PublishAsync(controllers);

    protected override void Acknowledged(int index, int limitWatts)
    {
    }

    protected override Task<string> StateOfAsync(int index) => Task.FromResult(NameOf(index));

    private sealed class Publisher() : BareClient(64 * 1024)
    {
        /// <summary>Bytes gathered before a write: large enough that the publisher never holds mosquitto up.</summary>
        private const int WriteBytes = 16 * 1024;

        private long _sequence;

        public async Task PublishAsync(int controllers)
        {
            var batch = new List<byte>(WriteBytes + 1024);
            for (var i = 0; i < controllers; i++)
            {
                batch.AddRange(MqttBytes.Publish($"fleet/v1/{SiteOf(i)}/{NameOf(i)}/setpoint", (ushort)(1 + i), Setpoint.Signed(++_sequence)));
                if (batch.Count < WriteBytes && i < controllers - 1)
                    continue;
                await Socket.SendAsync(batch.ToArray());
                batch.Clear();
            }
        }

        protected override void OnPacket(byte header, ReadOnlySpan<byte> body)
        {
        }
    }

    private sealed class Subscriber(Action<int> acked) : BareClient(64 * 1024)
    {
        private readonly List<byte> _acknowledgements = [];

        protected override void OnPacket(byte header, ReadOnlySpan<byte> body)
        {
            if (header >> 4 != MqttBytes.PublishType)
                return;
            var topicLength = BinaryPrimitives.ReadUInt16BigEndian(body);
            acked(IndexOf(Encoding.ASCII.GetString(body.Slice(2, topicLength))));
            _acknowledgements.AddRange(MqttBytes.Acknowledge(MqttBytes.PublishId(body)));
        }

        protected override void OnReadEnd()
        {
            if (_acknowledgements.Count == 0)
                return;
            Socket.Send(_acknowledgements.ToArray());
            _acknowledgements.Clear();
        }

        private static int IndexOf(string topic)
            => int.Parse(topic.Split('/')[3].AsSpan(1), CultureInfo.InvariantCulture);
    }
}
