using System;
using System.Globalization;
using System.Threading.Tasks;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Gateway.Link;

/// <summary>The embedded broker with clients that are not ours and not MQTTnet's.</summary>
public class MosquittoClientsTests
{
    [Theory]
    [InlineData("5")]
    [InlineData("311")]
    public async Task Takes_what_mosquitto_pub_publishes(string version)
    {
        await using var rig = await BrokerRig.StartAsync();
        using var publisher = Mosquitto.Start("mosquitto_pub", [.. Login(rig, version), "-t", "fleet/v1/north/alpha/energy", "-q", "1", "-m", "record"]);

        var received = await rig.Uplink.NextAsync();

        Assert.Equal((BrokerRig.Alpha, Kind.Energy, "record", true), (received.From, received.Kind, received.Payload, received.AtLeastOnce));
        await publisher.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(RecordingUplink.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(0, publisher.ExitCode);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("311")]
    public async Task Delivers_a_waiting_command_to_mosquitto_sub(string version)
    {
        await using var rig = await BrokerRig.StartAsync();
        rig.Send(BrokerRig.Alpha, Kind.Setpoint, "limit");
        using var subscriber = Mosquitto.Start("mosquitto_sub", [.. Login(rig, version), "-t", "fleet/v1/north/alpha/setpoint", "-q", "1", "-C", "1"]);

        Assert.Equal("limit", await subscriber.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(RecordingUplink.Patience, TestContext.Current.CancellationToken));
        await subscriber.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(RecordingUplink.Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Tells_mosquitto_pub_that_the_password_is_wrong()
    {
        await using var rig = await BrokerRig.StartAsync();
        using var publisher = Mosquitto.Start("mosquitto_pub", [.. Login(rig, "5", "wrong"), "-t", "fleet/v1/north/alpha/energy", "-q", "1", "-m", "record"]);

        Assert.Contains("bad user name or password", await publisher.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(RecordingUplink.Patience, TestContext.Current.CancellationToken), StringComparison.OrdinalIgnoreCase);
    }

    private static string[] Login(BrokerRig rig, string version, string password = "right")
        => ["-h", "127.0.0.1", "-p", rig.Broker.Port.ToString(CultureInfo.InvariantCulture), "-V", version, "-i", "north/alpha", "-u", "north/alpha", "-P", password];
}
