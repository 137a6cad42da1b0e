namespace Fleet.Drivers;

/// <summary>What a server says to a greeting of TLS.</summary>
public enum TlsAnswer
{
    /// <summary>Nothing: it cannot be reached, or stays silent.</summary>
    None = 0,

    /// <summary>It ends the connection, or speaks something else.</summary>
    Other = 1,

    /// <summary>It answers as a server of TLS does, be it with a refusal.</summary>
    Tls = 2,
}

/// <summary>
/// Greets a server as TLS 1.2 does and looks whether it answers in time; whom to trust is not decided here. The handshake of
/// the device's firmware has no time limit, and while it waits the interpreter stands still, and the tick with it
/// (nanoframework/nf-interpreter, src/PAL/COM/sockets/ssl/MbedTLS/ssl_connect_internal.cpp): it is begun only with a server
/// that answers.
/// </summary>
public static class TlsKnock
{
    /// <summary>How long a server has for its answer, and for taking the connection.</summary>
    public const int PatienceMs = 10000;

    private const int RandomBytes = 32;
    private const byte Alert = 0x15;
    private const byte Handshake = 0x16;

    /// <summary>Greets, waits, and ends the connection.</summary>
    public static TlsAnswer At(IDialer dialer, string host, int port)
    {
        IByteChannel channel = dialer.Dial(host, port, PatienceMs);
        if (channel == null)
            return TlsAnswer.None;
        byte[] greeting = Greeting();
        int leftMs = PatienceMs;
        int count = channel.Write(greeting, 0, greeting.Length) ? channel.Read(greeting, 0, 1, ref leftMs) : -1;
        channel.Close();
        if (count == 0)
            return TlsAnswer.None;
        return count > 0 && (greeting[0] == Handshake || greeting[0] == Alert) ? TlsAnswer.Tls : TlsAnswer.Other;
    }

    // A ClientHello (RFC 5246, 7.4.1.2): ECDHE with AES-GCM, the curves P-256 and P-384, SHA-256 and SHA-384. Its random
    // number is nought: nothing comes of this connection.
    private static byte[] Greeting()
    {
        byte[] opening = { Handshake, 3, 1, 0, 83, 1, 0, 0, 79, 3, 3 };
        byte[] offer =
        {
            0, 0, 8, 0xC0, 0x2B, 0xC0, 0x2F, 0xC0, 0x2C, 0xC0, 0x30, 1, 0, 0, 30,
            0, 10, 0, 6, 0, 4, 0, 23, 0, 24, 0, 11, 0, 2, 1, 0, 0, 13, 0, 10, 0, 8, 4, 3, 5, 3, 4, 1, 5, 1,
        };
        byte[] greeting = new byte[opening.Length + RandomBytes + offer.Length];
        System.Array.Copy(opening, 0, greeting, 0, opening.Length);
        System.Array.Copy(offer, 0, greeting, opening.Length + RandomBytes, offer.Length);
        return greeting;
    }
}
