using System;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading.Tasks;
using System.Net.Security;
using Fleet.Drivers;
using Fleet.Tests.Gateway.Link;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

/// <summary>Who answers a greeting of TLS, and who does not.</summary>
public sealed class TlsKnockTests
{
    [Fact]
    public async Task A_server_of_TLS_answers()
    {
        using var certificates = new TestCertificates();
        using var server = certificates.Server("127.0.0.1");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, new SslServerAuthenticationOptions
        {
            ServerCertificate = server,
            EnabledSslProtocols = SslProtocols.Tls12,
        });

        Assert.Equal(TlsAnswer.Tls, await KnockAsync(listener));
        await serving;
    }

    [Fact]
    public async Task A_plain_mosquitto_does_not()
    {
        await using var mosquitto = await Mosquitto.StartAsync();

        Assert.Equal(TlsAnswer.Other, TlsKnock.At(new TcpDialer(), "127.0.0.1", mosquitto.Port));
    }

    [Theory]
    [InlineData(0x15, TlsAnswer.Tls)]
    [InlineData(0x20, TlsAnswer.Other)]
    public void A_refusal_is_an_answer_and_another_protocol_is_none(byte first, TlsAnswer answer) =>
        Assert.Equal(answer, TlsKnock.At(new ScriptedServer([first]), "broker", 8883));

    [Fact]
    public void A_server_that_says_nothing_is_waited_for_no_longer_than_it_is_given()
    {
        var server = new ScriptedServer([]);

        Assert.Equal(TlsAnswer.None, TlsKnock.At(server, "broker", 8883));
        Assert.Equal(TlsKnock.PatienceMs, server.WaitedMs);
        Assert.True(server.IsClosed);
    }

    [Fact]
    public void A_server_that_cannot_be_reached_says_nothing() =>
        Assert.Equal(TlsAnswer.None, TlsKnock.At(new ScriptedServer(null), "broker", 8883));

    private static Task<TlsAnswer> KnockAsync(TcpListener listener) =>
        Task.Run(() => TlsKnock.At(new TcpDialer(), "127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port));

    private static async Task ServeAsync(TcpListener listener, SslServerAuthenticationOptions options)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = new SslStream(client.GetStream());
        // The greeting is all that comes: the handshake gets no further than the server's answer.
        await Assert.ThrowsAnyAsync<Exception>(() => stream.AuthenticateAsServerAsync(options));
    }

    /// <summary>Answers so many bytes, or none; null cannot be reached.</summary>
    private sealed class ScriptedServer(byte[]? answer) : IDialer, IByteChannel
    {
        public int WaitedMs { get; private set; }

        public bool IsClosed { get; private set; }

        public IByteChannel? Dial(string host, int port, int timeoutMs) => answer is null ? null : this;

        public int Read(byte[] buffer, int offset, int count, ref int leftMs)
        {
            if (answer!.Length == 0)
                (WaitedMs, leftMs) = (leftMs, 0);
            else
                buffer[offset] = answer[0];
            return answer.Length;
        }

        public bool Write(byte[] buffer, int offset, int count) => true;

        public void Close() => IsClosed = true;
    }
}
