using System;
using System.Buffers;
using System.Net;
using System.Threading.Tasks;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Fleet.Bench.Curtail;

/// <summary>The same as <see cref="BareController"/> with MQTTnet's client, which costs more than either broker.</summary>
internal sealed class MqttnetController : IBenchController
{
    private static readonly MqttClientFactory Factory = new();

    private readonly IMqttClient _client = Factory.CreateMqttClient();
    private readonly ControllerVoice _voice = new();
    private readonly string _clientId;
    private readonly string _topics;
    private readonly int _index;
    private readonly Action<int, int> _acknowledged;

    public MqttnetController(int index, string site, string name, Action<int, int> acknowledged)
    {
        (_index, _acknowledged, _clientId, _topics) = (index, acknowledged, site + "/" + name, $"fleet/v1/{site}/{name}/");
        _client.ApplicationMessageReceivedAsync += setpoint =>
        {
            _ = AnswerAsync(_voice.Obey(setpoint.ApplicationMessage.Payload.ToArray()), _voice.LimitWatts);
            return Task.CompletedTask;
        };
    }

    public async Task ConnectAsync(int port, string password)
    {
        await _client.ConnectAsync(new MqttClientOptionsBuilder()
            .WithEndPoint(new IPEndPoint(IPAddress.Loopback, port))
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId(_clientId)
            .WithCredentials(_clientId, password)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(60))
            .WithoutPacketFragmentation()
            .Build());
        await _client.SubscribeAsync(_topics + "setpoint", MqttQualityOfServiceLevel.AtLeastOnce);
        await _client.PublishBinaryAsync(_topics + "hello", _voice.Hello, MqttQualityOfServiceLevel.AtLeastOnce);
        Report();
    }

    public void Report() => _ = _client.PublishBinaryAsync(_topics + "telemetry", _voice.Telemetry());

    public void Dispose() => _client.Dispose();

    private async Task AnswerAsync(byte[] ack, int limitWatts)
    {
        await _client.PublishBinaryAsync(_topics + "ack", ack, MqttQualityOfServiceLevel.AtLeastOnce);
        _acknowledged(_index, limitWatts);
    }
}
