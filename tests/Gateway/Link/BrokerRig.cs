using System;
using System.Net;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Link;
using Fleet.Gateway.Sites;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MQTTnet.Protocol;
using Xunit;

namespace Fleet.Tests.Gateway.Link;

/// <summary>A running embedded broker, two controllers it knows on one site and one on another, and a clock of its own.</summary>
internal sealed class BrokerRig : IAsyncDisposable
{
    public static readonly ControllerAddress Alpha = new("north", "alpha");
    public static readonly ControllerAddress Beta = new("north", "beta");
    public static readonly ControllerAddress Gamma = new("south", "gamma");
    public static readonly ControllerAddress Stranger = new("north", "stranger");

    private BrokerRig(int maxConnections, int keepAliveSeconds)
    {
        foreach (var controller in new[] { Alpha, Beta, Gamma })
            Passwords.Set(controller, "right");
        Broker = new EmbeddedBroker(
            new BrokerOptions { Address = IPAddress.Loopback, Port = 0, MaxConnections = maxConnections, KeepAliveSeconds = keepAliveSeconds },
            Passwords, Time, new LoggerFactory([Log]).CreateLogger<EmbeddedBroker>());
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public GatewayLog Log { get; } = new();

    public ControllerPasswords Passwords { get; } = new();

    public RecordingUplink Uplink { get; } = new();

    public EmbeddedBroker Broker { get; }

    public static async Task<BrokerRig> StartAsync(int maxConnections = 10, int keepAliveSeconds = 9)
    {
        var rig = new BrokerRig(maxConnections, keepAliveSeconds);
        await rig.Broker.StartAsync(rig.Uplink, CancellationToken.None);
        return rig;
    }

    /// <summary>Connects a controller and subscribes it to the kinds given.</summary>
    public async Task<RawController> ConnectAsync(ControllerAddress address, params Kind[] kinds)
        => await ConnectAsync(new RawController(address).Persistent(), kinds);

    public async Task<RawController> ConnectAsync(RawController controller, params Kind[] kinds)
    {
        Assert.Equal(MqttConnectReasonCode.Success, (await controller.ConnectAsync(Broker.Port)).ReasonCode);
        Assert.Equal((controller.Address, true), await Uplink.NextPresenceAsync());
        foreach (var kind in kinds)
            await controller.SubscribeAsync(kind);
        return controller;
    }

    /// <summary>Closes the controller's end without a word and waits until the broker has noticed.</summary>
    public async Task DropAsync(RawController controller)
    {
        await controller.DisposeAsync();
        Assert.Equal((controller.Address, false), await Uplink.NextPresenceAsync());
    }

    public bool Send(ControllerAddress to, Kind kind, string payload, int expirySeconds = 60)
        => Broker.Send(to, kind, Encoding.UTF8.GetBytes(payload), TimeSpan.FromSeconds(expirySeconds));

    public ValueTask DisposeAsync() => Broker.DisposeAsync();
}
