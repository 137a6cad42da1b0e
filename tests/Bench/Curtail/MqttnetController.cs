using System;
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
    private readonly string _clientId;
    private readonly string _topics;
    private readonly int _index;
    private readonly Action<int> _acknowledged;

    public MqttnetController(int index, string site, string name, Action<int> acknowledged)
    {
        (_index, _acknowledged, _clientId, _topics) = (index, acknowledged, site + "/" + name, $"fleet/v1/{site}/{name}/");
        _client.ApplicationMessageReceivedAsync += setpoint =>
        {
            _ = AnswerAsync();
            return Task.CompletedTask;
        };
    }

    public async Task ConnectAsync(int port)
    {
        await _client.ConnectAsync(new MqttClientOptionsBuilder()
            .WithEndPoint(new IPEndPoint(IPAddress.Loopback, port))
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId(_clientId)
            .WithCredentials(_clientId, Side.Password)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(60))
            .WithoutPacketFragmentation()
            .Build());
        await _client.SubscribeAsync(_topics + "setpoint", MqttQualityOfServiceLevel.AtLeastOnce);
    }

    public void StayAlive()
    {
    }

    public void Dispose() => _client.Dispose();

    private async Task AnswerAsync()
    {
        await _client.PublishBinaryAsync(_topics + "ack", BareController.AckPayload, MqttQualityOfServiceLevel.AtLeastOnce);
        _acknowledged(_index);
    }
}
