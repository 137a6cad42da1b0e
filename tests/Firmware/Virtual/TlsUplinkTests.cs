using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using Fleet.Core;
using Fleet.Tests.Gateway.Link;
using Fleet.Tests.Harness;
using Fleet.Virtual;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Virtual;

/// <summary>A controller that is to meet its broker by TLS does so or not at all; the broker is a real mosquitto.</summary>
public sealed class TlsUplinkTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-tls-");
    private readonly TestCertificates _ours = new();
    private readonly TestCertificates _others = new();
    private readonly X509Certificate2 _device;

    public TlsUplinkTests() => _device = _ours.Device("hill/c-1");

    private DeviceCertificates Store => new([_ours.Authority], _device);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task Meets_a_broker_whose_certificate_is_made_out_to_its_host_and_shows_its_own(string host)
    {
        using var server = _ours.Server(host);
        await using var mosquitto = await StartAsync(server);
        await using var uplink = Uplink(Store, mosquitto.Port, host);

        await Until(() => uplink.IsConnected, uplink);
    }

    [Fact]
    public async Task Refuses_a_broker_of_another_authority()
    {
        using var server = _others.Server("127.0.0.1");
        await RefusesAsync(server, Store);
    }

    [Fact]
    public async Task Refuses_a_broker_whose_certificate_has_ended()
    {
        using var server = _ours.Server("127.0.0.1", days: -1);
        await RefusesAsync(server, Store);
    }

    [Fact]
    public async Task Refuses_a_broker_whose_certificate_is_made_out_to_another_host()
    {
        using var server = _ours.Server("other.example");
        await RefusesAsync(server, Store);
    }

    [Fact]
    public async Task Refuses_a_broker_that_shows_the_certificate_of_a_device()
    {
        using var server = _ours.Device("127.0.0.1");
        await RefusesAsync(server, Store);
    }

    [Fact]
    public async Task Trusts_nobody_with_an_empty_store()
    {
        using var server = _ours.Server("127.0.0.1");
        await RefusesAsync(server, DeviceCertificates.None);
    }

    [Fact]
    public async Task Is_refused_without_a_certificate_of_its_own()
    {
        using var server = _ours.Server("127.0.0.1");
        await RefusesAsync(server, new([_ours.Authority], null));
    }

    [Fact]
    public async Task Is_refused_with_a_certificate_of_another_authority()
    {
        using var server = _ours.Server("127.0.0.1");
        using var device = _others.Device("hill/c-1");
        await RefusesAsync(server, new([_ours.Authority], device));
    }

    [Fact]
    public async Task Speaks_no_later_version_where_the_device_has_none()
    {
        using var server = _ours.Server("127.0.0.1");
        await RefusesAsync(server, Store, version: "tlsv1.3");
    }

    [Fact]
    public async Task Never_speaks_plainly_to_a_plain_listener_however_often_it_tries()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var uplink = Uplink(Store, ((IPEndPoint)listener.LocalEndpoint).Port);

        var heard = new byte[4096];
        for (var attempt = 0; attempt < 4; attempt++)
        {
            using var connection = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            var count = await connection.GetStream().ReadAsync(heard, TestContext.Current.CancellationToken);
            Assert.Equal(0x16, heard[0]); // a record of TLS, with a handshake in it
            Assert.DoesNotContain("hill/c-1", Encoding.ASCII.GetString(heard, 0, count), StringComparison.Ordinal);
        }
        Assert.False(uplink.IsConnected);
    }

    [Fact]
    public async Task Is_not_let_in_by_a_plain_mosquitto()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var uplink = Uplink(Store, mosquitto.Port);

        await StaysAwayAsync(uplink);
    }

    public void Dispose()
    {
        _device.Dispose();
        _ours.Dispose();
        _others.Dispose();
        _folder.Delete(recursive: true);
    }

    private static MqttUplink Uplink(DeviceCertificates certificates, int port, string host = "127.0.0.1")
    {
        var file = Encoding.UTF8.GetBytes($$"""
            {"site":"hill","controller":"c-1","board":"virtual","brokerHost":"{{host}}","brokerPort":{{port}},"brokerTls":1,
             "secret":"{{new string('0', 64)}}","failSafeWatts":0}
            """);
        var settings = new Settings();
        Assert.True(settings.TryRead(file, file.Length, out var reason), reason);
        var clock = new SpeedClock(SpeedClock.MostSpeed, new DateTimeOffset(2025, 6, 1, 0, 0, 0, TimeSpan.Zero));
        var uplink = new MqttUplink(settings, 1, clock, certificates);
        uplink.Start((_, _) => { }, _ => { });
        return uplink;
    }

    private async Task<Mosquitto> StartAsync(X509Certificate2 server, string version = "tlsv1.2")
    {
        var file = TestCertificates.Write(_folder, server);
        var authority = Path.Combine(_folder.FullName, "ca.pem");
        await File.WriteAllTextAsync(authority, _ours.Authority.ExportCertificatePem(), TestContext.Current.CancellationToken);
        return await Mosquitto.StartAsync($"cafile {authority}\ncertfile {file}\nkeyfile {file}\nrequire_certificate true\ntls_version {version}");
    }

    private async Task RefusesAsync(X509Certificate2 server, DeviceCertificates certificates, string version = "tlsv1.2")
    {
        await using var mosquitto = await StartAsync(server, version);
        await using var uplink = Uplink(certificates, mosquitto.Port);

        await StaysAwayAsync(uplink);
    }

    /// <summary>It has tried, says why it could not, and offers nothing for sending.</summary>
    private static async Task StaysAwayAsync(MqttUplink uplink)
    {
        var before = uplink.Problem;
        await Until(() => uplink.Problem != before || uplink.IsConnected, uplink);
        Assert.False(uplink.IsConnected, "it was let in");
        Assert.NotEmpty(uplink.Problem);
        Assert.Equal(0, uplink.Send(Kind.Event, [1], 1));
    }

    private static async Task Until(Func<bool> holds, MqttUplink uplink)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"nothing came of it: {uplink.Problem}");
            await Task.Yield();
        }
    }
}
